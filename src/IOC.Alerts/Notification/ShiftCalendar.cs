namespace IOC.Alerts.Notification;

/// <summary>A span of a day, in the city's wall-clock time.</summary>
/// <param name="From">Beginning.</param>
/// <param name="To">End, not contained. At or before the beginning: on the day after ("22:00" to "06:00"; "00:00" to "00:00" is the whole day).</param>
public sealed record DaySpan(TimeOnly From, TimeOnly To)
{
    internal bool EndsNextDay => To <= From;
}

/// <summary>A span that returns every week.</summary>
/// <param name="Days">Days on which it begins.</param>
/// <param name="Span">From when to when.</param>
public sealed record WeeklyWindow(IReadOnlyList<DayOfWeek> Days, DaySpan Span);

/// <summary>Days that are not as their weekday: holidays, days made up for, a special shift.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day, contained.</param>
/// <param name="Spans">The spans that begin on each of these days in place of the weekly ones; empty = none.</param>
/// <param name="Note">What it is.</param>
public sealed record CalendarException(DateOnly From, DateOnly To, IReadOnlyList<DaySpan> Spans, string Note = "");

/// <summary>Named times of the week: a shift, or quiet hours. A span belongs to the day on which it begins.</summary>
/// <param name="Name">Slug, unique.</param>
/// <param name="Windows">The week.</param>
/// <param name="Exceptions">Days that are otherwise; of several for a day the last one counts.</param>
/// <param name="Note">What people call it.</param>
public sealed record ShiftCalendar(string Name, IReadOnlyList<WeeklyWindow> Windows, IReadOnlyList<CalendarException> Exceptions, string Note = "")
{
    /// <summary>How far ahead <see cref="NextChange"/> looks, in days.</summary>
    public const int Horizon = 370;

    /// <summary>Whether a moment lies in one of the windows.</summary>
    /// <param name="at">The moment.</param>
    /// <param name="zone">The city's zone.</param>
    public bool Contains(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        var (day, time) = (DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
        return SpansOf(day).Any(s => time >= s.From && (s.EndsNextDay || time < s.To))
            || SpansOf(day.AddDays(-1)).Any(s => s.EndsNextDay && time < s.To);
    }

    /// <summary>The next moment at which <see cref="Contains"/> changes; null when it does not within <see cref="Horizon"/> days.</summary>
    /// <param name="at">The moment to begin at, not contained.</param>
    /// <param name="zone">The city's zone.</param>
    public DateTimeOffset? NextChange(DateTimeOffset at, TimeZoneInfo zone)
    {
        var now = Contains(at, zone);
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime).AddDays(-1);
        for (var n = 0; n <= Horizon; n++)
        {
            // Spans of the day before end on this day: the borders of a day are those of two.
            var borders = Borders(first.AddDays(n), zone).Concat(Borders(first.AddDays(n + 1), zone)).Where(b => b > at).Order();
            foreach (var border in borders)
            {
                if (Contains(border, zone) != now)
                {
                    return border;
                }
            }
        }

        return null;
    }

    private IEnumerable<DateTimeOffset> Borders(DateOnly day, TimeZoneInfo zone)
    {
        foreach (var span in SpansOf(day))
        {
            yield return ToUtc(day.ToDateTime(span.From), zone);
            yield return ToUtc((span.EndsNextDay ? day.AddDays(1) : day).ToDateTime(span.To), zone);
        }
    }

    // A wall-clock time that a change of summer time leaves out is taken as the moment after the gap.
    private static DateTimeOffset ToUtc(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private IEnumerable<DaySpan> SpansOf(DateOnly day) => Exceptions.LastOrDefault(e => e.From <= day && day <= e.To) is { } exception
        ? exception.Spans
        : Windows.Where(w => w.Days.Contains(day.DayOfWeek)).Select(w => w.Span);
}
