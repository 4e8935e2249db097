namespace IOC.Detection;

/// <summary>Whether something is as it must not be at this time.</summary>
internal struct ScheduleState
{
    public static readonly ScheduleState Nothing = new() { EndMs = Series.Never, JudgedToMs = Series.Never };

    public LimitState Limit;

    /// <summary>When the stretch of the schedule ends in which it was raised.</summary>
    public long EndMs;

    /// <summary>What was measured before this says nothing any more: its stretch is over.</summary>
    public long JudgedToMs;

    /// <summary>The stretch that was asked for last, covered by the schedule or not. Not stored: it follows from the rule.</summary>
    public ScheduleStretch Stretch;

    public readonly bool IsSaid => Limit.Side != 0 || JudgedToMs != Series.Never;

    /// <summary>A period after the end of the stretch: until then a reading may come that tells by itself.</summary>
    public readonly long DueAtMs(long periodMs) => Limit.Raised ? EndMs + periodMs : long.MaxValue;

    public readonly void Write(StateWriter writer)
    {
        writer.Byte((byte)Limit.Side);
        writer.Int64(Limit.SinceMs);
        writer.Int64(EndMs);
        writer.Int64(JudgedToMs);
    }

    public static ScheduleState Read(ref StateReader reader, bool raised) => new()
    {
        Limit = new LimitState { Raised = raised, Side = (sbyte)reader.Byte(), SinceMs = reader.Int64() },
        EndMs = reader.Int64(),
        JudgedToMs = reader.Int64(),
    };
}

/// <summary>A stretch of time in which a schedule covers every instant, or none.</summary>
/// <param name="FromMs">First instant.</param>
/// <param name="ToMs">First instant no longer.</param>
/// <param name="Covered">Whether it covers them.</param>
internal readonly record struct ScheduleStretch(long FromMs, long ToMs, bool Covered)
{
    public bool Contains(long atMs) => atMs >= FromMs && atMs < ToMs;
}
