namespace IOC.History.Analysis;

/// <summary>An answer.</summary>
/// <param name="Measures">What the values of each cell are, in order.</param>
/// <param name="Groups">One per group, in order of property, then district, domain and sensor.</param>
/// <param name="Readings">Readings that were gone through (totals of blocks counted by what they hold).</param>
public sealed record AnalysisResult(IReadOnlyList<Measure> Measures, IReadOnlyList<AnalysisGroup> Groups, long Readings);

/// <summary>What was put together, and what came out per window.</summary>
/// <param name="Property">Property code.</param>
/// <param name="Sensor">Sensor slug, when grouped by sensor.</param>
/// <param name="District">District slug, when grouped by district or sensor.</param>
/// <param name="Domain">Domain slug, when grouped by domain or sensor.</param>
/// <param name="Sensors">Sensors in it: registered ones and those with readings.</param>
/// <param name="Cells">Windows in order of time, then of hour or weekday. Each is made when it is asked for, so go through them once.</param>
public sealed record AnalysisGroup(
    string Property, string? Sensor, string? District, string? Domain, int Sensors, IReadOnlyList<AnalysisCell> Cells);

/// <summary>One window (or one hour or weekday of it).</summary>
/// <param name="StartMs">Start of the whole calendar window, Unix milliseconds.</param>
/// <param name="EndMs">Its end, exclusive.</param>
/// <param name="Hour">Local hour of day, 0 to 23, when grouped so.</param>
/// <param name="Weekday">Local day of week, Monday 1 to Sunday 7, when grouped so.</param>
/// <param name="Values">The figures; Before is null unless a comparison was asked for.</param>
/// <param name="Before">The same of the window that lay earlier.</param>
public sealed record AnalysisCell(long StartMs, long EndMs, int? Hour, int? Weekday, CellFigures Values, CellFigures? Before);

/// <summary>Figures of a cell.</summary>
/// <param name="Count">Readings in it.</param>
/// <param name="Coverage">Share of the readings that the registered sensors should have sent, 0 to 1; null when none of
/// the sensors is registered or nothing was due.</param>
/// <param name="Values">One per measure; null where there is none.</param>
/// <param name="Filled">True when the values are not measured but filled in.</param>
public sealed record CellFigures(long Count, double? Coverage, IReadOnlyList<double?> Values, bool Filled = false);
