using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Host.Rules;

/// <summary>A question of the kind "what would this rule have raised last month?".</summary>
/// <param name="Rule">The rule (docs/rules.md); not needed when <paramref name="Id"/> names one.</param>
/// <param name="Id">An existing rule, instead of a new one.</param>
/// <param name="Version">A version of that rule; without it, the present one.</param>
/// <param name="From">First instant, ISO 8601 with an offset.</param>
/// <param name="To">First instant no longer asked for.</param>
/// <param name="Sensors">Only these of the sensors that the rule covers; none = all.</param>
public sealed record RuleTestRequest(JsonElement? Rule, string? Id, int? Version, string? From, string? To, IReadOnlyList<string>? Sensors);

/// <summary>What a rule would have raised. Times are Unix milliseconds.</summary>
/// <param name="From">First instant.</param>
/// <param name="To">First instant no longer asked for.</param>
/// <param name="WarmUpFrom">From where on history was read, so that the rule knew what it has to know.</param>
/// <param name="Sensors">Sensors that the rule covers.</param>
/// <param name="Readings">Readings gone through.</param>
/// <param name="Candidate">What the rule would have raised.</param>
/// <param name="Present">What the present version of the same rule would have raised, for comparison; null when there is none.</param>
/// <param name="Notes">In what the answer differs from what would have been seen live.</param>
public sealed record RuleTestAnswer(
    long From, long To, long WarmUpFrom, int Sensors, long Readings, RuleTestResult Candidate, RuleTestResult? Present, IReadOnlyList<LocalText> Notes);

/// <summary>What one version of a rule would have raised.</summary>
/// <param name="Version">Its version; null for one that is not saved.</param>
/// <param name="Alerts">Alerts: how often a subject went from normal to abnormal.</param>
/// <param name="OpenAtEnd">Of these, those that still held at the end.</param>
/// <param name="ActiveMs">Time for which an alert held, summed over subjects.</param>
/// <param name="Share">That time as a share of the time asked for, over all subjects covered.</param>
/// <param name="Subjects">By subject, the one with most alerts first.</param>
/// <param name="Days">By day of the city's zone; days without any are left out.</param>
/// <param name="Findings">The first of them, in order; capped.</param>
/// <param name="FindingsTotal">How many there are.</param>
public sealed record RuleTestResult(
    int? Version, int Alerts, int OpenAtEnd, long ActiveMs, double Share, IReadOnlyList<RuleTestSubject> Subjects, IReadOnlyList<RuleTestDay> Days,
    IReadOnlyList<RuleTestFinding> Findings, int FindingsTotal);

/// <summary>A subject's part.</summary>
public sealed record RuleTestSubject(string Subject, int Alerts, long ActiveMs);

/// <summary>A day's part: alerts that began on it.</summary>
public sealed record RuleTestDay(DateOnly Day, int Alerts);

/// <summary>Something that would have been raised. Times are Unix milliseconds.</summary>
public sealed record RuleTestFinding(string Subject, string? Property, long RaisedAt, long? ClearedAt, double? Value, double? Limit, LocalText? Reason);
