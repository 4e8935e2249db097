using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>A catalogue folder, read and found free of mistakes.</summary>
/// <param name="Catalogue">What it says, without rules.</param>
/// <param name="Files">Its files and their hashes, without those of rules.</param>
/// <param name="Rules">Its rule files.</param>
internal sealed record CatalogueFolder(Catalogue Catalogue, IReadOnlyList<SourceFile> Files, RuleFolder Rules)
{
    /// <summary>Reads all files and checks them together.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="book">Where sensor addresses are interned.</param>
    /// <param name="zone">The city's zone.</param>
    /// <param name="rulesMustBeRight">False: mistakes in rule files are told in <see cref="RuleFolder.Errors"/> only.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="CatalogueException">There are mistakes; it lists all.</exception>
    public static async Task<CatalogueFolder> ReadAsync(string folder, AddressBook book, TimeZoneInfo zone, bool rulesMustBeRight, CancellationToken cancel)
    {
        var errors = new CatalogueErrors();
        var propertiesFile = (await SourceFile.ReadAsync(folder, PropertiesFile.Name, required: true, errors, cancel))!;
        var areasFile = (await SourceFile.ReadAsync(folder, AreasFile.Name, required: true, errors, cancel))!;
        var outlinesFile = await SourceFile.ReadAsync(folder, OutlinesFile.Name, required: false, errors, cancel);
        var assetsFile = await SourceFile.ReadAsync(folder, AssetsFile.Name, required: false, errors, cancel);
        var linesFile = await SourceFile.ReadAsync(folder, AssetLinesFile.Name, required: false, errors, cancel);
        var sensorsFile = (await SourceFile.ReadAsync(folder, SensorsFile.Name, required: true, errors, cancel))!;
        var placesFile = await SourceFile.ReadAsync(folder, PlacesFile.Name, required: false, errors, cancel);

        var properties = PropertiesFile.Read(propertiesFile, errors);
        var propertiesByCode = ById(properties, p => p.Code);
        var areas = AreasFile.Read(areasFile, errors);
        var areasById = ById(areas, a => a.Id);
        var outlines = outlinesFile is null ? [] : OutlinesFile.Read(outlinesFile, Keys(areasById), errors);
        var assets = assetsFile is null ? [] : AssetsFile.Read(assetsFile, areasById, errors);
        var assetsById = ById(assets, a => a.Id);
        var lines = linesFile is null ? [] : AssetLinesFile.Read(linesFile, Keys(assetsById), errors);
        var sensors = SensorsFile.Read(sensorsFile, book, Keys(propertiesByCode), areasById, assetsById, errors);
        var places = placesFile is null ? [] : PlacesFile.Read(placesFile, areasById, assetsById, sensors, errors);
        var ruleErrors = new CatalogueErrors();
        var rules = await RuleFolder.ReadAsync(
            folder, zone, new RuleChecks(propertiesByCode, areasById, sensors), propertiesByCode, areasById, sensors, ruleErrors, cancel);
        if (rulesMustBeRight && ruleErrors.Count == 0)
        {
            RuleLinks.Check(rules.Rules);
        }

        if (errors.Count > 0 || rulesMustBeRight && ruleErrors.Count > 0)
        {
            errors.AddRange(ruleErrors.All);
            errors.ThrowIfAny();
        }

        var catalogue = new Catalogue(new PropertyCatalogue(properties), [.. areas.Select(a => WithOutline(a, outlines))], sensors, [])
        {
            Assets = [.. assets.Select(a => a with { Line = lines.GetValueOrDefault(a.Id) })],
            Places = places,
        };
        SourceFile?[] files = [propertiesFile, areasFile, outlinesFile, assetsFile, linesFile, sensorsFile, placesFile];
        return new CatalogueFolder(catalogue, [.. files.OfType<SourceFile>()], rules with { Warnings = [.. rules.Warnings, .. Oversights(catalogue)] });
    }

    private static Dictionary<string, T> ById<T>(IEnumerable<T> items, Func<T, string> id)
    {
        var byId = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            byId.TryAdd(id(item), item);
        }

        return byId;
    }

    private static HashSet<string> Keys<T>(Dictionary<string, T> byId) => byId.Keys.ToHashSet(StringComparer.Ordinal);

    private static Area WithOutline(Area area, Dictionary<string, Outline> outlines) =>
        outlines.TryGetValue(area.Id, out var outline) ? area with { Outline = outline.Geometry, OutlineIsSketch = outline.IsSketch } : area;

    // Allowed, since sensors may report without being registered and may be registered later; a slip of the pen looks the same.
    private static List<LocalText> Oversights(Catalogue catalogue) =>
    [
        .. Idle(catalogue).Select(asset => new LocalText(
            $"{AssetsFile.Name}: chưa có cảm biến nào phụ thuộc thiết bị '{asset.Id}'.",
            $"{AssetsFile.Name}: no sensor depends on the asset '{asset.Id}'.")),
    ];

    private static IEnumerable<Asset> Idle(Catalogue catalogue)
    {
        var topology = new Topology(catalogue);
        return catalogue.Assets.Where(a => topology.SensorsBelow(a.Id).Count == 0);
    }
}
