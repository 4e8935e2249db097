using IOC.History.Embedded.Codec;
using IOC.History.Windows;

namespace IOC.History.Embedded.Reading;

/// <summary>Answers windowed queries: from block summaries where a block lies in one window, else from readings.</summary>
internal static class WindowReader
{
    // Tails are copied for as many sensors at a time.
    private const int SensorsAtATime = 256;

    public static List<WindowAggregate> Read(
        IReadOnlyList<HistoryPartition> partitions, WindowQuery query, int maxWindows, CancellationToken cancellationToken)
    {
        var totals = new WindowTotals(CalendarWindows.Build(query.FromMs, query.ToMs, query.Window, query.Zone, maxWindows));
        foreach (var groups in SensorGroup.Find(partitions, index => index.Find(query.Series)).Chunk(SensorsAtATime))
        {
            using var snapshot = QuerySnapshot.Open(groups, query.FromMs, query.ToMs);
            foreach (var group in snapshot.Groups)
            {
                Add(group.Scan(query.FromMs, query.ToMs), totals, query.Quality, cancellationToken);
            }
        }

        return totals.ToAggregates();
    }

    private static void Add(SeriesScan scan, WindowTotals totals, QualityFilter quality, CancellationToken cancellationToken)
    {
        while (scan.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (scan.Whole is not { } segment || !TryAdd(segment, totals, quality))
            {
                Add(scan.Samples, scan.Qualities, totals, quality);
            }
        }
    }

    private static bool TryAdd(Segment segment, WindowTotals totals, QualityFilter quality)
    {
        ref readonly var s = ref segment.Summary;
        if (quality == QualityFilter.Ok && s.OkCount == 0)
        {
            return true;
        }

        // With readings of other quality in it, the summary does not say when the first and last good ones were.
        var window = totals.Windows.IndexOf(s.FirstAtMs);
        if (s.OkCount != s.Count || s.LastAtMs >= totals.Windows.EndMs(window))
        {
            return false;
        }

        totals[window].Add(s.FirstAtMs, s.LastAtMs, s.Count, s.Sum, s.Min, s.Max, s.First, s.Last);
        return true;
    }

    private static void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities, WindowTotals totals, QualityFilter quality)
    {
        var window = -1;
        var end = long.MinValue;
        for (var i = 0; i < samples.Length; i++)
        {
            if (quality == QualityFilter.Ok && qualities[i] != 0)
            {
                continue;
            }

            ref readonly var sample = ref samples[i];
            if (sample.AtMs >= end)
            {
                window = totals.Windows.IndexOf(sample.AtMs);
                end = totals.Windows.EndMs(window);
            }

            totals[window].Add(sample.AtMs, sample.Value);
        }
    }
}
