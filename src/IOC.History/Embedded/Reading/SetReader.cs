namespace IOC.History.Embedded.Reading;

/// <summary>Goes through the readings of many series.</summary>
internal static class SetReader
{
    // Tails are copied for as many sensors at a time.
    private const int SensorsAtATime = 256;

    public static void Read(
        IReadOnlyList<HistoryPartition> partitions, SeriesSet set, long fromMs, long toMs, IReadingSink sink, CancellationToken cancellationToken)
    {
        var offer = new RunOffer(sink);
        foreach (var groups in SensorGroup.Find(partitions, index => index.Find(set)).Chunk(SensorsAtATime))
        {
            Read(groups, fromMs, toMs, sink, offer, cancellationToken);
        }
    }

    /// <summary>Goes through the readings of some sensors, as of one moment.</summary>
    public static void Read(SensorGroup[] groups, long fromMs, long toMs, IReadingSink sink, RunOffer offer, CancellationToken cancellationToken)
    {
        using var snapshot = QuerySnapshot.Open(groups, fromMs, toMs);
        foreach (var (captured, group) in snapshot.Groups.Zip(groups))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (sink.Begin(group.Key))
            {
                offer.Read(captured, fromMs, toMs, cancellationToken);
                sink.End();
            }
        }
    }
}
