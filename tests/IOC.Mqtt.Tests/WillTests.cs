using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

public class WillTests
{
    private static readonly MqttWill s_will = new() { Topic = "status/w", Payload = "offline"u8.ToArray(), Qos = MqttQos.AtLeastOnce, Retain = true };

    [Fact]
    public async Task A_lost_client_has_its_will_published_through_the_sink_retained_and_forwarded()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        await using var watcher = await server.ConnectAsync("watcher");
        var inbox = new Inbox();
        await watcher.SubscribeAsync("status/+", MqttQos.AtLeastOnce, inbox.Add);
        var lost = await server.ConnectAsync("lost", will: s_will);
        lost.Abort();
        await inbox.WaitAsync(1);
        Assert.Equal(["offline"], inbox.Texts);
        var seen = Assert.Single(sink.All);
        Assert.True(seen is { IsWill: true, Retain: true, Qos: 1, Client: "lost", Topic: "status/w" });
        Assert.Equal(1, server.Server.RetainedCount);
        Assert.Equal(1, server.Server.Counters.WillsPublished);
        await lost.DisposeAsync();
    }

    [Fact]
    public async Task A_proper_disconnect_drops_the_will()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        var client = await server.ConnectAsync("c", will: s_will);
        await client.DisconnectAsync();
        await Eventually.HoldsAsync(() => server.Server.SessionCount == 0, "the session to end");
        Assert.Empty(sink.All);
    }

    [Fact]
    public async Task A_disconnect_of_5_0_can_ask_for_the_will()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        var client = await server.ConnectAsync("c", MqttVersion.V500, will: s_will);
        await client.DisconnectAsync(MqttReasonCode.DisconnectWithWill);
        await Eventually.HoldsAsync(() => sink.All.Count == 1, "the will");
    }

    [Fact]
    public async Task A_protocol_error_publishes_the_will()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        using var raw = await server.RawAsync();
        await raw.SendAsync(new MqttConnect { Version = MqttVersion.V311, ClientId = "x", CleanStart = true, Will = s_will }.Encode);
        await raw.ReadAsync();
        await raw.SendAsync(0x00, 0x00);
        await Eventually.HoldsAsync(() => sink.All.Count == 1, "the will");
    }

    [Fact]
    public async Task A_keep_alive_time_out_publishes_the_will()
    {
        var time = new ManualTimeProvider();
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink, time: time);
        using var raw = await server.RawAsync();
        await raw.SendAsync(new MqttConnect { Version = MqttVersion.V311, ClientId = "x", CleanStart = true, Will = s_will, KeepAlive = 5 }.Encode);
        await raw.ReadAsync();
        await raw.PingAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.HoldsAsync(() => sink.All.Count == 1, "the will");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_delayed_will_waits_and_a_return_cancels_it(bool returns)
    {
        var time = new ManualTimeProvider();
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink, time: time);
        var will = new MqttWill { Topic = "w", Payload = "gone"u8.ToArray(), Properties = new MqttProperties { WillDelayInterval = 30 } };
        var client = await server.ConnectAsync("c", MqttVersion.V500, clean: false, sessionExpiry: 600, will: will);
        client.Abort();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("c"), "the loss");
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(sink.All);
        if (returns)
        {
            using var back = await server.RawAsync();
            await back.SendAsync(new MqttConnect
            {
                Version = MqttVersion.V500,
                ClientId = "c",
                Properties = new MqttProperties { SessionExpiryInterval = 600 },
            }.Encode);
            Assert.Equal(1, (await back.ReadAsync())![2]);
            time.Advance(TimeSpan.FromSeconds(20));
            Assert.Empty(sink.All);
        }
        else
        {
            time.Advance(TimeSpan.FromSeconds(12));
            Assert.Single(sink.All);
        }

        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_will_whose_storing_fails_is_counted()
    {
        await using var server = await TestServer.StartAsync(
            sink: new RecordingSink { Answer = _ => PublishVerdict.After(Task.FromException(new IOException("full"))) });
        server.ErrorsExpected = true;
        var client = await server.ConnectAsync("c", will: s_will);
        client.Abort();
        await Eventually.HoldsAsync(() => server.Server.Counters.DurableFailures == 1, "the failure to be counted");
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_stop_of_the_server_publishes_no_wills_by_default()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        await using var client = await server.ConnectAsync("c", will: s_will);
        await server.StopAsync();
        Assert.Equal(0, server.Server.Counters.ConnectionsOpen);
        Assert.Empty(sink.All);
    }
}
