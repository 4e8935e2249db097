using System.Buffers;

namespace IOC.Mqtt.Wire.Tests;

/// <summary>Bytes that nobody meant: no exception, no endless loop, the same verdict however they are cut.</summary>
public class FuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20261121)]
    public void Mutated_packets_never_throw_and_do_not_depend_on_segments(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var (_, version, golden) = Frames.Golden[random.Next(Frames.Golden.Length)];
            var (_, _, second) = Frames.Golden[random.Next(Frames.Golden.Length)];
            var bytes = Mutate([.. golden, .. second], random);
            var whole = Run(new ReadOnlySequence<byte>(bytes), version);
            var cut = random.Next(bytes.Length + 1);
            Assert.Equal(whole, Run(Frames.Sequence(bytes[..cut], bytes[cut..]), version));
            Assert.Equal(whole, Run(Frames.Sequence([.. bytes.Select(b => new[] { b })]), version));
        }
    }

    [Fact]
    public void What_decodes_encodes_to_something_that_decodes()
    {
        var random = new Random(7);
        var survivors = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var (_, version, golden) = Frames.Golden[random.Next(Frames.Golden.Length)];
            var bytes = Mutate([.. golden], random);
            if (Run(new ReadOnlySequence<byte>(bytes), version) is [{ Ok: true } only] && only.Length == bytes.Length)
            {
                survivors++;
                var once = Frames.Reencode(bytes, version);
                Assert.Equal(once, Frames.Reencode(once, version));
            }
        }

        Assert.True(survivors > 500, "the mutations leave too little to test");
    }

    private static byte[] Mutate(List<byte> bytes, Random random)
    {
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    if (bytes.Count > 1)
                    {
                        bytes.RemoveAt(at);
                    }

                    break;
            }
        }

        return [.. bytes];
    }

    private static List<Outcome> Run(ReadOnlySequence<byte> sequence, MqttVersion version)
    {
        var outcomes = new List<Outcome>();
        var reader = new MqttFrameReader(sequence, new MqttScratch(), 1 << 16);
        while (true)
        {
            switch (reader.Read(out var frame))
            {
                case DecodeStatus.Complete:
                    var ok = Frames.DecodeAny(frame, version, out var error);
                    Assert.Equal(ok, error.Reason == MqttReasonCode.Success);
                    outcomes.Add(new Outcome(ok, error.Reason, sequence.Slice(0, reader.Consumed).Length));
                    break;
                case DecodeStatus.Malformed:
                    outcomes.Add(new Outcome(false, reader.Error.Reason, -1));
                    return outcomes;
                default:
                    return outcomes;
            }
        }
    }

    private sealed record Outcome(bool Ok, MqttReasonCode Reason, long Length);
}
