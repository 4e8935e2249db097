using IOC.Telemetry;

namespace IOC.History;

/// <summary>Which readings count.</summary>
public enum QualityFilter
{
    /// <summary>Only readings of good quality.</summary>
    Ok = 0,

    /// <summary>Every reading, whatever its quality.</summary>
    All = 1,
}

/// <summary>Whose readings: one sensor's, or those of all sensors of a district.</summary>
public sealed record SeriesSelector
{
    private SeriesSelector(string property) => Property = property;

    /// <summary>Property code.</summary>
    public string Property { get; }

    /// <summary>Sensor slug; null when a district is asked for.</summary>
    public string? Sensor { get; private init; }

    /// <summary>District slug; null when a sensor is asked for.</summary>
    public string? District { get; private init; }

    /// <summary>Within a district, only sensors of this domain; null = all.</summary>
    public string? Domain { get; private init; }

    /// <summary>One sensor's readings, wherever it has stood.</summary>
    public static SeriesSelector ForSensor(string sensor, string property)
    {
        ArgumentException.ThrowIfNullOrEmpty(sensor);
        ArgumentException.ThrowIfNullOrEmpty(property);
        return new SeriesSelector(property) { Sensor = sensor };
    }

    /// <summary>The readings of every sensor of a district (and domain).</summary>
    public static SeriesSelector ForDistrict(string district, string property, string? domain = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(district);
        ArgumentException.ThrowIfNullOrEmpty(property);
        return new SeriesSelector(property) { District = district, Domain = domain };
    }
}

/// <summary>A reading to import.</summary>
/// <param name="Sensor">Whose.</param>
/// <param name="Property">Index in the catalogue's properties.</param>
/// <param name="MeasuredAtMs">Time of measurement, Unix milliseconds.</param>
/// <param name="Value">Value in the property's unit.</param>
/// <param name="Quality">Trust in the value.</param>
public readonly record struct ImportedReading(SensorAddress Sensor, int Property, long MeasuredAtMs, double Value, Quality Quality);

/// <summary>Asks for single readings.</summary>
/// <param name="Series">Whose.</param>
/// <param name="FromMs">First instant, Unix milliseconds.</param>
/// <param name="ToMs">First instant no longer asked for, Unix milliseconds.</param>
/// <param name="Quality">Which readings count.</param>
/// <param name="Limit">Most readings in a page; 1 to <see cref="MaxLimit"/>.</param>
/// <param name="Cursor"><see cref="RawPage.Next"/> of the page before; null for the first page.</param>
public sealed record RawQuery(
    SeriesSelector Series, long FromMs, long ToMs, QualityFilter Quality = QualityFilter.Ok, int Limit = 10_000, string? Cursor = null)
{
    /// <summary>Most readings that one page may hold.</summary>
    public const int MaxLimit = 100_000;
}

/// <summary>Asks for aggregates per window.</summary>
/// <param name="Series">Whose.</param>
/// <param name="FromMs">First instant, Unix milliseconds. Earlier readings of its window do not count.</param>
/// <param name="ToMs">First instant no longer asked for, Unix milliseconds.</param>
/// <param name="Window">ISO 8601 duration ("PT1M", "PT1H", "P1D", "P1W", "P1M", "P1Y"), aligned to the zone's calendar.</param>
/// <param name="Zone">IANA zone name ("Asia/Ho_Chi_Minh").</param>
/// <param name="Quality">Which readings count.</param>
public sealed record WindowQuery(
    SeriesSelector Series, long FromMs, long ToMs, string Window, string Zone, QualityFilter Quality = QualityFilter.Ok);

/// <summary>Narrows a listing of series; null = any.</summary>
/// <param name="Sensor">Sensor slug.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug.</param>
/// <param name="Property">Property code.</param>
public sealed record SeriesFilter(string? Sensor = null, string? District = null, string? Domain = null, string? Property = null);
