using System.Buffers;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>Publishers wait for a subscriber that keeps up, and never for one that does not (ADR 14).</summary>
public class HoldTests
{
    private const int FloodSize = 2000;
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingSink _sink = new();

    [Fact]
    public async Task A_flood_reaches_a_subscriber_that_reads_without_loss()
    {
        // The clock stands still: the subscriber has all the time that the machine gives it.
        await using var server = await TestServer.StartAsync(o => o.MaxQueuedQos0Messages = 200, time: _time);
        using var subscriber = await server.RawAsync();
        await subscriber.ConnectAsync("sub");
        await subscriber.SendAsync(w => new MqttSubscribe { PacketId = 1, Filters = [new("#")] }.Encode(w, MqttVersion.V311));
        await subscriber.ReadAsync();
        using var publisher = await server.RawAsync();
        await publisher.ConnectAsync("pub");

        const int Count = 20_000;
        var sending = publisher.SendAsync(w =>
        {
            for (var i = 0; i < Count; i++)
            {
                Publish(w, MqttQos.AtMostOnce, i);
            }
        });
        for (var i = 0; i < Count; i++)
        {
            var packet = await subscriber.ReadAsync();
            Assert.Equal(i, BitConverter.ToInt32(packet.AsSpan(packet!.Length - 4)));
        }

        await sending;
        Assert.True(server.Server.Counters.Holds > 0, "the flood was too small to show anything");
        Assert.Equal(0, server.Server.Counters.DroppedQos0);
    }

