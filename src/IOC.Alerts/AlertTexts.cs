using System.Collections.Frozen;
using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>What the catalogue says about alerts: title, source, unit, and whether anything still watches them.</summary>
internal sealed class AlertTexts(Catalogue catalogue)
{
    private readonly FrozenDictionary<string, DetectionRule> _rules = catalogue.Rules.ToFrozenDictionary(r => r.Id, StringComparer.Ordinal);

    public DetectionRule? Rule(string ruleId) => _rules.GetValueOrDefault(ruleId);

    /// <summary>Whether the alert's rule can still report this property of its sensor (null: the whole sensor), and so end it.</summary>
    public bool Watches(Alert alert, string? property) =>
        Rule(alert.RuleId) is { } rule && rule.Kind == alert.Kind && rule.Covers(alert.Sensor)
        && (rule.Kind == FindingKind.Silence ? property is null : property is not null
            && (rule.Property is null || rule.Property == property) && catalogue.Properties.TryGet(property, out _));

    public string? Unit(string? property) =>
        property is not null && catalogue.Properties.TryGet(property, out var definition) ? definition.Unit : null;

    /// <summary>The rule's name, and the reason where the finding has one; for a rule that the catalogue does not have, a name by kind.</summary>
    public LocalText Title(Finding finding) =>
        finding.Reason is { } reason && Name(finding) is var name ? new LocalText($"{name.Vi}: {reason.Vi}", $"{name.En}: {reason.En}") : Name(finding);

    private LocalText Name(Finding finding) => Rule(finding.RuleId)?.Name ?? finding.Kind switch
    {
        FindingKind.Limit => new LocalText("Vượt ngưỡng", "Limit exceeded"),
        FindingKind.Spike => new LocalText("Biến động đột ngột", "Sudden change"),
        FindingKind.Flatline => new LocalText("Giá trị không đổi", "Value does not change"),
        FindingKind.Silence => new LocalText("Cảm biến ngừng gửi số liệu", "Sensor stopped reporting"),
        FindingKind.Implausible => new LocalText("Giá trị phi lý", "Implausible value"),
        FindingKind.Learned => new LocalText("Bất thường so với trước nay", "Unusual for this sensor"),
        _ => new LocalText(finding.RuleId, finding.RuleId),
    };
}
