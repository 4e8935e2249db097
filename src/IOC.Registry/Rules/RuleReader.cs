using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>A rule as read from a file or a request, with what tells its mistakes.</summary>
/// <param name="Rule">The rule; fields with mistakes have harmless values.</param>
/// <param name="File">File name; empty for a request.</param>
/// <param name="Error">Notes a mistake at one of its fields (null: the rule as a whole), in English and Vietnamese.</param>
internal sealed record PlacedRule(DetectionRule Rule, string File, Action<string?, string, string> Error)
{
    /// <summary>Where it stands; null for a line of the older form.</summary>
    public RuleFields? Fields { get; init; }

    /// <summary>UCUM code that the limits were given in; null when it was not said.</summary>
    public string? Unit { get; init; }

    /// <summary>True when fields with mistakes were noted: what follows from them is not told again.</summary>
    public bool Spoilt { get; init; }
}

/// <summary>Reads the form of rules: types, names, ranges. What needs other rules or the catalogue is checked after (<see cref="RuleChecks"/>).</summary>
/// <param name="zone">The city's zone: a day begins at its midnight.</param>
/// <param name="errors">Takes the mistakes.</param>
internal sealed class RuleReader(TimeZoneInfo zone, CatalogueErrors errors)
{
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(31);
    private static readonly (string, Severity)[] Priorities = [.. Enum.GetValues<Severity>().Select(s => (s.ToString(), s))];

    /// <summary>Reads a rule.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="file">File name; empty for a request.</param>
    /// <returns>Null when not even its kind is known.</returns>
    public PlacedRule? Read(JsonPlace place, string file)
    {
        var before = errors.Count;
        var fields = new RuleFields(place, file, errors);
        if (place.Kind != System.Text.Json.JsonValueKind.Object)
        {
            fields.Error(null, $"A rule is an object {{ ... }}, not {place.KindName.En}.", $"Luật là một đối tượng {{ ... }}, không phải {place.KindName.Vi}.");
            return null;
        }

        fields.Require("kind");
        if (fields.Choice("kind", RuleForm.All.Select(f => (f.Name, f.Kind))) is not { } kind)
        {
            return null;
        }

        var form = RuleForm.Of(kind);
        fields.Check([.. form.Fields], $"A rule of kind {form.Name}", $"Luật loại {form.Name}");
        foreach (var required in RuleForm.CommonRequired.Concat(form.Required))
        {
            fields.Require(required);
        }

        var rule = WithParts(WithNumbers(Common(fields, kind), fields, form), fields, form);
        return new PlacedRule(rule, file, fields.Error) { Fields = fields, Unit = fields.Text("unit"), Spoilt = errors.Count > before };
    }

    private DetectionRule Common(RuleFields fields, FindingKind kind)
    {
        var scope = Scope(fields, RuleForm.Of(kind).Property);
        return new DetectionRule
        {
            Id = fields.SlugText("id") ?? "",
            Kind = kind,
            Name = fields.Local("name") ?? new LocalText("", ""),
            Severity = fields.Choice("priority", Priorities) ?? Severity.P4,
            Domain = scope?.SlugText("domain"),
            District = scope?.SlugText("district"),
            Sensor = scope?.SlugText("sensor"),
            Property = scope?.SlugText("property"),
            ValidFrom = fields.Instant("validFrom", zone),
            ValidTo = fields.Instant("validTo", zone),
            Latched = fields.Flag("latched") ?? false,
            Advice = fields.Local("advice"),
            Source = fields.Local("source"),
            Enabled = fields.Flag("enabled") ?? true,
            Inhibits = RulePartReader.Inhibits(fields),
        };
    }

    private static RuleFields? Scope(RuleFields fields, PropertyUse use)
    {
        var scope = fields.Object("scope");
        scope?.Check(use == PropertyUse.None ? ["domain", "district", "sensor"] : ["domain", "district", "sensor", "property"], "'scope'", "'scope'");
        if (use == PropertyUse.Required && scope?.Has("property") != true)
        {
            fields.Error("scope", "The rule needs a property: \"scope\": { \"property\": \"...\" }.", "Luật này cần một đại lượng: \"scope\": { \"property\": \"...\" }.");
        }

        return scope;
    }

    private static DetectionRule WithNumbers(DetectionRule rule, RuleFields fields, RuleForm form)
    {
        var raise = fields.Object("raise");
        raise?.Check(["above", "below"], "'raise'", "'raise'");
        if (raise is not null && !raise.Has("above") && !raise.Has("below"))
        {
            fields.Error("raise", "'raise' needs 'above' or 'below'.", "'raise' cần 'above' hoặc 'below'.");
        }

        var factor = form.FactorName;
        return rule with
        {
            RaiseAbove = raise?.Number("above"),
            RaiseBelow = raise?.Number("below"),
            Hysteresis = fields.Number("hysteresis", min: 0) ?? 0,
            Duration = fields.Duration("for", LongestDuration) ?? TimeSpan.Zero,
            Window = fields.Duration("window", LongestDuration) ?? TimeSpan.Zero,
            Factor = factor switch
            {
                null => 0,
                "score" => fields.Number(factor, 0.5, 0.999999) ?? 0,
                "inARow" => fields.Whole(factor, 1, 10_000) ?? 0,
                _ => fields.Number(factor, 0.1, 10_000) ?? 0,
            },
            MinimumChange = form.ChangeName is { } change ? fields.Number(change, min: 0) ?? 0 : 0,
        };
    }

    private DetectionRule WithParts(DetectionRule rule, RuleFields fields, RuleForm form) => rule with
    {
        Periods = form.Takes("periods") ? RulePartReader.Periods(fields, zone) : [],
        Average = form.Takes("average") ? RulePartReader.Average(fields) : null,
        Schedule = form.Takes("schedule") ? RulePartReader.Schedule(fields) : null,
        Neighbours = form.Takes("neighbours") ? RulePartReader.Neighbours(fields) : null,
        Aggregate = form.Takes("aggregate") ? RulePartReader.Aggregate(fields) : null,
        When = form.Takes("when") && fields.Object("when") is { } when ? RulePartReader.Condition(when) : null,
        Group = form.Takes("group") ? RulePartReader.Group(fields) : null,
    };
}
