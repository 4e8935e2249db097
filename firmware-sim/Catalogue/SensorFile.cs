using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using IOC.FirmwareSim.Cli;

namespace IOC.FirmwareSim.Catalogue;

/// <summary>Reads and writes sensors.csv: UTF-8, a header line, properties and assets separated by spaces, period in seconds.</summary>
internal static class SensorFile
{
    private static readonly string[] Header =
        ["id", "district", "domain", "name_vi", "name_en", "longitude", "latitude", "properties", "period_s", "commune", "assets"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserErrorException">The file is absent or not of this form; the message says where.</exception>
    public static List<SimSensor> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException(
                $"There is no {path}. Name the catalogue's folder with --catalogue.", $"Không có {path}. Hãy chỉ thư mục danh mục bằng --catalogue.");
        }

        using var text = new StreamReader(path, Encoding.UTF8);
        using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture));
        var sensors = new List<SimSensor>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        csv.Read();
        csv.ReadHeader();
        RequireColumns(csv, path);
        while (csv.Read())
        {
            var sensor = ReadRow(csv, path);
            if (!seen.Add(sensor.Id))
            {
                throw Bad(path, csv, $"the sensor {sensor.Id} is there twice", $"cảm biến {sensor.Id} bị lặp");
            }

            sensors.Add(sensor);
        }

        return sensors;
    }

    /// <summary>Writes a file whole, or leaves what was there.</summary>
    public static void Write(string path, IEnumerable<SimSensor> sensors)
    {
        var lines = new StringBuilder().AppendJoin(',', Header).Append('\n');
        foreach (var s in sensors)
        {
            lines.AppendJoin(',', [
                s.Id, s.District, s.Domain, Quoted(s.NameVi), Quoted(s.NameEn),
                s.Longitude.ToString("F5", CultureInfo.InvariantCulture), s.Latitude.ToString("F5", CultureInfo.InvariantCulture),
                string.Join(' ', s.Properties), s.Period.TotalSeconds.ToString(CultureInfo.InvariantCulture), s.Commune, string.Join(' ', s.Assets),
            ]).Append('\n');
        }

        var temporary = path + ".new";
        File.WriteAllText(temporary, lines.ToString());
        File.Move(temporary, path, overwrite: true);
    }

    private static SimSensor ReadRow(CsvReader csv, string path)
    {
        string Field(string name) => csv.GetField(name)?.Trim() ?? "";
        double Number(string name) => double.TryParse(Field(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Bad(path, csv, $"{name} is '{Field(name)}', which is no number", $"{name} là '{Field(name)}', không phải số");

        var period = Number("period_s");
        if (period <= 0)
        {
            throw Bad(path, csv, "period_s is not above 0", "period_s không lớn hơn 0");
        }

        string[] slugs = [Field("id"), Field("district"), Field("domain")];
        var wrong = Array.Find(slugs, s => !Slugs.IsValid(s));
        if (wrong is not null)
        {
            throw Bad(path, csv, $"'{wrong}' is no slug (a-z, 0-9, - and _)", $"'{wrong}' không phải mã hợp lệ (a-z, 0-9, - và _)");
        }

        return new SimSensor(
            slugs[0], slugs[1], slugs[2], Field("name_vi"), Field("name_en"), Number("longitude"), Number("latitude"),
            Field("properties").Split(' ', StringSplitOptions.RemoveEmptyEntries), TimeSpan.FromSeconds(period), Field("commune"))
        {
            Assets = csv.HeaderRecord!.Contains("assets", StringComparer.Ordinal) ? Field("assets").Split(' ', StringSplitOptions.RemoveEmptyEntries) : [],
        };
    }

    private static void RequireColumns(CsvReader csv, string path)
    {
        var missing = Header.Where(h => h is not ("commune" or "assets") && !csv.HeaderRecord!.Contains(h, StringComparer.Ordinal)).ToList();
        if (missing.Count > 0)
        {
            var list = string.Join(", ", missing);
            throw new UserErrorException($"{path} lacks the column(s) {list}.", $"{path} thiếu cột {list}.");
        }
    }

    private static UserErrorException Bad(string path, CsvReader csv, string en, string vi) =>
        new($"{path}, line {csv.Parser.RawRow}: {en}.", $"{path}, dòng {csv.Parser.RawRow}: {vi}.");

    private static string Quoted(string text) => text.AsSpan().ContainsAny(',', '"') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
