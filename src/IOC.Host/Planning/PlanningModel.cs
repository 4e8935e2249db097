namespace IOC.Host.Planning;

/// <summary>An answer in windows and groups. Times are Unix milliseconds.</summary>
public sealed record HistoryAnswer(
    long From, long To, string Zone, string? Window, string? Compare, IReadOnlyList<string> Measures, long Readings, IReadOnlyList<HistoryAnswerGroup> Groups);

/// <summary>A group of an answer; sensor, district and domain are null where its series may differ.</summary>
public sealed record HistoryAnswerGroup(
    string Property, string Unit, string? Sensor, string? District, string? Domain, int Sensors, IReadOnlyList<HistoryAnswerCell> Cells);

/// <summary>A window: values in the order of the answer's measures, null where there is none; coverage is the share (0 to 1) of the
/// readings due that came; hour (0 to 23) and weekday (Monday 1) where grouped so; before is the window of the comparison.</summary>
public sealed record HistoryAnswerCell(
    long Start, long End, int? Hour, int? Weekday, long Count, double? Coverage, IReadOnlyList<double?> Values, bool Filled, HistoryAnswerBefore? Before);

/// <summary>The figures of the window that lay earlier.</summary>
public sealed record HistoryAnswerBefore(long Count, double? Coverage, IReadOnlyList<double?> Values, bool Filled);

/// <summary>Readings, series after series. <c>Next</c> is the cursor of the next page; null when this is the last.</summary>
public sealed record HistoryReadings(IReadOnlyList<HistoryReadingSeries> Series, string? Next);

/// <summary>Readings of a series, each [measured at (Unix ms), value, quality].</summary>
public sealed record HistoryReadingSeries(string Sensor, string District, string Domain, string Property, string Unit, IReadOnlyList<object[]> Points);
