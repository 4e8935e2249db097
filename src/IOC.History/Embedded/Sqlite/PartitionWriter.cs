using Microsoft.Data.Sqlite;

namespace IOC.History.Embedded.Sqlite;

/// <summary>A series that a checkpoint concerns, as it was when the checkpoint was taken.</summary>
internal readonly record struct SeriesChange(
    Series Series, bool Row, bool Main, bool Late, long SealedFirstMs, long SealedLastMs, long SealedCount, bool HasLate);

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
            REPLACE INTO blocks (series, late, first_at, block, last_at, count, ok, min, max, sum, first, last)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        _payload = new SqliteStatement(db, "REPLACE INTO payloads (block, data) VALUES (?, ?)");
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
            WriteBlocks(content, cancellationToken);
            inTransaction?.Invoke();
            WriteTails(content, cancellationToken);
            WriteSeries(content);
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

    public void Dispose()
    {
        foreach (var statement in new[] { _begin, _commit, _rollback, _meta, _series, _block, _payload, _tail, _noTail })
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
            var (block, id) = (content.NewBlocks[i], content.NewBlocks[i].Segment.Rank);
            ref readonly var s = ref block.Segment.Summary;
            _block.Bind(1, block.Series.Id).Bind(2, block.Segment.Late ? 1 : 0).Bind(3, s.FirstAtMs).Bind(4, id)
                .Bind(5, s.LastAtMs).Bind(6, s.Count).Bind(7, s.OkCount)
                .Bind(8, s.Min).Bind(9, s.Max).Bind(10, s.Sum).Bind(11, s.First).Bind(12, s.Last).Run();
            _payload.Bind(1, id).Bind(2, block.Data).Run();
        }
    }

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
                var series = change.Series;
                _series.Bind(1, series.Id).Bind(2, series.Sensor.Path).Bind(3, series.Property)
                    .Bind(4, change.SealedFirstMs).Bind(5, change.SealedLastMs).Bind(6, change.SealedCount).Bind(7, change.HasLate ? 1 : 0).Run();
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