    [Fact]
    public async Task A_subscriber_that_does_not_read_holds_its_publishers_once_and_then_loses_messages()
    {
        using var server = Server();
        var subscriber = new PipeTransport();
        var runs = new List<Task> { server.RunAsync(subscriber) };
        await subscriber.ConnectAsync();
        await SubscribeAsync(server, subscriber, MqttQos.AtMostOnce);
        var publisher = await PublisherAsync(server, runs);

        await publisher.FeedAsync(Flood(MqttQos.AtMostOnce));
        await HeldAsync(server);
        Assert.InRange(_sink.All.Count, 50, FloodSize / 2);
        Assert.Equal(0, server.Counters.DroppedQos0);

        var start = _time.GetUtcNow();
        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(20));
                return _sink.All.Count == FloodSize;
            },
            "the publisher to go on");
        Assert.True(_time.GetUtcNow() - start >= TimeSpan.FromMilliseconds(500), "it was given no time");
        Assert.True(server.Counters.DroppedQos0 > 0, "what does not fit is counted");

        var holds = server.Counters.Holds;
        await publisher.FeedAsync(Flood(MqttQos.AtMostOnce));
        await Eventually.HoldsAsync(() => _sink.All.Count == 2 * FloodSize, "the second flood to be taken without a wait");
        Assert.Equal(holds, server.Counters.Holds);

        await subscriber.ReadAllAsync(server, () => server.Counters.PublishesOut + server.Counters.DroppedQos0 == 2 * FloodSize);
        await publisher.FeedAsync(Flood(MqttQos.AtMostOnce));
        await HeldAsync(server);
        Assert.True(server.Counters.Holds > holds, "it has made room and may hold again");
        await EndAsync(runs, publisher, subscriber);
    }

    [Fact]
    public async Task A_subscriber_that_goes_away_lets_its_publishers_go()
    {
        using var server = Server();
        var subscriber = new PipeTransport();
        var runs = new List<Task> { server.RunAsync(subscriber) };
        await subscriber.ConnectAsync();
        await SubscribeAsync(server, subscriber, MqttQos.AtMostOnce);
        var publisher = await PublisherAsync(server, runs);
        await publisher.FeedAsync(Flood(MqttQos.AtMostOnce));
        await HeldAsync(server);

        subscriber.Abort(new Microsoft.AspNetCore.Connections.ConnectionAbortedException());
        await Eventually.HoldsAsync(() => _sink.All.Count(m => !m.IsWill) == FloodSize, "the publisher to go on");
        await EndAsync(runs, publisher);
    }

    [Fact]
    public async Task A_client_never_waits_for_itself()
    {
        using var server = Server();
        var client = new PipeTransport();
        var run = server.RunAsync(client);
        await client.ConnectAsync();
        await SubscribeAsync(server, client, MqttQos.AtLeastOnce);
        await client.SendAsync(w => w.Write(Flood(MqttQos.AtLeastOnce)));
        await Eventually.HoldsAsync(() => _sink.All.Count == FloodSize, "the flood to be taken");
        Assert.Equal(0, server.Counters.Holds);
        await EndAsync([run], client);
    }

    [Fact]
    public async Task Nobody_is_held_when_it_is_switched_off()
    {
        using var server = Server(o => o.MaxHold = TimeSpan.Zero);
        var subscriber = new PipeTransport();
        var runs = new List<Task> { server.RunAsync(subscriber) };
        await subscriber.ConnectAsync();
        await SubscribeAsync(server, subscriber, MqttQos.AtMostOnce);
        var publisher = await PublisherAsync(server, runs);
        await publisher.FeedAsync(Flood(MqttQos.AtMostOnce));
        Assert.Equal(FloodSize, _sink.All.Count);
        Assert.Equal(0, server.Counters.Holds);
        await EndAsync(runs, publisher, subscriber);
    }

    private MqttServer Server(Action<MqttServerOptions>? configure = null) => PipeTransport.Server(_sink, _time, o =>
    {
        o.MaxQueuedQos0Messages = 100;
        o.MaxQueuedMessages = 100;
        configure?.Invoke(o);
    });

    private static async Task SubscribeAsync(MqttServer server, PipeTransport client, MqttQos qos)
    {
        await client.SendAsync(w => new MqttSubscribe { PacketId = 1, Filters = [new("a/#", qos)] }.Encode(w, MqttVersion.V311));
        await Eventually.HoldsAsync(() => server.SubscriptionCount == 1, "the subscription");
    }

    private static async Task<InlineTransport> PublisherAsync(MqttServer server, List<Task> runs)
    {
        var publisher = new InlineTransport(keep: true, "publisher");
        runs.Add(publisher.RunAsync(server));
        var connect = new ArrayBufferWriter<byte>();
        new MqttConnect { Version = MqttVersion.V311, ClientId = "publisher", CleanStart = true }.Encode(connect);
        await publisher.FeedAsync(connect.WrittenMemory);
        await Eventually.HoldsAsync(() => publisher.Packets.Count == 1, "the CONNACK");
        return publisher;
    }

    private static async Task EndAsync(List<Task> runs, params Microsoft.AspNetCore.Connections.ConnectionContext[] clients)
    {
        foreach (var client in clients)
        {
            client.Abort(new Microsoft.AspNetCore.Connections.ConnectionAbortedException());
        }

        await Task.WhenAll(runs).WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>The subscriber's queue is half full, so that its publisher waits.</summary>
    private static Task HeldAsync(MqttServer server) =>
        Eventually.HoldsAsync(() => server.QueuedBytes >= 50 * 103 && server.Counters.Holds > 0, "the publisher to be held");

    /// <summary>Publishes of 100 bytes.</summary>
    private static byte[] Flood(MqttQos qos)
    {
        var writer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < FloodSize; i++)
        {
            Publish(writer, qos, i);
        }

        return writer.WrittenSpan.ToArray();
    }

    private static void Publish(IBufferWriter<byte> writer, MqttQos qos, int number) =>
        MqttPublishEncoder.Write(writer, MqttVersion.V311, new MqttPublishParts
        {
            Topic = "a/b"u8,
            Payload = [.. new byte[96], .. BitConverter.GetBytes(number)],
            PacketId = (ushort)(number + 1),
            Qos = qos,
        });
}
