using IOC.Telemetry;

namespace IOC.Host.Planning;

/// <summary>What people call the codes of a file's rows, in columns of their own behind the others. Empty where the catalogue has no name.</summary>
/// <param name="catalogue">The names.</param>
/// <param name="vietnamese">In Vietnamese; otherwise in English.</param>
internal sealed class CsvNames(Catalogue catalogue, bool vietnamese)
{
    private readonly Dictionary<string, LocalText> _sensors = catalogue.Sensors.ToDictionary(s => s.Address.Sensor, s => s.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, LocalText> _areas = catalogue.Areas.ToDictionary(a => a.Id, a => a.Name, StringComparer.Ordinal);

    public static void AddHeadings(CsvText csv) => csv.Add("property_name").Add("sensor_name").Add("district_name");

    public void Add(CsvText csv, string property, string? sensor, string? district) => csv
        .Add(catalogue.Properties.TryGet(property, out var known) ? In(known.Name) : null)
        .Add(sensor is not null && _sensors.TryGetValue(sensor, out var name) ? In(name) : null)
        .Add(district is not null && _areas.TryGetValue(district, out var area) ? In(area) : null);

    private string In(LocalText name) => vietnamese || name.En.Length == 0 ? name.Vi : name.En;
}
