using IOC.Detection;
using IOC.Grains;
using Microsoft.Data.Sqlite;

namespace IOC.Host.State;

/// <summary>
/// Checkpoints of grains and detectors in one SQLite file: the changed states and the log offset that they belong to,
/// in one transaction per partition. Synchronous FULL, because the log is cut behind a checkpoint. Safe for use from any
/// thread; partitions take turns to write, and reads do not wait for a checkpoint that is being written.
/// </summary>
public sealed class SqliteGrainStore : IGrainStore, ISeriesStateStore, IDisposable
{
    /// <summary>Kind under which detectors' states are kept beside the grains'. Stored: never rename.</summary>
    public const string DetectorKind = "detector";

    private readonly Lock _writing = new();
    private readonly Lock _reading = new();
    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _reader;

    /// <summary>Opens or makes the file.</summary>
    public SqliteGrainStore(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _writer = Open(path);
        using var schema = _writer.CreateCommand();
        schema.CommandText =
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS states (
                partition INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, state BLOB NOT NULL,
                PRIMARY KEY (partition, kind, key)) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS offsets (partition INTEGER PRIMARY KEY, offset INTEGER NOT NULL);
            """;
        schema.ExecuteNonQuery();
        _reader = Open(path);
    }

    /// <inheritdoc/>
    public byte[]? Load(int partition, string kind, string key)
    {
        lock (_reading)
        {
            using var command = Command(_reader, "SELECT state FROM states WHERE partition = $p AND kind = $k AND key = $key", partition);
            command.Parameters.AddWithValue("$k", kind);
            command.Parameters.AddWithValue("$key", key);
            return command.ExecuteScalar() as byte[];
        }
    }

    /// <inheritdoc/>
    public IEnumerable<GrainSnapshot> LoadAll(int partition, string kind)
    {
        lock (_reading)
        {
            using var command = Command(_reader, "SELECT key, state FROM states WHERE partition = $p AND kind = $k", partition);
            command.Parameters.AddWithValue("$k", kind);
            using var reader = command.ExecuteReader();
            var all = new List<GrainSnapshot>();
            while (reader.Read())
            {
                all.Add(new GrainSnapshot(kind, reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
            }

            return all;
        }
    }

    /// <inheritdoc/>
    byte[]? ISeriesStateStore.Load(int partition, string key) => Load(partition, DetectorKind, key);

    /// <inheritdoc/>
    IEnumerable<(string Key, byte[] State)> ISeriesStateStore.LoadAll(int partition) =>
        LoadAll(partition, DetectorKind).Select(s => (s.Key, s.State));

    /// <inheritdoc/>
    public long LoadOffset(int partition)
    {
        lock (_reading)
        {
            using var command = Command(_reader, "SELECT offset FROM offsets WHERE partition = $p", partition);
            return command.ExecuteScalar() as long? ?? 0;
        }
    }

    /// <inheritdoc/>
    public void Save(int partition, long offset, IReadOnlyList<GrainSnapshot> dirty)
    {
        ArgumentNullException.ThrowIfNull(dirty);
        lock (_writing)
        {
            using var transaction = _writer.BeginTransaction();
            SaveStates(transaction, partition, dirty);
            using var command = Command(_writer, "INSERT INTO offsets VALUES ($p, $o) ON CONFLICT (partition) DO UPDATE SET offset = $o", partition);
            command.Transaction = transaction;
            command.Parameters.AddWithValue("$o", offset);
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }

    /// <summary>By partition, the offset in a copy of the file that no host has open.</summary>
    /// <exception cref="SqliteException">It is no such file, or it cannot be read.</exception>
    public static IReadOnlyDictionary<int, long> OffsetsOf(string path)
    {
        using var connection = Open(new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1", SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT partition, offset FROM offsets";
        using var row = command.ExecuteReader();
        var offsets = new Dictionary<int, long>();
        while (row.Read())
        {
            offsets[row.GetInt32(0)] = row.GetInt64(1);
        }

        return offsets;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private void SaveStates(SqliteTransaction transaction, int partition, IReadOnlyList<GrainSnapshot> dirty)
    {
        using var command = Command(_writer, "INSERT INTO states VALUES ($p, $k, $key, $s) ON CONFLICT DO UPDATE SET state = $s", partition);
        command.Transaction = transaction;
        var kind = command.Parameters.Add("$k", SqliteType.Text);
        var key = command.Parameters.Add("$key", SqliteType.Text);
        var state = command.Parameters.Add("$s", SqliteType.Blob);
        foreach (var snapshot in dirty)
        {
            kind.Value = snapshot.Kind;
            key.Value = snapshot.Key;
            state.Value = snapshot.State;
            command.ExecuteNonQuery();
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, int partition)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$p", partition);
        return command;
    }
}
