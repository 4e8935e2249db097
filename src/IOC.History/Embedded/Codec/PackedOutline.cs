using System.Runtime.CompilerServices;

namespace IOC.History.Embedded.Codec;

/// <summary>
/// The numbers of an outline of layout version 2, each by what it was in the part before. Those that a mean, a sum or a count needs stand
/// apart from the least, greatest, first and last values, so that most questions read half of it.
/// </summary>
internal sealed class PackedOutline
{
    public const byte Version = 2;

    // An outline has too few numbers to learn more.
    private const int Contexts = 1;

    /// <summary>Parts that are like the one before in time, number and quality.</summary>
    public readonly Odds[] Alike = new Odds[2];
    public readonly NumberModel Times = new(Contexts);
    public readonly NumberModel Counts = new(Contexts);
    public readonly NumberModel Sums = new(Contexts);
    public readonly NumberModel Firsts = new(Contexts);
    public readonly NumberModel Lasts = new(Contexts);
    public readonly NumberModel Least = new(Contexts);
    public readonly NumberModel Greatest = new(Contexts);

    public void ResetFrame()
    {
        Odds.Reset(Alike);
        Times.Reset();
        Counts.Reset();
        Sums.Reset();
    }

    public void ResetEdges()
    {
        Firsts.Reset();
        Lasts.Reset();
        Least.Reset();
        Greatest.Reset();
    }
}

/// <summary>When the readings of a part lie, how many they are, and whether all are good.</summary>
internal readonly record struct PartFrame(long FirstAtMs, long StepMs, long SpanMs, long Count, bool Good)
{
    public PartFrame Next => this with { FirstAtMs = unchecked(FirstAtMs + StepMs) };
}

/// <summary>Writes the parts of a step.</summary>
internal sealed class PackedOutlineEncoder
{
    // By unlikely odds a number takes less.
    private const int MostPartBytes = 48;

    private readonly PackedOutline _models = new();
    private byte[] _stream = [];

    public void Write(ref BlockWriter writer, RollupStep step, int scale, List<Rollup> parts)
    {
        var power = scale == DecimalValues.NoScale ? 0 : DecimalValues.PowerOf(scale);
        if (power > 0 && parts.Exists(r => r.AllGood && !DecimalValues.FitsSum(r.Totals.Sum, power)))
        {
            (scale, power) = (DecimalValues.NoScale, 0);
        }

        if (_stream.Length < parts.Count * MostPartBytes)
        {
            _stream = new byte[parts.Count * MostPartBytes * 2];
        }

        writer.Byte((byte)(((int)step << 4) | scale));
        writer.Varint((uint)parts.Count);
        var stream = new RangeEncoder(_stream);
        WriteFrame(ref stream, parts, power);
        Append(ref writer, ref stream);
        stream = new RangeEncoder(_stream);
        WriteEdges(ref stream, parts, power);
        Append(ref writer, ref stream);
        if (power == 0)
        {
            WriteUnscaled(ref writer, parts);
        }
    }

    private void WriteFrame(ref RangeEncoder into, List<Rollup> parts, double power)
    {
        _models.ResetFrame();
        var (frame, sum) = (default(PartFrame), 0L);
        foreach (var (t, good) in parts)
        {
            var next = new PartFrame(t.FirstAtMs, unchecked(t.FirstAtMs - frame.FirstAtMs), t.LastAtMs - t.FirstAtMs, t.Count, good);
            var alike = next == frame.Next;
            into.Bit(ref _models.Alike[0], alike ? 0 : 1);
            if (!alike)
            {
                into.Bit(ref _models.Alike[1], good ? 0 : 1);
                _models.Times.Write(ref into, unchecked(next.StepMs - frame.StepMs));
                _models.Times.Write(ref into, unchecked(next.SpanMs - frame.SpanMs));
                _models.Counts.Write(ref into, next.Count - frame.Count);
            }

            frame = next;
            if (good && power > 0)
            {
                var now = (long)Math.Round(t.Sum * power);
                _models.Sums.Write(ref into, now - sum);
                sum = now;
            }
        }

        into.Finish();
    }

    private void WriteEdges(ref RangeEncoder into, List<Rollup> parts, double power)
    {
        _models.ResetEdges();
        var before = 0L;
        foreach (var (t, good) in parts)
        {
            if (good && power > 0)
            {
                var (first, last) = ((long)Math.Round(t.First * power), (long)Math.Round(t.Last * power));
                _models.Firsts.Write(ref into, first - before);
                _models.Lasts.Write(ref into, last - first);
                _models.Least.Write(ref into, Math.Min(first, last) - (long)Math.Round(t.Min * power));
                _models.Greatest.Write(ref into, (long)Math.Round(t.Max * power) - Math.Max(first, last));
                before = last;
            }
        }

        into.Finish();
    }

