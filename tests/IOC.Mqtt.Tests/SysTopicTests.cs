using System.Globalization;
using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IOC.Mqtt.Tests;

/// <summary>The broker's own figures under $SYS.</summary>
public class SysTopicTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Figures_are_published_at_the_interval_and_kept_for_new_subscribers()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync("c");
        await client.SubscribeAsync("some/topic", MqttQos.AtLeastOnce, _ => { });
        await client.PublishAsync("some/topic", new byte[10], MqttQos.AtLeastOnce, retain: true);
        await Eventually.HoldsAsync(() => server.Server.Counters is { PacketsIn: 4, PacketsOut: 4 }, "CONNECT, SUBSCRIBE, PUBLISH, PUBACK, and as many the other way, to be counted");
        _time.Advance(TimeSpan.FromSeconds(11));
        var figures = await ReadAsync(server, "$SYS/broker/uptime");
        Assert.StartsWith("IOC version ", figures["$SYS/broker/version"], StringComparison.Ordinal);
        Assert.Equal("1", figures["$SYS/broker/clients/connected"]);
        Assert.Equal("1", figures["$SYS/broker/clients/total"]);
        Assert.Equal("0", figures["$SYS/broker/clients/disconnected"]);
        Assert.Equal("1", figures["$SYS/broker/clients/maximum"]);
        Assert.Equal("0", figures["$SYS/broker/clients/expired"]);
        Assert.Equal("1", figures["$SYS/broker/subscriptions/count"]);
        Assert.Equal("0", figures["$SYS/broker/shared_subscriptions/count"]);
        Assert.Equal("1", figures["$SYS/broker/retained messages/count"]);
        Assert.Equal("1", figures["$SYS/broker/publish/messages/received"]);
        Assert.Equal("1", figures["$SYS/broker/publish/messages/sent"]);
        Assert.Equal("0", figures["$SYS/broker/publish/messages/dropped"]);
        Assert.Equal("10", figures["$SYS/broker/publish/bytes/received"]);
        Assert.Equal("10", figures["$SYS/broker/publish/bytes/sent"]);
        Assert.Equal("4", figures["$SYS/broker/messages/received"]);
        Assert.Equal("4", figures["$SYS/broker/messages/sent"]);
        Assert.Equal("1", figures["$SYS/broker/store/messages/count"]);
        Assert.Equal("20", figures["$SYS/broker/store/messages/bytes"]);
        Assert.Contains("$SYS/broker/load/bytes/received/15min", figures.Keys);
        Assert.Contains("$SYS/broker/heap/current", figures.Keys);
        Assert.Equal(1, server.Server.RetainedCount);
    }

    [Fact]
    public async Task A_load_is_an_average_a_minute()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync("c");
        _time.Advance(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 60; i++)
        {
            await client.PublishAsync("a", new byte[1], MqttQos.AtLeastOnce);
        }

        _time.Advance(TimeSpan.FromSeconds(10));
        var figures = await ReadAsync(server, "$SYS/broker/load/publish/received/1min");

        // 60 messages in a sixth of a minute are 360 a minute, of which the newest sixth of a minute has the weight 1 - e^(-1/6).
        var expected = 360 * (1 - Math.Exp(-1.0 / 6));
        Assert.Equal(expected, double.Parse(figures["$SYS/broker/load/publish/received/1min"], CultureInfo.InvariantCulture), tolerance: 0.01);
    }

    [Theory]
    [InlineData("#")]
    [InlineData("+/broker/version")]
    public async Task Only_a_filter_that_names_them_gets_them(string filter)
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync("c");
        var inbox = new Inbox();
        await client.SubscribeAsync(filter, MqttQos.AtLeastOnce, inbox.Add);
        _time.Advance(TimeSpan.FromSeconds(31));
        await client.PublishAsync("x/broker/version", "end"u8.ToArray(), MqttQos.AtLeastOnce);
        await inbox.WaitAsync(1);
        Assert.Equal(["end"], inbox.Texts);
    }

    [Fact]
    public async Task Clients_cannot_publish_there()
    {
        var sink = new RecordingSink();
        await using var server = await StartAsync(sink);
        await using var client = await server.ConnectAsync("c", MqttVersion.V500);
        Assert.Equal(MqttReasonCode.NotAuthorized, await client.PublishAsync("$SYS/broker/version", "x"u8.ToArray(), MqttQos.AtLeastOnce, retain: true));
        Assert.Equal(MqttReasonCode.Success, await client.PublishAsync("$SYSTEM", "x"u8.ToArray(), MqttQos.AtLeastOnce));
        var will = new MqttWill { Topic = "$SYS/x", Payload = [1] };
        var refused = await Assert.ThrowsAsync<MqttConnectionException>(() => server.ConnectAsync("w", MqttVersion.V500, will: will));
        Assert.Equal(MqttReasonCode.NotAuthorized, refused.Reason);
        Assert.Equal(["$SYSTEM"], sink.All.Select(m => m.Topic));
    }

    [Fact]
    public async Task They_are_never_stored()
    {
        var store = new MemoryMqttStore();
        await using (var server = await TestServer.StartAsync(o => o.SysInterval = TimeSpan.FromSeconds(10), time: _time, services: s => s.AddSingleton<IMqttStore>(store)))
        {
            await using var client = await server.ConnectAsync("c");
            _time.Advance(TimeSpan.FromSeconds(11));
            await client.PublishAsync("kept", "x"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
        }

        Assert.Equal("kept", Encoding.UTF8.GetString(Assert.Single(store.Load().Retained).Topic));
    }

    private static async Task<Dictionary<string, string>> ReadAsync(TestServer server, string waitFor)
    {
        await using var reader = await server.ConnectAsync("reader");
        var inbox = new Inbox();
        await reader.SubscribeAsync("$SYS/#", MqttQos.AtMostOnce, inbox.Add);
        await Eventually.HoldsAsync(() => inbox.All.Any(m => m.Topic == waitFor) && inbox.All.Any(m => m.Topic.EndsWith("load/connections/15min", StringComparison.Ordinal)), waitFor);
        Assert.All(inbox.All, m => Assert.True(m.Retain));
        return inbox.All.ToDictionary(m => m.Topic, m => Encoding.UTF8.GetString(m.Payload));
    }

    private Task<TestServer> StartAsync(IMqttPublishSink? sink = null) =>
        TestServer.StartAsync(o => o.SysInterval = TimeSpan.FromSeconds(10), sink: sink, time: _time);
}
