using System.Globalization;
using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

public class ClientTests
{
    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task Pipelined_publishes_are_all_acknowledged(MqttVersion version)
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        await using var client = await server.ConnectAsync("c", version, maxInFlight: 20);
        var publishes = Enumerable.Range(0, 5000)
            .Select(i => client.PublishAsync("a", Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture))).AsTask());
        Assert.All(await Task.WhenAll(publishes), r => Assert.Equal(MqttReasonCode.Success, r));
        Assert.Equal(5000, client.Counters.Acknowledged);
        Assert.Equal(0, client.InFlight);
        Assert.Equal(5000, sink.All.Select(s => s.Payload).Distinct().Count());
    }

    [Fact]
    public async Task The_window_bounds_what_is_in_flight()
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new RecordingSink { Answer = _ => PublishVerdict.After(durable.Task) };
        await using var server = await TestServer.StartAsync(o => o.ReceiveMaximum = 3, sink);
        await using var client = await server.ConnectAsync("c", MqttVersion.V500, maxInFlight: 10);
        var publishes = Enumerable.Range(0, 8).Select(_ => client.PublishAsync("a", "x"u8.ToArray()).AsTask()).ToArray();
        await Eventually.HoldsAsync(() => sink.All.Count == 3, "the server's receive maximum");
        Assert.Equal(3, client.InFlight);
        durable.SetResult();
        await Task.WhenAll(publishes);
    }

    [Fact]
    public async Task A_refused_publish_says_why()
    {
        await using var server = await TestServer.StartAsync(
            sink: new RecordingSink { Answer = _ => PublishVerdict.Refused(MqttReasonCode.NotAuthorized) });
        await using var client = await server.ConnectAsync("c", MqttVersion.V500);
        Assert.Equal(MqttReasonCode.NotAuthorized, await client.PublishAsync("a", "x"u8.ToArray()));
        Assert.Equal(1, client.Counters.Refused);
    }

    [Fact]
    public async Task A_reconnect_sends_unacknowledged_publishes_again_with_dup_and_in_order()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = true;
        var sink = new RecordingSink { Answer = _ => hold ? PublishVerdict.After(held.Task) : PublishVerdict.Accepted };
        await using var server = await TestServer.StartAsync(sink: sink);
        await using var client = await server.ConnectAsync("c", clean: false, reconnect: true);
        var inbox = new Inbox();
        await client.SubscribeAsync("echo", MqttQos.AtLeastOnce, inbox.Add);
        var publishes = Enumerable.Range(0, 5).Select(i => client.PublishAsync("a", Encoding.UTF8.GetBytes($"{i}")).AsTask()).ToArray();
        await Eventually.HoldsAsync(() => sink.All.Count == 5, "five publishes");
        hold = false;
        client.Abort();

        await Task.WhenAll(publishes);
        Assert.Equal(["0", "1", "2", "3", "4"], sink.All.Skip(5).Select(s => s.Payload));
        Assert.All(sink.All.Skip(5), s => Assert.True(s.Dup));
        Assert.Equal(5, client.Counters.Resent);
        Assert.Equal(2, client.Counters.Connections);
        await server.Server.PublishAsync("echo", "still subscribed"u8.ToArray(), MqttQos.AtLeastOnce);
        await inbox.WaitAsync(1);
    }

    [Fact]
    public async Task A_clean_client_subscribes_again_after_a_reconnect()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync("c", reconnect: true);
        var inbox = new Inbox();
        await client.SubscribeAsync("echo", MqttQos.AtLeastOnce, inbox.Add);
        client.Abort();
        await Eventually.HoldsAsync(() => client.Counters.Connections == 2 && server.Server.SubscriptionCount == 1, "the new subscription");
        await server.Server.PublishAsync("echo", "x"u8.ToArray(), MqttQos.AtLeastOnce);
        await inbox.WaitAsync(1);
    }

    [Fact]
    public async Task Without_reconnect_pending_publishes_fail()
    {
        var never = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(
            o => o.StopTimeout = TimeSpan.FromMilliseconds(50), new RecordingSink { Answer = _ => PublishVerdict.After(never.Task) });
        await using var client = await server.ConnectAsync("c");
        var publish = client.PublishAsync("a", "x"u8.ToArray()).AsTask();
        await server.StopAsync();
        await Assert.ThrowsAsync<MqttConnectionException>(() => publish);
        await Assert.ThrowsAsync<MqttConnectionException>(async () => await client.PublishAsync("a", "x"u8.ToArray()));
    }

    [Fact]
    public async Task Pings_keep_an_idle_connection_and_a_silent_server_is_given_up()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync();
        await using var client = new MqttClient(new MqttClientOptions { Host = "127.0.0.1", Port = server.Port, KeepAliveSeconds = 10, Time = time });
        await client.ConnectAsync();
        var before = server.Server.Counters.BytesIn;
        time.Advance(TimeSpan.FromSeconds(8));
        await Eventually.HoldsAsync(() => server.Server.Counters.BytesIn > before, "the PINGREQ");
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task Nobody_listening_is_an_error_with_the_address()
    {
        await using var client = new MqttClient(new MqttClientOptions { Host = "127.0.0.1", Port = 1 });
        var e = await Assert.ThrowsAsync<MqttConnectionException>(() => client.ConnectAsync());
        Assert.Contains("127.0.0.1:1", e.Message, StringComparison.Ordinal);
    }
}
