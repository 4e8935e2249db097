using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IOC.History.Embedded.Sqlite;

/// <summary>The SQLite file of a partition: its schema and how connections to it are set up.</summary>
internal static class PartitionDatabase
{
    /// <summary>Version of the schema, kept as the file's user_version.</summary>
    public const int SchemaVersion = 3;

    /// <summary>Size of a page of files that this program makes, in bytes.</summary>
    public const int PageBytes = 8192;

    public const int OffsetKey = 1;
    public const int GenerationKey = 2;
    public const int ReadingsKey = 3;
    public const int BlocksKey = 4;
    public const int LastBlockKey = 5;

    // Summaries lie together per series, apart from the payloads, so that a question over years reads summaries only;
    // payloads are only ever added at the end, so that a checkpoint writes them in one sweep.
    private const string Schema = """
        CREATE TABLE meta (key INTEGER PRIMARY KEY, value INTEGER NOT NULL);
        CREATE TABLE series (
            id INTEGER PRIMARY KEY, path TEXT NOT NULL, property TEXT NOT NULL,
            sealed_first INTEGER NOT NULL, sealed_last INTEGER NOT NULL, sealed_count INTEGER NOT NULL, has_late INTEGER NOT NULL,
            UNIQUE (path, property));
        CREATE TABLE blocks (
            series INTEGER NOT NULL, late INTEGER NOT NULL, first_at INTEGER NOT NULL, block INTEGER NOT NULL,
            last_at INTEGER NOT NULL, count INTEGER NOT NULL, ok INTEGER NOT NULL,
            min REAL NOT NULL, max REAL NOT NULL, sum REAL NOT NULL, first REAL NOT NULL, last REAL NOT NULL, outline BLOB,
            packed_bytes INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (series, late, first_at, block)) WITHOUT ROWID;
        CREATE TABLE payloads (block INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE tails (tail INTEGER PRIMARY KEY, data BLOB NOT NULL);
        PRAGMA user_version = 3;
        """;

    // Blocks of version 1 have no outline; the first tidying-up makes them.
    private const string FromVersion1 = "ALTER TABLE blocks ADD COLUMN outline BLOB;" + FromVersion2;

    // From version 3 on there are blocks and outlines of layout version 2, which a program of before cannot read.
    private const string FromVersion2 = "ALTER TABLE blocks ADD COLUMN packed_bytes INTEGER NOT NULL DEFAULT 0; PRAGMA user_version = 3;";

    /// <summary>Opens a file for writing, making it when missing.</summary>
    /// <exception cref="HistoryStoreException">It cannot be opened, or a newer program made it.</exception>
    public static SqliteConnection OpenWriter(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            Execute(connection, $"PRAGMA page_size = {PageBytes}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;");
            var version = Scalar(connection, "PRAGMA user_version");
            if (version == 0)
            {
                Execute(connection, $"BEGIN IMMEDIATE; {Schema} COMMIT;");
            }
            else if (version is 1 or 2)
            {
                Execute(connection, $"BEGIN IMMEDIATE; {(version == 1 ? FromVersion1 : FromVersion2)} COMMIT;");
            }
            else if (version != SchemaVersion)
            {
                throw new HistoryStoreException($"{path} has schema version {version}; this program knows version {SchemaVersion}.");
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file for reading only.</summary>
    /// <exception cref="HistoryStoreException">It cannot be opened.</exception>
    public static SqliteConnection OpenReader(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadOnly);
        Execute(connection, "PRAGMA cache_size = -4096;");
        return connection;
    }

    public static sqlite3 HandleOf(SqliteConnection connection) =>
        connection.Handle ?? throw new HistoryStoreException("The connection is closed.");

    public static void Execute(SqliteConnection connection, string sql)
    {
        try
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text comes from constants of this folder.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw new HistoryStoreException(e.Message, e);
        }
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var statement = new SqliteStatement(HandleOf(connection), sql);
        return statement.Step() ? statement.Long(0) : 0;
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        // Pooling is off: readers are kept by the partition, with their statements.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new HistoryStoreException($"{path}: {e.Message}", e);
        }
    }
}
