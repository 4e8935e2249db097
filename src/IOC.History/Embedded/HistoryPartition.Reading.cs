using IOC.History.Embedded.Reading;

namespace IOC.History.Embedded;

/// <content>How queries see a partition.</content>
internal sealed partial class HistoryPartition
{
    /// <summary>Finds series.</summary>
    public List<Series> Find(Func<SeriesIndex, List<Series>> find)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return find(_index);
        }
    }

    /// <summary>
    /// Takes a snapshot of series: the file as of a checkpoint, and a copy of all that it does not hold yet. Appends go on.
    /// </summary>
    /// <param name="series">Series of this partition.</param>
    /// <param name="fromMs">Tails outside [from, to) are not copied.</param>
    /// <param name="toMs">See <paramref name="fromMs"/>.</param>
    public PartitionSnapshot OpenSnapshot(IReadOnlyList<Series> series, long fromMs, long toMs)
    {
        var reader = _readers.Rent();
        try
        {
            while (true)
            {
                var generation = reader.Begin();
                Hooks.SnapshotBegun?.Invoke();
                lock (_gate)
                {
                    ObjectDisposedException.ThrowIf(_disposed, this);

                    // Memory may already have let go of what a newer checkpoint holds: then look at the file again.
                    if (_confirmedGeneration <= generation)
                    {
                        return new PartitionSnapshot(reader, _readers, [.. series.Select(s => Capture(s, generation, fromMs, toMs))]);
                    }
                }

                reader.End();
            }
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Looks for the newest reading of each series of a set at a moment in what memory holds, which for a series that reports is
    /// nearly always enough.</summary>
    public void FindNewest(SeriesSet set, long atMs, QualityFilter quality, List<NewestCandidate> into)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            foreach (var series in _index.Find(set))
            {
                // All else of a series, late readings too, lies before its main tail.
                var found = series.Main is { } tail && tail.TryNewest(atMs, quality == QualityFilter.All, out var sample, out var number)
                    ? new NewestCandidate(this, series, true, sample, number)
                    : new NewestCandidate(this, series, false, default, 0);
                into.Add(found);
            }
        }
    }

    private static CapturedSeries Capture(Series series, long generation, long fromMs, long toMs)
    {
        var main = new List<Segment>();
        var late = new List<Segment>();
        foreach (var block in series.Pending ?? [])
        {
            // A block of this generation or an older one is in the file as the snapshot sees it.
            if (block.Generation > generation && block.Segment.FirstAtMs < toMs && block.Segment.LastAtMs >= fromMs)
            {
                (block.Segment.Late ? late : main).Add(block.Segment);
            }
        }

        AddTail(series.Main, main, isLate: false, fromMs, toMs);
        AddTail(series.Late, late, isLate: true, fromMs, toMs);
        return new CapturedSeries(
            series, main, late, series.Main is null, series.HasLate && series.Late is null, series.HasLate,
            series.SealedFirstMs, series.SealedLastMs, series.SealedCount);
    }

    private static void AddTail(OpenTail? tail, List<Segment> segments, bool isLate, long fromMs, long toMs)
    {
        if (tail is { Count: > 0 } && tail.FirstAtMs < toMs && tail.LastAtMs >= fromMs)
        {
            segments.Add(tail.Copy(isLate));
        }
    }
}
