using System.Globalization;
using System.Runtime.CompilerServices;

namespace IOC.Ingest.Decoding;

/// <summary>
/// Numbers as decimal mantissa and scale. A mantissa up to 2^53 and a power of ten up to 10^22 are both exact doubles, so
/// their one IEEE division is the correctly rounded value: what a full parser gives for the same text.
/// </summary>
internal static class DecimalNumber
{
    /// <summary>Largest magnitude of a mantissa.</summary>
    public const long MaxMantissa = 1L << 53;

    /// <summary>Largest decimal scale.</summary>
    public const int MaxScale = 14;

    /// <summary>Scale that stands for "the mantissa is the bits of a double".</summary>
    public const byte Raw = 15;

    private static readonly double[] Powers = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToDouble(long mantissa, int scale) =>
        scale == Raw ? BitConverter.Int64BitsToDouble(mantissa) : mantissa / Powers[scale];

    /// <summary>Finds the shortest decimal that is exactly <paramref name="value"/>, else its bits. Negative zero becomes
    /// zero.</summary>
    public static (long Mantissa, byte Scale) FromDouble(double value)
    {
        for (var scale = 0; scale <= MaxScale; scale++)
        {
            var scaled = Math.Round(value * Powers[scale]);
            if (Math.Abs(scaled) > MaxMantissa)
            {
                break;
            }

            if (scaled / Powers[scale] == value)
            {
                return ((long)scaled, (byte)scale);
            }
        }

        return (BitConverter.DoubleToInt64Bits(value), Raw);
    }

    /// <summary>The number as a decimal, exactly; false when it is kept as the bits of a double.</summary>
    public static bool TryDecimal(long mantissa, byte scale, out decimal number)
    {
        var magnitude = Math.Abs(mantissa);
        number = scale == Raw ? 0 : new decimal((int)magnitude, (int)(magnitude >> 32), 0, mantissa < 0, scale);
        return scale != Raw;
    }

    /// <summary>The sum of two numbers as the decimals that they were written as (20.1 + 0.2 is 20.3).</summary>
    public static double Sum(double a, double b)
    {
        if (b == 0 || a == 0)
        {
            return a + b;
        }

        var (m, s) = FromDouble(a);
        var (n, t) = FromDouble(b);
        return TryDecimal(m, s, out var x) && TryDecimal(n, t, out var y) ? ToDouble(x + y) : a + b;
    }

    /// <summary>The double nearest to a decimal. Not the framework's conversion, which divides the whole mantissa by a power of
    /// ten and is off by a bit when either is no exact double.</summary>
    public static double ToDouble(decimal number)
    {
        Span<char> text = stackalloc char[32];
        return number.TryFormat(text, out var length, default, CultureInfo.InvariantCulture)
            ? double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture)
            : (double)number;
    }
}
