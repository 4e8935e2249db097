using Microsoft.Data.Sqlite;

namespace IOC.Ingest.Log;

/// <summary>The writer's side: taking groups, committing them, housekeeping.</summary>
public sealed partial class SqliteReadingLog
{
    /// <summary>Most batches of a partition deleted at once: freeing their pages must not hold up a commit for long.</summary>
    private const int DeleteAtOnce = 256;

    /// <summary>Messages in a group from which on there is load.</summary>
    private const int BusyGroup = 64;

    private int _lastGroupMessages;

    /// <summary>The files are closed; guarded by the writing lock.</summary>
    private bool _over;

    private void Write()
    {
        while (true)
        {
            _wake.WaitOne();
            Gather();
            var stopping = _stopping;
            if (Take(stopping) is { } taken)
            {
                Commit(taken.Group, taken.Batches);
            }

            if (Interlocked.Exchange(ref _housekeepingDue, 0) == 1 || stopping)
            {
                Housekeep();
            }

            if (stopping)
            {
                break;
            }
        }

        Close();
    }

    /// <summary>Under load, lets a group grow; never when senders are about to be held back.</summary>
    private void Gather()
    {
        if (_lastGroupMessages >= BusyGroup && !_stopping && _options.GatherTime > TimeSpan.Zero
            && _open.Max(p => p.PendingBytes) < _options.MaxOpenBatchBytes / 4)
        {
            Thread.Sleep(_options.GatherTime);
        }
    }

    /// <summary>Swaps the open batches of all partitions and the group in one moment; null when there is nothing.</summary>
    private (CommitGroup Group, List<SealedBatch> Batches)? Take(bool last)
    {
        var taken = new List<(int Partition, byte[] Buffer, int Length, int Messages, int Values, (long First, long Last) Received)>(_open.Length);
        CommitGroup group;
        foreach (var open in _open)
        {
            open.Gate.Enter();
        }

        _deadLetterGate.Enter();
        group = _group;
        for (var i = 0; i < _open.Length; i++)
        {
            var encoder = _open[i].Encoder;
            if (encoder.Messages > 0)
            {
                var (length, messages, values, received) = (encoder.Length, encoder.Messages, encoder.Values, encoder.Received);
                taken.Add((i, encoder.Swap(_open[i].Spare), length, messages, values, received));
            }
        }

        var empty = taken.Count == 0 && group.DeadLetters.Count == 0;
        if (!empty)
        {
            _group = new CommitGroup();
        }

        _closed |= last;
        _deadLetterGate.Exit();
        foreach (var open in _open)
        {
            open.Gate.Exit();
        }

        if (empty)
        {
            return null;
        }

        group.Take();
        _lastGroupMessages = taken.Sum(t => t.Messages);
        var batches = new List<SealedBatch>(taken.Count);
        foreach (var (partition, buffer, length, messages, values, received) in taken)
        {
            _open[partition].Spare = buffer;
            batches.Add(new SealedBatch(partition, BatchEncoder.Seal(buffer, length, messages), messages, values, received.First, received.Last));
        }

        return (group, batches);
    }

