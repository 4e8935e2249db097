using System.Globalization;
using Microsoft.Data.Sqlite;

namespace IOC.Ingest.Log;

/// <summary>
/// The log's SQLite file: all SQL of the log but that of the dead letters. One connection writes, under
/// <see cref="Writing"/>; another reads batches. A batch's row id is partition * 2^48 + offset, so that a partition is a
/// range of the table's own tree and needs no index.
/// </summary>
internal sealed class SqliteLogStore : IDisposable
{
    private const int SchemaVersion = 1;
    private const int OffsetBits = 48;

    private readonly string _path;
    private readonly long _maxFileBytes;
    private readonly Lock _reading = new();
    private SqliteConnection? _writer;
    private SqliteConnection? _reader;
    private SqliteCommand? _select;
    private Statements? _statements;
    private bool _disposed;

    /// <summary>Opens the file, making it when absent.</summary>
    /// <exception cref="ReadingLogException">It has another number of partitions, another version, or is no log.</exception>
    public SqliteLogStore(string path, int partitions, long maxFileBytes)
    {
        _path = path;
        _maxFileBytes = maxFileBytes;
        Partitions = partitions;
        try
        {
            Open();
            CheckPartitions();
        }
        catch (SqliteException e)
        {
            Dispose();
            throw new ReadingLogException($"The reading log {path} cannot be opened: {e.Message}", e);
        }
        catch (ReadingLogException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Held by whoever uses the writing connection.</summary>
    public Lock Writing { get; } = new();

    /// <summary>Number of partitions.</summary>
    public int Partitions { get; }

    /// <summary>Whether the writing connection is there; it is dropped after a failure.</summary>
    public bool IsOpen => _writer is not null;

    /// <summary>Opens the writing connection (again).</summary>
    public void Open()
    {
        _writer = Connect(SqliteOpenMode.ReadWriteCreate);
        try
        {
            // The log is read once and soon deleted: freed pages are used again, so the file is never shrunk.
            Execute("PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=2000; PRAGMA cache_size=-16384");
            if (_maxFileBytes > 0)
            {
                Execute($"PRAGMA max_page_count={(_maxFileBytes / 8192).ToString(CultureInfo.InvariantCulture)}");
            }

            CheckVersion();
            Execute(Schema);
            _statements = new Statements(_writer);
        }
        catch
        {
            Drop();
            throw;
        }
    }

    /// <summary>Closes the writing connection after a failure; whatever it had begun is undone.</summary>
    public void Drop()
    {
        _statements?.Dispose();
        _statements = null;
        _writer?.Dispose();
        _writer = null;
    }

    /// <summary>Oldest and newest offset of a partition; (1, 0) when it is empty.</summary>
    public (long First, long Last) Range(int partition)
    {
        using var command = _writer!.CreateCommand();
        command.CommandText = "SELECT MIN(id), MAX(id) FROM batch WHERE id BETWEEN $from AND $to";
        command.Parameters.AddWithValue("$from", Id(partition, 0));
        command.Parameters.AddWithValue("$to", Id(partition + 1, 0) - 1);
        using var row = command.ExecuteReader();
        row.Read();
        return row.IsDBNull(0) ? (1, 0) : (Offset(row.GetInt64(0)), Offset(row.GetInt64(1)));
    }

    /// <summary>Stores a commit group in one transaction; on return it is on disk.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="offsets">Offset of each.</param>
    /// <param name="deadLetters">The dead letters.</param>
    public void Commit(IReadOnlyList<SealedBatch> batches, IReadOnlyList<long> offsets, IReadOnlyList<DeadLetter> deadLetters)
    {
        Transact(statements =>
        {
            for (var i = 0; i < batches.Count; i++)
            {
                statements.Insert(Id(batches[i].Partition, offsets[i]), batches[i]);
            }

            if (deadLetters.Count > 0)
            {
                statements.DeadLetters.Insert(deadLetters);
            }
        });
    }

    /// <summary>Runs several changes in one transaction. After a failure the connection's state is unknown: it is dropped,
    /// and the next attempt begins with a new one, which also tells what is on disk.</summary>
    public void Transact(Action<Statements> change)
    {
        try
        {
            var statements = _statements!;
            statements.Begin.ExecuteNonQuery();
            change(statements);
            statements.Commit.ExecuteNonQuery();
        }
        catch
        {
            Drop();
            throw;
        }
    }

    /// <summary>All stored checkpoints.</summary>
    public IReadOnlyList<(string Reader, int Partition, long Offset)> Checkpoints()
    {
        using var command = _writer!.CreateCommand();
        command.CommandText = "SELECT reader, partition, offset FROM checkpoint";
        using var row = command.ExecuteReader();
        var all = new List<(string, int, long)>();
        while (row.Read())
        {
            all.Add((row.GetString(0), row.GetInt32(1), row.GetInt64(2)));
        }

        return all;
    }

    /// <summary>The first stored batch behind an offset; null when there is none, or the store is
    /// closed.</summary>
    public (long Offset, byte[] Bytes)? ReadAfter(int partition, long offset)
    {
        lock (_reading)
        {
            if (_disposed)
            {
                return null;
            }

            if (_select is null)
            {
                _reader = Connect(SqliteOpenMode.ReadOnly);
                _select = _reader.CreateCommand();
                _select.CommandText = "SELECT id, data FROM batch WHERE id > $after AND id < $end ORDER BY id LIMIT 1";
                _select.Parameters.Add("$after", SqliteType.Integer);
                _select.Parameters.Add("$end", SqliteType.Integer);
            }

            _select.Parameters[0].Value = Id(partition, offset);
            _select.Parameters[1].Value = Id(partition + 1, 0);
            using var row = _select.ExecuteReader();
            return row.Read() ? (Offset(row.GetInt64(0)), row.GetFieldValue<byte[]>(1)) : null;
        }
    }

    /// <summary>Opens a connection of its own for a question that may take its time.</summary>
    public SqliteConnection Connect(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Moves the write-ahead log into the file and empties it.</summary>
    public void FlushWriteAheadLog() => Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        lock (_reading)
        {
            _disposed = true;
            _select?.Dispose();
            _select = null;
            _reader?.Dispose();
            _reader = null;
        }

        Drop();
    }

    private static long Id(int partition, long offset) => ((long)partition << OffsetBits) + offset;

    private static long Offset(long id) => id & ((1L << OffsetBits) - 1);

    private void CheckVersion()
    {
        var version = Scalar("PRAGMA user_version");
        var fresh = version == 0 && Scalar("SELECT COUNT(*) FROM sqlite_master") == 0;
        if (!fresh && version != SchemaVersion)
        {
            throw new ReadingLogException($"{_path} is no reading log of version {SchemaVersion} (it says {version}).");
        }
    }

    private void CheckPartitions()
    {
        Execute($"INSERT INTO meta(name, value) VALUES ('partitions', {Partitions.ToString(CultureInfo.InvariantCulture)}) ON CONFLICT DO NOTHING");
        var stored = Scalar("SELECT value FROM meta WHERE name = 'partitions'");
        if (stored != Partitions)
        {
            throw new ReadingLogException(
                $"ReadingLog:Partitions is {Partitions}, but {_path} was made with {stored}. A log's number of partitions cannot be changed: set it back, or use another folder.");
        }
    }

    private void Execute(string sql)
    {
        using var command = _writer!.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Scalar(string sql)
    {
        using var command = _writer!.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS batch(
            id INTEGER PRIMARY KEY,
            partition INTEGER GENERATED ALWAYS AS (id >> 48) VIRTUAL,
            offset INTEGER GENERATED ALWAYS AS (id & 281474976710655) VIRTUAL,
            first_received INTEGER NOT NULL,
            last_received INTEGER NOT NULL,
            messages INTEGER NOT NULL,
            data BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS checkpoint(
            reader TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, PRIMARY KEY (reader, partition)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS dead_letter(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            topic TEXT NOT NULL,
            sensor TEXT,
            reason TEXT NOT NULL,
            detail TEXT NOT NULL,
            client TEXT NOT NULL,
            payload BLOB NOT NULL,
            payload_bytes INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS dead_letter_reason ON dead_letter(reason);
        CREATE INDEX IF NOT EXISTS dead_letter_sensor ON dead_letter(sensor) WHERE sensor IS NOT NULL;
        CREATE TABLE IF NOT EXISTS dead_letter_count(reason TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
        PRAGMA user_version = 1;
        """;

    /// <summary>The prepared statements of the writing connection.</summary>
    internal sealed class Statements : IDisposable
    {
        private readonly SqliteCommand _insert;
        private readonly SqliteCommand _delete;
        private readonly SqliteCommand _checkpoint;
        private readonly SqliteCommand _forget;

        public Statements(SqliteConnection connection)
        {
            Begin = Prepare(connection, "BEGIN IMMEDIATE");
            Commit = Prepare(connection, "COMMIT");
            _insert = Prepare(connection, "INSERT INTO batch(id, first_received, last_received, messages, data) VALUES ($id, $first, $last, $messages, $data)", "$id", "$first", "$last", "$messages", "$data");
            _delete = Prepare(connection, "DELETE FROM batch WHERE id BETWEEN $from AND $to", "$from", "$to");
            _checkpoint = Prepare(connection, "INSERT INTO checkpoint(reader, partition, offset) VALUES ($reader, $partition, $offset) ON CONFLICT DO UPDATE SET offset = excluded.offset", "$reader", "$partition", "$offset");
            _forget = Prepare(connection, "DELETE FROM checkpoint WHERE reader = $reader", "$reader");
            DeadLetters = new DeadLetterWriter(connection);
        }

        public SqliteCommand Begin { get; }

        public SqliteCommand Commit { get; }

        public DeadLetterWriter DeadLetters { get; }

        public static SqliteCommand Prepare(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var name in parameters)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }

            return command;
        }

        public void Insert(long id, SealedBatch batch) =>
            Run(_insert, id, batch.FirstReceivedMs, batch.LastReceivedMs, batch.Messages, batch.Bytes);

        public void DeleteBatches(int partition, long from, long to) => Run(_delete, Id(partition, from), Id(partition, to));

        public void SaveCheckpoint(string reader, int partition, long offset) => Run(_checkpoint, reader, partition, offset);

        public void ForgetReader(string reader) => Run(_forget, reader);

        public static int Run(SqliteCommand command, params ReadOnlySpan<object> values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i];
            }

            return command.ExecuteNonQuery();
        }

        public void Dispose()
        {
            Begin.Dispose();
            Commit.Dispose();
            _insert.Dispose();
            _delete.Dispose();
            _checkpoint.Dispose();
            _forget.Dispose();
            DeadLetters.Dispose();
        }
    }
}
