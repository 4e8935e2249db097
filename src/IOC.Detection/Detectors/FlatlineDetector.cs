using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// Values that stay within the rule's minimum change of the first of them for the rule's duration, and at least a number
/// of them. Compared with the first of the run, not with the one before, so that a slow drift is no flatline. A gap begins
/// the run anew until it is raised. Which properties may repeat (rain at 0) is the rules' business: they name properties.
/// </summary>
internal sealed class FlatlineDetector(int minimumSamples)
{
    private readonly FindingBuffer _found = new();

    public FindingBuffer Detect(ValueColumn column)
    {
        _found.Clear();
        foreach (ref readonly var entry in column.Entries)
        {
            var rules = entry.Series.Rules.Flatlines;
            var states = entry.Series.Flatlines;
            for (var i = 0; i < states.Length; i++)
            {
                Step(ref states[i], rules[i], in entry);
            }
        }

        return _found;
    }

    private void Step(ref FlatlineState state, CompiledRule rule, in ValueEntry entry)
    {
        var same = state.Count > 0 && Math.Abs(entry.Value - state.Anchor) <= rule.MinimumChange;
        if (!same || entry.AfterGap && !state.Raised)
        {
            if (state.Raised)
            {
                Report(FindingTransition.Cleared, in state, rule, in entry);
            }

            state = new FlatlineState { Anchor = entry.Value, SinceMs = entry.MeasuredAtMs, Count = 1 };
            return;
        }

        if (state.Raised)
        {
            return;
        }

        state.Count++;
        if (state.Count >= minimumSamples && entry.MeasuredAtMs - state.SinceMs >= rule.DurationMs)
        {
            state.Raised = true;
            Report(FindingTransition.Raised, in state, rule, in entry);
        }
    }

    private void Report(FindingTransition transition, in FlatlineState state, CompiledRule rule, in ValueEntry entry) => _found.Add(
        entry.Message, entry.Index, rule,
        rule.Finding(transition, entry.Series.Sensor, entry.Series.Rules.Property.Code, entry.MeasuredAtMs, entry.ReceivedAtMs) with
        {
            Value = entry.Value,
            LastedMs = entry.MeasuredAtMs - state.SinceMs,
        });
}
