using System.Globalization;
using IOC.Telemetry;

namespace IOC.History;

/// <summary>Place of the last reading of a page: the next page begins behind it. Its text is "time~sensor".</summary>
internal readonly record struct RawCursor(long MeasuredAtMs, string Sensor)
{
    /// <exception cref="HistoryQueryException">The text is no cursor.</exception>
    public static RawCursor? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var split = text.IndexOf('~', StringComparison.Ordinal);
        return split > 0 && long.TryParse(text.AsSpan(0, split), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            && Slug.IsValid(text.AsSpan(split + 1))
                ? new RawCursor(at, text[(split + 1)..])
                : throw HistoryQueryException.BadCursor();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{MeasuredAtMs}~{Sensor}");

    /// <summary>Tells whether a reading lies behind the cursor.</summary>
    public bool IsBefore(long measuredAtMs, string sensor) =>
        measuredAtMs > MeasuredAtMs || (measuredAtMs == MeasuredAtMs && string.CompareOrdinal(sensor, Sensor) > 0);
}
