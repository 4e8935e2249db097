using IOC.History.Embedded.Sqlite;

namespace IOC.History.Embedded;

/// <content>How a partition becomes durable.</content>
internal sealed partial class HistoryPartition
{
    private readonly SemaphoreSlim _checkpointing = new(1, 1);
    private readonly CheckpointContent _content = new();

    /// <summary>Moments at which tests step in.</summary>
    internal PartitionHooks Hooks { get; } = new();

    /// <summary>Makes everything appended so far durable.</summary>
    /// <returns>The offset reached.</returns>
    /// <exception cref="HistoryStoreException">The file cannot be written; nothing is lost, try again.</exception>
    public async Task<long> CheckpointAsync(CancellationToken cancellationToken)
    {
        await _checkpointing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Checkpoint(cancellationToken), cancellationToken);
        }
        finally
        {
            _checkpointing.Release();
        }
    }

    private long Checkpoint(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_offset == _durableOffset && _changed.Count == 0 && _pending.Count == 0)
            {
                return _durableOffset;
            }

            Collect();
        }

        try
        {
            _writer.Write(_content, Hooks.InTransaction, cancellationToken);
        }
        catch
        {
            lock (_gate)
            {
                TakeBack();
            }

            throw;
        }

        Hooks.Committed?.Invoke();
        lock (_gate)
        {
            Confirm();
            return _durableOffset;
        }
    }

    /// <summary>Encodes all that changed, as of one offset. The series stay as they are; only their marks go.</summary>
    private void Collect()
    {
        _content.Clear();
        _content.Generation = ++_generation;
        _content.Offset = _offset;
        _content.Readings = _readings;
        _content.Blocks = _blocks;
        _content.LastBlock = _lastBlock;
        foreach (var block in _pending)
        {
            block.Generation = _generation;
            _content.NewBlocks.Add(block);
        }

        foreach (var series in _changed)
        {
            series.Listed = false;
            var change = new SeriesChange(series, series.RowDirty, series.MainDirty, series.LateDirty, series.SealedFirstMs, series.SealedLastMs, series.SealedCount, series.HasLate);
            _content.Changes.Add(change);
            if (series.MainDirty)
            {
                AddTail(series, series.Main!, late: false);
            }

            if (series.LateDirty)
            {
                AddTail(series, series.Late!, late: true);
            }

            series.RowDirty = series.MainDirty = series.LateDirty = false;
        }

        _changed.Clear();
    }

    private void AddTail(Series series, OpenTail tail, bool late)
    {
        var key = Series.TailKey(series.Id, late);
        _content.AddTail(key, tail.Count == 0 ? default : _encoder.Encode(tail.Samples, tail.Qualities));
    }

    /// <summary>After a failure: what was to be written is still to be written.</summary>
    private void TakeBack()
    {
        foreach (var change in _content.Changes)
        {
            var series = change.Series;
            series.RowDirty |= change.Row;
            series.MainDirty |= change.Main;
            series.LateDirty |= change.Late;
            List(series);
        }

        _content.Clear();
    }

    private void Confirm()
    {
        _confirmedGeneration = _content.Generation;
        _durableOffset = _content.Offset;
        foreach (var block in _content.NewBlocks)
        {
            // Blocks go to disk in the order in which they were closed, so these are the first of each list.
            var pending = block.Series.Pending!;
            pending.Remove(block);
            block.Series.Pending = pending.Count == 0 ? null : pending;
        }

        _pending.RemoveRange(0, _content.NewBlocks.Count);
        _content.Recounts.ForEach(TakeOver);
        _content.Clear();
        if (_tailBytes > _options.TailBytesPerPartition)
        {
            DropIdleTails();
            SealLongTails();
        }
    }

    private void DropIdleTails()
    {
        foreach (var series in _index.All)
        {
            if (series.MainDirty || series.LateDirty || series.UsedInGeneration >= _generation - 1)
            {
                continue;
            }

            _tailBytes -= (series.Main?.Bytes ?? 0) + (series.Late?.Bytes ?? 0);
            (series.Main, series.Late) = (null, null);
            if (_tailBytes <= _options.TailBytesPerPartition)
            {
                return;
            }
        }
    }

    private void SealLongTails()
    {
        foreach (var series in _index.All)
        {
            if (_tailBytes <= _options.TailBytesPerPartition)
            {
                return;
            }

            if (series.Main is { } tail && tail.Count >= EarlySealReadings)
            {
                _tailBytes -= tail.Bytes;
                SealMain(series, tail, tail.Count - (EarlySealReadings / 16), shrink: true);
                series.MainDirty = true;
                _tailBytes += tail.Bytes;
                List(series);
            }
        }
    }
}

/// <summary>Moments between two steps that tests would otherwise hit only by chance.</summary>
internal sealed class PartitionHooks
{
    /// <summary>A checkpoint has written its blocks and nothing else yet.</summary>
    public Action? InTransaction { get; set; }

    /// <summary>A checkpoint is on disk, and memory does not know it yet.</summary>
    public Action? Committed { get; set; }

    /// <summary>A query has begun its snapshot of the file, and has not looked at memory yet.</summary>
    public Action? SnapshotBegun { get; set; }
}