    private void Commit(CommitGroup group, List<SealedBatch> batches)
    {
        var began = _time.GetTimestamp();
        try
        {
            lock (_store.Writing)
            {
                EnsureOpen();
                _store.Commit(batches, [.. batches.Select(b => _tails[b.Partition].Head + 1)], group.DeadLetters);
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or ReadingLogException)
        {
            Fail(group, e);
            return;
        }

        foreach (var batch in batches)
        {
            _tails[batch.Partition].Publish(batch.Bytes);
        }

        _meter.Committed(batches, _time.GetElapsedTime(began));
        if (_health.IsFailing)
        {
            _health = _health with { IsFailing = false, Since = null, IsFull = false };
        }

        group.Succeed();
    }

    private void Fail(CommitGroup group, Exception error)
    {
        NoteFailure(error);
        _meter.Failed();
        group.Fail(new LogCommitException($"The reading log could not be written: {error.Message}", error, _health.IsFull));

        // A disk that fails fails again at once. Meanwhile appends gather up to their limit, then senders are held back.
        if (!_stopping && _options.PauseAfterFailure > TimeSpan.Zero)
        {
            Thread.Sleep(_options.PauseAfterFailure);
        }
    }

    private void NoteFailure(Exception error)
    {
        var before = _health;
        _health = new LogHealth(true, before.Since ?? _time.GetUtcNow(), error.Message, IsForWantOfRoom(error));
    }

    /// <summary>SQLite says "full" for most of it, and "I/O error" where the disk has no room for its write-ahead log's index.</summary>
    private bool IsForWantOfRoom(Exception error)
    {
        const int Full = 13;
        const long Little = 4 << 20;
        try
        {
            return error is SqliteException { SqliteErrorCode: Full } || new DriveInfo(Path.GetFullPath(_options.Directory)).AvailableFreeSpace < Little;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Opens the file again after a failure. A commit that was reported as failed may have reached the disk
    /// nevertheless; its offsets are then taken. Call with the writing lock held.</summary>
    private void EnsureOpen()
    {
        if (_store.IsOpen)
        {
            return;
        }

        ObjectDisposedException.ThrowIf(_over, this);
        _store.Open();
        for (var p = 0; p < _tails.Length; p++)
        {
            var (first, head) = _store.Range(p);
            Volatile.Write(ref _first[p], first);
            if (head > _tails[p].Head)
            {
                _tails[p].Adopt(head);
            }
        }
    }

    /// <summary>Stores the checkpoints, deletes what every reader has, thins the dead letters: one transaction.</summary>
    private void Housekeep()
    {
        try
        {
            lock (_store.Writing)
            {
                EnsureOpen();
                var (dirty, checkpoints) = _readers.Snapshot();
                _store.Transact(statements =>
                {
                    if (dirty)
                    {
                        foreach (var (reader, partition, offset) in checkpoints)
                        {
                            statements.SaveCheckpoint(reader, partition, offset);
                        }
                    }

                    Truncate(statements, checkpoints);
                    statements.DeadLetters.Thin(_options.MaxDeadLetters, (_time.GetUtcNow() - _options.MaxDeadLetterAge).ToUnixTimeMilliseconds());
                });
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or ReadingLogException)
        {
            _readers.MarkDirty();
            NoteFailure(e);
        }
    }

    private void Truncate(SqliteLogStore.Statements statements, List<(string Reader, int Partition, long Offset)> checkpoints)
    {
        for (var p = 0; p < _first.Length && checkpoints.Count > 0; p++)
        {
            // The newest batch stays: from it the next start learns which offsets have been given.
            var first = _first[p];
            var done = Math.Min(checkpoints.Where(c => c.Partition == p).Min(c => c.Offset), Head(p) - 1);
            var last = Math.Min(done, first + DeleteAtOnce - 1);
            if (last < first)
            {
                continue;
            }

            // Before the deletion, so that no reader takes what is being deleted for missing.
            Volatile.Write(ref _first[p], last + 1);
            statements.DeleteBatches(p, first, last);
            if (done > last)
            {
                RequestHousekeeping();
            }
        }
    }

    private void Close()
    {
        try
        {
            lock (_store.Writing)
            {
                if (_store.IsOpen)
                {
                    _store.FlushWriteAheadLog();
                }
            }
        }
        catch (SqliteException e)
        {
            // Nothing is lost: the next start reads the write-ahead log.
            NoteFailure(e);
        }

        foreach (var tail in _tails)
        {
            tail.Close();
        }

        lock (_store.Writing)
        {
            _over = true;
            _store.Dispose();
        }

        _lockFile.Dispose();

        // _wake is left to its finaliser: a sender whose append was just in time may still be about to set it.
        _ended.SetResult();
    }
}
