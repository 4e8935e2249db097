namespace IOC.History.Embedded.Codec;

/// <summary>
/// Values that are short decimals, as integers at a common scale: 12.3 and 12.45 become 1230 and 1245 at scale 2. Used only
/// when every value comes back bit for bit.
/// </summary>
internal static class DecimalValues
{
    /// <summary>Most digits behind the point.</summary>
    public const int MaxScale = 12;

    /// <summary>Stands for values that are no short decimals.</summary>
    public const int NoScale = 15;

    // Below 2^50 the product of a value and a power of ten is off by less than half, so rounding finds the integer.
    private const double MaxInteger = 1L << 50;

    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

    /// <summary>Finds the smallest scale at which all values are exact, and the integers at it.</summary>
    public static bool TryScale(ReadOnlySpan<Sample> samples, Span<long> integers, out int scale)
    {
        scale = 0;
        for (var i = 0; i < samples.Length;)
        {
            if (IsExact(samples[i].Value, Powers[scale], out integers[i]))
            {
                i++;
            }
            else if (++scale > MaxScale)
            {
                return false;
            }
            else
            {
                i = 0;
            }
        }

        return true;
    }

    /// <summary>Whether an integer at a scale holds a sum of decimals at that scale exactly.</summary>
    public static bool FitsSum(double sum, double power) => Math.Abs(sum * power) <= MaxInteger;

    /// <summary>The value of an integer at a scale.</summary>
    public static double ValueOf(long integer, double power) => integer / power;

    /// <summary>The power of ten of a scale.</summary>
    /// <exception cref="CorruptBlockException">No such scale.</exception>
    public static double PowerOf(int scale) =>
        scale <= MaxScale ? Powers[scale] : throw new CorruptBlockException($"The block has the unknown scale {scale}.");

    /// <summary>Whether a value is exactly an integer at the scale of a power of ten.</summary>
    public static bool IsExact(double value, double power, out long integer)
    {
        var rounded = Math.Round(value * power);
        if (!(Math.Abs(rounded) <= MaxInteger))
        {
            integer = 0;
            return false;
        }

        integer = (long)rounded;
        return BitConverter.DoubleToInt64Bits(ValueOf(integer, power)) == BitConverter.DoubleToInt64Bits(value);
    }
}
