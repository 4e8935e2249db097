using System.Globalization;
using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

public class SessionTests
{
    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task A_stored_session_keeps_subscriptions_and_queues_qos_1(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync();
        var first = await server.ConnectAsync("s", version, clean: false, sessionExpiry: 600);
        Assert.False(server.LastConnect!.SessionPresent);
        await first.SubscribeAsync("a", MqttQos.AtLeastOnce, _ => { });
        await first.DisconnectAsync();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("s"), "the end of the connection");
        for (var i = 0; i < 5; i++)
        {
            await server.Server.PublishAsync("a", Encoding.UTF8.GetBytes($"{i}"), MqttQos.AtLeastOnce);
            await server.Server.PublishAsync("a", "qos 0 is not stored"u8.ToArray());
        }

        using var back = await server.RawAsync();
        await back.SendAsync(new MqttConnect { Version = version, ClientId = "s" }.Encode);
        Assert.Equal(1, (await back.ReadAsync())![2]);
        for (var i = 0; i < 5; i++)
        {
            var packet = await back.ReadAsync();
            Assert.Equal('0' + i, packet![^1]);
            Assert.Equal(0x32, packet[0]);
        }

        Assert.Empty(await back.PingAsync());
    }

    [Fact]
    public async Task Unanswered_messages_come_again_with_dup_and_in_order()
    {
        await using var server = await TestServer.StartAsync();
        using var first = await server.RawAsync();
        await first.ConnectAsync("s", clean: false);
        await first.SendAsync(w => new MqttSubscribe { PacketId = 1, Filters = [new("a", MqttQos.AtLeastOnce)] }.Encode(w, MqttVersion.V311));
        await first.ReadAsync();
        for (var i = 0; i < 3; i++)
        {
            await server.Server.PublishAsync("a", Encoding.UTF8.GetBytes($"{i}"), MqttQos.AtLeastOnce);
        }

        var packets = new[] { await first.ReadAsync(), await first.ReadAsync(), await first.ReadAsync() };
        await first.SendAsync(0x40, 2, packets[1]![5], packets[1]![6]);
        await first.PingAsync();
        first.Dispose();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("s"), "the loss");

        using var back = await server.RawAsync();
        await back.SendAsync(new MqttConnect { Version = MqttVersion.V311, ClientId = "s" }.Encode);
        await back.ReadAsync();
        packets[0]![0] |= 8;
        packets[2]![0] |= 8;
        Assert.Equal(packets[0], await back.ReadAsync());
        Assert.Equal(packets[2], await back.ReadAsync());
        Assert.Empty(await back.PingAsync());
    }

    [Fact]
    public async Task A_clean_start_ends_the_stored_session()
    {
        await using var server = await TestServer.StartAsync();
        var first = await server.ConnectAsync("s", clean: false);
        await first.SubscribeAsync("a", MqttQos.AtLeastOnce, _ => { });
        await first.DisconnectAsync();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("s"), "the end of the connection");
        await using var clean = await server.ConnectAsync("s");
        Assert.False(server.LastConnect!.SessionPresent);
        Assert.Equal(0, server.Server.SubscriptionCount);
    }

    [Fact]
    public async Task A_session_expires()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        var client = await server.ConnectAsync("s", MqttVersion.V500, sessionExpiry: 60);
        await client.SubscribeAsync("a", MqttQos.AtLeastOnce, _ => { });
        time.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal(1, server.Server.SessionCount);
        client.Abort();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("s"), "the loss");
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, server.Server.SessionCount);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, server.Server.SessionCount);
        Assert.Equal(0, server.Server.SubscriptionCount);
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task A_second_connection_takes_the_session_over(MqttVersion version)
    {
        await using var server = await TestServer.StartAsync();
        using var first = await server.RawAsync();
        await first.ConnectAsync("s", version);
        using var second = await server.RawAsync();
        await second.ConnectAsync("s", version);
        if (version == MqttVersion.V500)
        {
            Assert.Equal(0x8E, await first.ReadDisconnectAsync());
        }

        Assert.Null(await first.ReadAsync());
        Assert.Empty(await second.PingAsync());
        Assert.Equal(1, server.Server.SessionCount);
    }

    [Fact]
    public async Task Many_take_overs_at_once_leave_one_connection()
    {
        await using var server = await TestServer.StartAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            var raw = await server.RawAsync();
            await raw.ConnectAsync("same");
            return raw;
        }));
        await Eventually.HoldsAsync(() => server.Server.Counters.ConnectionsOpen == 1, "one connection to be left");
        Assert.True(server.Server.IsConnected("same"));
        Assert.Equal(1, server.Server.SessionCount);
        foreach (var client in clients)
        {
            client.Dispose();
        }
    }

    [Fact]
    public async Task A_full_queue_of_a_stored_session_drops_and_counts()
    {
        await using var server = await TestServer.StartAsync(o => o.MaxQueuedMessages = 3);
        var client = await server.ConnectAsync("s", clean: false);
        await client.SubscribeAsync("a", MqttQos.AtLeastOnce, _ => { });
        await client.DisconnectAsync();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("s"), "the end of the connection");
        for (var i = 0; i < 10; i++)
        {
            await server.Server.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtLeastOnce);
        }

        Assert.Equal(7, server.Server.DroppedFor("s"));
        Assert.Equal(7, server.Server.Counters.DroppedQueued);
    }

    [Fact]
    public async Task A_slow_subscriber_loses_messages_and_never_holds_up_a_publisher()
    {
        await using var server = await TestServer.StartAsync(o => o.MaxQueuedQos0Messages = 50);
        using var slow = await server.RawAsync();
        await slow.ConnectAsync("slow");
        await slow.SendAsync(w => new MqttSubscribe { PacketId = 1, Filters = [new("a/#", MqttQos.AtLeastOnce)] }.Encode(w, MqttVersion.V311));
        await slow.ReadAsync();
        await using var publisher = await server.ConnectAsync("p");
        var payload = new byte[50_000];
        var n = 0;
        while (server.Server.Counters.DroppedQos0 < 10 || server.Server.Counters.DroppedQueued < 10)
        {
            // The subscriber reads nothing; every publish is acknowledged all the same.
            await publisher.PublishAsync("a/" + n.ToString(CultureInfo.InvariantCulture), payload, MqttQos.AtMostOnce);
            await publisher.PublishAsync("a/b", payload);
            Assert.True(++n < 20_000, "nothing was dropped");
        }

        Assert.True(server.Server.DroppedFor("slow") >= 20);
        Assert.Equal(n, publisher.Counters.Acknowledged);
    }
}
