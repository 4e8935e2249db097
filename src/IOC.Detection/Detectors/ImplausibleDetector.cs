using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// Values that no working sensor can report. Raised by the rule's factor of them in a row (at least one), cleared by as
/// many good ones in a row. Values that the device itself calls calibrating or faulty count as neither.
/// </summary>
internal sealed class ImplausibleDetector
{
    private readonly FindingBuffer _found = new();

    public FindingBuffer Detect(ValueColumn column)
    {
        _found.Clear();
        foreach (ref readonly var entry in column.Entries)
        {
            if (entry.Quality is not (Quality.Ok or Quality.Implausible))
            {
                continue;
            }

            var rules = entry.Series.Rules.Implausibles;
            var states = entry.Series.Implausibles;
            for (var i = 0; i < states.Length; i++)
            {
                Step(ref states[i], rules[i], in entry);
            }
        }

        return _found;
    }

    private void Step(ref ImplausibleState state, CompiledRule rule, in ValueEntry entry)
    {
        var bad = entry.Quality == Quality.Implausible;
        if (bad == state.Raised)
        {
            state.InRow = 0;
            return;
        }

        state.InRow++;
        if (state.InRow >= rule.InRow)
        {
            state = new ImplausibleState { Raised = bad };
            Report(bad ? FindingTransition.Raised : FindingTransition.Cleared, rule, in entry);
        }
    }

    private void Report(FindingTransition transition, CompiledRule rule, in ValueEntry entry)
    {
        var property = entry.Series.Rules.Property;
        _found.Add(entry.Message, entry.Index, rule,
            rule.Finding(transition, entry.Series.Sensor, property.Code, entry.MeasuredAtMs, entry.ReceivedAtMs) with
            {
                Value = entry.Value,
                Limit = transition == FindingTransition.Cleared ? null : entry.Value > property.PlausibleMax ? property.PlausibleMax : property.PlausibleMin,
                ExpectedLow = property.PlausibleMin,
                ExpectedHigh = property.PlausibleMax,
            });
    }
}
