using System.Collections.Frozen;
using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>What the catalogue says about alerts: title, source, unit, and whether anything still watches them.</summary>
internal sealed class AlertTexts(Catalogue catalogue)
{
    private readonly FrozenDictionary<string, DetectionRule> _rules = catalogue.Rules.ToFrozenDictionary(r => r.Id, StringComparer.Ordinal);

    public DetectionRule? Rule(string ruleId) => _rules.GetValueOrDefault(ruleId);

    /// <summary>Whether the alert's rule can still report this property of its subject (null: the whole of it), and so end it.</summary>
    public bool Watches(Alert alert, string? property) =>
        Rule(alert.RuleId) is { } rule && rule.Kind == alert.Kind && (alert.Sensor is not { } sensor || rule.Covers(sensor)) && rule.Kind switch
        {
            FindingKind.Silence or FindingKind.MissingShare => rule.Property == property,
            FindingKind.Aggregate or FindingKind.Combination or FindingKind.Disagreement or FindingKind.Group => property is null || Known(rule, property),
            _ => property is not null && Known(rule, property),
        };

    public string? Unit(string? property) =>
        property is not null && catalogue.Properties.TryGet(property, out var definition) ? definition.Unit : null;

    /// <summary>The rule's name, and the reason where the finding has one; for a rule that the catalogue does not have, a name by kind.</summary>
    public LocalText Title(Finding finding) =>
        finding.Reason is { } reason && Name(finding) is var name ? new LocalText($"{name.Vi}: {reason.Vi}", $"{name.En}: {reason.En}") : Name(finding);

    private bool Known(DetectionRule rule, string property) =>
        (rule.Property is null || rule.Property == property) && catalogue.Properties.TryGet(property, out _);

    private LocalText Name(Finding finding) => Rule(finding.RuleId)?.Name ?? finding.Kind switch
    {
        FindingKind.Limit => new LocalText("Vượt ngưỡng", "Limit exceeded"),
        FindingKind.Spike => new LocalText("Biến động đột ngột", "Sudden change"),
        FindingKind.Flatline => new LocalText("Giá trị không đổi", "Value does not change"),
        FindingKind.Silence => new LocalText("Cảm biến ngừng gửi số liệu", "Sensor stopped reporting"),
        FindingKind.Implausible => new LocalText("Giá trị phi lý", "Implausible value"),
        FindingKind.Learned => new LocalText("Bất thường so với trước nay", "Unusual for this sensor"),
        FindingKind.RateOfChange => new LocalText("Thay đổi quá nhanh", "Changes too fast"),
        FindingKind.MissingShare => new LocalText("Thiếu nhiều số liệu", "Many readings missing"),
        FindingKind.Neighbour => new LocalText("Khác hẳn các trạm lân cận", "Unlike its neighbours"),
        FindingKind.Schedule => new LocalText("Sai lịch hoạt động", "Against the schedule"),
        FindingKind.Aggregate => new LocalText("Chỉ số của huyện vượt ngưỡng", "District figure beyond its limit"),
        FindingKind.Combination => new LocalText("Nhiều dấu hiệu cùng lúc", "Several signs at once"),
        FindingKind.Disagreement => new LocalText("Các đại lượng của trạm không khớp nhau", "Quantities of the station do not fit each other"),
        FindingKind.Group => new LocalText("Nhiều cảnh báo cùng một nguyên nhân", "Many alerts with one cause"),
        _ => new LocalText(finding.RuleId, finding.RuleId),
    };
}
