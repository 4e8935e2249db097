namespace IOC.History.Embedded.Reading;

/// <summary>Answers what series there are.</summary>
internal static class SeriesLister
{
    private const int SeriesAtATime = 256;

    public static List<SeriesInfo> List(IReadOnlyList<HistoryPartition> partitions, SeriesFilter filter, CancellationToken cancellationToken)
    {
        var result = new List<SeriesInfo>();
        foreach (var groups in SensorGroup.Find(partitions, index => index.Find(filter)).Chunk(SeriesAtATime))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var snapshot = QuerySnapshot.Open(groups, long.MinValue, long.MaxValue);
            foreach (var group in snapshot.Groups)
            {
                if (Describe(group, cancellationToken) is { } info)
                {
                    result.Add(info);
                }
            }
        }

        return result;
    }

    private static SeriesInfo? Describe(CapturedGroup group, CancellationToken cancellationToken)
    {
        var (first, last, count) = group.Members is [{ Series.HasLate: false } only]
            ? OfSequence(only.Snapshot, only.Series)
            : OfReadings(group, cancellationToken);
        if (count == 0)
        {
            return null;
        }

        var at = group.Members.MaxBy(m => OfSequence(m.Snapshot, m.Series).LastMs).Series.Series.Sensor;
        return new SeriesInfo(group.Sensor, at.District, at.Domain, group.Property, first, last, count);
    }

    /// <summary>A main sequence holds each instant once, so its blocks need not be looked at.</summary>
    private static (long FirstMs, long LastMs, long Count) OfSequence(PartitionSnapshot snapshot, CapturedSeries series) =>
        snapshot.MainTail(series) is { } tail
            ? (Math.Min(series.SealedFirstMs, tail.FirstAtMs), tail.LastAtMs, series.SealedCount + tail.Count)
            : (series.SealedFirstMs, series.SealedLastMs, series.SealedCount);

    private static (long FirstMs, long LastMs, long Count) OfReadings(CapturedGroup group, CancellationToken cancellationToken)
    {
        var (first, last, count) = (long.MaxValue, long.MinValue, 0L);
        var scan = group.Scan(long.MinValue, long.MaxValue, new ScanBuffers());
        while (scan.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (scan.Whole is { } segment)
            {
                (first, last, count) = (Math.Min(first, segment.FirstAtMs), segment.LastAtMs, count + segment.Count);
            }
            else if (scan.Samples is { IsEmpty: false } samples)
            {
                (first, last, count) = (Math.Min(first, samples[0].AtMs), samples[^1].AtMs, count + samples.Length);
            }
        }

        return (first, last, count);
    }
}
