using IOC.Mqtt;
using Microsoft.Data.Sqlite;

namespace IOC.Host.State;

/// <summary>
/// What the MQTT endpoint must not forget, in one SQLite file: a transaction per commit, write-ahead log, synchronous FULL. Rows are
/// small and short-lived; a session's rows are found by its number.
/// </summary>
public sealed class SqliteMqttStore : IMqttStore
{
    /// <summary>Version of the tables. A file of a higher one is refused.</summary>
    public const int FormatVersion = 1;

    /// <summary>"IOCM": tells the file from any other SQLite file.</summary>
    private const int ApplicationId = 0x494F434D;

    private const int NoRoom = 13;
    private const int IoError = 10;

    private readonly string _path;
    private readonly SqliteConnection _connection;
    private MqttStoreWriter? _writer;

    /// <summary>Opens or makes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxPages">Most pages of 4 KiB; 0 is the disk's.</param>
    /// <exception cref="MqttStoreException">It is no store of this program, a newer one has written it, or it is damaged.</exception>
    public SqliteMqttStore(string path, long maxPages = 0)
    {
        _path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            Prepare(maxPages);
        }
        catch (Exception e) when (e is SqliteException or MqttStoreException)
        {
            _connection.Dispose();
            throw e as MqttStoreException ?? Damaged((SqliteException)e);
        }
    }

    /// <inheritdoc/>
    public MqttStoredState Load()
    {
        try
        {
            return new MqttStoredState
            {
                Sessions = Read("SELECT id, client, principal, expiry, expires_at FROM sessions", r =>
                    new StoredSession(r.GetInt64(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), (uint)r.GetInt64(3), r.GetInt64(4))),
                Subscriptions = Read("SELECT session, filter, options, identifier FROM subscriptions", r =>
                    new StoredSubscription(r.GetInt64(0), r.GetString(1), r.GetByte(2), (uint)r.GetInt64(3))),
                Deliveries = Read(
                    "SELECT topic, payload, properties, qos, expires_at, session, sequence, sent_qos, retain, identifiers, state FROM deliveries ORDER BY session, sequence",
                    r => new StoredDelivery(
                        r.GetInt64(5), r.GetInt64(6), Message(r), r.GetByte(7), r.GetBoolean(8), Identifiers(r.IsDBNull(9) ? null : r.GetFieldValue<byte[]>(9)),
                        (StoredDeliveryState)r.GetInt32(10))),
                Receipts = Read("SELECT session, packet FROM receipts", r => new StoredReceipt(r.GetInt64(0), (ushort)r.GetInt32(1))),
                Retained = Read("SELECT topic, payload, properties, qos, expires_at FROM retained", Message),
                Wills = Read("SELECT client, principal, connect, due_at FROM wills", r =>
                    new StoredWill(r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetFieldValue<byte[]>(2), r.GetInt64(3))),
            };
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException or InvalidOperationException)
        {
            throw Damaged(e);
        }
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<MqttStoreChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        try
        {
            _writer ??= new MqttStoreWriter(_connection);
            using var transaction = _connection.BeginTransaction();
            _writer.Write(changes, transaction);
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            // A write that a quota or a full disk cuts short can come as an I/O error.
            var isFull = e.SqliteErrorCode == NoRoom || (e.SqliteErrorCode == IoError && DiskRoom.IsShort(_path));
            throw new MqttStoreException($"{_path}: {e.Message}", isFull, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer?.Dispose();
        _connection.Dispose();
    }

    internal static byte[]? Bytes(uint[]? identifiers) =>
        identifiers is null ? null : System.Runtime.InteropServices.MemoryMarshal.AsBytes(identifiers.AsSpan()).ToArray();

    private static uint[]? Identifiers(byte[]? bytes) =>
        bytes is null ? null : System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(bytes).ToArray();

    private static StoredMessage Message(SqliteDataReader r) =>
        new(r.GetFieldValue<byte[]>(0), r.GetFieldValue<byte[]>(1), r.GetFieldValue<byte[]>(2), r.GetByte(3), r.GetInt64(4));

    private void Prepare(long maxPages)
    {
        var version = Number("PRAGMA user_version");
        var application = Number("PRAGMA application_id");
        var tables = Number("SELECT count(*) FROM sqlite_schema");
        if (tables > 0 && application != ApplicationId)
        {
            throw new MqttStoreException($"{_path}: this is another program's file. Move it away, or name another data folder.");
        }

        if (version > FormatVersion)
        {
            throw new MqttStoreException($"{_path}: a newer version of the program has written it (format {version}, this one knows {FormatVersion}). Start that version.");
        }

        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000;");
        if (tables == 0)
        {
            Execute($"BEGIN; {Schema} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {FormatVersion}; COMMIT;");
        }

        if (maxPages > 0)
        {
            Execute($"PRAGMA max_page_count = {maxPages}");
        }
    }

    private const string Schema =
        """
        CREATE TABLE sessions (id INTEGER PRIMARY KEY, client TEXT NOT NULL, principal TEXT, expiry INTEGER NOT NULL, expires_at INTEGER NOT NULL);
        CREATE TABLE subscriptions (
            session INTEGER NOT NULL, filter TEXT NOT NULL, options INTEGER NOT NULL, identifier INTEGER NOT NULL,
            PRIMARY KEY (session, filter)) WITHOUT ROWID;
        CREATE TABLE deliveries (
            session INTEGER NOT NULL, sequence INTEGER NOT NULL, state INTEGER NOT NULL, sent_qos INTEGER NOT NULL, retain INTEGER NOT NULL,
            identifiers BLOB, qos INTEGER NOT NULL, expires_at INTEGER NOT NULL, topic BLOB NOT NULL, properties BLOB NOT NULL, payload BLOB NOT NULL,
            PRIMARY KEY (session, sequence)) WITHOUT ROWID;
        CREATE TABLE receipts (session INTEGER NOT NULL, packet INTEGER NOT NULL, PRIMARY KEY (session, packet)) WITHOUT ROWID;
        CREATE TABLE retained (
            topic BLOB PRIMARY KEY, qos INTEGER NOT NULL, expires_at INTEGER NOT NULL, properties BLOB NOT NULL, payload BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE wills (client TEXT PRIMARY KEY, principal TEXT, due_at INTEGER NOT NULL, connect BLOB NOT NULL) WITHOUT ROWID;
        """;

    private MqttStoreException Damaged(Exception e) =>
        new($"{_path}: it cannot be read ({e.Message}). Restore it from a copy, or move it away: sessions, retained messages and wills then start anew.", inner: e);

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants and numbers only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private long Number(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> row)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }
}
