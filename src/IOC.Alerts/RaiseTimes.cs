using System.Globalization;

namespace IOC.Alerts;

/// <summary>When a key's condition began lately (event times), for telling a chattering alert; kept beyond the alert's closing.</summary>
/// <param name="Text">Unix milliseconds with spaces between, in order of arrival. The form kept in stores.</param>
public readonly record struct RaiseTimes(string Text)
{
    /// <summary>For none.</summary>
    public static RaiseTimes None { get; } = new("");

    /// <summary>True when there are none.</summary>
    public bool IsEmpty => Text.Length == 0;

    /// <summary>The times.</summary>
    public IEnumerable<long> Times =>
        Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => long.Parse(t, CultureInfo.InvariantCulture));

    /// <summary>With one more, without those that lie further than a window from it, and of the rest the last few.</summary>
    /// <param name="atMs">Event time, Unix milliseconds.</param>
    /// <param name="windowMs">Largest distance, milliseconds.</param>
    /// <param name="most">Most times to keep.</param>
    public RaiseTimes With(long atMs, long windowMs, int most)
    {
        var kept = Times.Where(t => Math.Abs(t - atMs) <= windowMs).Append(atMs).TakeLast(most);
        return new RaiseTimes(string.Join(' ', kept.Select(t => t.ToString(CultureInfo.InvariantCulture))));
    }
}
