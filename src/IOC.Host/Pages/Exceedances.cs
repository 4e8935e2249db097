using IOC.Alerts;
using IOC.Telemetry;

namespace IOC.Host.Pages;

/// <summary>For how long a rule's condition held in a district.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Title">Its title.</param>
/// <param name="Domain">Domain slug; null when it concerns several.</param>
/// <param name="Property">Property code; null when it concerns the whole sensor.</param>
/// <param name="Severity">Its most urgent alert, 1 to 4.</param>
/// <param name="Subjects">At how many sensors (assets, districts).</param>
/// <param name="Ms">For how long it held at one of them at least, milliseconds.</param>
/// <param name="Now">Whether it holds now.</param>
public sealed record ExceedanceDto(string RuleId, LocalText Title, string? Domain, string? Property, int Severity, int Subjects, long Ms, bool Now);

/// <summary>Works out from the stored alerts for how long limits were exceeded, by time of measurement.</summary>
internal sealed class Exceedances(IAlertStore store)
{
    /// <summary>The rules whose conditions held in a district in a stretch of time, the longest first. Of kinds that set a limit.</summary>
    /// <param name="district">District slug.</param>
    /// <param name="sees">Whether an alert's domain counts.</param>
    /// <param name="fromMs">From when, Unix milliseconds.</param>
    /// <param name="toMs">Until when.</param>
    public IReadOnlyList<ExceedanceDto> Of(string district, Func<string?, bool> sees, long fromMs, long toMs)
    {
        var alerts = store.Query(new AlertQuery { District = district, OpenOnly = true, ClosedSinceMs = fromMs, Limit = AlertQuery.MaxLimit }).Items
            .Where(a => IsLimit(a.Kind) && sees(a.Subject.Domain));
        var rules = new List<ExceedanceDto>();
        foreach (var rule in alerts.GroupBy(a => (a.RuleId, a.Subject.Domain)))
        {
            var stretches = new List<(long From, long To)>();
            var subjects = new HashSet<Subject>();
            foreach (var alert in rule)
            {
                var held = Stretches(alert, toMs).Select(s => (Math.Max(s.From, fromMs), Math.Min(s.To, toMs))).Where(s => s.Item1 < s.Item2).ToList();
                if (held.Count > 0)
                {
                    subjects.Add(alert.Subject);
                    stretches.AddRange(held);
                }
            }

            if (stretches.Count > 0)
            {
                var first = rule.First();
                rules.Add(new ExceedanceDto(
                    rule.Key.RuleId, first.Title, rule.Key.Domain, first.Property, rule.Min(a => (int)a.Severity), subjects.Count, Length(stretches), rule.Any(IsNow)));
            }
        }

        return [.. rules.OrderByDescending(r => r.Ms).ThenBy(r => r.RuleId, StringComparer.Ordinal)];
    }

    /// <summary>Length of what at least one stretch covers.</summary>
    internal static long Length(IEnumerable<(long From, long To)> stretches)
    {
        var (sum, reached) = (0L, long.MinValue);
        foreach (var (from, to) in stretches.Order())
        {
            sum += Math.Max(0, to - Math.Max(from, reached));
            reached = Math.Max(reached, to);
        }

        return sum;
    }

    // A value beyond a limit, be it of a sensor or of a district's mean; a device that fails is no exceedance.
    private static bool IsLimit(FindingKind kind) =>
        kind is FindingKind.Limit or FindingKind.RateOfChange or FindingKind.Schedule or FindingKind.Aggregate or FindingKind.Combination;

    private static bool IsNow(Alert alert) => alert.IsActive && alert.GoneAtMs is null;

    private IEnumerable<(long From, long To)> Stretches(Alert alert, long nowMs)
    {
        if (alert.ReAlarms == 0)
        {
            yield return (alert.RaisedAtMs, alert.ClearedAtMs ?? alert.GoneAtMs ?? nowMs);
            yield break;
        }

        // It came back while it was open: when it was gone meanwhile does not count.
        long? from = null;
        foreach (var act in store.ActsOf(alert.Id))
        {
            if (act.Kind is AlertActKind.Raised or AlertActKind.ReRaised)
            {
                from ??= act.AtMs;
            }
            else if (act.Kind is AlertActKind.Cleared or AlertActKind.Withdrawn && from is { } began)
            {
                yield return (began, act.AtMs);
                from = null;
            }
        }

        if (from is { } still)
        {
            yield return (still, nowMs);
        }
    }
}
