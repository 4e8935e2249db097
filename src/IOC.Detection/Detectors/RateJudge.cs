using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// How fast a value changes: the median of its last three readings against that of about a window before (0.75 to 1.5 windows),
/// per hour. A change within less than a window counts as if it took the whole window. One wrong reading changes nothing; after
/// a gap three readings are waited for, and a gap of more than half a window leaves nothing to compare with.
/// </summary>
internal static class RateJudge
{
    public static void Take(PastStates past, in ValueEntry entry, FindingBuffer found)
    {
        var rules = entry.Series.Rules.Rates;
        for (var i = 0; i < past.Rates.Length; i++)
        {
            if (past.Rates[i].TryTake(entry.MeasuredAtMs, entry.Value, entry.AfterGap, out var perHour))
            {
                Judge(past.Rates[i], rules[i], perHour, in entry, found);
            }
        }
    }

    private static void Judge(RateState state, CompiledRule rule, double perHour, in ValueEntry entry, FindingBuffer found)
    {
        ref readonly var limits = ref rule.LimitsAt(entry.MeasuredAtMs);
        var side = state.Limit.Side;
        if (state.Limit.Step(in limits, rule.DurationMs, perHour, entry.MeasuredAtMs, entry.AfterGap) is not { } transition)
        {
            return;
        }

        var raised = transition == FindingTransition.Raised;
        found.Add(
            entry.Message, entry.Index, rule,
            rule.Finding(transition, entry.Series.Sensor, entry.Series.Code, entry.MeasuredAtMs, entry.ReceivedAtMs) with
            {
                Value = perHour,
                Limit = limits.LimitOf(raised ? state.Limit.Side : side),
                Reason = raised ? PastReason.OfRate(perHour, entry.Series.Rules.Property) : null,
            });
    }
}
