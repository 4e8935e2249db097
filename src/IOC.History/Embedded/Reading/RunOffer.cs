using IOC.History.Embedded.Codec;

namespace IOC.History.Embedded.Reading;

/// <summary>
/// Hands the readings of a scan to a sink by as little reading as it allows: a block by its summary, else by its rollups from
/// coarse to fine, and by its readings only where no totals will do.
/// </summary>
internal sealed class RunOffer(IReadingSink sink)
{
    private readonly OutlineDecoder _outline = new();
    private readonly ScanBuffers _buffers = new();
    private SeriesScan _scan = null!;

    /// <summary>Goes through a sensor's readings of [from, to).</summary>
    /// <exception cref="HistoryStoreException">A block or an outline is damaged.</exception>
    public void Read(CapturedGroup group, long fromMs, long toMs, CancellationToken cancellationToken) =>
        Read(group.Scan(fromMs, toMs, _buffers), cancellationToken);

    private void Read(SeriesScan scan, CancellationToken cancellationToken)
    {
        _scan = scan;
        while (scan.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (scan.Whole is { } whole && whole.OkCount == whole.Count && sink.TryAdd(TotalsOf(whole)))
            {
                continue;
            }

            if (scan.Undisturbed is { Outline: { Length: > 0 } outline } segment)
            {
                Decode(outline, segment.Rank);
                OfferRollups();
            }
            else
            {
                AddReadings(long.MinValue, long.MaxValue);
            }
        }
    }

    private static RunTotals TotalsOf(Segment segment)
    {
        ref readonly var s = ref segment.Summary;
        return new RunTotals(s.FirstAtMs, s.LastAtMs, s.Count, s.Sum, s.Min, s.Max, s.First, s.Last);
    }

    private void Decode(byte[] outline, long block)
    {
        try
        {
            _outline.Decode(outline, sink.WantsEdges);
        }
        catch (CorruptBlockException e)
        {
            throw new HistoryStoreException($"The outline of block {block} cannot be read: {e.Message}", e);
        }
    }

    private void OfferRollups()
    {
        for (var step = RollupStep.Day; step >= RollupStep.Minute; step--)
        {
            if (_outline[step].Count > 0)
            {
                Offer(step, long.MinValue, long.MaxValue);
                return;
            }
        }
    }

    /// <summary>Offers the rollups of a step that begin in [from, to]. Each step parts the one above: an hour lies in one day.</summary>
    private void Offer(RollupStep step, long fromMs, long toMs)
    {
        var rollups = _outline[step];
        for (var i = FirstFrom(rollups, fromMs); i < rollups.Count && rollups[i].Totals.FirstAtMs <= toMs; i++)
        {
            var (totals, good) = rollups[i];
            if (totals.LastAtMs < _scan.FromMs || totals.FirstAtMs >= _scan.ToMs)
            {
                continue;
            }

            if (good && totals.FirstAtMs >= _scan.FromMs && totals.LastAtMs < _scan.ToMs && sink.TryAdd(totals))
            {
                continue;
            }

            var finer = step - 1;
            while (finer >= RollupStep.Minute && _outline[finer].Count == 0)
            {
                finer--;
            }

            if (finer >= RollupStep.Minute)
            {
                Offer(finer, totals.FirstAtMs, totals.LastAtMs);
            }
            else
            {
                AddReadings(totals.FirstAtMs, totals.LastAtMs);
            }
        }
    }

    private static int FirstFrom(IReadOnlyList<Rollup> rollups, long fromMs)
    {
        var (low, high) = (0, rollups.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = rollups[middle].Totals.FirstAtMs < fromMs ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void AddReadings(long firstMs, long lastMs)
    {
        var samples = _scan.Samples;
        var from = firstMs == long.MinValue ? 0 : Sorted.FirstAtOrAfter(samples, firstMs);
        var to = lastMs == long.MaxValue ? samples.Length : Sorted.FirstAtOrAfter(samples, lastMs + 1);
        if (to > from)
        {
            sink.Add(samples[from..to], _scan.Qualities[from..to]);
        }
    }
}
