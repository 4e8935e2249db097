using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>Whether a rule of a kind names a property.</summary>
internal enum PropertyUse
{
    Required,
    Optional,
    None,
}

/// <summary>How a rule of a kind is written: the fields that it takes besides those that every rule has.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Name">Its name in files.</param>
/// <param name="Property">Whether its scope names a property.</param>
/// <param name="Required">Fields that must be there.</param>
/// <param name="Optional">Fields that may be there.</param>
internal sealed record RuleForm(FindingKind Kind, string Name, PropertyUse Property, string[] Required, string[] Optional)
{
    /// <summary>Fields that every rule has.</summary>
    public static readonly string[] CommonRequired = ["id", "kind", "name", "priority"];

    /// <summary>Fields that every rule may have.</summary>
    public static readonly string[] CommonOptional = ["scope", "unit", "validFrom", "validTo", "latched", "advice", "source", "enabled", "inhibits"];

    /// <summary>Names under which kinds have <see cref="DetectionRule.Factor"/>: what it counts differs.</summary>
    public static readonly string[] FactorNames = ["deviations", "missed", "score", "inARow"];

    /// <summary>Names under which kinds have <see cref="DetectionRule.MinimumChange"/>.</summary>
    public static readonly string[] ChangeNames = ["minimumChange", "tolerance"];

    /// <summary>All kinds, in the order in which they are documented.</summary>
    public static readonly RuleForm[] All =
    [
        new(FindingKind.Limit, "limit", PropertyUse.Required, [], ["raise", "periods", "hysteresis", "for", "average"]),
        new(FindingKind.RateOfChange, "rate_of_change", PropertyUse.Required, ["raise", "window"], ["hysteresis", "for"]),
        new(FindingKind.Flatline, "flatline", PropertyUse.Optional, ["for"], ["tolerance"]),
        new(FindingKind.Silence, "silence", PropertyUse.Optional, ["missed"], []),
        new(FindingKind.MissingShare, "missing_share", PropertyUse.Optional, ["raise", "window"], ["hysteresis", "for"]),
        new(FindingKind.Spike, "spike", PropertyUse.Optional, ["deviations"], ["minimumChange"]),
        new(FindingKind.Implausible, "implausible", PropertyUse.Optional, [], ["inARow"]),
        new(FindingKind.Neighbour, "neighbour", PropertyUse.Required, ["neighbours"], ["deviations", "minimumChange", "hysteresis", "for"]),
        new(FindingKind.Schedule, "schedule", PropertyUse.Required, ["raise", "schedule"], ["hysteresis", "for"]),
        new(FindingKind.Aggregate, "aggregate", PropertyUse.Optional, ["aggregate", "raise"], ["hysteresis", "for", "window"]),
        new(FindingKind.Combination, "combination", PropertyUse.None, ["when"], ["for"]),
        new(FindingKind.Learned, "learned", PropertyUse.Optional, [], ["score"]),
        new(FindingKind.Disagreement, "disagreement", PropertyUse.None, [], ["score"]),
        new(FindingKind.Group, "group", PropertyUse.None, ["group"], []),
    ];

    /// <summary>All fields that a rule of this kind takes.</summary>
    public IEnumerable<string> Fields => CommonRequired.Concat(Required).Concat(CommonOptional).Concat(Optional);

    public bool Takes(string field) => Fields.Contains(field, StringComparer.Ordinal);

    public static RuleForm Of(FindingKind kind) => Array.Find(All, f => f.Kind == kind)!;

    public static RuleForm? Named(string name) => Array.Find(All, f => f.Name == name);

    /// <summary>Name of this kind's factor; null when it has none.</summary>
    public string? FactorName => Array.Find(FactorNames, Takes);

    /// <summary>Name of this kind's least change; null when it has none.</summary>
    public string? ChangeName => Array.Find(ChangeNames, Takes);
}
