using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// Limits on means. A rolling mean is judged with every good value; a clock window when it ends: by the first good value after it,
/// or by a tick a reporting period after it, when the window has enough readings by then.
/// </summary>
/// <remarks>A window with too few readings waits for late ones until a value of a later window closes it; without enough, it says
/// nothing, and what is raised stays. What arrives for a window that is judged is not counted.</remarks>
internal sealed class AverageJudge(CityZone zone)
{
    public void Take(PastStates past, in ValueEntry entry, FindingBuffer found)
    {
        var rules = entry.Series.Rules.Averages;
        for (var i = 0; i < past.Averages.Length; i++)
        {
            var state = past.Averages[i];
            if (state.Clock)
            {
                TakeOfWindow(state, rules[i], in entry, found);
            }
            else
            {
                state.Buckets.TryAdd(state.StretchOf(entry.MeasuredAtMs), entry.Value);
                if (state.TryRollingMean(entry.MeasuredAtMs, out var mean))
                {
                    Judge(state, rules[i], mean, entry.MeasuredAtMs, entry.Series, new Place(entry.Message, entry.Index, entry.MeasuredAtMs, entry.ReceivedAtMs), found);
                }
            }
        }
    }

    /// <summary>Adds what came late to the mean that it belongs to; it is judged with the next value or tick.</summary>
    public static void TakeLate(PastStates past, in ValueEntry entry)
    {
        foreach (var state in past.Averages)
        {
            if (!state.Clock)
            {
                state.Buckets.TryAdd(state.StretchOf(entry.MeasuredAtMs), entry.Value);
            }
            else if (entry.MeasuredAtMs >= state.FromMs && entry.MeasuredAtMs < state.ToMs)
            {
                state.AddToWindow(entry.MeasuredAtMs, entry.Value);
                Arm(state, in entry);
            }
        }
    }

    public static void Tick(Series series, PastStates past, in TimeStep now, FindingBuffer found)
    {
        for (var i = 0; i < past.Averages.Length; i++)
        {
            if (past.Averages[i].DueAtMs <= now.NowMs)
            {
                Close(past.Averages[i], series.Rules.Averages[i], series, new Place(now.Message, -1, past.Averages[i].ToMs, now.NowMs), found);
            }
        }
    }

    /// <summary>A receipt that lies ahead of the time put right came before it.</summary>
    public static void SetBack(Series series, in TimeStep now)
    {
        foreach (var state in series.Past!.Averages)
        {
            if (state.DueAtMs != long.MaxValue)
            {
                state.DueAtMs = Math.Min(state.DueAtMs, Math.Max(state.ToMs, now.NowMs) + series.PeriodMs);
            }
        }
    }

    private void TakeOfWindow(AverageState state, CompiledRule rule, in ValueEntry entry, FindingBuffer found)
    {
        if (state.IsOpen && entry.MeasuredAtMs >= state.ToMs)
        {
            Close(state, rule, entry.Series, new Place(entry.Message, entry.Index, state.ToMs, entry.ReceivedAtMs), found);
        }

        if (entry.MeasuredAtMs < state.JudgedToMs)
        {
            return;
        }

        if (!state.IsOpen)
        {
            (state.FromMs, state.ToMs) = zone.WindowOf(entry.MeasuredAtMs, state.LengthMs);
        }

        state.AddToWindow(entry.MeasuredAtMs, entry.Value);
        Arm(state, in entry);
    }

    private static void Arm(AverageState state, in ValueEntry entry) => state.DueAtMs = state.TryWindowMean(out _)
        ? Math.Max(state.ToMs, entry.ReceivedAtMs) + entry.Series.PeriodMs
        : long.MaxValue;

    private static void Close(AverageState state, CompiledRule rule, Series series, in Place at, FindingBuffer found)
    {
        if (state.TryWindowMean(out var mean))
        {
            // The limit of the window's last instant: a window that ends with a year is judged by that year's limit.
            Judge(state, rule, mean, state.ToMs - 1, series, in at, found);
        }

        state.CloseWindow();
    }

    private static void Judge(AverageState state, CompiledRule rule, double mean, long limitsAtMs, Series series, in Place at, FindingBuffer found)
    {
        ref readonly var limits = ref rule.LimitsAt(limitsAtMs);
        var side = state.Limit.Side;
        if (state.Limit.Step(in limits, rule.DurationMs, mean, at.AtMs, anew: false) is not { } transition)
        {
            return;
        }

        var raised = transition == FindingTransition.Raised;
        found.Add(at.Message, at.Value, rule, rule.Finding(transition, series.Sensor, series.Code, at.AtMs, at.ReceivedAtMs) with
        {
            Value = mean,
            Limit = limits.LimitOf(raised ? state.Limit.Side : side),
            Reason = raised ? PastReason.OfMean(mean, state.LengthMs, series.Rules.Property) : null,
        });
    }
}

/// <summary>Where in the log something becomes known, and of when it is.</summary>
/// <param name="Message">Message index in the batch.</param>
/// <param name="Value">Value index in the batch; -1 for a tick.</param>
/// <param name="AtMs">Event time.</param>
/// <param name="ReceivedAtMs">Receipt time.</param>
internal readonly record struct Place(int Message, int Value, long AtMs, long ReceivedAtMs);
