namespace IOC.Host.Health.Disk;

/// <summary>A look at the disk.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="FreeBytes">Bytes free on the volume for this user.</param>
/// <param name="Stores">Bytes of each store, by name.</param>
public sealed record DiskSample(long AtMs, long FreeBytes, IReadOnlyDictionary<string, long> Stores);

/// <summary>What the samples say of the future.</summary>
/// <param name="FullIn">Time until only the reserve is free; null when the disk is not filling, or there is too little to judge by.</param>
/// <param name="BytesPerDay">How fast it fills; negative when it empties; null when there is too little to judge by.</param>
/// <param name="Growth">Growth of each store, bytes a day, where there is enough to judge by.</param>
internal sealed record DiskOutlook(TimeSpan? FullIn, double? BytesPerDay, IReadOnlyDictionary<string, double> Growth);

/// <summary>
/// Works out when a disk is full, from samples of what is free: a line through the last two weeks, and one through the last day. The
/// sooner of the two counts, so that a fleet that doubled yesterday is told at once. A day is the shortest span for the second, and
/// six hours with seven samples the least at all: below, the tides of a day (retention by the hour, a nightly backup) look like a trend.
/// Pure: the same samples give the same answer.
/// </summary>
internal static class DiskForecast
{
    /// <summary>For how long samples are worth keeping.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(14);

    private const double MsPerDay = 86_400_000;
    private const int MinSamples = 7;
    private static readonly TimeSpan s_recent = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_least = TimeSpan.FromHours(6);

    // Slower than this is noise: a host that does nothing else writes logs.
    private const double StillBytesPerDay = 1 << 20;

    // A century is never.
    private const double MaxDays = 36_500;

    /// <summary>The outlook.</summary>
    /// <param name="samples">Samples in order of time; those older than the window before the last one do not count.</param>
    /// <param name="reserveBytes">Bytes that count as no room.</param>
    public static DiskOutlook Of(IReadOnlyList<DiskSample> samples, long reserveBytes)
    {
        if (samples.Count == 0)
        {
            return new DiskOutlook(null, null, new Dictionary<string, double>(StringComparer.Ordinal));
        }

        var last = samples[^1];
        var all = Since(samples, Window);
        double? longTerm = Fill(all, s => s.FreeBytes);
        double? recent = Span(all) > s_recent ? Fill(Since(all, s_recent), s => s.FreeBytes) : null;
        var speed = (longTerm, recent) switch
        {
            ({ } l, { } r) => Math.Max(l, r),
            var (l, _) => l,
        };
        var left = Math.Max(0, last.FreeBytes - reserveBytes);
        TimeSpan? fullIn = left == 0 ? TimeSpan.Zero
            : speed > StillBytesPerDay && left / speed < MaxDays ? TimeSpan.FromDays(left / speed.Value)
            : null;
        return new DiskOutlook(fullIn, speed, Growth(all));
    }

    private static Dictionary<string, double> Growth(List<DiskSample> samples)
    {
        var growth = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var store in samples[^1].Stores.Keys)
        {
            if (Fill(samples, s => -s.Stores.GetValueOrDefault(store)) is { } perDay)
            {
                growth[store] = perDay;
            }
        }

        return growth;
    }

    /// <summary>Bytes a day by which a figure falls.</summary>
    private static double? Fill(List<DiskSample> samples, Func<DiskSample, double> read) => samples.Count < MinSamples || Span(samples) < s_least
        ? null
        : -TheilSen.Slope([.. samples.Select(s => ((s.AtMs - samples[0].AtMs) / MsPerDay, read(s)))]);

    private static TimeSpan Span(List<DiskSample> samples) => TimeSpan.FromMilliseconds(samples[^1].AtMs - samples[0].AtMs);

    private static List<DiskSample> Since(IReadOnlyList<DiskSample> samples, TimeSpan span)
    {
        var from = samples[^1].AtMs - (long)span.TotalMilliseconds;
        return [.. samples.Where(s => s.AtMs >= from)];
    }
}
