using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>When a schedule covers an instant: by the city's clock, or by the sun at a place.</summary>
internal sealed class ScheduleCalendar(CityZone zone)
{
    /// <summary>Days looked at on either side: the longest window and the longest offset from the sun are shorter.</summary>
    private const int DaysAround = 3;
    private readonly List<(long FromMs, long ToMs)> _windows = [];

    /// <summary>The stretch that an instant lies in. It may end earlier than the schedule changes (nothing is looked at beyond three
    /// days); then it is asked for again.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="atMs">The instant.</param>
    /// <param name="place">Where the sun is looked at; null = unknown, and windows by the sun never begin.</param>
    public ScheduleStretch StretchAt(RuleSchedule schedule, long atMs, (double Longitude, double Latitude)? place)
    {
        var today = CityZone.FloorDivide(zone.ToLocal(atMs), CityZone.DayMs);
        _windows.Clear();
        for (var day = today - DaysAround; day <= today + DaysAround; day++)
        {
            foreach (var window in schedule.Windows)
            {
                Add(window, day, place);
            }
        }

        _windows.Sort();
        return Around(atMs, today);
    }

    private void Add(ScheduleWindow window, long day, (double Longitude, double Latitude)? place)
    {
        if (window.Days.Count > 0 && !window.Days.Contains(DayOfWeekOf(day)))
        {
            return;
        }

        if (InstantOf(window.From, day, place) is not { } from || InstantOf(window.To, day, place) is not { } to)
        {
            return;
        }

        if (to > from || InstantOf(window.To, day + 1, place) is { } next && (to = next) > from)
        {
            _windows.Add((from, to));
        }
    }

    /// <summary>Windows that touch are one stretch; what lies between two is one that is not covered.</summary>
    private ScheduleStretch Around(long atMs, long today)
    {
        var from = zone.ToUtc((today - DaysAround) * CityZone.DayMs);
        for (var i = 0; i < _windows.Count;)
        {
            var (begin, end) = _windows[i++];
            while (i < _windows.Count && _windows[i].FromMs <= end)
            {
                end = Math.Max(end, _windows[i++].ToMs);
            }

            if (atMs < begin)
            {
                return new ScheduleStretch(from, begin, Covered: false);
            }

            if (atMs < end)
            {
                return new ScheduleStretch(begin, end, Covered: true);
            }

            from = end;
        }

        return new ScheduleStretch(from, zone.ToUtc((today + 1) * CityZone.DayMs), Covered: false);
    }

    private long? InstantOf(ScheduleTime time, long day, (double Longitude, double Latitude)? place)
    {
        var offset = (long)time.Offset.TotalMilliseconds;
        if (time.Origin == ScheduleOrigin.Midnight)
        {
            return zone.ToUtc((day * CityZone.DayMs) + offset);
        }

        return place is { } p && SunTimes.Find(zone.ToUtc((day * CityZone.DayMs) + (CityZone.DayMs / 2)), p.Longitude, p.Latitude, time.Origin == ScheduleOrigin.Sunrise) is { } sun
            ? sun + offset
            : null;
    }

    // 1970-01-01 was a Thursday.
    private static DayOfWeek DayOfWeekOf(long day) => (DayOfWeek)((((day + 4) % 7) + 7) % 7);
}
