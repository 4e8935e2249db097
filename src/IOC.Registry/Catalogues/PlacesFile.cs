using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>places.csv: where alerts matter more, or less, than by their rule alone.</summary>
internal static class PlacesFile
{
    public const string Name = "places.csv";

    private static readonly string[] Columns = ["kind", "id", "priority", "reason_vi", "reason_en"];

    private enum Shift
    {
        Higher = 1,
        Lower = -1,
    }

    /// <summary>Reads the places in the order of the file.</summary>
    public static List<PriorityPlace> Read(
        SourceFile file, IReadOnlyDictionary<string, Area> areas, IReadOnlyDictionary<string, Asset> assets, IReadOnlyList<SensorDefinition> sensors, CatalogueErrors errors)
    {
        List<PriorityPlace> places = [];
        var slugs = sensors.Select(s => s.Address.Sensor).ToHashSet(StringComparer.Ordinal);
        foreach (var row in CsvTable.Read(file, Columns, errors))
        {
            var (kind, shift) = (row.Choice<PlaceKind>("kind"), row.Choice<Shift>("priority"));
            var place = new PriorityPlace(kind ?? PlaceKind.Sensor, row.Slug("id"), (int)(shift ?? Shift.Higher), new LocalText(row.Text("reason_vi"), row.Text("reason_en")));
            if (kind is null || place.Id.Length == 0)
            {
                continue;
            }

            var known = place.Kind switch
            {
                PlaceKind.Sensor => slugs.Contains(place.Id),
                PlaceKind.Asset => assets.ContainsKey(place.Id),
                _ => areas.GetValueOrDefault(place.Id) is { Level: AreaLevel.District or AreaLevel.Commune },
            };
            if (!known)
            {
                row.Error("id", $"There is no such {Word(place.Kind).En}: '{place.Id}'.", $"Không có {Word(place.Kind).Vi} '{place.Id}'.");
            }

            if (places.Exists(p => p.Kind == place.Kind && p.Id == place.Id))
            {
                row.Error("id", $"'{place.Id}' is there twice.", $"'{place.Id}' có hai lần.");
            }

            places.Add(place);
        }

        return places;
    }

    private static LocalText Word(PlaceKind kind) => kind switch
    {
        PlaceKind.Sensor => new LocalText("cảm biến", "sensor"),
        PlaceKind.Asset => new LocalText("thiết bị hạ tầng", "asset"),
        _ => new LocalText("huyện hoặc xã", "district or commune"),
    };
}
