using System.Globalization;
using System.Text.Json;

namespace IOC.Registry;

/// <summary>A sensor of a file that is to be imported: its cells as text, in the order of <see cref="SensorSheet.Columns"/>.</summary>
/// <param name="Row">CSV: line of the file; GeoJSON: number of the feature; both from 1.</param>
/// <param name="Cells">The cells.</param>
internal sealed record SheetRow(int Row, IReadOnlyList<string> Cells)
{
    public string Id => Cells[0];
}

/// <summary>Reads the rows of a file in either form. Whether they make sense is not its business.</summary>
internal static class SensorRows
{
    private const string File = "";

    public static List<SheetRow> Read(string text, SensorFormat format, List<SensorImportError> errors)
    {
        var found = new CatalogueErrors();
        var source = new SourceFile(File, text.TrimStart('\uFEFF'), "");
        var rows = format == SensorFormat.Csv ? ReadCsv(source, found) : ReadGeoJson(source, found);
        errors.AddRange(found.Sorted().Select(e => new SensorImportError(e.Line, e.Column, e.Message)));
        return rows;
    }

    private static List<SheetRow> ReadCsv(SourceFile source, CatalogueErrors errors) =>
        [.. CsvTable.Read(source, SensorsFile.Columns, errors, SensorsFile.AssetsColumn).Select(r => new SheetRow(r.Line, [.. SensorSheet.Columns.Select(c => r.Optional(c) ?? "")]))];

    private static List<SheetRow> ReadGeoJson(SourceFile source, CatalogueErrors errors)
    {
        var rows = new List<SheetRow>();
        var problems = new CatalogueErrors();
        FeatureFile.Read(source, problems, (place, id, properties, geometry) =>
        {
            var number = NumberOf(place.Path);
            foreach (var unknown in properties.EnumerateObject().Where(p => !SensorSheet.Columns.Contains(p.Name, StringComparer.Ordinal)))
            {
                errors.Add(File, number, unknown.Name, $"Unknown property; known are {string.Join(", ", SensorSheet.Columns)}.", $"Thuộc tính không có trong mẫu; các thuộc tính là {string.Join(", ", SensorSheet.Columns)}.");
            }

            if (!IsPoint(geometry, out var position))
            {
                errors.Add(File, number, "geometry", "A Point with [longitude, latitude] in degrees is needed.", "Cần Point với [kinh độ, vĩ độ] tính bằng độ.");
                return;
            }

            rows.Add(new SheetRow(number, [.. SensorSheet.Columns.Select(c => c switch
            {
                "id" => id,
                "longitude" => position[0].GetRawText(),
                "latitude" => position[1].GetRawText(),
                _ => properties.TryGetProperty(c, out var value) ? Text(value) : "",
            })]));
        });

        // A feature has a number for people; the document as a whole has lines.
        foreach (var e in problems.All)
        {
            errors.Add(File, e.Column is null ? e.Line : NumberOf(e.Column), e.Column is null ? null : "id", e.Message.En, e.Message.Vi);
        }

        return rows;
    }

    private static bool IsPoint(JsonElement geometry, out JsonElement position)
    {
        position = default;
        return FeatureFile.Coordinates(geometry, out position) && FeatureFile.Is(geometry, "type", "Point") && FeatureFile.IsPosition(position);
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(Text)),
        JsonValueKind.String => value.GetString()!.Trim(),
        _ => value.GetRawText(),
    };

    // "features[4]" is the fifth.
    private static int NumberOf(string path) =>
        int.Parse(path.AsSpan(path.IndexOf('[', StringComparison.Ordinal) + 1).TrimEnd(']'), CultureInfo.InvariantCulture) + 1;
}
