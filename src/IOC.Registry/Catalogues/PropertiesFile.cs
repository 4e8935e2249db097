using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>properties.csv</summary>
internal static class PropertiesFile
{
    public const string Name = "properties.csv";

    private static readonly string[] Columns =
        ["code", "unit", "unit_label", "name_vi", "name_en", "plausible_min", "plausible_max", "decimals"];

    public static List<PropertyDefinition> Read(SourceFile file, CatalogueErrors errors)
    {
        List<PropertyDefinition> properties = [];
        var codes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in CsvTable.Read(file, Columns, errors))
        {
            var property = new PropertyDefinition(row.Slug("code"), row.Text("unit"), row.Name(),
                row.Number("plausible_min"), row.Number("plausible_max"), Decimals(row), row.Text("unit_label"));
            if (property.Code.Length > 0 && !codes.Add(property.Code))
            {
                row.Error("code", $"'{property.Code}' is defined twice.", $"'{property.Code}' bị khai báo hai lần.");
            }

            if (!(property.PlausibleMin < property.PlausibleMax))
            {
                row.Error("plausible_max", "The plausible range is empty: plausible_max must be more than plausible_min.",
                    "Khoảng giá trị rỗng: plausible_max phải lớn hơn plausible_min.");
            }

            properties.Add(property);
        }

        return properties;
    }

    private static int Decimals(CsvRow row)
    {
        var decimals = row.Number("decimals", 0, 9);
        if (decimals != Math.Floor(decimals))
        {
            row.Error("decimals", "A whole number is needed.", "Cần một số nguyên.");
        }

        return (int)decimals;
    }
}
