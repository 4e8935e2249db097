using IOC.History.Windows;
using IOC.Telemetry;

namespace IOC.History;

/// <summary>For how long readings are kept, by property.</summary>
public sealed class Retention
{
    private readonly ZoneClock _clock;
    private readonly List<(string Property, IsoDuration Keep)> _rules = [];

    /// <summary>Reads durations as they are written in settings.</summary>
    /// <param name="keep">Property code and ISO 8601 duration, such as "P5Y", "P18M" or "P90D".</param>
    /// <param name="properties">The properties that there are.</param>
    /// <param name="zone">IANA zone whose calendar days, months and years are meant.</param>
    /// <exception cref="InvalidOperationException">A property or a duration is none; the message names it.</exception>
    /// <exception cref="HistoryQueryException">There is no such zone.</exception>
    public Retention(IEnumerable<KeyValuePair<string, string>> keep, PropertyCatalogue properties, string zone)
    {
        ArgumentNullException.ThrowIfNull(keep);
        ArgumentNullException.ThrowIfNull(properties);
        _clock = ZoneClock.Find(zone);
        foreach (var (property, duration) in keep)
        {
            if (!properties.TryGetIndex(property, out _))
            {
                throw new InvalidOperationException($"History:Retention:{property}: there is no property '{property}' in the catalogue; name one of its codes.");
            }

            _rules.Add((property, Parse(property, duration)));
        }
    }

    /// <summary>By property code, the instant from which readings are to be kept.</summary>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public IReadOnlyDictionary<string, long> KeepFrom(long nowMs) => _rules.ToDictionary(r => r.Property, r => _clock.Earlier(nowMs, r.Keep), StringComparer.Ordinal);

    private static IsoDuration Parse(string property, string duration)
    {
        try
        {
            return IsoDuration.Parse(duration);
        }
        catch (HistoryQueryException e)
        {
            throw new InvalidOperationException($"History:Retention:{property} = '{duration}': use an ISO 8601 duration such as P5Y, P18M or P90D.", e);
        }
    }
}
