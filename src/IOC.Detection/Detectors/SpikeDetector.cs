using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// A value far from what the series did lately: further from a streaming level than the rule's factor of streaming robust
/// standard deviations (the idea of Hampel's filter, with updates clipped as in Huber's M-estimator in place of a window,
/// at a tenth of the memory), and at least the rule's minimum change.
/// </summary>
/// <remarks>
/// <para>The level follows each value by a share of its deviation, never more than a share of the threshold; so a ramp is
/// followed and one wild value moves it little. The scale is the mean absolute deviation, of deviations cut at three
/// times itself.</para>
/// <para>A level shift does not alarm for ever: after some values in a row beyond the threshold their mean is the new
/// level, their spread counts for the scale, and the finding clears.</para>
/// <para>The spread is never taken for less than a share of the property's plausible range, nor for less than the smallest
/// step that the series ever made: a series of few distinct values may hop between them.</para>
/// <para>After a gap the level is where the series comes back: nobody knows how it went there.</para>
/// </remarks>
internal sealed class SpikeDetector(DetectionOptions options)
{
    private const double DeviationOfMeanAbsolute = 1.2533;
    private const double ScaleClip = 3;
    private const double RunRate = 0.3;
    private const int UnclippedValues = 8;
    private readonly FindingBuffer _found = new();

    public FindingBuffer Detect(ValueColumn column)
    {
        _found.Clear();
        foreach (ref readonly var entry in column.Entries)
        {
            if (entry.Series.Spikes.Length > 0)
            {
                Step(ref entry.Series.Baseline, in entry);
            }
        }

        return _found;
    }

    private void Step(ref SpikeBaseline baseline, in ValueEntry entry)
    {
        var value = entry.Value;
        if (baseline.Learned < options.SpikeWarmUp)
        {
            Learn(ref baseline, value);
            return;
        }

        LearnStep(ref baseline, value);
        if (entry.AfterGap)
        {
            baseline.Level = value;
            baseline.RunLength = 0;
            ClearAll(in baseline, in entry);
            return;
        }

        var rules = entry.Series.Rules;
        var sigma = Sigma(in baseline, rules);
        var deviation = value - baseline.Level;
        var distance = Math.Abs(deviation);
        Judge(in baseline, in entry, distance, sigma);

        var threshold = Math.Max(rules.SpikeMinimumChange, rules.SpikeFactor * sigma);
        if (distance <= threshold)
        {
            baseline.RunLength = 0;
        }
        else if (Extend(ref baseline, value))
        {
            baseline.Level = baseline.RunLevel;
            baseline.Scale = Math.Max(baseline.Scale, baseline.RunSpread);
            baseline.RunLength = 0;
            ClearAll(in baseline, in entry);
            return;
        }

        baseline.Level += options.SpikeLevelRate * Math.Clamp(deviation, -threshold, threshold);
        Follow(ref baseline, distance, sigma, options.SpikeScaleRate);
    }

    private void Judge(in SpikeBaseline baseline, in ValueEntry entry, double distance, double sigma)
    {
        var rules = entry.Series.Rules.Spikes;
        var states = entry.Series.Spikes;
        for (var i = 0; i < states.Length; i++)
        {
            ref var state = ref states[i];
            var threshold = Math.Max(rules[i].MinimumChange, rules[i].Factor * sigma);
            if (distance > threshold)
            {
                state.Inside = 0;
                if (!state.Raised)
                {
                    state.Raised = true;
                    Report(FindingTransition.Raised, rules[i], in entry, baseline.Level, threshold);
                }
            }
            else if (state.Raised && ++state.Inside >= options.SpikeClearAfter)
            {
                state = default;
                Report(FindingTransition.Cleared, rules[i], in entry, baseline.Level, threshold);
            }
        }
    }

    private void ClearAll(in SpikeBaseline baseline, in ValueEntry entry)
    {
        var rules = entry.Series.Rules;
        var states = entry.Series.Spikes;
        for (var i = 0; i < states.Length; i++)
        {
            if (states[i].Raised)
            {
                states[i] = default;
                var threshold = Math.Max(rules.Spikes[i].MinimumChange, rules.Spikes[i].Factor * Sigma(in baseline, rules));
                Report(FindingTransition.Cleared, rules.Spikes[i], in entry, baseline.Level, threshold);
            }
        }
    }

    private double Sigma(in SpikeBaseline baseline, SeriesRules rules)
    {
        var floor = Math.Max(baseline.Step, options.SpikeRangeFloor * (rules.Property.PlausibleMax - rules.Property.PlausibleMin));
        return Math.Max(DeviationOfMeanAbsolute * baseline.Scale, floor);
    }

    /// <summary>Warm-up: a running mean of level and deviation, clipped once there is a scale to clip by.</summary>
    private void Learn(ref SpikeBaseline baseline, double value)
    {
        if (baseline.Learned == 0)
        {
            baseline = new SpikeBaseline { Level = value, Last = value, Learned = 1 };
            return;
        }

        LearnStep(ref baseline, value);
        var n = baseline.Learned++;
        var deviation = value - baseline.Level;
        var limit = n < UnclippedValues ? double.PositiveInfinity : ScaleClip * 2 * Math.Max(baseline.Scale, baseline.Step);
        baseline.Level += Math.Max(options.SpikeLevelRate, 1.0 / (n + 1)) * Math.Clamp(deviation, -limit, limit);
        baseline.Scale += (float)((Math.Min(Math.Abs(deviation), limit) - baseline.Scale) / n);
    }

    private static void LearnStep(ref SpikeBaseline baseline, double value)
    {
        var change = (float)Math.Abs(value - baseline.Last);
        if (change > 0 && (baseline.Step == 0 || change < baseline.Step))
        {
            baseline.Step = change;
        }

        baseline.Last = value;
    }

    private static void Follow(ref SpikeBaseline baseline, double distance, double sigma, double rate) =>
        baseline.Scale += (float)(rate * (Math.Min(distance, ScaleClip * sigma / DeviationOfMeanAbsolute) - baseline.Scale));

    /// <summary>Adds a value to the run beyond the threshold; true when the run is the new usual.</summary>
    private bool Extend(ref SpikeBaseline baseline, double value)
    {
        if (baseline.RunLength++ == 0)
        {
            baseline.RunLevel = value;
            baseline.RunSpread = 0;
            return false;
        }

        var deviation = value - baseline.RunLevel;
        baseline.RunLevel += RunRate * deviation;
        baseline.RunSpread += (float)(RunRate * (Math.Abs(deviation) - baseline.RunSpread));
        return baseline.RunLength >= options.SpikeAdaptAfter;
    }

    private void Report(FindingTransition transition, CompiledRule rule, in ValueEntry entry, double level, double threshold) => _found.Add(
        entry.Message, entry.Index, rule,
        rule.Finding(transition, entry.Series.Sensor, entry.Series.Rules.Property.Code, entry.MeasuredAtMs, entry.ReceivedAtMs) with
        {
            Value = entry.Value,
            ExpectedLow = level - threshold,
            ExpectedHigh = level + threshold,
        });
}
