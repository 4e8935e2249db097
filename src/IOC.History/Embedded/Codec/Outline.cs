using System.Runtime.InteropServices;

namespace IOC.History.Embedded.Codec;

/// <summary>The steps at which a block is rolled up.</summary>
internal enum RollupStep
{
    /// <summary>Minutes, aligned to UTC.</summary>
    Minute = 0,

    /// <summary>Hours, aligned to UTC.</summary>
    Hour = 1,

    /// <summary>Days of a zone at a fixed number of whole hours from UTC.</summary>
    Day = 2,
}

/// <summary>A step's part of a block.</summary>
/// <param name="Totals">Totals over the readings of good quality; without meaning when not <paramref name="AllGood"/>.</param>
/// <param name="AllGood">False when some readings are of other quality: then only their times and number are known.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Rollup(RunTotals Totals, bool AllGood);

/// <summary>
/// The rollups of a closed block: for a minute, an hour and a day at a time what is otherwise known of the whole block only.
/// A step is kept where it saves reading: when it parts the block, and holds at least a dozen readings on average.
/// See docs/history-format.md.
/// </summary>
/// <param name="dayOffsetHours">Hours by which days begin before those of UTC (7 for Viet Nam).</param>
internal sealed class OutlineEncoder(int dayOffsetHours)
{
    public const byte Version = 1;
    private const int WorthReadings = 12;

    // A long block is quick to read for the days of a month; totals are kept where they are a small part of it.
    private const int WorthPackedReadings = 32;
    private const int WorthUnscaledReadings = 256;

    private readonly List<Rollup> _rollups = [];
    private PackedOutlineEncoder? _packed;
    private byte[] _bytes = new byte[1024];

    /// <summary>Encodes the rollups of a block; the result is valid until the next call, and empty when no step is worth keeping.</summary>
    /// <param name="samples">1 or more readings in strictly rising order of time.</param>
    /// <param name="qualities">Their qualities; empty = all good.</param>
    /// <param name="scale">Scale at which all values are exact integers (<see cref="BlockEncoder.Scale"/>), or
    /// <see cref="DecimalValues.NoScale"/>.</param>
    /// <param name="packed">True for layout version 2, which is smaller, for the long blocks of the upkeep.</param>
    public ReadOnlySpan<byte> Encode(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities, int scale, bool packed = false)
    {
        var worth = !packed ? WorthReadings : scale == DecimalValues.NoScale ? WorthUnscaledReadings : WorthPackedReadings;
        var writer = default(BlockWriter);
        for (var step = RollupStep.Day; step >= RollupStep.Minute; step--)
        {
            if (!IsWorthIt(samples, step, worth))
            {
                continue;
            }

            _rollups.Clear();
            Fill(samples, qualities, step);
            if (writer.Length == 0)
            {
                writer = Begin(samples.Length, packed ? PackedOutline.Version : Version);
            }

            if (packed)
            {
                (_packed ??= new PackedOutlineEncoder()).Write(ref writer, step, scale, _rollups);
            }
            else
            {
                Write(ref writer, step, scale);
            }
        }

        if (writer.Length == 0)
        {
            return [];
        }

        writer.Fixed32(BlockFormat.Checksum(writer.Written));
        return writer.Written;
    }

    /// <summary>Number of the step that holds an instant.</summary>
    internal static long IndexOf(long atMs, RollupStep step, int dayOffsetHours) => step switch
    {
        RollupStep.Minute => Floor(atMs, 60_000),
        RollupStep.Hour => Floor(atMs, 3_600_000),
        _ => Floor(atMs + (dayOffsetHours * 3_600_000L), 86_400_000),
    };

    private static long Floor(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);

    private bool IsWorthIt(ReadOnlySpan<Sample> samples, RollupStep step, int worth)
    {
        // Differences of any two instants fit: nothing lies before year 1 or after year 9999.
        var parts = IndexOf(samples[^1].AtMs, step, dayOffsetHours) - IndexOf(samples[0].AtMs, step, dayOffsetHours) + 1;
        return parts > 1 && samples.Length >= parts * worth;
    }

    private BlockWriter Begin(int readings, byte version)
    {
        // At most one rollup for every dozen readings and step, each of at most 100 bytes.
        var size = 256 + (3 * 100 * ((readings / WorthReadings) + 1));
        if (_bytes.Length < size)
        {
            _bytes = new byte[size];
        }

        var writer = new BlockWriter(_bytes);
        writer.Byte(version);
        writer.Byte((byte)(sbyte)dayOffsetHours);
        return writer;
    }

    private void Fill(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities, RollupStep step)
    {
        var from = 0;
        while (from < samples.Length)
        {
            var index = IndexOf(samples[from].AtMs, step, dayOffsetHours);
            var to = from + 1;
            while (to < samples.Length && IndexOf(samples[to].AtMs, step, dayOffsetHours) == index)
            {
                to++;
            }

            var s = BlockSummary.Of(samples[from..to], qualities.IsEmpty ? default : qualities[from..to]);
            _rollups.Add(new Rollup(new RunTotals(s.FirstAtMs, s.LastAtMs, s.Count, s.Sum, s.Min, s.Max, s.First, s.Last), s.OkCount == s.Count));
            from = to;
        }
    }

    private void Write(ref BlockWriter writer, RollupStep step, int scale)
    {
        var power = scale == DecimalValues.NoScale ? 0 : DecimalValues.PowerOf(scale);
        if (power > 0 && _rollups.Exists(r => r.AllGood && !DecimalValues.FitsSum(r.Totals.Sum, power)))
        {
            (scale, power) = (DecimalValues.NoScale, 0);
        }

        writer.Byte((byte)(((int)step << 4) | scale));
        writer.Varint((uint)_rollups.Count);
        var reached = 0L;
        var before = 0L;
        foreach (var (t, good) in _rollups)
        {
            writer.Zigzag(t.FirstAtMs - reached);
            writer.Varint((ulong)(t.LastAtMs - t.FirstAtMs));
            writer.Varint(((ulong)t.Count << 1) | (good ? 1UL : 0UL));
            reached = t.LastAtMs;
            if (!good)
            {
                continue;
            }

            if (power > 0)
            {
                var first = (long)Math.Round(t.First * power);
                writer.Zigzag(first - before);
                before = (long)Math.Round(t.Last * power);
                writer.Zigzag(before - first);
                writer.Varint((ulong)(first - (long)Math.Round(t.Min * power)));
                writer.Varint((ulong)((long)Math.Round(t.Max * power) - first));
                writer.Zigzag((long)Math.Round(t.Sum * power) - (first * t.Count));
            }
            else
            {
                writer.Fixed64(BitConverter.DoubleToUInt64Bits(t.First));
                writer.Fixed64(BitConverter.DoubleToUInt64Bits(t.Last));
                writer.Fixed64(BitConverter.DoubleToUInt64Bits(t.Min));
                writer.Fixed64(BitConverter.DoubleToUInt64Bits(t.Max));
                writer.Fixed64(BitConverter.DoubleToUInt64Bits(t.Sum));
            }
        }
    }
}
