using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>Limits in bytes for the whole endpoint: message counts alone let a few large messages fill the memory.</summary>
public class ByteLimitTests
{
    [Fact]
    public async Task Retained_messages_beyond_the_bytes_are_refused_and_counted()
    {
        await using var server = await TestServer.StartAsync(o => o.MaxRetainedBytes = 2000);
        for (var i = 0; i < 5; i++)
        {
            await server.Server.PublishAsync($"{i}", new byte[899], retain: true);
        }

        Assert.Equal(2, server.Server.RetainedCount);
        Assert.Equal(1800, server.Server.RetainedBytes);
        Assert.Equal(3, server.Server.Counters.RetainedRefused);
    }

    [Fact]
    public async Task Replaced_and_removed_retained_messages_give_their_bytes_back()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(o => o.MaxRetainedBytes = 2000, time: time);
        await using var client = await server.ConnectAsync("s", MqttVersion.V500);
        for (var i = 0; i < 10; i++)
        {
            await client.PublishAsync("a", new byte[999], retain: true);
            await client.PublishAsync("b", new byte[99], retain: true, properties: new MqttProperties { MessageExpiryInterval = 10 });
        }

        Assert.Equal(1100, server.Server.RetainedBytes);
        await client.PublishAsync("a", default, retain: true);
        Assert.Equal(100, server.Server.RetainedBytes);
        time.Advance(TimeSpan.FromSeconds(12));
        Assert.Equal(0, server.Server.RetainedBytes);
        Assert.Equal(0, server.Server.Counters.RetainedRefused);
    }

    [Fact]
    public async Task A_retained_message_that_does_not_fit_leaves_no_older_one_behind()
    {
        await using var server = await TestServer.StartAsync(o => o.MaxRetainedBytes = 1000);
        await server.Server.PublishAsync("a", "old"u8.ToArray(), retain: true);
        await server.Server.PublishAsync("a", new byte[1000], retain: true);
        Assert.Equal(0, server.Server.RetainedCount);
        Assert.Equal(0, server.Server.RetainedBytes);
        Assert.Equal(1, server.Server.Counters.RetainedRefused);
    }

    [Fact]
    public void The_bytes_stay_right_when_many_retain_at_once()
    {
        var counters = new MqttServerCounters();
        var store = new RetainedStore(1000, 5000, counters);
        Parallel.For(0, 20_000, i => store.Set(new MqttMessage { Topic = [(byte)('a' + (i % 7))], Payload = new byte[i % 1500] }));
        Assert.InRange(store.Bytes, 0, 5000);
        Assert.Equal(store.Match("#", 0).Sum(m => m.Size), store.Bytes);
        for (var i = 0; i < 7; i++)
        {
            store.Set(new MqttMessage { Topic = [(byte)('a' + i)], Payload = [] });
        }

        Assert.Equal(0, store.Bytes);
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public async Task Queues_of_all_sessions_share_one_limit()
    {
        await using var server = await TestServer.StartAsync(o => o.MaxQueuedBytesTotal = 5000);
        await StoreSessionAsync(server, "one");
        await StoreSessionAsync(server, "two");
        for (var i = 0; i < 4; i++)
        {
            await server.Server.PublishAsync("a", new byte[999], MqttQos.AtLeastOnce);
        }

        Assert.Equal(5000, server.Server.QueuedBytes);
        Assert.Equal(3, server.Server.Counters.DroppedQueued);
        Assert.Equal(3, server.Server.DroppedFor("one") + server.Server.DroppedFor("two"));

        // A clean start ends a session: its bytes are there for the other.
        await (await server.ConnectAsync("one")).DisposeAsync();
        Assert.InRange(server.Server.QueuedBytes, 2000, 3000);
        await server.Server.PublishAsync("a", new byte[999], MqttQos.AtLeastOnce);
        Assert.Equal(3, server.Server.Counters.DroppedQueued);
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Delivered_messages_give_their_bytes_back(MqttQos qos)
    {
        await using var server = await TestServer.StartAsync(o => o.MaxQueuedBytesTotal = 5000);
        await using var client = await server.ConnectAsync("s");
        var inbox = new Inbox();
        await client.SubscribeAsync("#", qos, inbox.Add);
        for (var i = 1; i <= 20; i++)
        {
            await server.Server.PublishAsync("a", new byte[999], qos, retain: true);
            await inbox.WaitAsync(i);
            await Eventually.HoldsAsync(() => server.Server.QueuedBytes == 0, "the bytes to be given back");
        }

        await client.SubscribeAsync("a", qos, inbox.Add);
        await inbox.WaitAsync(21);
        await Eventually.HoldsAsync(() => server.Server.QueuedBytes == 0, "the bytes of the retained message to be given back");
        Assert.Equal(0, server.Server.Counters.DroppedQueued + server.Server.Counters.DroppedQos0);
    }

    [Fact]
    public async Task Unanswered_messages_count_until_their_session_ends()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(o => o.MaxQueuedBytesTotal = 5000, time: time);
        using var raw = await server.RawAsync();
        await raw.ConnectAsync("s", MqttVersion.V500, properties: new MqttProperties { SessionExpiryInterval = 60 });
        await raw.SendAsync(w => new MqttSubscribe { PacketId = 1, Filters = [new("a", MqttQos.AtLeastOnce)] }.Encode(w, MqttVersion.V500));
        await raw.ReadAsync();
        for (var i = 0; i < 6; i++)
        {
            await server.Server.PublishAsync("a", new byte[999], MqttQos.AtLeastOnce);
        }

        Assert.Equal(1, server.Server.Counters.DroppedQueued);
        Assert.Equal(5000, server.Server.QueuedBytes);
        raw.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("s"), "the loss");
        Assert.Equal(5000, server.Server.QueuedBytes);
        time.Advance(TimeSpan.FromSeconds(62));
        Assert.Equal(0, server.Server.SessionCount);
        Assert.Equal(0, server.Server.QueuedBytes);
    }

    private static async Task StoreSessionAsync(TestServer server, string clientId)
    {
        var client = await server.ConnectAsync(clientId, clean: false);
        await client.SubscribeAsync("a", MqttQos.AtLeastOnce, _ => { });
        await client.DisconnectAsync();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected(clientId), "the end of the connection");
    }
}
