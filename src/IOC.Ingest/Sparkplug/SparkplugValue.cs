using System.Globalization;
using Google.Protobuf;
using IOC.Ingest.Decoding;
using IOC.Ingest.Sparkplug.Wire;
using IOC.Telemetry;

namespace IOC.Ingest.Sparkplug;

/// <summary>Reads the value of a metric by its type (Sparkplug 3.0, 6.4.16).</summary>
internal static class SparkplugValue
{
    private const int MaxPropertySetBytes = 4096;

    private const uint Int8 = 1, Int16 = 2, Int32 = 3, Int64 = 4, UInt8 = 5, UInt16 = 6, UInt32 = 7, UInt64 = 8, Float = 9, Double = 10, Boolean = 11;

    /// <summary>Last of the types that have a number; what is above is boolean, text, time, bytes, tables, templates or arrays.</summary>
    private const uint LastNumber = Double;

    private static readonly MessageParser<PropertySet> PropertySets = PropertySet.Parser.WithDiscardUnknownFields(true);

    /// <summary>The number that a metric holds, as decimal or bits.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="datatype">Its type, 0 when neither it nor its birth told.</param>
    /// <param name="mantissa">See <see cref="BufferedValue"/>.</param>
    /// <param name="scale">See <see cref="BufferedValue"/>.</param>
    /// <returns>Null, or why there is none.</returns>
    public static RefusalReason? Read(Metric metric, uint datatype, out long mantissa, out byte scale)
    {
        (mantissa, scale) = (0, 0);
        switch (metric.ValueCase)
        {
            case Metric.ValueOneofCase.None:
                return RefusalReason.MalformedPayload;
            case Metric.ValueOneofCase.FloatValue when datatype is 0 or Float or Double:
                return Finite(Shortest(metric.FloatValue), ref mantissa, ref scale);
            case Metric.ValueOneofCase.DoubleValue when datatype is 0 or Float or Double:
                return Finite(metric.DoubleValue, ref mantissa, ref scale);
            case Metric.ValueOneofCase.IntValue when datatype is >= Int8 and <= UInt64:
                return Whole(metric.IntValue, datatype, ref mantissa, ref scale);
            case Metric.ValueOneofCase.LongValue when datatype is >= Int8 and <= UInt64:
                return Whole(metric.LongValue, datatype, ref mantissa, ref scale);
            case Metric.ValueOneofCase.IntValue or Metric.ValueOneofCase.LongValue when datatype == 0:
                // Signed or not: only the birth says.
                return RefusalReason.AwaitingBirth;
            default:
                return datatype is > 0 and <= LastNumber && metric.ValueCase != Metric.ValueOneofCase.BooleanValue
                    ? RefusalReason.MalformedPayload
                    : RefusalReason.WrongType;
        }
    }

    /// <summary>What the property "Quality" of a metric says: 192 is good, anything else (0 bad, 500 stale) is not to be trusted.
    /// Good when there is none; false when the properties cannot be read.</summary>
    public static bool TryQuality(Metric metric, out Quality quality)
    {
        quality = Quality.Ok;
        if (!metric.HasProperties)
        {
            return true;
        }

        if (metric.Properties.Length > MaxPropertySetBytes)
        {
            return false;
        }

        try
        {
            var set = PropertySets.ParseFrom(metric.Properties);
            var at = set.Keys.IndexOf("Quality");
            if (at >= 0 && at < set.Values.Count && set.Values[at] is { ValueCase: not PropertyValue.ValueOneofCase.None } value)
            {
                var code = value.ValueCase == PropertyValue.ValueOneofCase.LongValue ? value.LongValue : value.IntValue;
                quality = code == 192 ? Quality.Ok : Quality.Fault;
            }

            return set.Keys.Count == set.Values.Count;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    /// <summary>Integers are sent as unsigned ones of 32 or 64 bits; small negative ones come sign-extended or not.</summary>
    private static RefusalReason? Whole(ulong bits, uint datatype, ref long mantissa, ref byte scale)
    {
        var (width, signed) = datatype switch
        {
            Int8 => (8, true),
            Int16 => (16, true),
            Int32 => (32, true),
            Int64 => (64, true),
            UInt8 => (8, false),
            UInt16 => (16, false),
            UInt32 => (32, false),
            _ => (64, false),
        };
        if (!signed)
        {
            return width < 64 && bits >> width != 0 ? RefusalReason.MalformedPayload : Finite(bits, ref mantissa, ref scale);
        }

        var value = (long)(bits << (64 - width)) >> (64 - width);
        var extensions = (ulong)value == bits || (uint)value == bits || (bits >> width == 0 && width < 64);
        return extensions ? Finite(value, ref mantissa, ref scale) : RefusalReason.MalformedPayload;
    }

    private static RefusalReason? Finite(double value, ref long mantissa, ref byte scale)
    {
        if (!double.IsFinite(value))
        {
            return RefusalReason.NotFinite;
        }

        (mantissa, scale) = DecimalNumber.FromDouble(value);
        return null;
    }

    /// <summary>The shortest decimal that is this float: a sensor that measured 12.3 is not to read 12.300000190734863.</summary>
    private static double Shortest(float value)
    {
        Span<char> text = stackalloc char[32];
        return float.IsFinite(value) && value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture)
            ? double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture)
            : value;
    }
}
