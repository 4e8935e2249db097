namespace IOC.Alerts.Notification;

/// <summary>Waits between tries: doubled each time up to a longest, and spread so that messages that failed together do not return together.</summary>
/// <param name="First">Wait after the first failure.</param>
/// <param name="Longest">No wait is longer, but for the spread and a receiver's own wish.</param>
public sealed record BackOff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The wait after a failure.</summary>
    /// <param name="failures">Failures so far, 1 or more.</param>
    /// <param name="key">What is tried: the spread, up to a fifth on top, is a function of it and of the number.</param>
    public TimeSpan After(int failures, string key)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        ArgumentNullException.ThrowIfNull(key);
        var doubled = First.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 40));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, Longest.TotalMilliseconds) * (1 + Spread(key, failures) / 5));
    }

    // FNV-1a: the same on every machine and in every process, other than string's own hash.
    private static double Spread(string key, int failures)
    {
        var hash = 2_166_136_261u;
        foreach (var c in key)
        {
            hash = (hash ^ c) * 16_777_619;
        }

        hash = (hash ^ (uint)failures) * 16_777_619;
        return (hash >> 8) / (double)(1 << 24);
    }
}
