using System.Buffers;

namespace IOC.Mqtt.Wire.Tests;

/// <summary>Four million broken packets through the framing and every decoder: no exception, always progress, the same verdict
/// however the bytes are cut, and never more memory than the bytes justify.</summary>
public class MutationTests
{
    private const int PerSeed = 500_000;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(20261122, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Broken_packets_are_judged_without_a_crash_a_hang_or_growth(int seed)
    {
        var mutator = new PacketMutator(seed);
        var buffer = new byte[2 * 5000];
        var scratch = new MqttScratch();
        var tally = new Tally();
        for (var n = 0; n < PerSeed; n += 2)
        {
            var length = mutator.Next(buffer);
            length += mutator.Next(buffer.AsSpan(length));
            try
            {
                Check(buffer.AsMemory(0, length), n, scratch, ref tally);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Assert.Fail($"seed {seed}, packet {n}, bytes {Convert.ToHexString(buffer, 0, length)}: {e}");
            }
        }

        // Else the mutations miss the decoders, and the test shows nothing.
        Assert.True(tally.Valid > PerSeed / 20, $"only {tally.Valid} were valid");
        Assert.True(tally.Refused > PerSeed / 4, $"only {tally.Refused} got to a decoder and were refused");
    }

    private static void Check(ReadOnlyMemory<byte> bytes, int n, MqttScratch scratch, ref Tally tally)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var v5 = Run(new ReadOnlySequence<byte>(bytes), MqttVersion.V500, scratch, ref tally);
        var v3 = Run(new ReadOnlySequence<byte>(bytes), MqttVersion.V311, scratch, ref tally);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A filter of one letter is 4 bytes on the wire and about 100 as an object in a list; twice over, for two versions.
        Assert.True(allocated <= 8192 + (100 * bytes.Length), $"{bytes.Length} bytes made the decoders allocate {allocated}");
        if (n % 16 == 0)
        {
            var cut = n / 16 % (bytes.Length + 1);
            var twoParts = Frames.Sequence(bytes[..cut].ToArray(), bytes[cut..].ToArray());
            Assert.Equal(v5, Run(twoParts, MqttVersion.V500, scratch, ref tally));
            Assert.Equal(v3, Run(twoParts, MqttVersion.V311, scratch, ref tally));
        }
    }

    /// <summary>Reads to the end or to the first mistake; the result depends on every verdict.</summary>
    private static int Run(ReadOnlySequence<byte> sequence, MqttVersion version, MqttScratch scratch, ref Tally tally)
    {
        var reader = new MqttFrameReader(sequence, scratch, 1 << 16);
        var verdicts = new HashCode();
        long consumed = 0;
        while (true)
        {
            var status = reader.Read(out var frame);
            if (status != DecodeStatus.Complete)
            {
                verdicts.Add((int)status);
                verdicts.Add((int)reader.Error.Reason);
                return verdicts.ToHashCode();
            }

            var now = sequence.Slice(0, reader.Consumed).Length;
            Assert.True(now >= consumed + 2, "a read that consumes nothing would never end");
            consumed = now;
            var ok = Frames.DecodeAny(frame, version, out var error);
            Assert.Equal(ok, (int)error.Reason < 0x80);
            tally.Valid += ok ? 1 : 0;
            tally.Refused += ok ? 0 : 1;
            verdicts.Add((int)error.Reason);
            verdicts.Add(consumed);
        }
    }

    private struct Tally
    {
        public int Valid;
        public int Refused;
    }
}
