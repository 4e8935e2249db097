namespace IOC.FirmwareSim.World;

/// <summary>A lighting cabinet's control: the schedule of its light sensor, or a level that somebody told it to keep. One caller at a time.</summary>
internal sealed class LampControl
{
    private (double Level, long FromMs, long UntilMs)? _held;
    private double _extraHours;

    /// <summary>Holds a level, 0 to 1 of full power, from a moment on.</summary>
    /// <param name="level">The level.</param>
    /// <param name="nowMs">From when, Unix milliseconds.</param>
    /// <param name="untilMs">Until when; <see cref="long.MaxValue"/> = until told.</param>
    public void Hold(double level, long nowMs, long untilMs)
    {
        Release(nowMs);
        _held = (level, nowMs, untilMs);
    }

    /// <summary>Goes back to the schedule.</summary>
    public void Release(long nowMs)
    {
        if (_held is { } held)
        {
            _extraHours += ExtraHours(held, nowMs);
            _held = null;
        }
    }

    /// <summary>The level at a moment.</summary>
    /// <param name="unixMs">The moment; before the present hold it is the schedule's.</param>
    /// <param name="scheduled">The schedule's level then, 0 to 1.</param>
    public double LevelAt(long unixMs, double scheduled) =>
        _held is { } held && unixMs >= held.FromMs && unixMs < held.UntilMs ? held.Level : scheduled;

    /// <summary>Hours at full power burnt until a moment, which an energy counter adds up; held levels count in place of the schedule.</summary>
    public double HoursBurnt(LocalClock time) =>
        StreetLights.HoursBurnt(time) + _extraHours + (_held is { } held && time.UnixMs > held.FromMs ? ExtraHours(held, time.UnixMs) : 0);

    // What a hold burns beyond what the schedule would have: less than 0 when it is darker.
    private static double ExtraHours((double Level, long FromMs, long UntilMs) held, long nowMs)
    {
        var end = Math.Min(nowMs, held.UntilMs);
        return end <= held.FromMs
            ? 0
            : (held.Level * (end - held.FromMs) / 3_600_000.0) - (StreetLights.HoursBurnt(new LocalClock(end)) - StreetLights.HoursBurnt(new LocalClock(held.FromMs)));
    }
}
