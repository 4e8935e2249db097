using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>Forms in which sensors are given and taken away.</summary>
public enum SensorFormat
{
    /// <summary>The columns of sensors.csv.</summary>
    Csv = 0,

    /// <summary>A GeoJSON FeatureCollection (RFC 7946) of points, whose properties are those columns but longitude and latitude.</summary>
    GeoJson = 1,
}

/// <summary>Sensors as text in either form.</summary>
public static class SensorSheet
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Columns of sensors.csv, in their order.</summary>
    public static IReadOnlyList<string> Columns { get; } = [.. SensorsFile.Columns, SensorsFile.AssetsColumn];

    /// <summary>Writes sensors in their order.</summary>
    public static string Write(IEnumerable<SensorDefinition> sensors, SensorFormat format)
    {
        ArgumentNullException.ThrowIfNull(sensors);
        return format == SensorFormat.Csv ? Csv(sensors.Select(Cells)) : GeoJson(sensors);
    }

    /// <summary>Writes rows of cells under the heading. A cell never holds a line break, so that a row is a line.</summary>
    internal static string Csv(IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder().Append(string.Join(',', Columns)).Append('\n');
        foreach (var row in rows)
        {
            text.Append(string.Join(',', row.Select(Cell))).Append('\n');
        }

        return text.ToString();
    }

    internal static IReadOnlyList<string> Cells(SensorDefinition s) =>
    [
        s.Address.Sensor, s.Address.District, s.Address.Domain, s.Name.Vi, s.Name.En, Number(s.Longitude), Number(s.Latitude), string.Join(' ', s.Properties), Number(s.Period.TotalSeconds),
        s.CommuneId ?? "", string.Join(' ', s.Assets),
    ];

    private static string GeoJson(IEnumerable<SensorDefinition> sensors)
    {
        var features = new JsonArray();
        foreach (var s in sensors)
        {
            var properties = new JsonObject();
            foreach (var (column, cell) in Columns.Zip(Cells(s)).Where(c => c.First is not ("longitude" or "latitude") && c.Second.Length > 0))
            {
                properties[column] = column == "period_s" ? s.Period.TotalSeconds : cell;
            }

            features.Add(new JsonObject
            {
                ["type"] = "Feature",
                ["geometry"] = new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(s.Longitude, s.Latitude) },
                ["properties"] = properties,
            });
        }

        return new JsonObject { ["type"] = "FeatureCollection", ["features"] = features }.ToJsonString(s_json) + "\n";
    }

    private static string Cell(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.AsSpan().IndexOfAny(",\"") < 0 ? line : $"\"{line.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
