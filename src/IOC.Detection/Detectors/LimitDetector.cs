using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// A value at or beyond a limit for the rule's duration. Raised by the first value that is still beyond when the duration
/// is over; the finding's time is that value's measured-at (as an alarm with an on-delay, ISA-18.2). A gap begins the
/// duration anew: nobody knows what was in between. Clears with the first value back inside by the hysteresis.
/// </summary>
/// <remarks>The limit is the one in force when the value was measured. Where none is, nothing is raised, and what was raised clears.</remarks>
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
        ref readonly var limits = ref rule.LimitsAt(entry.MeasuredAtMs);
        if (!state.Raised && entry.Value < limits.Above && entry.Value > limits.Below)
        {
            // The usual case by far, kept from the call below: this runs for every reading.
            state.Side = 0;
            return;
        }

        var before = state.Side;
        if (state.Step(in limits, rule.DurationMs, entry.Value, entry.MeasuredAtMs, entry.AfterGap) is { } transition)
        {
            _found.Add(
                entry.Message, entry.Index, rule,
                rule.Finding(transition, entry.Series.Sensor, entry.Series.Code, entry.MeasuredAtMs, entry.ReceivedAtMs) with
                {
                    Value = entry.Value,
                    Limit = limits.LimitOf(transition == FindingTransition.Raised ? state.Side : before),
                });
        }
    }
}
