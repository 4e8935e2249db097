namespace IOC.History.Windows;

/// <summary>Maps between instants and a zone's wall clock. Instants and wall times are milliseconds; a wall time counts
/// them since 1970-01-01T00:00 on that wall.</summary>
internal sealed class ZoneClock(TimeZoneInfo zone)
{
    private const long HourMs = 3_600_000;

    /// <exception cref="HistoryQueryException">There is no such zone.</exception>
    public static ZoneClock Find(string name) =>
        name.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? new ZoneClock(zone)
            : throw HistoryQueryException.UnknownZone(name);

    /// <summary>What the wall is ahead of UTC at an instant, in milliseconds.</summary>
    public long OffsetMs(long instantMs) =>
        zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(instantMs)).Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>The wall time of an instant.</summary>
    public long WallMs(long instantMs) => instantMs + OffsetMs(instantMs);

    /// <summary>The first instant at which the wall shows a time, or has jumped past it.</summary>
    public long FirstInstantMs(long wallMs)
    {
        var wall = new DateTime(DateTime.UnixEpoch.Ticks + (wallMs * TimeSpan.TicksPerMillisecond), DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(wall))
        {
            // No zone is further than a day from UTC, and no two changes lie within hours of each other.
            var near = wallMs - OffsetMs(wallMs - (24 * HourMs));
            return FirstInstant(near - (4 * HourMs), near + (4 * HourMs), at => WallMs(at) >= wallMs);
        }

        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return wallMs - (offset.Ticks / TimeSpan.TicksPerMillisecond);
    }

    /// <summary>The instant that lies a duration earlier on the calendar: the same time of day so many days or months before
    /// (where that month has no such day, the first of the next), or so much elapsed time.</summary>
    public long Earlier(long instantMs, IsoDuration by)
    {
        if (by.Milliseconds > 0)
        {
            return instantMs - by.Milliseconds;
        }

        var from = DateTime.UnixEpoch.AddMilliseconds(WallMs(instantMs)).AddDays(-by.Days);
        var wall = from.AddMonths(-by.Months);
        if (wall.Day != from.Day)
        {
            wall = wall.Date.AddDays(1);
        }

        return FirstInstantMs((long)(wall - DateTime.UnixEpoch).TotalMilliseconds);
    }

    /// <summary>The first instant after <paramref name="afterMs"/> (and no later than <paramref name="untilMs"/>) that has the
    /// offset of <paramref name="untilMs"/>, when exactly one change lies between.</summary>
    public long TransitionMs(long afterMs, long untilMs)
    {
        var offset = OffsetMs(untilMs);
        return FirstInstant(afterMs, untilMs, at => OffsetMs(at) == offset);
    }

    private static long FirstInstant(long low, long high, Func<long, bool> holds)
    {
        while (low + 1 < high)
        {
            var middle = low + ((high - low) / 2);
            if (holds(middle))
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return high;
    }
}
