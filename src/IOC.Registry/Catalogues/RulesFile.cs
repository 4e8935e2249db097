using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>rules.csv: the older form of rules, for the first five kinds only. New rules go into rules/*.json.</summary>
internal static class RulesFile
{
    public const string Name = "rules.csv";

    private const double MaxSeconds = 30 * 86_400;

    private static readonly string[] Columns =
    [
        "id", "kind", "severity", "name_vi", "name_en", "property", "domain", "district", "sensor",
        "raise_above", "raise_below", "hysteresis", "duration_s", "factor", "minimum_change", "source",
    ];

    public static List<PlacedRule> Read(
        SourceFile file, IReadOnlyDictionary<string, PropertyDefinition> properties, IReadOnlyDictionary<string, Area> areas,
        IReadOnlySet<string> sensors, CatalogueErrors errors)
    {
        List<PlacedRule> rules = [];
        foreach (var row in CsvTable.Read(file, Columns, errors))
        {
            var before = errors.Count;
            var kind = row.Choice<FindingKind>("kind");
            if (kind is > FindingKind.Learned and not FindingKind.Disagreement)
            {
                row.Error("kind", $"'{row.Text("kind")}' has more to say than a line holds: write it into rules/*.json (docs/rules.md).",
                    $"Một dòng không đủ cho loại '{row.Text("kind")}': hãy viết vào rules/*.json (docs/rules.md).");
                kind = null;
            }

            var rule = Read(row, kind.GetValueOrDefault());

            CheckReferences(row, rule, properties, areas, sensors);
            if (kind is not null)
            {
                CheckKind(row, rule, properties);
            }

            rules.Add(new PlacedRule(rule, Name, (column, en, vi) => row.Error(column, en, vi)) { Spoilt = errors.Count > before });
        }

        return rules;
    }

    private static DetectionRule Read(CsvRow row, FindingKind kind) => new()
    {
        Id = row.Slug("id"),
        Kind = kind,
        Severity = row.Choice<Severity>("severity").GetValueOrDefault(),
        Name = row.Name(),
        Property = row.OptionalSlug("property"),
        Domain = row.OptionalSlug("domain"),
        District = row.OptionalSlug("district"),
        Sensor = row.OptionalSlug("sensor"),
        RaiseAbove = row.OptionalNumber("raise_above"),
        RaiseBelow = row.OptionalNumber("raise_below"),
        Hysteresis = row.OptionalNumber("hysteresis", min: 0) ?? 0,
        Duration = TimeSpan.FromSeconds(row.OptionalNumber("duration_s", 0, MaxSeconds) ?? 0),
        Factor = row.OptionalNumber("factor", min: 0) ?? 0,
        MinimumChange = row.OptionalNumber("minimum_change", min: 0) ?? 0,
        Source = Source(row.Optional("source")),
    };

    // "Vietnamese / English"; a text without the mark holds for both.
    private static LocalText? Source(string? text) => text?.Split(" / ", 2) switch
    {
        null => null,
        [var vi, var en] => new LocalText(vi, en),
        _ => new LocalText(text, text),
    };

    private static void CheckReferences(
        CsvRow row, DetectionRule rule, IReadOnlyDictionary<string, PropertyDefinition> properties, IReadOnlyDictionary<string, Area> areas, IReadOnlySet<string> sensors)
    {
        if (rule.Property is { } property && !properties.ContainsKey(property))
        {
            row.Error("property", $"There is no property '{property}' in {PropertiesFile.Name}.", $"Không có đại lượng '{property}' trong {PropertiesFile.Name}.");
        }

        if (rule.District is { } district && areas.GetValueOrDefault(district)?.Level != AreaLevel.District)
        {
            row.Error("district", $"There is no district '{district}' in {AreasFile.Name}.", $"Không có huyện '{district}' trong {AreasFile.Name}.");
        }

        if (rule.Sensor is { } sensor && !sensors.Contains(sensor))
        {
            row.Error("sensor", $"There is no sensor '{sensor}' in {SensorsFile.Name}.", $"Không có cảm biến '{sensor}' trong {SensorsFile.Name}.");
        }
    }

    private static void CheckKind(CsvRow row, DetectionRule rule, IReadOnlyDictionary<string, PropertyDefinition> properties)
    {
        switch (rule.Kind)
        {
            case FindingKind.Limit:
                CheckLimit(row, rule, properties);
                break;
            case FindingKind.Spike or FindingKind.Silence when rule.Factor <= 0:
                row.Error("factor", "A spike or silence rule needs a factor of more than 0.", "Luật spike hoặc silence cần factor lớn hơn 0.");
                break;
            case FindingKind.Flatline when rule.Duration <= TimeSpan.Zero:
                row.Error("duration_s", "A flatline rule needs a duration of more than 0.", "Luật flatline cần duration_s lớn hơn 0.");
                break;
        }

        if (rule is { Kind: FindingKind.Learned or FindingKind.Disagreement, Factor: not 0 and (< 0.5 or >= 1) })
        {
            row.Error("factor", "The factor of a learned or disagreement rule is its least score, from 0.5 to less than 1; leave the cell empty for 0.5.", "factor của luật learned hoặc disagreement là điểm tối thiểu, từ 0.5 đến dưới 1; để trống là 0.5.");
        }

        if (rule is { Kind: FindingKind.Silence, Property: not null })
        {
            row.Error("property", "Silence concerns the whole sensor; leave the cell empty.", "Luật silence áp dụng cho cả cảm biến; hãy để trống ô này.");
        }
    }

    private static void CheckLimit(CsvRow row, DetectionRule rule, IReadOnlyDictionary<string, PropertyDefinition> properties)
    {
        if (rule.Property is null && row.Optional("property") is null)
        {
            row.Error("property", "A limit rule needs a property.", "Luật limit cần một đại lượng.");
        }

        if (row.Optional("raise_above") is null && row.Optional("raise_below") is null)
        {
            row.Error("raise_above", "A limit rule needs raise_above or raise_below.", "Luật limit cần raise_above hoặc raise_below.");
        }

        if (rule.RaiseAbove <= rule.RaiseBelow)
        {
            row.Error("raise_above", "The allowed range is empty: raise_above must be more than raise_below.", "Khoảng cho phép rỗng: raise_above phải lớn hơn raise_below.");
        }

        if (rule.Property is null || !properties.TryGetValue(rule.Property, out var property))
        {
            return;
        }

        // A value outside the plausible range never reaches a limit, so such a limit would never be raised.
        foreach (var (column, limit) in new[] { ("raise_above", rule.RaiseAbove), ("raise_below", rule.RaiseBelow) })
        {
            if (limit is { } value && !property.IsPlausible(value))
            {
                row.Error(column, $"The limit lies outside the plausible range of '{property.Code}' ({property.PlausibleMin} to {property.PlausibleMax}) and can never be reached.",
                    $"Ngưỡng nằm ngoài khoảng hợp lý của '{property.Code}' ({property.PlausibleMin} đến {property.PlausibleMax}) nên không bao giờ đạt tới.");
            }
        }
    }
}
