using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// Properties of one station that usually move together and no longer do (<see cref="StationLearner"/>): raised at a frame whose
/// score reaches the rule's threshold, cleared after some frames in a row that are not as rare.
/// </summary>
internal sealed class DisagreementDetector(PropertyCatalogue properties, DetectionOptions options)
{
    private readonly FindingBuffer _found = new();

    public FindingBuffer Detect(StationColumn column)
    {
        _found.Clear();
        var batch = column.Batch!;
        for (var i = 0; i < column.Count; i++)
        {
            var (station, message) = column[i];
            Take(station, message, in batch.Messages[message], batch);
        }

        return _found;
    }

    private void Take(Station station, int at, ref readonly TelemetryMessage message, TelemetryBatch batch)
    {
        var values = batch.ValuesOf(in message);
        var late = 0;
        var fresh = false;
        for (var i = 0; i < values.Length; i++)
        {
            ref readonly var value = ref values[i];
            var number = value.Quality == Quality.Ok ? station.NumberOf(value.Property, properties) : -1;
            if (number < 0)
            {
                continue;
            }

            if (station.IsLate(number, message.MeasuredAtMs))
            {
                var frame = late++ == 0 ? station.BeginLate() : station.Late;
                frame[number] = value.Value;
                continue;
            }

            if (!fresh && station.HasPending && IsBeyondFrame(station, message.MeasuredAtMs, values[i..]))
            {
                End(station, at, message.FirstValue + i, in message);
            }

            station.Add(number, message.MeasuredAtMs, value.Value);
            fresh = true;
        }

        if (late > 1)
        {
            station.EndLate(message.MeasuredAtMs);
        }

        if (fresh && station.IsComplete)
        {
            End(station, at, message.FirstValue + values.Length - 1, in message);
        }
    }

    /// <summary>Whether the values of a message cannot join the frame that waits: they stay together.</summary>
    private bool IsBeyondFrame(Station station, long measuredAtMs, ReadOnlySpan<TelemetryValue> values)
    {
        foreach (ref readonly var value in values)
        {
            if (value.Quality == Quality.Ok && station.NumberOf(value.Property, properties) is >= 0 and var number && station.IsBeyondFrame(number, measuredAtMs))
            {
                return true;
            }
        }

        return false;
    }

    private void End(Station station, int at, int value, in TelemetryMessage message)
    {
        var verdict = station.End();
        var settled = station.Learner.Frames >= options.LearnedWarmUp;
        for (var i = 0; i < station.States.Length; i++)
        {
            ref var state = ref station.States[i];
            if (verdict.Extreme)
            {
                state.Quiet = 0;
                var code = station.CodeOf(verdict.Property);
                var rule = station.Rules[i];
                if (settled && verdict.Detected && !state.Raised && verdict.Score >= rule.Factor && (rule.Rule.Property is null || rule.Rule.Property == code))
                {
                    state.Raised = true;
                    state.Property = code;
                    _found.Add(at, value, rule, Raised(station, in verdict, rule, in message));
                }
            }
            else if (state.Raised && ++state.Quiet >= LearnedTuning.ClearAfter)
            {
                _found.Add(at, value, station.Rules[i], Finding(station, FindingTransition.Cleared, station.Rules[i], state.Property!, in message));
                state = default;
            }
        }
    }

    private Finding Raised(Station station, in StationVerdict verdict, CompiledRule rule, in TelemetryMessage message)
    {
        properties.TryGet(station.CodeOf(verdict.Property), out var property);
        properties.TryGet(station.CodeOf(verdict.Partner), out var partner);
        var shown = verdict with { Low = Math.Max(property!.PlausibleMin, verdict.Low), High = Math.Min(property.PlausibleMax, verdict.High) };
        var (value, beside) = (station.Frame[verdict.Property], station.Frame[verdict.Partner]);
        return Finding(station, FindingTransition.Raised, rule, property.Code, in message) with
        {
            Value = value,
            ExpectedLow = shown.Low,
            ExpectedHigh = shown.High,
            Reason = StationReason.Of(in shown, property, value, partner!, beside),
        };
    }

    // The time of the frame: the message that ends it may be a later one.
    private static Finding Finding(Station station, FindingTransition transition, CompiledRule rule, string property, in TelemetryMessage message) =>
        rule.Finding(transition, station.Sensor, property, station.LastFrameMs, message.ReceivedAtMs);
}
