using IOC.History.Windows;

namespace IOC.History.Embedded.Reading;

/// <summary>Answers windowed queries: from what is known of blocks where that lies in one window, else from readings.</summary>
internal static class WindowReader
{
    // Tails are copied for as many sensors at a time.
    private const int SensorsAtATime = 256;

    public static List<WindowAggregate> Read(
        IReadOnlyList<HistoryPartition> partitions, WindowQuery query, int maxWindows, CancellationToken cancellationToken)
    {
        var totals = new WindowTotals(CalendarWindows.Build(query.FromMs, query.ToMs, query.Window, query.Zone, maxWindows));
        var offer = new RunOffer(new WindowSink(totals, query.Quality));
        foreach (var groups in SensorGroup.Find(partitions, index => index.Find(query.Series)).Chunk(SensorsAtATime))
        {
            using var snapshot = QuerySnapshot.Open(groups, query.FromMs, query.ToMs);
            foreach (var group in snapshot.Groups)
            {
                offer.Read(group, query.FromMs, query.ToMs, cancellationToken);
            }
        }

        return totals.ToAggregates();
    }

    /// <summary>Adds runs and readings to the totals of their windows.</summary>
    private sealed class WindowSink(WindowTotals totals, QualityFilter quality) : IReadingSink
    {
        public bool Begin(SeriesKey series) => true;

        public bool TryAdd(in RunTotals run)
        {
            var window = totals.Windows.IndexOf(run.FirstAtMs);
            if (run.LastAtMs >= totals.Windows.EndMs(window))
            {
                return false;
            }

            totals[window].Add(run.FirstAtMs, run.LastAtMs, run.Count, run.Sum, run.Min, run.Max, run.First, run.Last);
            return true;
        }

        public void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
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

        public void End()
        {
        }
    }
}
