using System.Buffers;
using System.Globalization;
using System.Text;
using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Fleet;

/// <summary>Writes telemetry as the firmware does: {"ts":1732186800123,"v":{"pm25":12.3,"temp":24.0}}, numbers with the
/// digits that the probe resolves.</summary>
internal static class TelemetryPayload
{
    /// <summary>Writes one report.</summary>
    public static void Write(IBufferWriter<byte> to, long unixMs, IReadOnlyList<PropertySpec> specs, ReadOnlySpan<double> values)
    {
        to.Write("{\"ts\":"u8);
        Number(to, unixMs);
        to.Write(",\"v\":{"u8);
        for (var i = 0; i < specs.Count; i++)
        {
            to.Write(i == 0 ? "\""u8 : ",\""u8);
            Encoding.UTF8.GetBytes(specs[i].Code, to);
            to.Write("\":"u8);
            Value(to, values[i], specs[i].Decimals);
        }

        to.Write("}}"u8);
    }

    private static void Value(IBufferWriter<byte> to, double value, int decimals)
    {
        ReadOnlySpan<char> format = decimals switch { 0 => "F0", 1 => "F1", 2 => "F2", _ => "F3" };
        value.TryFormat(to.GetSpan(32), out var written, format, CultureInfo.InvariantCulture);
        to.Advance(written);
    }

    private static void Number(IBufferWriter<byte> to, long value)
    {
        value.TryFormat(to.GetSpan(20), out var written, provider: CultureInfo.InvariantCulture);
        to.Advance(written);
    }
}
