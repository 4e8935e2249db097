using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// A reading that is rare for its series (<see cref="SeriesLearner"/>): raised at a detection whose score reaches the rule's
/// threshold, cleared after some readings in a row that are not as rare.
/// </summary>
internal sealed class LearnedDetector(DetectionOptions options, FreshnessGate gate)
{
    private const long MillisecondsPerDay = 86_400_000;
    private readonly FindingBuffer _found = new();
    private readonly long _offsetMs = (long)options.LearnedUtcOffset.TotalMilliseconds;
    private long _day = long.MinValue;
    private bool _rest;

    public FindingBuffer Detect(ValueColumn column)
    {
        _found.Clear();
        var late = gate.Late;
        foreach (ref readonly var entry in column.Entries)
        {
            // In the order of the log, so that it makes no difference how that is cut into batches.
            late = LearnUntil(entry.Index, late);
            if (entry.Series.Learner is { } learner)
            {
                var local = entry.MeasuredAtMs + _offsetMs;
                var verdict = learner.Observe(local, entry.Value, IsRest(local), entry.AfterGap);
                Step(in verdict, in entry, learner.Readings >= options.LearnedWarmUp);
            }
        }

        LearnUntil(int.MaxValue, late);
        return _found;
    }

    private ReadOnlySpan<ValueEntry> LearnUntil(int index, ReadOnlySpan<ValueEntry> late)
    {
        while (late.Length > 0 && late[0].Index < index)
        {
            var local = late[0].MeasuredAtMs + _offsetMs;
            late[0].Series.Learner?.ObserveLate(local, late[0].Value, IsRest(local));
            late = late[1..];
        }

        return late;
    }

    private void Step(in LearnedVerdict verdict, in ValueEntry entry, bool settled)
    {
        var rules = entry.Series.Rules.Learned;
        var states = entry.Series.Learned;
        for (var i = 0; i < states.Length; i++)
        {
            ref var state = ref states[i];
            if (verdict.Extreme)
            {
                state.Quiet = 0;
                if (settled && verdict.Detected && !state.Raised && verdict.Score >= rules[i].Factor)
                {
                    state.Raised = true;
                    Report(FindingTransition.Raised, in verdict, rules[i], in entry);
                }
            }
            else if (state.Raised && ++state.Quiet >= LearnedTuning.ClearAfter)
            {
                state = default;
                Report(FindingTransition.Cleared, in verdict, rules[i], in entry);
            }
        }
    }

    /// <summary>The calendar is asked once per day and column.</summary>
    private bool IsRest(long localMs)
    {
        var day = Math.DivRem(localMs, MillisecondsPerDay, out var rest) - (rest < 0 ? 1 : 0);
        if (day != _day)
        {
            _day = day;
            var number = day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
            _rest = number >= 0 && number <= DateOnly.MaxValue.DayNumber && VietnamCalendar.IsRestDay(DateOnly.FromDayNumber((int)number));
        }

        return _rest;
    }

    private void Report(FindingTransition transition, in LearnedVerdict verdict, CompiledRule rule, in ValueEntry entry)
    {
        var property = entry.Series.Rules.Property;
        var shown = Within(in verdict, property);
        _found.Add(
            entry.Message, entry.Index, rule,
            rule.Finding(transition, entry.Series.Sensor, property.Code, entry.MeasuredAtMs, entry.ReceivedAtMs) with
            {
                Value = entry.Value,
                ExpectedLow = shown.Low,
                ExpectedHigh = shown.High,
                Reason = transition == FindingTransition.Raised ? LearnedReason.Of(in shown, entry.Value, property.UnitLabel) : null,
            });
    }

    private static LearnedVerdict Within(in LearnedVerdict verdict, PropertyDefinition property) => verdict with
    {
        Low = Math.Max(property.PlausibleMin, verdict.Low),
        High = Math.Min(property.PlausibleMax, verdict.High),
    };
}
