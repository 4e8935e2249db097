using System.Runtime.CompilerServices;

namespace IOC.History.Embedded.Codec;

/// <summary>Numbers of block layout version 2, and its decoder (docs/history-format.md). Reuses its buffers: not for several threads.</summary>
internal sealed class PackedBlock
{
    public const byte Version = 2;

    public const int FormMask = 0b11;
    public const int Decimals = 0;
    public const int OrderedBits = 1;
    public const int Grids = 2;
    public const int MirroredBits = 3;
    public const int WholeSeconds = 0b100;
    public const int HasQualities = 0b1000;
    public const int Regular = 0b1_0000;
    public const int OrderShift = 5;

    private readonly NumberModel _times = new();
    private readonly NumberModel _values = new();
    private readonly Odds[] _qualityOdds = new Odds[1];
    private readonly GridValues _gridValues = new();
    private readonly Grid[] _grids = new Grid[GridPlan.Raw];

    /// <summary>A number for a value, such that numbers lie as values do.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mirrored">True to tell negative zero from zero; the distance of a negative number to a positive one is less round then.</param>
    public static long OrderOf(double value, bool mirrored)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return bits >= 0 ? bits : mirrored ? bits ^ long.MaxValue : -(bits & long.MaxValue);
    }

    /// <summary>Decodes what follows the version and precedes the checksum.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="into">Takes the readings.</param>
    /// <param name="untilMs">Readings from this instant on are left out, but for the first of the block.</param>
    /// <exception cref="CorruptBlockException">The bytes are no such block.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Decode(ReadOnlySpan<byte> body, SampleBuffer into, long untilMs)
    {
        var reader = new BlockReader(body);
        var flags = reader.Byte();
        var count = reader.Varint();
        if (flags >> OrderShift > 2 || count is 0 or > BlockFormat.MaxSamples)
        {
            throw new CorruptBlockException($"The block's header (flags {flags}, {count} readings) is not of version 2.");
        }

        into.Resize((int)count);
        var unit = (flags & WholeSeconds) != 0 ? 1000 : 1;
        var (at, step, form) = (reader.Zigzag(), reader.Zigzag(), flags & FormMask);
        var order = flags >> OrderShift;
        var (power, divisor, first) = (1.0, 1L, 0L);
        var grids = ReadOnlySpan<Grid>.Empty;
        if (form == Grids)
        {
            grids = _grids.AsSpan(0, ReadGrids(ref reader));
            _gridValues.Reset(grids.Length, order);
        }
        else
        {
            power = form == Decimals ? DecimalValues.PowerOf(reader.Byte()) : reader.Byte();
            (divisor, first) = ((long)reader.Varint(), reader.Zigzag());
        }

        var coded = new RangeDecoder(reader.Take(reader.Remaining));
        _times.Reset();
        _values.Reset();
        Odds.Reset(_qualityOdds);
        var samples = into.Samples.AsSpan(0, into.Count);
        var (regular, hasQualities, quality) = ((flags & Regular) != 0, (flags & HasQualities) != 0, (byte)0);
        if (!hasQualities)
        {
            into.Qualities.AsSpan(0, into.Count).Clear();
        }

        var (before, slope) = (0L, 0L);
        for (var i = 0; i < samples.Length; i++)
        {
            if (i > 0)
            {
                step += regular || i == 1 ? 0 : _times.Read(ref coded);
                at += step;
                if (at * unit >= untilMs && untilMs != long.MaxValue)
                {
                    into.Resize(i);
                    return;
                }
            }

            if (hasQualities)
            {
                quality = coded.Bit(ref _qualityOdds[0]) == 0 ? quality : (byte)coded.Raw(8);
                into.Qualities[i] = quality;
            }

            if (form == Grids)
            {
                samples[i] = new Sample(at * unit, _gridValues.Read(ref coded, grids));
                continue;
            }

            var expected = order switch { 0 => 0, 1 => before, _ => before + slope };
            var number = expected + _values.Read(ref coded);
            (slope, before) = (i == 0 ? 0 : number - before, number);
            var integer = first + (number * divisor);
            samples[i] = new Sample(at * unit, form == Decimals ? DecimalValues.ValueOf(integer, power) : ValueOf(integer, form == MirroredBits));
        }

        if (!coded.IsSound)
        {
            throw new CorruptBlockException("The block's readings do not end where it ends.");
        }
    }

    private int ReadGrids(ref BlockReader reader)
    {
        var count = reader.Byte();
        if (count > _grids.Length)
        {
            throw new CorruptBlockException($"The block has {count} grids.");
        }

        for (var i = 0; i < count; i++)
        {
            var (numerator, denominator, scale) = ((long)reader.Varint(), (long)reader.Varint(), reader.Byte());
            _grids[i] = numerator > 0 && denominator > 0 && scale <= DecimalValues.MaxScale
                ? new Grid(numerator, denominator, scale)
                : throw new CorruptBlockException($"The block has a grid of {numerator}/{denominator} and {scale} decimals.");
        }

        return count;
    }

    private static double ValueOf(long order, bool mirrored) =>
        BitConverter.Int64BitsToDouble(order >= 0 ? order : mirrored ? order ^ long.MaxValue : -order | long.MinValue);
}
