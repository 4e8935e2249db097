using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>The rule files of a catalogue folder, read and checked.</summary>
/// <param name="Files">The files and their hashes.</param>
/// <param name="Rules">Their rules; with mistakes, those that could be read.</param>
/// <param name="Mistakes">Takes the mistakes of these rules, those too that are found later.</param>
/// <param name="Warnings">What is allowed and still looks like an oversight.</param>
internal sealed record RuleFolder(
    IReadOnlyList<SourceFile> Files, IReadOnlyList<PlacedRule> Rules, CatalogueErrors Mistakes, IReadOnlyList<LocalText> Warnings)
{
    /// <summary>All mistakes by file and line, each once; empty when there are none.</summary>
    public IReadOnlyList<CatalogueError> Errors => Mistakes.Sorted();

    /// <summary>Reads the rule files against a catalogue that is in use.</summary>
    public static Task<RuleFolder> ReadAsync(string folder, TimeZoneInfo zone, Catalogue catalogue, CancellationToken cancel) => ReadAsync(
        folder, zone, RuleChecks.For(catalogue), catalogue.Properties.All.ToDictionary(p => p.Code, StringComparer.Ordinal),
        catalogue.Areas.ToDictionary(a => a.Id, StringComparer.Ordinal), catalogue.Sensors, new CatalogueErrors(), cancel);

    public static async Task<RuleFolder> ReadAsync(
        string folder, TimeZoneInfo zone, RuleChecks checks, IReadOnlyDictionary<string, PropertyDefinition> properties,
        IReadOnlyDictionary<string, Area> areas, IReadOnlyList<SensorDefinition> sensors, CatalogueErrors errors, CancellationToken cancel)
    {
        var files = await RuleFiles.ReadAsync(folder, errors, cancel);
        var known = sensors.Select(s => s.Address.Sensor).ToHashSet(StringComparer.Ordinal);
        var rules = RuleFiles.Parse(files, new RuleText(zone), checks, properties, areas, known, errors);

        // Names of other rules are checked where those made over the API are known too (RuleBook).
        RuleLinks.CheckTwice(rules);
        return new RuleFolder(files, rules, errors, Oversights(rules, sensors));
    }

    // Allowed, since sensors may report without being registered and may be registered later; a slip of the pen looks the same.
    private static List<LocalText> Oversights(List<PlacedRule> rules, IReadOnlyList<SensorDefinition> sensors) =>
    [
        .. rules.Where(r => !sensors.Any(s => r.Rule.Covers(s.Address) && (r.Rule.Property is null || s.Properties.Contains(r.Rule.Property, StringComparer.Ordinal))))
            .Select(r => new LocalText($"{r.File}: luật '{r.Rule.Id}' chưa áp dụng cho cảm biến nào đã đăng ký.", $"{r.File}: rule '{r.Rule.Id}' covers no registered sensor.")),
    ];
}
