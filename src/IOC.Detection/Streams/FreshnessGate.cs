using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// Lets a series' values through once and in the order of measurement: a value not newer than the newest before it is
/// late or redelivered and moves no detector. Marks the values that follow a gap. A newest value measured well after another was received is of
/// a clock that was ahead and was corrected: the series begins anew, or it would take nothing until the real time has caught up.
/// </summary>
/// <remarks>A detector that concluded from late values would have to undo what it concluded without them. What they can do is
/// teach: good ones that are new (<see cref="ReadingGaps"/>) are kept aside for what is learned of the series.</remarks>
internal sealed class FreshnessGate(double gapPeriods)
{
    private const double SlowerRate = 0.1;
    private const double FasterRate = 0.3;
    private const double LongestStep = 3;
    private readonly ValueColumn _good = new();
    private readonly ValueColumn _late = new();

    /// <summary>Good values of the last column that came late and were never there before, in log order.</summary>
    public ReadOnlySpan<ValueEntry> Late => _late.Entries;

    /// <summary>Keeps the fresh values, in place.</summary>
    public ValueColumn Fresh(ValueColumn column)
    {
        _late.Clear();
        var entries = column.Entries;
        var kept = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            ref var entry = ref entries[i];
            var series = entry.Series;
            if (entry.MeasuredAtMs <= series.NewestMs && CorrectedClock.WasAhead(series.NewestMs, entry.ReceivedAtMs))
            {
                series.NewestMs = series.LastGoodMs = entry.MeasuredAtMs;
                entry.AfterGap = true;
            }
            else if (entry.MeasuredAtMs <= series.NewestMs)
            {
                if (entry.Quality == Quality.Ok && series.TakesLate && series.Gaps.TryFill(entry.MeasuredAtMs, series.IntervalMs))
                {
                    _late.Add() = entry;
                }

                continue;
            }
            else
            {
                series.NewestMs = entry.MeasuredAtMs;
                if (entry.Quality == Quality.Ok)
                {
                    entry.AfterGap = IsAfterGap(series, entry.MeasuredAtMs);
                    series.LastGoodMs = entry.MeasuredAtMs;
                }
            }

            if (kept != i)
            {
                entries[kept] = entry;
            }

            kept++;
        }

        column.Truncate(kept);
        return column;
    }

    /// <summary>The values that say something about what is measured: not calibrating, at fault or implausible.</summary>
    public ValueColumn Good(ValueColumn fresh)
    {
        var entries = fresh.Entries;
        var bad = 0;
        foreach (ref var entry in entries)
        {
            bad += entry.Quality == Quality.Ok ? 0 : 1;
        }

        if (bad == 0)
        {
            return fresh;
        }

        _good.Clear();
        foreach (ref var entry in entries)
        {
            if (entry.Quality == Quality.Ok)
            {
                _good.Add() = entry;
            }
        }

        return _good;
    }

    private bool IsAfterGap(Series series, long measuredAtMs)
    {
        if (series.LastGoodMs == Series.Never)
        {
            return false;
        }

        double elapsed = measuredAtMs - series.LastGoodMs;
        double usual = series.IntervalMs;
        if (series.TakesLate)
        {
            series.Gaps.Note(series.LastGoodMs, measuredAtMs, usual);
        }

        var after = elapsed > gapPeriods * Math.Max(series.PeriodMs, usual);
        if (usual == 0)
        {
            // The first interval says what the period is, unless a registration does better.
            series.IntervalMs = (float)elapsed;
            return false;
        }

        series.IntervalMs = (float)(usual + (elapsed < usual ? FasterRate : SlowerRate) * (Math.Min(elapsed, LongestStep * usual) - usual));
        return after;
    }
}
