using System.Runtime.InteropServices;
using IOC.History.Embedded.Codec;

namespace IOC.History.Embedded;

/// <summary>What is kept beside a block. Values are over readings of good quality; 0 when there are none.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlockSummary(
    long FirstAtMs, long LastAtMs, int Count, int OkCount, double Min, double Max, double Sum, double First, double Last)
{
    /// <summary>Summarises 1 or more readings in order of time; no qualities = all good.</summary>
    public static BlockSummary Of(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
    {
        var (count, min, max, sum, first, last) = (0, double.PositiveInfinity, double.NegativeInfinity, 0.0, 0.0, 0.0);
        for (var i = 0; i < samples.Length; i++)
        {
            if (!qualities.IsEmpty && qualities[i] != 0)
            {
                continue;
            }

            var value = samples[i].Value;
            first = count++ == 0 ? value : first;
            last = value;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            sum += value;
        }

        return count == 0
            ? new BlockSummary(samples[0].AtMs, samples[^1].AtMs, samples.Length, 0, 0, 0, 0, 0, 0)
            : new BlockSummary(samples[0].AtMs, samples[^1].AtMs, samples.Length, count, min, max, sum, first, last);
    }
}
