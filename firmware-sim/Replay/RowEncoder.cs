using System.Buffers;
using System.Globalization;
using System.Text;

namespace IOC.FirmwareSim.Replay;

/// <summary>Makes a row's message for one sensor: {"ts":1362096000000,"v":{"pm25":9,"temp":-0.5}}, numbers with exactly the
/// digits of the file.</summary>
internal sealed class RowEncoder(ReplayFile file, ReplayStatistics statistics, IReadOnlyList<string> missing)
{
    private readonly ArrayBufferWriter<byte> _payload = new(512);

    /// <summary>Encodes a sensor's values of a row.</summary>
    /// <returns>The payload and its number of values; null when the row has none for it.</returns>
    public (byte[] Payload, int Values)? Encode(in ReplayRow row, SensorColumns sensor, long unixMs)
    {
        _payload.ResetWrittenCount();
        Text("{\"ts\":");
        Text(unixMs.ToString(CultureInfo.InvariantCulture));
        Text(",\"v\":{");
        var values = 0;
        foreach (var (field, property, factor) in sensor.Fields)
        {
            var text = field < row.Fields.Length ? row.Fields[field] : "";
            if (text.Length == 0 || missing.Contains(text, StringComparer.Ordinal))
            {
                statistics.CountMissing();
            }
            else if (NumberText.TryToJson(text, factor, out var number))
            {
                Text(values++ == 0 ? "\"" : ",\"");
                Text(property);
                Text("\":");
                Text(number);
            }
            else
            {
                statistics.CountNotANumber(row.Line, file.Header[field], text);
            }
        }

        Text("}}");
        return values == 0 ? null : (_payload.WrittenSpan.ToArray(), values);
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, _payload);
}
