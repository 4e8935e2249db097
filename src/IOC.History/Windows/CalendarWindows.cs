namespace IOC.History.Windows;

/// <summary>
/// The windows of a duration in a zone's calendar that touch a range. Where a window begins never depends on the range.
/// </summary>
/// <remarks>
/// Months and years count from January of year 0; weeks begin on Monday (several weeks count from Monday 1970-01-05); days
/// begin with the first instant of the local date (several days count from 1970-01-01). Hours, minutes and seconds that
/// divide a day are aligned to local midnight: up to an hour each has its true length, so the hour that a clock repeats
/// in autumn gives windows of its own; above an hour they follow the wall clock, so that one window of the day of a clock
/// change is longer or shorter. Other times are counted as elapsed time from local 1970-01-01T00:00.
/// </remarks>
internal sealed class CalendarWindows
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;
    private static readonly long EarliestMs = new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long LatestMs = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly List<long> _bounds;

    private CalendarWindows(List<long> bounds) => _bounds = bounds;

    /// <summary>Number of windows.</summary>
    public int Count => _bounds.Count - 1;

    /// <summary>Makes the windows that touch [from, to).</summary>
    /// <exception cref="HistoryQueryException">Range, duration or zone are unusable, or there are more than
    /// <paramref name="most"/> windows.</exception>
    public static CalendarWindows Build(long fromMs, long toMs, string window, string zone, int most)
    {
        Check(fromMs, toMs);
        var duration = IsoDuration.Parse(window);
        var clock = ZoneClock.Find(zone);
        var bounds = new List<long>();
        foreach (var bound in Bounds(duration, clock, fromMs))
        {
            if (bounds.Count == 1 && bound <= fromMs)
            {
                bounds[0] = bound;
                continue;
            }

            // A part of the day that a clock change skips altogether begins where the next one does.
            if (bounds.Count > 0 && bound <= bounds[^1])
            {
                continue;
            }

            bounds.Add(bound);
            if (bound >= toMs)
            {
                break;
            }

            if (bounds.Count > most)
            {
                throw HistoryQueryException.TooManyWindows(most, window, most * duration.ApproximateMs);
            }
        }

        return new CalendarWindows(bounds);
    }

    /// <summary>The range as one window.</summary>
    /// <exception cref="HistoryQueryException">The range is empty or out of bounds.</exception>
    public static CalendarWindows Whole(long fromMs, long toMs)
    {
        Check(fromMs, toMs);
        return new CalendarWindows([fromMs, toMs]);
    }

    /// <summary>As many windows, each as much earlier in the calendar. One may be empty: 29 February has none the year before.</summary>
    public CalendarWindows Earlier(ZoneClock clock, IsoDuration by) => new([.. _bounds.Select(b => clock.Earlier(b, by))]);

    /// <summary>Start of a window, Unix milliseconds.</summary>
    public long StartMs(int index) => _bounds[index];

    /// <summary>End of a window, exclusive, Unix milliseconds.</summary>
    public long EndMs(int index) => _bounds[index + 1];

    /// <summary>Index of the window that holds an instant of the range.</summary>
    public int IndexOf(long instantMs)
    {
        var found = _bounds.BinarySearch(instantMs);
        if (found < 0)
        {
            return ~found - 1;
        }

        // Past empty windows.
        while (found + 1 < _bounds.Count && _bounds[found + 1] == instantMs)
        {
            found++;
        }

        return found;
    }

    /// <summary>The same, quickest when it is the window <paramref name="near"/> or the one behind it.</summary>
    public int IndexOf(long instantMs, int near)
    {
        for (var i = near; i < Math.Min(near + 2, Count); i++)
        {
            if (instantMs >= _bounds[i] && instantMs < _bounds[i + 1])
            {
                return i;
            }
        }

        return IndexOf(instantMs);
    }

    private static void Check(long fromMs, long toMs)
    {
        if (fromMs >= toMs)
        {
            throw HistoryQueryException.EmptyRange();
        }

        if (fromMs < EarliestMs || toMs > LatestMs)
        {
            throw HistoryQueryException.BadRange();
        }
    }

    private static IEnumerable<long> Bounds(IsoDuration duration, ZoneClock clock, long fromMs) => duration switch
    {
        { Months: > 0 } => Months(clock, fromMs, duration.Months),
        { Days: > 0 } => Days(clock, fromMs, duration.Days),
        { Milliseconds: <= HourMs } d when DayMs % d.Milliseconds == 0 => ShortTimes(clock, fromMs, d.Milliseconds),
        { Milliseconds: <= DayMs } d when DayMs % d.Milliseconds == 0 => PartsOfDay(clock, fromMs, d.Milliseconds),
        _ => Elapsed(clock, fromMs, duration.Milliseconds),
    };

    private static IEnumerable<long> Months(ZoneClock clock, long fromMs, int months)
    {
        var local = DateTime.UnixEpoch.AddMilliseconds(clock.WallMs(fromMs));
        var first = Floor((local.Year * 12L) + local.Month - 1, months);
        for (var month = first; ; month += months)
        {
            var date = new DateTime((int)(month / 12), (int)(month % 12) + 1, 1, 0, 0, 0, DateTimeKind.Utc);
            yield return clock.FirstInstantMs((long)(date - DateTime.UnixEpoch).TotalMilliseconds);
        }
    }

    private static IEnumerable<long> Days(ZoneClock clock, long fromMs, int days)
    {
        var anchor = days % 7 == 0 ? 4 : 0;
        var today = Floor(clock.WallMs(fromMs), DayMs) / DayMs;
        for (var day = Floor(today - anchor, days) + anchor; ; day += days)
        {
            yield return clock.FirstInstantMs(day * DayMs);
        }
    }

    private static IEnumerable<long> PartsOfDay(ZoneClock clock, long fromMs, long partMs)
    {
        // From the day before: where the clock went back over midnight, yesterday's last part may still run.
        for (var wall = Floor(clock.WallMs(fromMs), DayMs) - DayMs; ; wall += partMs)
        {
            yield return clock.FirstInstantMs(wall);
        }
    }

    private static IEnumerable<long> ShortTimes(ZoneClock clock, long fromMs, long lengthMs)
    {
        var offset = clock.OffsetMs(fromMs);
        var at = Floor(fromMs + offset, lengthMs) - offset;
        if (clock.OffsetMs(at) != offset)
        {
            var change = clock.TransitionMs(at, fromMs);
            var before = clock.OffsetMs(change - 1);
            at = Floor(change - 1 + before, lengthMs) - before;
            offset = before;
        }

        // Asking the zone is most of what a year of hours costs: where the offset is the same half a day ahead, it is so in between.
        var sameUntil = at;
        while (true)
        {
            yield return at;
            var next = at + lengthMs;
            if (next <= sameUntil)
            {
                at = next;
                continue;
            }

            var nextOffset = clock.OffsetMs(next);
            if (nextOffset == offset && clock.OffsetMs(next + (DayMs / 2)) == offset)
            {
                sameUntil = next + (DayMs / 2);
            }

            if (nextOffset != offset)
            {
                // The first bound of the new offset's grid at or after the change.
                var change = clock.TransitionMs(at, next);
                next = Floor(change + nextOffset + lengthMs - 1, lengthMs) - nextOffset;
                offset = clock.OffsetMs(next);
            }

            at = next;
        }
    }

    private static IEnumerable<long> Elapsed(ZoneClock clock, long fromMs, long lengthMs)
    {
        var anchor = clock.FirstInstantMs(0);
        for (var at = Floor(fromMs - anchor, lengthMs) + anchor; ; at += lengthMs)
        {
            yield return at;
        }
    }

    private static long Floor(long value, long step) => value - (((value % step) + step) % step);
}
