using Microsoft.Data.Sqlite;

namespace IOC.History.Embedded.Sqlite;

/// <summary>A series that a checkpoint concerns, as it was when the checkpoint was taken.</summary>
internal readonly record struct SeriesChange(
    Series Series, bool Row, bool Main, bool Late, long SealedFirstMs, long SealedLastMs, long SealedCount, bool HasLate);

/// <summary>A block that is to go from the file, or to take another's place.</summary>
internal readonly record struct BlockEdit(int Series, Segment Segment, byte[]? Data);

/// <summary>A series whose blocks were edited: what the file holds of it after that.</summary>
internal sealed class SeriesRecount(Series series, bool hasLateTail, long lateTailLastMs)
{
    public Series Series => series;

    /// <summary>Whether late readings are in its late tail, as of this transaction.</summary>
    public bool HasLateTail => hasLateTail;

    /// <summary>Time of the last of them.</summary>
    public long LateTailLastMs => lateTailLastMs;

    public long FirstMs { get; set; } = long.MaxValue;

    public long LastMs { get; set; } = long.MinValue;

    public long Count { get; set; }

    public bool HasLate { get; set; }
}

/// <summary>What one checkpoint writes. Reused from one to the next.</summary>
internal sealed class CheckpointContent
{
    private readonly List<(long Key, int At, int Length)> _tails = [];
    private byte[] _bytes = new byte[64 * 1024];
    private int _length;

    public long Generation { get; set; }

    public long Offset { get; set; }

    public long Readings { get; set; }

    public long Blocks { get; set; }

    public long LastBlock { get; set; }

    public List<PendingBlock> NewBlocks { get; } = [];

    public List<SeriesChange> Changes { get; } = [];

    /// <summary>Blocks to take out, before any is put in.</summary>
    public List<BlockEdit> Removals { get; } = [];

    /// <summary>Blocks to put in besides the new ones.</summary>
    public List<BlockEdit> Additions { get; } = [];

    /// <summary>Series whose rows are to be worked out from the blocks that are left.</summary>
    public List<SeriesRecount> Recounts { get; } = [];

    public int TailCount => _tails.Count;

    /// <summary>Adds a tail; empty = it is to go.</summary>
    public void AddTail(long key, ReadOnlySpan<byte> data)
    {
        if (_length + data.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + data.Length));
        }

        data.CopyTo(_bytes.AsSpan(_length));
        _tails.Add((key, _length, data.Length));
        _length += data.Length;
    }

    public ReadOnlySpan<byte> Tail(int index, out long key)
    {
        (key, var at, var length) = _tails[index];
        return _bytes.AsSpan(at, length);
    }

    public void Clear()
    {
        NewBlocks.Clear();
        Changes.Clear();
        Removals.Clear();
        Additions.Clear();
        Recounts.Clear();
        _tails.Clear();
        _length = 0;
    }
}

/// <summary>The writing connection of a partition. One user at a time.</summary>
internal sealed class PartitionWriter : IDisposable
{
    private const int RowsBetweenLooks = 1024;

    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _meta;
    private readonly SqliteStatement _series;
    private readonly SqliteStatement _block;
    private readonly SqliteStatement _payload;
    private readonly SqliteStatement _noBlock;
    private readonly SqliteStatement _noPayload;
    private readonly SqliteStatement _countMain;
    private readonly SqliteStatement _countLate;
    private readonly SqliteStatement _tail;
    private readonly SqliteStatement _noTail;

