using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// The detectors that look back over a time: means, rates of change, missing shares and schedules. Takes fresh values, late ones
/// and the steps of time in the order of the log, so that it makes no difference how that is cut into batches.
/// </summary>
internal sealed class PastDetector(FreshnessGate gate, PartitionClock clock, SeriesTimers timers, PastSetting setting)
{
    private readonly FindingBuffer _found = new();
    private readonly List<Series> _due = [];
    private readonly AverageJudge _averages = new(setting.Zone);
    private readonly ScheduleJudge _schedules = new(setting);
    private int _step;

    public FindingBuffer Detect(ValueColumn fresh)
    {
        _found.Clear();
        var late = gate.Late;
        _step = 0;
        foreach (ref readonly var entry in fresh.Entries)
        {
            late = TakeLate(in entry, late);
            Pass(entry.Message);
            if (entry.Series.Past is { } past)
            {
                Take(past, in entry);
            }
        }

        while (late.Length > 0)
        {
            Pass(late[0].Message);
            TakeLate(in late[0]);
            late = late[1..];
        }

        Pass(int.MaxValue);
        return _found;
    }

    private ReadOnlySpan<ValueEntry> TakeLate(in ValueEntry until, ReadOnlySpan<ValueEntry> late)
    {
        while (late.Length > 0 && late[0].IsBefore(in until))
        {
            Pass(late[0].Message);
            TakeLate(in late[0]);
            late = late[1..];
        }

        return late;
    }

    private void Take(PastStates past, in ValueEntry entry)
    {
        if (entry.Quality == Quality.Ok)
        {
            _averages.Take(past, in entry, _found);
            RateJudge.Take(past, in entry, _found);
            _schedules.Take(past, in entry, _found);
        }

        foreach (var missing in past.Missing)
        {
            missing.Take(entry.MeasuredAtMs, entry.ReceivedAtMs);
        }

        Wait(entry.Series, past);
    }

    private void TakeLate(in ValueEntry entry)
    {
        if (entry.Series.Past is not { } past)
        {
            return;
        }

        AverageJudge.TakeLate(past, in entry);
        foreach (var missing in past.Missing)
        {
            missing.Take(entry.MeasuredAtMs, entry.ReceivedAtMs);
        }

        Wait(entry.Series, past);
    }

    /// <summary>The steps of time before a message.</summary>
    private void Pass(int message)
    {
        for (; _step < clock.Steps.Count && clock.Steps[_step].Message < message; _step++)
        {
            var now = clock.Steps[_step];
            if (now.Anew)
            {
                SetBack(in now);
            }

            timers.TakeDue(now.NowMs, _due);
            foreach (var series in _due)
            {
                var past = series.Past!;
                AverageJudge.Tick(series, past, in now, _found);
                MissingJudge.Tick(series, past, in now, clock, _found);
                ScheduleJudge.Tick(series, past, in now, _found);
                Wait(series, past);
                setting.MarkDirty(series.Slot);
            }

            _due.Clear();
        }
    }

    private void SetBack(in TimeStep now)
    {
        foreach (var series in timers.All)
        {
            AverageJudge.SetBack(series!, in now);
            foreach (var missing in series!.Past!.Missing)
            {
                missing.SetBack(now.NowMs);
            }

            Wait(series, series.Past);
            setting.MarkDirty(series.Slot);
        }
    }

    private void Wait(Series series, PastStates past)
    {
        if (series.Timer >= 0)
        {
            timers.Set(series, past.DueAtMs(series.PeriodMs));
        }
    }
}

/// <summary>What the detectors that look back need to know.</summary>
/// <param name="Zone">The city's time.</param>
/// <param name="PlaceOf">Where a sensor stands, degrees east and north; null when unknown.</param>
/// <param name="MarkDirty">Says that a sensor's state has changed by time alone.</param>
internal sealed record PastSetting(CityZone Zone, Func<SensorAddress, (double Longitude, double Latitude)?> PlaceOf, Action<int> MarkDirty);
