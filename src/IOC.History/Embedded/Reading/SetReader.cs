namespace IOC.History.Embedded.Reading;

/// <summary>Goes through the readings of many series.</summary>
internal static class SetReader
{
    // Tails are copied for as many sensors at a time.
    private const int SensorsAtATime = 256;

    public static void Read(
        IReadOnlyList<HistoryPartition> partitions, SeriesSet set, long fromMs, long toMs, IReadingSink sink, CancellationToken cancellationToken)
    {
        foreach (var groups in SensorGroup.Find(partitions, index => index.Find(set)).Chunk(SensorsAtATime))
        {
            using var snapshot = QuerySnapshot.Open(groups, fromMs, toMs);
            foreach (var (captured, group) in snapshot.Groups.Zip(groups))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (sink.Begin(group.Key))
                {
                    Read(captured.Scan(fromMs, toMs), sink, cancellationToken);
                    sink.End();
                }
            }
        }
    }

    private static void Read(SeriesScan scan, IReadingSink sink, CancellationToken cancellationToken)
    {
        while (scan.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (scan.Whole is { } segment && segment.OkCount == segment.Count && sink.TryAdd(TotalsOf(segment)))
            {
                continue;
            }

            var samples = scan.Samples;
            if (samples.Length > 0)
            {
                sink.Add(samples, scan.Qualities);
            }
        }
    }

    private static RunTotals TotalsOf(Segment segment)
    {
        ref readonly var s = ref segment.Summary;
        return new RunTotals(s.FirstAtMs, s.LastAtMs, s.Count, s.Sum, s.Min, s.Max, s.First, s.Last);
    }
}