    /// <summary>Opens the file, making it when missing.</summary>
    public PartitionWriter(string path)
    {
        _connection = PartitionDatabase.OpenWriter(path);
        var db = PartitionDatabase.HandleOf(_connection);
        _begin = new SqliteStatement(db, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(db, "COMMIT");
        _rollback = new SqliteStatement(db, "ROLLBACK");
        _meta = new SqliteStatement(db, "REPLACE INTO meta (key, value) VALUES (?, ?)");
        _series = new SqliteStatement(db, "REPLACE INTO series (id, path, property, sealed_first, sealed_last, sealed_count, has_late) VALUES (?, ?, ?, ?, ?, ?, ?)");
        _block = new SqliteStatement(db, """
            REPLACE INTO blocks (series, late, first_at, block, last_at, count, ok, min, max, sum, first, last, outline, packed_bytes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        _payload = new SqliteStatement(db, "REPLACE INTO payloads (block, data) VALUES (?, ?)");
        _noBlock = new SqliteStatement(db, "DELETE FROM blocks WHERE series = ? AND late = ? AND first_at = ? AND block = ?");
        _noPayload = new SqliteStatement(db, "DELETE FROM payloads WHERE block = ?");
        _countMain = new SqliteStatement(db, "SELECT min(first_at), max(last_at), sum(count) FROM blocks WHERE series = ? AND late = 0");
        _countLate = new SqliteStatement(db, "SELECT max(last_at) FROM blocks WHERE series = ? AND late = 1");
        _tail = new SqliteStatement(db, "REPLACE INTO tails (tail, data) VALUES (?, ?)");
        _noTail = new SqliteStatement(db, "DELETE FROM tails WHERE tail = ?");
    }

    /// <summary>Fills an index with the series on disk.</summary>
    public void LoadSeries(SeriesIndex index)
    {
        using var rows = new SqliteStatement(
            PartitionDatabase.HandleOf(_connection), "SELECT id, path, property, sealed_first, sealed_last, sealed_count, has_late FROM series ORDER BY id");
        while (rows.Step())
        {
            var series = index.Add(rows.Int(0), rows.Text(1), rows.Text(2));
            series.SealedFirstMs = rows.Long(3);
            series.SealedLastMs = rows.Long(4);
            series.SealedCount = rows.Long(5);
            series.HasLate = rows.Int(6) != 0;
        }
    }

    /// <summary>Writes a checkpoint in one transaction.</summary>
    public void Write(CheckpointContent content, Action? inTransaction, CancellationToken cancellationToken)
    {
        _begin.Run();
        try
        {
            RemoveBlocks(content, cancellationToken);
            WriteBlocks(content, cancellationToken);
            inTransaction?.Invoke();
            WriteTails(content, cancellationToken);
            WriteSeries(content);
            content.Recounts.ForEach(Recount);
            WriteMeta(PartitionDatabase.OffsetKey, content.Offset);
            WriteMeta(PartitionDatabase.GenerationKey, content.Generation);
            WriteMeta(PartitionDatabase.ReadingsKey, content.Readings);
            WriteMeta(PartitionDatabase.BlocksKey, content.Blocks);
            WriteMeta(PartitionDatabase.LastBlockKey, content.LastBlock);
            _commit.Run();
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    /// <summary>Gives some of the file's unused pages back to the disk. Does nothing for files made before that was provided for.</summary>
    /// <returns>True while there are more.</returns>
    public bool GiveBack(int pages)
    {
        var db = PartitionDatabase.HandleOf(_connection);
        using var free = new SqliteStatement(db, "PRAGMA freelist_count");
        var before = free.Step() ? free.Long(0) : 0;
        free.Reset();
        if (before == 0)
        {
            return false;
        }

        PartitionDatabase.Execute(_connection, $"PRAGMA incremental_vacuum({pages})");
        return free.Step() && free.Long(0) is > 0 and var after && after < before;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _begin, _commit, _rollback, _meta, _series, _block, _payload, _noBlock, _noPayload, _countMain, _countLate, _tail, _noTail })
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private void WriteBlocks(CheckpointContent content, CancellationToken cancellationToken)
    {
        for (var i = 0; i < content.NewBlocks.Count; i++)
        {
            LookForCancellation(i, cancellationToken);
            var block = content.NewBlocks[i];
            WriteBlock(block.Series.Id, block.Segment, block.Data);
        }

        for (var i = 0; i < content.Additions.Count; i++)
        {
            LookForCancellation(i, cancellationToken);
            WriteBlock(content.Additions[i].Series, content.Additions[i].Segment, content.Additions[i].Data);
        }
    }

    /// <summary>Writes a block's summary and outline, and its readings when they are given.</summary>
    private void WriteBlock(int series, Segment segment, byte[]? data)
    {
        ref readonly var s = ref segment.Summary;
        _block.Bind(1, series).Bind(2, segment.Late ? 1 : 0).Bind(3, s.FirstAtMs).Bind(4, segment.Rank)
            .Bind(5, s.LastAtMs).Bind(6, s.Count).Bind(7, s.OkCount)
            .Bind(8, s.Min).Bind(9, s.Max).Bind(10, s.Sum).Bind(11, s.First).Bind(12, s.Last).BindBlob(13, segment.Outline).Bind(14, segment.PackedBytes).Run();
        if (data is not null)
        {
            _payload.Bind(1, segment.Rank).Bind(2, data.AsSpan()).Run();
        }
    }

    private void RemoveBlocks(CheckpointContent content, CancellationToken cancellationToken)
    {
        for (var i = 0; i < content.Removals.Count; i++)
        {
            LookForCancellation(i, cancellationToken);
            var (series, segment, _) = content.Removals[i];
            _noBlock.Bind(1, series).Bind(2, segment.Late ? 1 : 0).Bind(3, segment.FirstAtMs).Bind(4, segment.Rank).Run();
            _noPayload.Bind(1, segment.Rank).Run();
        }
    }

    private void Recount(SeriesRecount recount)
    {
        var id = recount.Series.Id;
        _countMain.Bind(1, id);
        if (_countMain.Step() && !_countMain.IsNull(2))
        {
            (recount.FirstMs, recount.LastMs, recount.Count) = (_countMain.Long(0), _countMain.Long(1), _countMain.Long(2));
        }

        _countMain.Reset();
        _countLate.Bind(1, id);
        if (_countLate.Step() && !_countLate.IsNull(0))
        {
            // Nothing at or before a late reading may enter the main sequence: it would lose to it.
            recount.LastMs = Math.Max(recount.LastMs, _countLate.Long(0));
            recount.HasLate = true;
        }

        _countLate.Reset();
        if (recount.HasLateTail)
        {
            recount.LastMs = Math.Max(recount.LastMs, recount.LateTailLastMs);
            recount.HasLate = true;
        }

        WriteRow(recount.Series, recount.FirstMs, recount.LastMs, recount.Count, recount.HasLate);
    }

    private void WriteRow(Series series, long firstMs, long lastMs, long count, bool hasLate) =>
        _series.Bind(1, series.Id).Bind(2, series.Sensor.Path).Bind(3, series.Property)
            .Bind(4, firstMs).Bind(5, lastMs).Bind(6, count).Bind(7, hasLate ? 1 : 0).Run();

    private void WriteTails(CheckpointContent content, CancellationToken cancellationToken)
    {
        for (var i = 0; i < content.TailCount; i++)
        {
            LookForCancellation(i, cancellationToken);
            var data = content.Tail(i, out var key);
            if (data.IsEmpty)
            {
                _noTail.Bind(1, key).Run();
            }
            else
            {
                _tail.Bind(1, key).Bind(2, data).Run();
            }
        }
    }

    private void WriteSeries(CheckpointContent content)
    {
        foreach (var change in content.Changes)
        {
            if (change.Row)
            {
                WriteRow(change.Series, change.SealedFirstMs, change.SealedLastMs, change.SealedCount, change.HasLate);
            }
        }
    }

    private void WriteMeta(int key, long value) => _meta.Bind(1, key).Bind(2, value).Run();

    private void Rollback()
    {
        try
        {
            _rollback.Run();
        }
        catch (HistoryStoreException)
        {
            // Some errors roll back on their own; the first error is the one to tell.
        }
    }

    private static void LookForCancellation(int row, CancellationToken cancellationToken)
    {
        if (row % RowsBetweenLooks == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
