using System.Buffers;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>Thousands of clients that do next to nothing cost bounded memory and time, and others do not notice them.</summary>
[Collection(MemoryTests.Name)]
public class SlowAttackTests
{
    private const int Attackers = 2000;
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingSink _sink = new();

    public static TheoryData<string> Kinds => ["silent", "one byte a second", "giant CONNECT"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Clients_that_do_not_finish_their_CONNECT_are_closed_in_time(string kind)
    {
        using var server = PipeTransport.Server(_sink, _time);
        var good = await GoodAsync(server);
        var attack = kind switch
        {
            "silent" => [],
            "one byte a second" => Encoded(new MqttConnect { Version = MqttVersion.V311, ClientId = "slow", CleanStart = true }.Encode),
            _ => new byte[] { 0x10, 0xF0, 0xFF, 0x0F, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4 }, // 256 KiB to come
        };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var attackers = Enumerable.Range(0, Attackers).Select(i => new InlineTransport(keep: false, $"attacker-{i}")).ToList();
        var runs = attackers.ConvertAll(a => a.RunAsync(server));
        await Eventually.HoldsAsync(() => server.Counters.ConnectionsOpen == Attackers + 1, "the connections");
        for (var second = 0; second < 9; second++)
        {
            await FeedAllAsync(attackers, attack.AsMemory(Math.Min(second, attack.Length))[..Math.Min(1, attack.Length)]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Attackers + 1, server.Counters.ConnectionsOpen);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Attackers;
        Assert.True(each < 12 * 1024, $"{each} bytes for each");
        await AssertAnsweredAsync(good, 1);

        _time.Advance(TimeSpan.FromSeconds(2));
        await AllEndAsync(runs);
        Assert.Equal(1, server.Counters.ConnectionsOpen);
        Assert.Equal(Attackers, server.Counters.ClosedByServer[MqttReasonCode.MaximumConnectTime]);
        await AssertAnsweredAsync(good, 2);
    }

    [Fact]
    public async Task A_byte_a_second_does_not_keep_a_connection_alive()
    {
        using var server = PipeTransport.Server(_sink, _time);
        var good = await GoodAsync(server);
        var attackers = await ConnectedAsync(server, 200, keepAlive: 10);
        byte[] publish = [0x30, 0xFF, 0x7F, 0, 1, (byte)'a', .. new byte[40]];
        for (var second = 0; second < 14; second++)
        {
            await FeedAllAsync(attackers.Clients, publish.AsMemory(second, 1));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(201, server.Counters.ConnectionsOpen);
        await FeedAllAsync(attackers.Clients, publish.AsMemory(14, 1));
        _time.Advance(TimeSpan.FromSeconds(3));
        await AllEndAsync(attackers.Runs);
        Assert.Equal(200, server.Counters.ClosedByServer[MqttReasonCode.KeepAliveTimeout]);
        await AssertAnsweredAsync(good, 1);
    }

    [Fact]
    public async Task A_giant_remaining_length_is_refused_from_its_header()
    {
        using var server = PipeTransport.Server(_sink, _time);
        var good = await GoodAsync(server);
        var attackers = await ConnectedAsync(server, Attackers);
        var before = GC.GetAllocatedBytesForCurrentThread();
        await FeedAllAsync(attackers.Clients, new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0x7F });
        await AllEndAsync(attackers.Runs);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 256L * 1024 * 1024, "something of the announced size was allocated");
        Assert.Equal(Attackers, server.Counters.ClosedByServer[MqttReasonCode.PacketTooLarge]);
        await AssertAnsweredAsync(good, 1);
    }

    [Fact]
    public async Task An_announced_packet_costs_what_has_come_of_it()
    {
        using var server = PipeTransport.Server(_sink, _time);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var attackers = await ConnectedAsync(server, Attackers);
        await FeedAllAsync(attackers.Clients, new byte[] { 0x30, 0xF0, 0xFF, 0x0F, 0, 1, (byte)'a' });
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Attackers;
        Assert.True(each < 16 * 1024, $"{each} bytes for each; the packet is said to have 262,128");
        attackers.Clients.ForEach(c => c.Close());
        await AllEndAsync(attackers.Runs);
    }

    [Fact]
    public async Task Subscribers_that_never_read_are_bounded_and_others_get_everything()
    {
        const long Most = 1024 * 1024;
        using var server = PipeTransport.Server(_sink, _time, o =>
        {
            o.MaxQueuedBytesTotal = Most;
            o.MaxHold = TimeSpan.Zero;
        });
        var stuck = Enumerable.Range(0, 200).Select(_ => new PipeTransport()).ToList();
        var runs = stuck.ConvertAll(s => server.RunAsync(s));
        for (var i = 0; i < stuck.Count; i++)
        {
            var connect = new MqttConnect { Version = MqttVersion.V311, ClientId = $"stuck-{i}", CleanStart = true };
            await stuck[i].SendAsync(w => connect.Encode(w));
            await stuck[i].SendAsync(w => new MqttSubscribe { PacketId = 1, Filters = [new("#", MqttQos.AtLeastOnce)] }.Encode(w, MqttVersion.V311));
        }

        await Eventually.HoldsAsync(() => server.SubscriptionCount == stuck.Count, "the subscriptions");
        var good = await GoodAsync(server);
        await good.FeedAsync(Encoded(w => new MqttSubscribe { PacketId = 1, Filters = [new("#")] }.Encode(w, MqttVersion.V311)));
        var publisher = await ConnectedAsync(server, 1);
        for (var i = 1; i <= 1000; i++)
        {
            await publisher.Clients[0].FeedAsync(Encoded(w => MqttPublishEncoder.Write(w, MqttVersion.V311, new MqttPublishParts
            {
                Topic = "a"u8,
                Payload = new byte[100],
                PacketId = (ushort)i,
                Qos = MqttQos.AtLeastOnce,
            })));
            Assert.True(server.QueuedBytes <= Most, "queues hold more than all of them may");

            // The good client reads on: what it has not been sent yet takes from the same budget.
            await Eventually.HoldsAsync(() => good.Packets.Count(p => p[0] >> 4 == 3) + server.Counters.DroppedQos0 >= i, "the delivery");
        }

        Assert.True(server.Counters.DroppedQueued > 0, "nothing was dropped: the test shows nothing");
        var got = good.Packets.Count(p => p[0] >> 4 == 3);
        Assert.Equal(1000, got + server.Counters.DroppedQos0);
        stuck.ForEach(s => s.Abort(new Microsoft.AspNetCore.Connections.ConnectionAbortedException()));
        await AllEndAsync(runs);
        Assert.Equal(0, server.QueuedBytes);
    }

    [Fact]
    public async Task Fifty_thousand_idle_connections_take_less_than_ten_kilobytes_each()
    {
        const int Count = 50_000;
        using var server = PipeTransport.Server(_sink, _time);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var fleet = await ConnectedAsync(server, Count);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        Assert.Equal(Count, server.Counters.ConnectionsOpen);
        Assert.Equal(Count, server.SessionCount);
        Assert.True(each < 10_000, $"{each} bytes for each");
        fleet.Clients.ForEach(c => c.Close());
        await AllEndAsync(fleet.Runs);
    }

    private static async Task<InlineTransport> GoodAsync(MqttServer server)
    {
        var good = new InlineTransport(keep: true, "good");
        _ = good.RunAsync(server);
        await good.FeedAsync(Encoded(new MqttConnect { Version = MqttVersion.V311, ClientId = "good", CleanStart = true }.Encode));
        await Eventually.HoldsAsync(() => good.Packets.Count == 1, "the good client's CONNACK");
        return good;
    }

    private static async Task AssertAnsweredAsync(InlineTransport good, int pings)
    {
        await good.FeedAsync(MqttEncoding.PingReq.ToArray());
        await Eventually.HoldsAsync(() => good.Packets.Count(p => p[0] == 0xD0) == pings, "the good client's ping to be answered");
    }

    private static async Task<(List<InlineTransport> Clients, List<Task> Runs)> ConnectedAsync(MqttServer server, int count, ushort keepAlive = 0)
    {
        var open = server.SessionCount;
        var clients = Enumerable.Range(0, count).Select(i => new InlineTransport(keep: false, $"c{i}")).ToList();
        var runs = clients.ConvertAll(c => c.RunAsync(server));
        for (var i = 0; i < count; i++)
        {
            await clients[i].FeedAsync(Encoded(new MqttConnect { Version = MqttVersion.V311, ClientId = $"device-{i}", CleanStart = true, KeepAlive = keepAlive }.Encode));
        }

        await Eventually.HoldsAsync(() => server.SessionCount == open + count, "the sessions");
        return (clients, runs);
    }

    private static async Task FeedAllAsync(List<InlineTransport> clients, ReadOnlyMemory<byte> bytes)
    {
        foreach (var client in bytes.IsEmpty ? [] : clients)
        {
            await client.FeedAsync(bytes);
        }
    }

    private async Task AllEndAsync(List<Task> runs) => await Eventually.HoldsAsync(
        () =>
        {
            var ended = runs.TrueForAll(r => r.IsCompleted);
            if (!ended)
            {
                // What cannot leave any more gets its time.
                _time.Advance(TimeSpan.FromMilliseconds(500));
            }

            return ended;
        },
        "the connections to end");

    private static byte[] Encoded(Action<IBufferWriter<byte>> encode)
    {
        var writer = new ArrayBufferWriter<byte>();
        encode(writer);
        return writer.WrittenSpan.ToArray();
    }
}
