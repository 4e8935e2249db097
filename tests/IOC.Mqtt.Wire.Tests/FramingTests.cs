using System.Buffers;

namespace IOC.Mqtt.Wire.Tests;

/// <summary>A packet that ended exactly on a segment's end once froze connections; hence every cut of every packet.</summary>
public class FramingTests
{
    public static TheoryData<string> Names => [.. Frames.Golden.Select(g => g.Name), "publish of 300 bytes"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Whole(string name)
    {
        var bytes = Bytes(name);
        AssertOne(new ReadOnlySequence<byte>(bytes), bytes);
        AssertOne(Frames.Sequence(bytes, []), bytes);
        AssertOne(Frames.Sequence([], bytes), bytes);
        AssertOne(Frames.Sequence([], bytes, [], []), bytes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Split_at_every_offset(string name)
    {
        var bytes = Bytes(name);
        for (var i = 0; i <= bytes.Length; i++)
        {
            AssertOne(Frames.Sequence(bytes[..i], bytes[i..]), bytes);
            AssertOne(Frames.Sequence(bytes[..i], [], bytes[i..]), bytes);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_byte_per_segment(string name)
    {
        var bytes = Bytes(name);
        AssertOne(Frames.Sequence([.. bytes.Select(b => new[] { b })]), bytes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_prefix_is_incomplete_and_consumes_nothing(string name)
    {
        var bytes = Bytes(name);
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var sequence in new[] { new ReadOnlySequence<byte>(bytes[..i]), Frames.Sequence([.. bytes[..i].Select(b => new[] { b })]) })
            {
                var reader = new MqttFrameReader(sequence, new MqttScratch(), 1 << 20);
                Assert.Equal(DecodeStatus.Incomplete, reader.Read(out _));
                Assert.Equal(0, sequence.Slice(0, reader.Consumed).Length);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Followed_by_more_at_every_split(string name)
    {
        var bytes = Bytes(name);
        byte[] both = [.. bytes, .. bytes, 0x30];
        for (var i = 0; i <= both.Length; i++)
        {
            for (var j = i; j <= both.Length; j += 3)
            {
                var sequence = Frames.Sequence(both[..i], both[i..j], both[j..]);
                var reader = new MqttFrameReader(sequence, new MqttScratch(), 1 << 20);
                for (var n = 0; n < 2; n++)
                {
                    Assert.Equal(DecodeStatus.Complete, reader.Read(out var frame));
                    Assert.True(frame.Body.SequenceEqual(BodyOf(bytes)));
                }

                Assert.Equal(DecodeStatus.Incomplete, reader.Read(out _));
                Assert.Equal(bytes.Length * 2, sequence.Slice(0, reader.Consumed).Length);
            }
        }
    }

    [Fact]
    public void Too_large_is_known_from_the_header_alone()
    {
        foreach (var sequence in new[] { new ReadOnlySequence<byte>(Frames.Hex("30 FF 7F")), Frames.Sequence([0x30], [0xFF], [0x7F]) })
        {
            var reader = new MqttFrameReader(sequence, new MqttScratch(), 16_000);
            Assert.Equal(DecodeStatus.Malformed, reader.Read(out _));
            Assert.Equal(MqttReasonCode.PacketTooLarge, reader.Error.Reason);
        }
    }

    [Fact]
    public void The_limit_is_the_size_of_the_whole_packet()
    {
        var packet = Frames.Hex("3005 0001 61 6869");
        Assert.Equal(DecodeStatus.Complete, new MqttFrameReader(new ReadOnlySequence<byte>(packet), new MqttScratch(), 7).Read(out _));
        Assert.Equal(DecodeStatus.Malformed, new MqttFrameReader(new ReadOnlySequence<byte>(packet), new MqttScratch(), 6).Read(out _));
    }

    [Theory]
    [InlineData("30 FF FF FF FF")]
    [InlineData("30 FF FF FF 80 01")]
    [InlineData("30 80 00")]
    [InlineData("30 81 80 00")]
    public void A_wrong_remaining_length_is_malformed(string hex)
    {
        var bytes = Frames.Hex(hex);
        foreach (var sequence in new[] { new ReadOnlySequence<byte>(bytes), Frames.Sequence([.. bytes.Select(b => new[] { b })]) })
        {
            var reader = new MqttFrameReader(sequence, new MqttScratch(), int.MaxValue);
            Assert.Equal(DecodeStatus.Malformed, reader.Read(out _));
            Assert.Equal(MqttReasonCode.MalformedPacket, reader.Error.Reason);
        }
    }

    private static byte[] Bytes(string name)
    {
        if (Frames.Golden.FirstOrDefault(g => g.Name == name).Bytes is { } golden)
        {
            return golden;
        }

        return [0x30, 0xAC, 0x02, 0, 1, (byte)'a', .. Enumerable.Range(0, 297).Select(i => (byte)i)];
    }

    private static ReadOnlySpan<byte> BodyOf(byte[] packet)
    {
        MqttFrameReader.ReadHeader(packet, int.MaxValue, out var header, out _, out _);
        return packet.AsSpan(header);
    }

    private static void AssertOne(ReadOnlySequence<byte> sequence, byte[] packet)
    {
        var reader = new MqttFrameReader(sequence, new MqttScratch(), 1 << 20);
        Assert.Equal(DecodeStatus.Complete, reader.Read(out var frame));
        Assert.Equal(packet[0], frame.FirstByte);
        Assert.True(frame.Body.SequenceEqual(BodyOf(packet)));
        Assert.Equal(packet.Length, sequence.Slice(0, reader.Consumed).Length);
        Assert.Equal(DecodeStatus.Incomplete, reader.Read(out _));
        Assert.Equal(packet.Length, sequence.Slice(0, reader.Consumed).Length);
    }
}
