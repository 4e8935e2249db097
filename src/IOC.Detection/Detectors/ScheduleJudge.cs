using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// A value beyond the rule's bounds while its schedule covers the instant, for the rule's duration. The duration begins with the
/// first such value in the stretch that is covered. It clears with the first value back inside, or when the stretch ends: by the
/// first value after it, or a reporting period later by a tick.
/// </summary>
internal sealed class ScheduleJudge(PastSetting setting)
{
    private readonly ScheduleCalendar _calendar = new(setting.Zone);

    public void Take(PastStates past, in ValueEntry entry, FindingBuffer found)
    {
        var rules = entry.Series.Rules.Schedules;
        for (var i = 0; i < past.Schedules.Length; i++)
        {
            Take(ref past.Schedules[i], rules[i], in entry, found);
        }
    }

    public static void Tick(Series series, PastStates past, in TimeStep now, FindingBuffer found)
    {
        for (var i = 0; i < past.Schedules.Length; i++)
        {
            ref var state = ref past.Schedules[i];
            if (state.DueAtMs(series.PeriodMs) <= now.NowMs)
            {
                var rule = series.Rules.Schedules[i];
                found.Add(now.Message, -1, rule, rule.Finding(FindingTransition.Cleared, series.Sensor, series.Code, state.EndMs, now.NowMs));
                state.JudgedToMs = state.EndMs;
                state.Limit = default;
            }
        }
    }

    private void Take(ref ScheduleState state, CompiledRule rule, in ValueEntry entry, FindingBuffer found)
    {
        if (entry.MeasuredAtMs < state.JudgedToMs)
        {
            return;
        }

        if (!state.Stretch.Contains(entry.MeasuredAtMs))
        {
            state.Stretch = _calendar.StretchAt(rule.Rule.Schedule!, entry.MeasuredAtMs, setting.PlaceOf(entry.Series.Sensor));
        }

        ref readonly var limits = ref LimitSet.None;
        if (state.Stretch.Covered)
        {
            limits = ref rule.LimitsAt(entry.MeasuredAtMs);
        }

        var side = state.Limit.Side;
        var anew = entry.AfterGap || state.Limit.SinceMs < state.Stretch.FromMs;
        if (state.Limit.Step(in limits, rule.DurationMs, entry.Value, entry.MeasuredAtMs, anew) is { } transition)
        {
            Report(transition, in limits, transition == FindingTransition.Raised ? state.Limit.Side : side, rule, in entry, found);
        }

        if (state.Limit.Raised)
        {
            state.EndMs = state.Stretch.ToMs;
        }
    }

    private void Report(FindingTransition transition, in LimitSet limits, sbyte side, CompiledRule rule, in ValueEntry entry, FindingBuffer found)
    {
        var limit = limits.LimitOf(side);
        found.Add(
            entry.Message, entry.Index, rule,
            rule.Finding(transition, entry.Series.Sensor, entry.Series.Code, entry.MeasuredAtMs, entry.ReceivedAtMs) with
            {
                Value = entry.Value,
                Limit = limit,
                Reason = transition == FindingTransition.Raised
                    ? PastReason.OfSchedule(entry.Value, limit!.Value, side, setting.Zone.ToLocal(entry.MeasuredAtMs), entry.Series.Rules.Property)
                    : null,
            });
    }
}
