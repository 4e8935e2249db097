namespace IOC.FirmwareSim.World;

/// <summary>A moment as people of Bắc Giang live it. Vietnam has kept UTC+7 without daylight saving since 1975, so no time
/// zone data is needed.</summary>
internal readonly record struct LocalClock
{
    private const long OffsetMs = 7 * 3_600_000L;
    private const long DayMs = 86_400_000L;

    /// <summary>Makes it from Unix milliseconds.</summary>
    public LocalClock(long unixMs)
    {
        UnixMs = unixMs;
        var local = unixMs + OffsetMs;
        Day = (long)Math.Floor(local / (double)DayMs);
        Hour = (local - (Day * DayMs)) / 3_600_000.0;
    }

    /// <summary>The moment, Unix milliseconds.</summary>
    public long UnixMs { get; }

    /// <summary>Local days since 1970-01-01.</summary>
    public long Day { get; }

    /// <summary>Hours since local midnight, 0 to 24 with fractions.</summary>
    public double Hour { get; }

    /// <summary>Day of the year as an angle: 0 on the first of January, a full turn a year.</summary>
    public double YearAngle => 2 * Math.PI * ((Day + (Hour / 24) - 19723) / 365.2425);

    /// <summary>Day of the week.</summary>
    public DayOfWeek DayOfWeek => (DayOfWeek)(((Day % 7) + 11) % 7);

    /// <summary>True on Saturdays and Sundays.</summary>
    public bool IsWeekend => DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    /// <summary>A wave of a day, 1 at <paramref name="peakHour"/> and -1 twelve hours away.</summary>
    public double DayWave(double peakHour) => Math.Cos(2 * Math.PI * (Hour - peakHour) / 24);

    /// <summary>A bell round an hour of the day, 1 at its middle; it wraps at midnight.</summary>
    public double Bell(double hour, double width)
    {
        var distance = Math.Abs(Hour - hour);
        distance = Math.Min(distance, 24 - distance);
        return Math.Exp(-distance * distance / (2 * width * width));
    }
}
