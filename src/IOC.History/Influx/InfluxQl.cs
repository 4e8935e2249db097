using System.Globalization;

namespace IOC.History.Influx;

/// <summary>Pieces of InfluxQL. Names are quoted as its reference says, so that none can end its quotes.</summary>
internal static class InfluxQl
{
    /// <summary>The first millisecond that 64-bit nanoseconds can tell (in the year 1677).</summary>
    public const long EarliestMs = -9_223_372_036_854;

    /// <summary>The last one (in the year 2262).</summary>
    public const long LatestMs = 9_223_372_036_854;

    public static string Name(string name) => $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    public static string Text(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    public static string Time(long fromMs, long toMs) => string.Create(
        CultureInfo.InvariantCulture, $"time >= {Math.Clamp(fromMs, EarliestMs, LatestMs)}ms AND time < {Math.Clamp(toMs, EarliestMs, LatestMs)}ms");

    public static string Where(SeriesSelector s)
    {
        var place = s.Sensor is { } sensor ? $"\"sensor\" = {Text(sensor)}" : $"\"district\" = {Text(s.District!)}";
        return s.Domain is { } domain ? $"{place} AND \"domain\" = {Text(domain)}" : place;
    }

    /// <summary>A condition on a tag that may have any of several values; null when it does not narrow.</summary>
    public static string? Any(string tag, IReadOnlyCollection<string> values) =>
        values.Count == 0 ? null : $"({string.Join(" OR ", values.Select(v => $"\"{tag}\" = {Text(v)}"))})";

    /// <summary>Measurements to look in.</summary>
    public static string From(IReadOnlyCollection<string> properties) => properties.Count == 0 ? "/.*/" : string.Join(", ", properties.Select(Name));

    /// <summary>WHERE with all conditions that there are.</summary>
    public static string Conditions(params string?[] conditions)
    {
        var given = conditions.Where(c => !string.IsNullOrEmpty(c)).ToList();
        return given.Count == 0 ? "" : $" WHERE {string.Join(" AND ", given)}";
    }
}
