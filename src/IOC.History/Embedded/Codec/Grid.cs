using System.Runtime.InteropServices;

namespace IOC.History.Embedded.Codec;

/// <summary>
/// Values that are whole multiples of a fraction, rounded to a number of decimals: a mean of nine whole numbers, a counter's pulse of
/// 240/79 kW. Used only where a value comes back bit for bit.
/// </summary>
/// <param name="Step">Numerator of the fraction, 1 or more.</param>
/// <param name="Parts">Its denominator, 1 or more.</param>
/// <param name="Scale">Decimals to which values are rounded, 0 to 12.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Grid(long Step, long Parts, int Scale)
{
    private const double MostNumber = 1L << 50;

    private readonly double _power = DecimalValues.PowerOf(Scale);

    /// <summary>Bits that telling values of this grid apart takes, more or less.</summary>
    public double Fineness => Math.Log2((double)Parts / Step);

    /// <summary>The value of a place on the grid.</summary>
    public double ValueOf(long place)
    {
        var value = (double)unchecked(place * Step) / Parts;
        return Parts == (long)_power ? value : Math.Round(value * _power) / _power;
    }

    /// <summary>The place next to a value.</summary>
    public long Near(double value) => (long)Math.Round(value * Parts / Step);

    /// <summary>Finds the place of a value that lies on the grid.</summary>
    public bool TryPlace(double value, out long place)
    {
        var near = Math.Round(value * Parts / Step);
        if (!(Math.Abs(near * Step) <= MostNumber))
        {
            place = 0;
            return false;
        }

        place = (long)near;
        return BitConverter.DoubleToInt64Bits(ValueOf(place)) == BitConverter.DoubleToInt64Bits(value);
    }
}
