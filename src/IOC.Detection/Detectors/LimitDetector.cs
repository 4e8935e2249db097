using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// A value at or beyond a limit for the rule's duration. Raised by the first value that is still beyond when the duration
/// is over; the finding's time is that value's measured-at (as an alarm with an on-delay, ISA-18.2). A gap begins the
/// duration anew: nobody knows what was in between. Clears with the first value back inside by the hysteresis.
/// </summary>
internal sealed class LimitDetector
{
    private readonly FindingBuffer _found = new();

    public FindingBuffer Detect(ValueColumn column)
    {
        _found.Clear();
        foreach (ref readonly var entry in column.Entries)
        {
            var rules = entry.Series.Rules.Limits;
            var states = entry.Series.Limits;
            for (var i = 0; i < states.Length; i++)
            {
                Step(ref states[i], rules[i], in entry);
            }
        }

        return _found;
    }

    private void Step(ref LimitState state, CompiledRule rule, in ValueEntry entry)
    {
        var value = entry.Value;
        if (state.Raised)
        {
            if (value <= rule.ClearAbove && value >= rule.ClearBelow)
            {
                Report(FindingTransition.Cleared, in state, rule, in entry);
                state = default;
            }

            return;
        }

        var side = value >= rule.Above ? (sbyte)1 : value <= rule.Below ? (sbyte)-1 : (sbyte)0;
        if (side == 0)
        {
            state.Side = 0;
            return;
        }

        if (side != state.Side || entry.AfterGap)
        {
            state.Side = side;
            state.SinceMs = entry.MeasuredAtMs;
        }

        if (entry.MeasuredAtMs - state.SinceMs >= rule.DurationMs)
        {
            state.Raised = true;
            Report(FindingTransition.Raised, in state, rule, in entry);
        }
    }

    private void Report(FindingTransition transition, in LimitState state, CompiledRule rule, in ValueEntry entry) => _found.Add(
        entry.Message, entry.Index, rule,
        rule.Finding(transition, entry.Series.Sensor, entry.Series.Rules.Property.Code, entry.MeasuredAtMs, entry.ReceivedAtMs) with
        {
            Value = entry.Value,
            Limit = state.Side > 0 ? rule.Above : rule.Below,
        });
}
