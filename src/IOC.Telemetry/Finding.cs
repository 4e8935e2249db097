namespace IOC.Telemetry;

/// <summary>What kind of abnormality a detector found. The numbers are stored: never renumber.</summary>
public enum FindingKind : byte
{
    /// <summary>A value beyond a limit for long enough.</summary>
    Limit = 0,

    /// <summary>A value far from what the series did lately.</summary>
    Spike = 1,

    /// <summary>A series that repeats one value for too long.</summary>
    Flatline = 2,

    /// <summary>A sensor that stopped reporting.</summary>
    Silence = 3,

    /// <summary>A value that no working sensor can report (sentinel values, broken probe).</summary>
    Implausible = 4,

    /// <summary>A reading that is rare for its series, in whatever way.</summary>
    Learned = 5,

    /// <summary>A value that rises or falls too fast.</summary>
    RateOfChange = 6,

    /// <summary>Too many of the expected readings missing.</summary>
    MissingShare = 7,

    /// <summary>A value far from what the neighbours report.</summary>
    Neighbour = 8,

    /// <summary>Something that must not be so at this time.</summary>
    Schedule = 9,

    /// <summary>An aggregate over a district beyond its limit.</summary>
    Aggregate = 10,

    /// <summary>Several conditions at once.</summary>
    Combination = 11,

    /// <summary>Properties of one station that do not fit each other.</summary>
    Disagreement = 12,

    /// <summary>Many alerts with one cause.</summary>
    Group = 13,
}

/// <summary>Whether an abnormality began or ended.</summary>
public enum FindingTransition : byte
{
    /// <summary>It began.</summary>
    Raised = 0,

    /// <summary>It ended.</summary>
    Cleared = 1,
}

/// <summary>
/// A detector's word that something became abnormal, or normal again. The alert's key is (subject, rule).
/// Times are Unix milliseconds, UTC.
/// </summary>
public sealed record Finding
{
    /// <summary>What it is about.</summary>
    public required Subject Subject { get; init; }

    /// <summary>The sensor concerned; null when it is about something else.</summary>
    public SensorAddress? Sensor => Subject.Sensor;

    /// <summary>Id of the rule that found it (a slug); with the subject it is the alert's key.</summary>
    public required string RuleId { get; init; }

    /// <summary>Kind of abnormality.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>Began or ended.</summary>
    public required FindingTransition Transition { get; init; }

    /// <summary>Priority, from the rule.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Property code; null when it concerns the whole sensor (silence).</summary>
    public string? Property { get; init; }

    /// <summary>Event time: when it became so by measured-at (for silence: when the report was overdue).</summary>
    public required long AtMs { get; init; }

    /// <summary>Receipt time of what made it known.</summary>
    public required long ReceivedAtMs { get; init; }

    /// <summary>Value that made it known, in the property's unit; null for silence.</summary>
    public double? Value { get; init; }

    /// <summary>Limit that was crossed, where there is one.</summary>
    public double? Limit { get; init; }

    /// <summary>Lower end of what was usual, where the detector knows.</summary>
    public double? ExpectedLow { get; init; }

    /// <summary>Upper end of what was usual, where the detector knows.</summary>
    public double? ExpectedHigh { get; init; }

    /// <summary>When raised, where the numbers do not say it by themselves: what is unusual, in words.</summary>
    public LocalText? Reason { get; init; }

    /// <summary>For silence and flatline: how long it had lasted, in milliseconds.</summary>
    public long? LastedMs { get; init; }
}
