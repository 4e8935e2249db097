using IOC.History.Embedded.Codec;
using IOC.History.Embedded.Reading;
using IOC.History.Embedded.Sqlite;

namespace IOC.History.Embedded;

/// <content>
/// How what is closed is changed after all: readings are deleted, late ones are put where they belong, and outlines are made
/// for blocks that have none. Each step is a checkpoint with more in it: one transaction that holds everything up to one
/// offset of the log, so that a replay after a crash brings nothing back and doubles nothing. Appends and queries go on.
/// </content>
internal sealed partial class HistoryPartition
{
    private const int SeriesAtATime = 256;
    private const int EditsAtATime = 4096;
    private const int PagesAtATime = 2048;

    /// <summary>Removes the readings of series in [from, to).</summary>
    /// <param name="find">Finds the series.</param>
    /// <param name="fromMs">First instant.</param>
    /// <param name="toMs">First instant that stays.</param>
    /// <param name="wholeOnly">True to leave blocks and tails that reach beyond the range as they are.</param>
    /// <param name="cancellationToken">Looked at between steps; what was removed stays so.</param>
    /// <returns>Readings removed.</returns>
    public async Task<long> DeleteAsync(
        Func<SeriesIndex, List<Series>> find, long fromMs, long toMs, bool wholeOnly, CancellationToken cancellationToken)
    {
        var removed = 0L;
        var series = Find(find);
        for (var next = 0; next < series.Count;)
        {
            var from = next;
            removed += await EditAsync(edit =>
            {
                for (next = from; next < series.Count && next < from + SeriesAtATime && !edit.IsFull; next++)
                {
                    edit.Delete(series[next], fromMs, toMs, wholeOnly);
                }
            }, cancellationToken);
        }

        return removed;
    }

    /// <summary>Puts late readings into the main sequence, makes long blocks of short ones, and missing outlines.</summary>
    /// <param name="cancellationToken">Looked at between steps; what was done stays so.</param>
    /// <returns>Series that were tidied up.</returns>
    public async Task<int> CompactAsync(CancellationToken cancellationToken)
    {
        var tidied = new HashSet<Series>(ReferenceEqualityComparer.Instance);
        var late = Find(index => [.. index.All.Where(s => s.HasLate)]);
        for (var next = 0; next < late.Count;)
        {
            var from = next;
            await EditAsync(edit =>
            {
                for (next = from; next < late.Count && next < from + SeriesAtATime && !edit.IsFull; next++)
                {
                    if (edit.MergeLate(late[next]))
                    {
                        tidied.Add(late[next]);
                    }
                }
            }, cancellationToken);
        }

        await PackAsync(tidied, cancellationToken);
        await OutlineAsync(tidied, cancellationToken);
        return tidied.Count;
    }

    /// <summary>Gives unused pages of the file back to the disk.</summary>
    public async Task GiveBackAsync(CancellationToken cancellationToken)
    {
        for (var more = true; more;)
        {
            more = await ExclusiveAsync(() => _writer.GiveBack(PagesAtATime), cancellationToken);
        }
    }

    private async Task OutlineAsync(HashSet<Series> tidied, CancellationToken cancellationToken)
    {
        var byId = Find(index => [.. index.All]).ToDictionary(s => s.Id);
        var from = 0;
        while (true)
        {
            var ids = await ExclusiveAsync(() => _tailReader.SeriesWithoutOutlines(from, SeriesAtATime), cancellationToken);
            if (ids.Count == 0)
            {
                return;
            }

            await EditAsync(edit =>
            {
                foreach (var id in ids.TakeWhile(_ => !edit.IsFull))
                {
                    edit.Outline(byId[id]);
                    tidied.Add(byId[id]);
                    from = id + 1;
                }
            }, cancellationToken);
        }
    }

    private async Task<T> ExclusiveAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _checkpointing.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return await Task.Run(work, cancellationToken);
        }
        finally
        {
            _checkpointing.Release();
        }
    }

    /// <summary>One step: everything is written first, then the edit with whatever came since.</summary>
    /// <returns>Readings that the edit removed.</returns>
    private Task<long> EditAsync(Action<PartitionEdit> work, CancellationToken cancellationToken) => ExclusiveAsync(
        () =>
        {
            Checkpoint(cancellationToken);
            using var edit = new PartitionEdit(this, cancellationToken);
            work(edit);
            return edit.Write();
        },
        cancellationToken);

    /// <summary>After an edit: memory learns what the file holds of a series now.</summary>
    private void TakeOver(SeriesRecount recount)
    {
        var series = recount.Series;
        var pending = series.Pending?.Where(b => !b.Segment.Late).ToList() ?? [];
        series.SealedFirstMs = recount.FirstMs != long.MaxValue ? recount.FirstMs : pending.Count > 0 ? pending[0].Segment.FirstAtMs : long.MaxValue;
        series.SealedLastMs = Math.Max(
            pending.Count > 0 ? pending[^1].Segment.LastAtMs : recount.LastMs, series.Late is { Count: > 0 } tail ? tail.LastAtMs : long.MinValue);
        series.SealedCount = recount.Count + pending.Sum(b => (long)b.Segment.Count);
        series.HasLate = recount.HasLate || series.Late is { Count: > 0 } || series.Pending?.Exists(b => b.Segment.Late) == true;
        if (series.SealedLastMs != recount.LastMs || series.HasLate != recount.HasLate)
        {
            series.RowDirty = true;
            List(series);
        }
    }
}
