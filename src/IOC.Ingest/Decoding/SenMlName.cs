using System.Buffers;
using System.Runtime.CompilerServices;
using IOC.Ingest.Topics;

namespace IOC.Ingest.Decoding;

/// <summary>
/// Names of SenML: <c>temp</c>, <c>aq-001/temp</c>, <c>urn:dev:ow:10e2073a01080063:temp</c>, <c>urn:dev:mac:0024befffe804ff1_wind_speed</c>.
/// The end is the property's code, what stands before it the device.
/// </summary>
internal static class SenMlName
{
    private static readonly SearchValues<byte> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-:./_"u8);

    private static readonly SearchValues<byte> Separators = SearchValues.Create(":/._"u8);

    /// <summary>Tells whether a joined name is one (RFC 8428, 4.5.1).</summary>
    public static bool IsValid(ReadOnlySpan<byte> name) => !name.IsEmpty && char.IsAsciiLetterOrDigit((char)name[0]) && !name.ContainsAnyExcept(Allowed);

    /// <summary>Finds the property that a name ends with (the longest such code) and the sensor that stands before it.</summary>
    /// <returns>Null reference, or no place, with the reason.</returns>
    public static ref readonly PropertyTable.Entry Split(
        ReadOnlySpan<byte> name, PropertyTable properties, in SensorScope sensors, out SensorPlace? place, out RefusalReason reason)
    {
        ref readonly var whole = ref properties.Find(name);
        if (!Unsafe.IsNullRef(in whole))
        {
            place = sensors.Unnamed(out reason);
            return ref whole;
        }

        for (var at = 0; name[at..].IndexOfAny(Separators) is >= 0 and var step; at++)
        {
            at += step;
            ref readonly var property = ref properties.Find(name[(at + 1)..]);
            if (!Unsafe.IsNullRef(in property))
            {
                place = Device(name[..at], in sensors, out reason);
                return ref property;
            }
        }

        place = null;
        reason = RefusalReason.UnknownProperty;
        return ref Unsafe.NullRef<PropertyTable.Entry>();
    }

    /// <summary>The device: its part behind the last ':', '/' or '.' is the slug.</summary>
    private static SensorPlace? Device(ReadOnlySpan<byte> device, in SensorScope sensors, out RefusalReason reason)
    {
        device = device.TrimEnd(":/._"u8);
        if (device.IsEmpty)
        {
            return sensors.Unnamed(out reason);
        }

        var last = device.LastIndexOfAny(":/."u8);
        return sensors.Named(device[(last + 1)..], loose: true, out reason);
    }
}
