using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using IOC.FirmwareSim.Cli;

namespace IOC.FirmwareSim.Catalogue;

/// <summary>Reads and writes assets.csv, and writes assets.geojson beside it.</summary>
internal static class AssetFile
{
    public const string Name = "assets.csv";

    private const string LinesName = "assets.geojson";

    private static readonly string[] Header = ["id", "district", "domain", "kind", "parent", "name_vi", "name_en", "longitude", "latitude"];

    /// <summary>Reads the assets of a catalogue folder, without their lines; none when it has no such file.</summary>
    /// <exception cref="UserErrorException">The file is not of this form.</exception>
    public static List<SimAsset> ReadIn(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            return [];
        }

        using var text = new StreamReader(path, Encoding.UTF8);
        using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture));
        List<SimAsset> assets = [];
        csv.Read();
        csv.ReadHeader();
        var missing = Header.Where(h => !csv.HeaderRecord!.Contains(h, StringComparer.Ordinal)).ToList();
        if (missing.Count > 0)
        {
            var list = string.Join(", ", missing);
            throw new UserErrorException($"{path} lacks the column(s) {list}.", $"{path} thiếu cột {list}.");
        }

        while (csv.Read())
        {
            string Field(string name) => csv.GetField(name)!.Trim();
            double Degrees(string name) => double.TryParse(Field(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new UserErrorException(
                    $"{path}, line {csv.Parser.RawRow}: {name} is '{Field(name)}', which is no number.",
                    $"{path}, dòng {csv.Parser.RawRow}: {name} là '{Field(name)}', không phải số.");

            assets.Add(new SimAsset(Field("id"), Field("district"), Field("domain"), Field("kind"), Field("parent"), Field("name_vi"), Field("name_en"),
                Degrees("longitude"), Degrees("latitude"), []));
        }

        return assets;
    }

    /// <summary>Writes both files into a folder, each whole or not at all.</summary>
    public static void WriteIn(string folder, IReadOnlyList<SimAsset> assets)
    {
        var rows = new StringBuilder().AppendJoin(',', Header).Append('\n');
        foreach (var a in assets)
        {
            rows.AppendJoin(',', [a.Id, a.District, a.Domain, a.Kind, a.Parent, a.NameVi, a.NameEn, Text(a.Longitude), Text(a.Latitude)]).Append('\n');
        }

        Replace(Path.Combine(folder, Name), rows.ToString());
        var features = assets.Where(a => a.Line.Count > 1).Select(a =>
            $$"""{ "type": "Feature", "properties": { "id": {{JsonSerializer.Serialize(a.Id)}} }, "geometry": { "type": "LineString", "coordinates": [{{string.Join(", ", a.Line.Select(p => $"[{Text(p.Longitude)}, {Text(p.Latitude)}]"))}}] } }""");
        Replace(Path.Combine(folder, LinesName), $"{{\n  \"type\": \"FeatureCollection\",\n  \"features\": [\n    {string.Join(",\n    ", features)}\n  ]\n}}\n");
    }

    private static string Text(double degrees) => degrees.ToString("F5", CultureInfo.InvariantCulture);

    private static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
