using IOC.History.Embedded.Codec;
using Microsoft.Data.Sqlite;

namespace IOC.History.Embedded.Sqlite;

/// <summary>A reading connection of a partition with its statements. One user at a time.</summary>
internal sealed class PartitionReader : IDisposable
{
    private const string Columns = "SELECT block, first_at, last_at, count, ok, min, max, sum, first, last, outline, packed_bytes FROM blocks ";

    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _end;
    private readonly SqliteStatement _meta;
    private readonly SqliteStatement _start;
    private readonly SqliteStatement _main;
    private readonly SqliteStatement _late;
    private readonly SqliteStatement _payload;
    private readonly SqliteStatement _tail;

    public PartitionReader(string path)
    {
        _connection = PartitionDatabase.OpenReader(path);
        var db = PartitionDatabase.HandleOf(_connection);
        _begin = new SqliteStatement(db, "BEGIN");
        _end = new SqliteStatement(db, "COMMIT");
        _meta = new SqliteStatement(db, "SELECT value FROM meta WHERE key = ?");

        // Blocks of the main sequence never overlap: only the last one that begins before the range can reach into it.
        _start = new SqliteStatement(db, "SELECT max(first_at) FROM blocks WHERE series = ? AND late = 0 AND first_at <= ?");
        _main = new SqliteStatement(db, Columns + "WHERE series = ? AND late = 0 AND first_at >= ? AND first_at < ? ORDER BY first_at");
        _late = new SqliteStatement(db, Columns + "WHERE series = ? AND late = 1 AND first_at < ? AND last_at >= ? ORDER BY block");
        _payload = new SqliteStatement(db, "SELECT data FROM payloads WHERE block = ?");
        _tail = new SqliteStatement(db, "SELECT data FROM tails WHERE tail = ?");
    }

    /// <summary>Begins a snapshot and returns its checkpoint's generation.</summary>
    public long Begin()
    {
        _begin.Run();
        return ReadMeta(PartitionDatabase.GenerationKey);
    }

    /// <summary>Ends the snapshot.</summary>
    public void End() => _end.Run();

    public long ReadMeta(int key)
    {
        _meta.Bind(1, key);
        var value = _meta.Step() ? _meta.Long(0) : 0;
        _meta.Reset();
        return value;
    }

    /// <summary>Lists the blocks of a series' main sequence that touch [from, to), in order, until they hold
    /// <paramref name="enough"/> readings of good quality that surely lie behind <paramref name="fromMs"/>.</summary>
    /// <returns>True when all were listed.</returns>
    public bool ListMain(int series, long fromMs, long toMs, long enough, List<Segment> into)
    {
        _start.Bind(1, series).Bind(2, fromMs);
        var start = _start.Step() && _start.Long(0) is var found ? found : fromMs;
        _start.Reset();

        // max() over nothing is NULL, read as 0: any value at or before the range will do then.
        _main.Bind(1, series).Bind(2, Math.Min(start, fromMs)).Bind(3, toMs);
        long held = 0;
        var complete = true;
        while (_main.Step())
        {
            var segment = SegmentAt(_main, late: false);
            if (segment.LastAtMs < fromMs)
            {
                continue;
            }

            into.Add(segment);
            held += segment.FirstAtMs >= fromMs ? segment.OkCount : 0;
            if (held >= enough)
            {
                complete = false;
                break;
            }
        }

        _main.Reset();
        return complete;
    }

    /// <summary>The first of a number of series, from an id on, that have blocks for which no outline was made yet.</summary>
    public List<int> SeriesWithoutOutlines(int fromId, int atMost)
    {
        using var rows = new SqliteStatement(
            PartitionDatabase.HandleOf(_connection), "SELECT DISTINCT series FROM blocks WHERE series >= ? AND outline IS NULL ORDER BY series LIMIT ?");
        rows.Bind(1, fromId).Bind(2, atMost);
        var found = new List<int>();
        while (rows.Step())
        {
            found.Add(rows.Int(0));
        }

        return found;
    }

    /// <summary>Lists the blocks of late readings of a series that touch [from, to), oldest block first.</summary>
    public void ListLate(int series, long fromMs, long toMs, List<Segment> into)
    {
        _late.Bind(1, series).Bind(2, toMs).Bind(3, fromMs);
        while (_late.Step())
        {
            into.Add(SegmentAt(_late, late: true));
        }

        _late.Reset();
    }

    /// <summary>Decodes a block.</summary>
    /// <exception cref="HistoryStoreException">It is missing or damaged.</exception>
    /// <param name="block">Its number.</param>
    /// <param name="untilMs">What begins at this instant need not be decoded.</param>
    /// <param name="decoder">Decodes it.</param>
    /// <param name="into">Takes the readings.</param>
    public void ReadBlock(long block, long untilMs, BlockDecoder decoder, SampleBuffer into)
    {
        _payload.Bind(1, block);
        if (!Read(_payload, untilMs, decoder, into, "Block", block))
        {
            throw new HistoryStoreException($"Block {block} is listed but not there.");
        }
    }

    /// <summary>Decodes a stored tail; false when there is none.</summary>
    /// <exception cref="HistoryStoreException">It is damaged.</exception>
    public bool ReadTail(long tail, BlockDecoder decoder, SampleBuffer into)
    {
        _tail.Bind(1, tail);
        return Read(_tail, long.MaxValue, decoder, into, "Tail", tail);
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _begin, _end, _meta, _start, _main, _late, _payload, _tail })
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private static bool Read(SqliteStatement statement, long untilMs, BlockDecoder decoder, SampleBuffer into, string what, long number)
    {
        try
        {
            if (!statement.Step())
            {
                return false;
            }

            decoder.Decode(statement.Blob(0), into, untilMs);
            return true;
        }
        catch (CorruptBlockException e)
        {
            throw new HistoryStoreException($"{what} {number} cannot be read: {e.Message}", e);
        }
        finally
        {
            statement.Reset();
        }
    }

    private Segment SegmentAt(SqliteStatement row, bool late) => new(
        new BlockSummary(
            row.Long(1), row.Long(2), row.Int(3), row.Int(4), row.Double(5), row.Double(6), row.Double(7), row.Double(8), row.Double(9)),
        late, row.Long(0), new StoredBlock(this), row.IsNull(10) ? null : row.Blob(10).ToArray(), row.Int(11));
}
