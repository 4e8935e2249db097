using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>sensors.csv</summary>
internal static class SensorsFile
{
    public const string Name = "sensors.csv";

    /// <summary>Longest period: a sensor that reports less often than once a day is not watched live.</summary>
    private const double MaxPeriodSeconds = 86_400;

    public const string AssetsColumn = "assets";

    public static readonly string[] Columns =
        ["id", "district", "domain", "name_vi", "name_en", "longitude", "latitude", "properties", "period_s", "commune"];

    public static List<SensorDefinition> Read(
        SourceFile file, AddressBook book, IReadOnlySet<string> properties, IReadOnlyDictionary<string, Area> areas,
        IReadOnlyDictionary<string, Asset> known, CatalogueErrors errors)
    {
        List<SensorDefinition> sensors = [];
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in CsvTable.Read(file, Columns, errors, AssetsColumn))
        {
            var before = errors.Count;
            var (id, district, domain) = (row.Slug("id"), row.Slug("district"), row.Slug("domain"));
            if (id.Length > 0 && !ids.Add(id))
            {
                row.Error("id", $"'{id}' is defined twice.", $"'{id}' bị khai báo hai lần.");
            }

            CheckPlaces(row, district, areas);
            var (name, longitude, latitude) = (row.Name(), row.Number("longitude", -180, 180), row.Number("latitude", -90, 90));
            var (codes, period, assets) = (Properties(row, properties), Period(row), Assets(row, district, known));

            // Addresses are interned for good: none is made for a bad row.
            if (errors.Count == before)
            {
                var address = book.GetOrAdd(district, domain, id);
                sensors.Add(new SensorDefinition(address, name, longitude, latitude, codes, period, row.Optional("commune")) { Assets = assets });
            }
        }

        return sensors;
    }

    private static void CheckPlaces(CsvRow row, string district, IReadOnlyDictionary<string, Area> areas)
    {
        if (district.Length > 0 && areas.GetValueOrDefault(district)?.Level != AreaLevel.District)
        {
            row.Error("district", $"There is no district '{district}' in {AreasFile.Name}.", $"Không có huyện '{district}' trong {AreasFile.Name}.");
        }

        if (row.OptionalSlug("commune") is not { } commune)
        {
            return;
        }

        if (areas.GetValueOrDefault(commune) is not { Level: AreaLevel.Commune } area)
        {
            row.Error("commune", $"There is no commune '{commune}' in {AreasFile.Name}.", $"Không có xã, phường '{commune}' trong {AreasFile.Name}.");
        }
        else if (area.ParentId != district)
        {
            row.Error("commune", $"'{commune}' belongs to '{area.ParentId}', not to '{district}'.", $"'{commune}' thuộc '{area.ParentId}', không thuộc '{district}'.");
        }
    }

    private static string[] Properties(CsvRow row, IReadOnlySet<string> known)
    {
        var codes = row.Text("properties").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var code in codes.Where(c => !known.Contains(c)))
        {
            row.Error("properties", $"There is no property '{code}' in {PropertiesFile.Name}.", $"Không có đại lượng '{code}' trong {PropertiesFile.Name}.");
        }

        foreach (var twice in codes.GroupBy(c => c, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            row.Error("properties", $"'{twice.Key}' occurs twice.", $"'{twice.Key}' bị lặp.");
        }

        return codes;
    }

    private static string[] Assets(CsvRow row, string district, IReadOnlyDictionary<string, Asset> known)
    {
        var ids = (row.Optional(AssetsColumn) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var id in ids)
        {
            if (!known.TryGetValue(id, out var asset))
            {
                row.Error(AssetsColumn, $"There is no asset '{id}' in {AssetsFile.Name}.", $"Không có thiết bị '{id}' trong {AssetsFile.Name}.");
            }
            else if (asset.District != district)
            {
                row.Error(AssetsColumn, $"'{id}' stands in '{asset.District}', not in '{district}'.", $"'{id}' thuộc '{asset.District}', không thuộc '{district}'.");
            }
        }

        foreach (var twice in ids.GroupBy(i => i, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            row.Error(AssetsColumn, $"'{twice.Key}' occurs twice.", $"'{twice.Key}' bị lặp.");
        }

        return ids;
    }

    private static TimeSpan Period(CsvRow row)
    {
        var seconds = row.Number("period_s", double.MinValue, MaxPeriodSeconds);
        if (seconds <= 0 && row.Optional("period_s") is not null)
        {
            row.Error("period_s", "The period must be more than 0 seconds.", "Chu kỳ phải lớn hơn 0 giây.");
        }

        return TimeSpan.FromSeconds(seconds);
    }
}
