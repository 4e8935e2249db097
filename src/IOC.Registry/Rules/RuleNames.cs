using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>What is asked about rules outside of this room.</summary>
public static class RuleNames
{
    /// <summary>Ids of the rules that a rule's condition asks for.</summary>
    public static IEnumerable<string> Raised(DetectionRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return RuleLinks.Raised(rule.When);
    }

    /// <summary>An instant with its offset as rules write it; null when it is none. A day alone is none.</summary>
    public static DateTimeOffset? Instant(string text) => text.Contains('T', StringComparison.Ordinal) ? RuleTimes.Instant(text, TimeZoneInfo.Utc) : null;
}
