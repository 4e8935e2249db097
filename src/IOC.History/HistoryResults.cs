using IOC.Telemetry;

namespace IOC.History;

/// <summary>One reading.</summary>
/// <param name="Sensor">Sensor slug.</param>
/// <param name="MeasuredAtMs">Time of measurement, Unix milliseconds.</param>
/// <param name="Value">Value in the property's unit.</param>
/// <param name="Quality">Trust in the value.</param>
public readonly record struct HistoryPoint(string Sensor, long MeasuredAtMs, double Value, Quality Quality);

/// <summary>A reading with its series.</summary>
/// <param name="Series">Whose.</param>
/// <param name="Point">The reading.</param>
public readonly record struct SeriesReading(SeriesKey Series, HistoryPoint Point);

/// <summary>A page of readings.</summary>
/// <param name="Points">Readings in order of time, then of sensor.</param>
/// <param name="Next">Cursor of the next page; null when this is the last.</param>
public sealed record RawPage(IReadOnlyList<HistoryPoint> Points, string? Next);

/// <summary>Aggregates of one window that has at least one reading.</summary>
/// <param name="StartMs">Start of the whole calendar window, Unix milliseconds (it may lie before the range asked for).</param>
/// <param name="EndMs">End of the whole calendar window, exclusive, Unix milliseconds.</param>
/// <param name="Count">Readings in it, 1 or more.</param>
/// <param name="Mean">Arithmetic mean, in the property's unit.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
/// <param name="Sum">Sum of the values.</param>
/// <param name="First">Value of the earliest reading (of the first sensor by name among equals).</param>
/// <param name="Last">Value of the latest reading (of the first sensor by name among equals).</param>
public readonly record struct WindowAggregate(
    long StartMs, long EndMs, long Count, double Mean, double Min, double Max, double Sum, double First, double Last);

/// <summary>What there is of one sensor and property, whatever the quality.</summary>
/// <param name="Sensor">Sensor slug.</param>
/// <param name="District">District slug it last reported under.</param>
/// <param name="Domain">Domain slug it last reported under.</param>
/// <param name="Property">Property code.</param>
/// <param name="FirstMs">Time of the earliest reading, Unix milliseconds.</param>
/// <param name="LastMs">Time of the latest reading, Unix milliseconds.</param>
/// <param name="Count">Number of readings.</param>
public sealed record SeriesInfo(string Sensor, string District, string Domain, string Property, long FirstMs, long LastMs, long Count);

/// <summary>Figures of a store.</summary>
/// <param name="Bytes">Size on disk, in bytes.</param>
/// <param name="Readings">Readings held. One that was sent again after its block was closed counts twice here (queries
/// never count it twice).</param>
/// <param name="Blocks">Closed blocks held.</param>
/// <param name="Series">Number of (sensor, property) pairs.</param>
/// <param name="OpenBytes">Memory held by open tails, in bytes.</param>
/// <param name="Partitions">Figures per partition.</param>
/// <param name="Failure">Why the store cannot be written at present; null when it can.</param>
/// <param name="KnowsAll">Whether the readings are all that there are; else only those that went through this process.</param>
public sealed record HistoryFigures(
    long Bytes, long Readings, long Blocks, long Series, long OpenBytes, IReadOnlyList<HistoryPartitionFigures> Partitions, string? Failure = null, bool KnowsAll = true);

/// <summary>What a tidying-up did.</summary>
/// <param name="Removed">Readings removed because of their age, as counted by <see cref="HistoryFigures.Readings"/>.</param>
/// <param name="Tidied">Series of which something was put in order.</param>
public sealed record MaintenanceFigures(long Removed, long Tidied);

/// <summary>Figures of a partition.</summary>
/// <param name="Partition">Log partition.</param>
/// <param name="AppendedOffset">Offset of the last batch taken.</param>
/// <param name="DurableOffset">Offset of the last checkpoint.</param>
public sealed record HistoryPartitionFigures(int Partition, long AppendedOffset, long DurableOffset);
