using System.Buffers;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>TCP keeps no packet together: every packet that a client sends is split at every byte, sent byte by byte and sent together
/// with its neighbours, and the server must answer the same each time.</summary>
public class SplitTests
{
    public static TheoryData<MqttVersion> Versions => [MqttVersion.V311, MqttVersion.V500];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Split_at_every_byte(MqttVersion version)
    {
        var whole = await AnswersAsync(version, phase => [phase]);
        var longest = Script(version).Max(p => p.Length);
        for (var at = 1; at < longest; at++)
        {
            Assert.Equal(whole, await AnswersAsync(version, phase => at < phase.Length ? [phase[..at], phase[at..]] : [phase]));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Byte_by_byte(MqttVersion version)
    {
        var whole = await AnswersAsync(version, phase => [phase]);
        Assert.Equal(whole, await AnswersAsync(version, phase => [.. phase.Select(b => new[] { b })]));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task In_pieces_that_end_in_the_middle_of_packets(MqttVersion version)
    {
        var whole = await AnswersAsync(version, phase => [phase]);
        for (var size = 2; size < 40; size++)
        {
            Assert.Equal(whole, await AnswersAsync(version, phase => [.. phase.Chunk(size)]));
        }
    }

    [Fact]
    public async Task The_script_is_answered_as_the_standard_says()
    {
        var types = (await AnswersAsync(MqttVersion.V311, phase => [phase])).Select(p => Convert.FromHexString(p)[0] >> 4).ToList();

        // CONNACK, SUBACK, PUBACK, PUBREC, PUBCOMP, PINGRESP, UNSUBACK, and of the three publishes that come back PUBREL for one.
        foreach (var type in new[] { 2, 9, 4, 5, 7, 13, 11, 6 })
        {
            Assert.Contains(type, types);
        }

        Assert.Equal(3, types.Count(t => t == 3));
    }

    /// <summary>What the server answered, in no order: how answers of different kinds share a write is its own business.</summary>
    private static async Task<string[]> AnswersAsync(MqttVersion version, Func<byte[], byte[][]> cut)
    {
        using var server = PipeTransport.Server(new RecordingSink(), new ManualTimeProvider());
        var client = new InlineTransport(keep: true);
        var run = client.RunAsync(server);
        foreach (var (phase, answers) in Script(version).Zip([8, 10, 11]))
        {
            foreach (var piece in cut(phase))
            {
                await client.FeedAsync(piece);
            }

            await Eventually.HoldsAsync(() => client.Packets.Count >= answers, $"{answers} answers, there are {client.Packets.Count}");
        }

        await run;
        return [.. client.Packets.Select(Convert.ToHexString).Order(StringComparer.Ordinal)];
    }

    /// <summary>Three phases, because a client answers a packet only after it has come.</summary>
    private static byte[][] Script(MqttVersion version)
    {
        var first = new ArrayBufferWriter<byte>();
        new MqttConnect { Version = version, ClientId = "split", CleanStart = true, KeepAlive = 60 }.Encode(first);
        new MqttSubscribe { PacketId = 1, Filters = [new("a/#", MqttQos.ExactlyOnce)] }.Encode(first, version);
        Publish(first, version, MqttQos.AtMostOnce, 0);
        Publish(first, version, MqttQos.AtLeastOnce, 2);
        Publish(first, version, MqttQos.ExactlyOnce, 3);
        first.Write(MqttEncoding.PingReq);

        // The server's own identifiers begin at 1: the QoS 1 message has 1, the QoS 2 message 2.
        var second = new ArrayBufferWriter<byte>();
        Ack(second, version, MqttPacketType.PubRel, 3);
        Ack(second, version, MqttPacketType.PubAck, 1);
        Ack(second, version, MqttPacketType.PubRec, 2);

        var third = new ArrayBufferWriter<byte>();
        Ack(third, version, MqttPacketType.PubComp, 2);
        new MqttUnsubscribe { PacketId = 4, Filters = ["a/#"] }.Encode(third, version);
        new MqttDisconnect().Encode(third, version);
        return [first.WrittenSpan.ToArray(), second.WrittenSpan.ToArray(), third.WrittenSpan.ToArray()];
    }

    private static void Publish(ArrayBufferWriter<byte> writer, MqttVersion version, MqttQos qos, ushort id) =>
        MqttPublishEncoder.Write(writer, version, new MqttPublishParts { Topic = "a/b"u8, Payload = "payload"u8, Qos = qos, PacketId = id });

    private static void Ack(ArrayBufferWriter<byte> writer, MqttVersion version, MqttPacketType type, ushort id) =>
        writer.Advance(MqttAck.Write(writer.GetSpan(MqttAck.MaxSize), version, type, id, MqttReasonCode.Success));
}
