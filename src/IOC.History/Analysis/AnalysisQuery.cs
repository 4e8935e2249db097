namespace IOC.History.Analysis;

/// <summary>What readings are put together by. The property always is: values of different units do not mix.</summary>
[Flags]
public enum GroupBy
{
    /// <summary>All sensors together.</summary>
    None = 0,

    /// <summary>Each sensor on its own.</summary>
    Sensor = 1,

    /// <summary>Each district.</summary>
    District = 2,

    /// <summary>Each domain.</summary>
    Domain = 4,

    /// <summary>Each hour of the local day, 0 to 23, within each window.</summary>
    HourOfDay = 8,

    /// <summary>Each day of the local week, Monday 1 to Sunday 7 (ISO 8601), within each window.</summary>
    DayOfWeek = 16,
}

/// <summary>What a window without readings shows.</summary>
public enum Fill
{
    /// <summary>It is left out.</summary>
    None = 0,

    /// <summary>It is there, without values.</summary>
    Null = 1,

    /// <summary>The values of the window before it.</summary>
    Previous = 2,

    /// <summary>Values on the line between its neighbours; without one of them, none.</summary>
    Linear = 3,
}

/// <summary>A planner's question.</summary>
public sealed record AnalysisQuery
{
    /// <summary>Which series.</summary>
    public required SeriesSet Set { get; init; }

    /// <summary>First instant, Unix milliseconds.</summary>
    public required long FromMs { get; init; }

    /// <summary>First instant no longer asked for, Unix milliseconds.</summary>
    public required long ToMs { get; init; }

    /// <summary>IANA name of the zone of days, weeks and months.</summary>
    public required string Zone { get; init; }

    /// <summary>ISO 8601 duration of the windows; null = the whole range is one window.</summary>
    public string? Window { get; init; }

    /// <summary>What is computed of each window, in the order of the answer; 1 or more.</summary>
    public required IReadOnlyList<Measure> Measures { get; init; }

    /// <summary>What is put together.</summary>
    public GroupBy GroupBy { get; init; } = GroupBy.Sensor;

    /// <summary>What empty windows show.</summary>
    public Fill Fill { get; init; }

    /// <summary>Which readings count.</summary>
    public QualityFilter Quality { get; init; }

    /// <summary>ISO 8601 duration; each window is answered together with the one that lay so long before in the calendar
    /// ("P1Y", "P1W"). Null = without.</summary>
    public string? Compare { get; init; }
}

/// <summary>What one question may cost.</summary>
/// <param name="MaxCells">Most windows times groups of one answer.</param>
/// <param name="MaxDistributionCells">The same, when percentiles are asked for, which keep a distribution each.</param>
/// <param name="MaxReadings">Most readings that may have to be gone through, as estimated before.</param>
public sealed record AnalysisLimits(long MaxCells = 500_000, long MaxDistributionCells = 10_000, long MaxReadings = 500_000_000);