    private void Append(ref BlockWriter writer, ref RangeEncoder stream)
    {
        writer.Varint((uint)stream.Length);
        writer.Bytes(_stream.AsSpan(0, stream.Length));
    }

    private static void WriteUnscaled(ref BlockWriter writer, List<Rollup> parts)
    {
        foreach (var (t, _) in parts.Where(p => p.AllGood))
        {
            writer.Fixed64(BitConverter.DoubleToUInt64Bits(t.Sum));
            writer.Fixed64(BitConverter.DoubleToUInt64Bits(t.First));
            writer.Fixed64(BitConverter.DoubleToUInt64Bits(t.Last));
            writer.Fixed64(BitConverter.DoubleToUInt64Bits(t.Min));
            writer.Fixed64(BitConverter.DoubleToUInt64Bits(t.Max));
        }
    }
}

/// <summary>Reads the parts of a step.</summary>
internal sealed class PackedOutlineDecoder
{
    private const ulong MostParts = 1_000_000;

    private readonly PackedOutline _models = new();

    /// <summary>Reads a step's parts.</summary>
    /// <param name="reader">Stands behind the step's header.</param>
    /// <param name="scale">Scale of its numbers.</param>
    /// <param name="edges">False when least, greatest, first and last values are not wanted: they are 0 then.</param>
    /// <param name="into">Takes the parts.</param>
    public void Read(ref BlockReader reader, int scale, bool edges, List<Rollup> into)
    {
        var power = scale == DecimalValues.NoScale ? 0 : DecimalValues.PowerOf(scale);
        var count = reader.Varint();
        if (count > MostParts)
        {
            throw new CorruptBlockException($"The outline has {count} parts.");
        }

        ReadFrame(new RangeDecoder(reader.Take((int)Math.Min(reader.Varint(), int.MaxValue))), (int)count, power, into);
        var stream = reader.Take((int)Math.Min(reader.Varint(), int.MaxValue));
        if (power == 0)
        {
            ReadUnscaled(ref reader, into);
        }
        else if (edges)
        {
            ReadEdges(new RangeDecoder(stream), power, into);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadFrame(RangeDecoder from, int count, double power, List<Rollup> into)
    {
        _models.ResetFrame();
        var (frame, sum) = (default(PartFrame), 0L);
        for (var i = 0; i < count; i++)
        {
            if (from.Bit(ref _models.Alike[0]) == 0)
            {
                frame = frame.Next;
            }
            else
            {
                var good = from.Bit(ref _models.Alike[1]) == 0;
                var step = frame.StepMs + _models.Times.Read(ref from);
                var span = frame.SpanMs + _models.Times.Read(ref from);
                frame = new PartFrame(frame.FirstAtMs + step, step, span, frame.Count + _models.Counts.Read(ref from), good);
            }

            if (frame.Good && power > 0)
            {
                sum += _models.Sums.Read(ref from);
            }

            into.Add(new Rollup(
                new RunTotals(frame.FirstAtMs, frame.FirstAtMs + frame.SpanMs, frame.Count, frame.Good && power > 0 ? DecimalValues.ValueOf(sum, power) : 0, 0, 0, 0, 0), frame.Good));
        }

        if (!from.IsSound)
        {
            throw new CorruptBlockException("The outline's parts do not end where they end.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadEdges(RangeDecoder from, double power, List<Rollup> parts)
    {
        _models.ResetEdges();
        var before = 0L;
        for (var i = 0; i < parts.Count; i++)
        {
            if (!parts[i].AllGood)
            {
                continue;
            }

            var first = before + _models.Firsts.Read(ref from);
            var last = before = first + _models.Lasts.Read(ref from);
            parts[i] = parts[i] with
            {
                Totals = parts[i].Totals with
                {
                    First = DecimalValues.ValueOf(first, power),
                    Last = DecimalValues.ValueOf(last, power),
                    Min = DecimalValues.ValueOf(Math.Min(first, last) - _models.Least.Read(ref from), power),
                    Max = DecimalValues.ValueOf(Math.Max(first, last) + _models.Greatest.Read(ref from), power),
                },
            };
        }

        if (!from.IsSound)
        {
            throw new CorruptBlockException("The outline's values do not end where they end.");
        }
    }

    private static void ReadUnscaled(ref BlockReader reader, List<Rollup> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].AllGood)
            {
                parts[i] = parts[i] with
                {
                    Totals = parts[i].Totals with
                    {
                        Sum = BitConverter.UInt64BitsToDouble(reader.Fixed64()),
                        First = BitConverter.UInt64BitsToDouble(reader.Fixed64()),
                        Last = BitConverter.UInt64BitsToDouble(reader.Fixed64()),
                        Min = BitConverter.UInt64BitsToDouble(reader.Fixed64()),
                        Max = BitConverter.UInt64BitsToDouble(reader.Fixed64()),
                    },
                };
            }
        }
    }
}
