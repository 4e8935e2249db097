using System.Collections.Frozen;
using System.Text;

namespace IOC.Ingest.Decoding;

/// <summary>What a unit measures. Only units of one quantity convert into each other.</summary>
internal enum Quantity : byte
{
    Temperature, Ratio, MassConcentration, Pressure, Length, Speed, Power, Energy, Voltage, Current, Conductivity, Acidity, Sound, Turbidity, Time,
    Rate, Flow, Volume, Illuminance, Irradiance, Angle,
}

/// <summary>A unit: amount of the quantity's base unit = (value + <paramref name="Offset"/>) * <paramref name="Numerator"/> /
/// <paramref name="Denominator"/>.</summary>
internal sealed record UnitDefinition(Quantity Quantity, decimal Numerator, decimal Denominator, decimal Offset);

/// <summary>
/// Units that devices name: those of the SenML registry (RFC 8428, RFC 8798) and the UCUM codes of the catalogue that mean the
/// same quantities, with their conversions. Values are converted as decimals, so that 296.95 K is 23.8 Cel and not
/// 23.80000000000001.
/// </summary>
internal static class Units
{
    private static readonly FrozenDictionary<string, UnitDefinition> Known = Table().ToFrozenDictionary(StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, UnitDefinition>.AlternateLookup<ReadOnlySpan<char>> Lookup = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Finds a unit by its name; null when it is not known.</summary>
    public static UnitDefinition? Find(ReadOnlySpan<char> name) => Lookup.TryGetValue(name, out var unit) ? unit : null;

    /// <summary>Finds a unit by its name in UTF-8.</summary>
    public static UnitDefinition? Find(ReadOnlySpan<byte> name)
    {
        Span<char> chars = stackalloc char[32];
        return name.Length <= chars.Length && Encoding.ASCII.TryGetChars(name, chars, out var n) ? Find(chars[..n]) : null;
    }

    /// <summary>The unit times one second, for the sums of SenML; null where nobody measures that.</summary>
    public static UnitDefinition? TimesSecond(UnitDefinition unit) => unit.Quantity switch
    {
        Quantity.Power => unit with { Quantity = Quantity.Energy },
        Quantity.Flow => unit with { Quantity = Quantity.Volume },
        _ => null,
    };

    /// <summary>Converts a number in place.</summary>
    public static void Convert(ref long mantissa, ref byte scale, UnitDefinition from, UnitDefinition to)
    {
        if (from == to)
        {
            return;
        }

        double converted;
        if (DecimalNumber.TryDecimal(mantissa, scale, out var number))
        {
            var amount = (number + from.Offset) * from.Numerator / from.Denominator;
            converted = DecimalNumber.ToDouble((amount * to.Denominator / to.Numerator) - to.Offset);
        }
        else
        {
            var amount = (BitConverter.Int64BitsToDouble(mantissa) + (double)from.Offset) * (double)from.Numerator / (double)from.Denominator;
            converted = (amount * (double)to.Denominator / (double)to.Numerator) - (double)to.Offset;
        }

        (mantissa, scale) = DecimalNumber.FromDouble(converted);
    }

    private static Dictionary<string, UnitDefinition> Table()
    {
        var table = new Dictionary<string, UnitDefinition>(StringComparer.Ordinal);

        void Add(Quantity quantity, decimal numerator, decimal denominator, params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                table.Add(name, new UnitDefinition(quantity, numerator, denominator, 0));
            }
        }

        table.Add("K", new UnitDefinition(Quantity.Temperature, 1, 1, 0));
        table.Add("Cel", new UnitDefinition(Quantity.Temperature, 1, 1, 273.15m));
        table.Add("[degF]", new UnitDefinition(Quantity.Temperature, 5, 9, 459.67m));
        Add(Quantity.Ratio, 1, 1, "1", "/");
        Add(Quantity.Ratio, 1, 100, "%", "%RH", "%EL", "/100");
        Add(Quantity.Ratio, 1, 1000, "/1000");
        Add(Quantity.Ratio, 1, 1_000_000, "ppm", "[ppm]");
        Add(Quantity.MassConcentration, 1_000_000_000, 1, "kg/m3", "g/l", "g/L");
        Add(Quantity.MassConcentration, 1_000_000, 1, "g/m3", "mg/l", "mg/L");
        Add(Quantity.MassConcentration, 1000, 1, "mg/m3", "ug/l", "ug/L");
        Add(Quantity.MassConcentration, 1, 1, "ug/m3");
        Add(Quantity.MassConcentration, 1, 1000, "ng/m3");
        Add(Quantity.Pressure, 1, 1, "Pa");
        Add(Quantity.Pressure, 100, 1, "hPa", "mbar");
        Add(Quantity.Pressure, 1000, 1, "kPa");
        Add(Quantity.Pressure, 100_000, 1, "bar");
        Add(Quantity.Length, 1, 1, "mm");
        Add(Quantity.Length, 10, 1, "cm");
        Add(Quantity.Length, 1000, 1, "m");
        Add(Quantity.Length, 1_000_000, 1, "km");
        Add(Quantity.Speed, 3600, 1, "m/s");
        Add(Quantity.Speed, 1000, 1, "km/h");
        Add(Quantity.Speed, 1, 1, "m/h");
        Add(Quantity.Speed, 1, 1000, "mm/h");
        Add(Quantity.Power, 1, 1000, "mW");
        Add(Quantity.Power, 1, 1, "W");
        Add(Quantity.Power, 1000, 1, "kW");
        Add(Quantity.Power, 1_000_000, 1, "MW");
        Add(Quantity.Energy, 1, 1, "J", "W.s");
        Add(Quantity.Energy, 1000, 1, "kJ");
        Add(Quantity.Energy, 1_000_000, 1, "MJ");
        Add(Quantity.Energy, 3600, 1, "Wh", "W.h");
        Add(Quantity.Energy, 3_600_000, 1, "kWh", "kW.h");
        Add(Quantity.Energy, 3_600_000_000, 1, "MWh", "MW.h");
        Add(Quantity.Voltage, 1, 1000, "mV");
        Add(Quantity.Voltage, 1, 1, "V");
        Add(Quantity.Voltage, 1000, 1, "kV");
        Add(Quantity.Current, 1, 1000, "mA");
        Add(Quantity.Current, 1, 1, "A");
        Add(Quantity.Conductivity, 1, 1, "uS/cm");
        Add(Quantity.Conductivity, 10, 1, "mS/m");
        Add(Quantity.Conductivity, 1000, 1, "mS/cm");
        Add(Quantity.Conductivity, 10_000, 1, "S/m");
        Add(Quantity.Acidity, 1, 1, "pH", "[pH]");
        Add(Quantity.Sound, 1, 1, "dB", "dB[SPL]");
        Add(Quantity.Sound, 10, 1, "Bspl", "B[SPL]");
        Add(Quantity.Turbidity, 1, 1, "NTU", "{NTU}");
        Add(Quantity.Time, 1, 1000, "ms");
        Add(Quantity.Time, 1, 1, "s");
        Add(Quantity.Time, 60, 1, "min");
        Add(Quantity.Time, 3600, 1, "h");
        Add(Quantity.Rate, 3600, 1, "1/s", "Hz");
        Add(Quantity.Rate, 60, 1, "1/min");
        Add(Quantity.Rate, 1, 1, "1/h", "{vehicle}/h");
        Add(Quantity.Flow, 1000, 1, "m3/s");
        Add(Quantity.Flow, 1, 1, "l/s", "L/s");
        Add(Quantity.Flow, 10, 36, "m3/h");
        Add(Quantity.Flow, 1, 60, "l/min", "L/min");
        Add(Quantity.Volume, 1000, 1, "m3");
        Add(Quantity.Volume, 1, 1, "l", "L");
        Add(Quantity.Illuminance, 1, 1, "lx");
        Add(Quantity.Irradiance, 1, 1, "W/m2");
        Add(Quantity.Angle, 1, 1, "deg");
        return table;
    }
}
