using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IOC.History.Embedded.Sqlite;

/// <summary>
/// A prepared statement, straight on SQLite's own interface: a checkpoint writes tens of thousands of small rows, and the
/// parameter objects of ADO.NET would cost several times what SQLite does.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v2(database, sql, out _statement));
    }

    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, double value)
    {
        Check(raw.sqlite3_bind_double(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string value)
    {
        Check(raw.sqlite3_bind_text(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    /// <summary>Binds a blob that may be empty or null.</summary>
    public SqliteStatement BindBlob(int index, byte[]? value)
    {
        Check(value switch
        {
            null => raw.sqlite3_bind_null(_statement, index),
            [] => raw.sqlite3_bind_zeroblob(_statement, index, 0),
            _ => raw.sqlite3_bind_blob(_statement, index, value),
        });
        return this;
    }

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        if (result != raw.SQLITE_DONE)
        {
            // The reset repeats the error; the first one is the one to tell.
            var failure = Failure(result);
            _ = raw.sqlite3_reset(_statement);
            throw failure;
        }

        return false;
    }

    /// <summary>Runs a statement that returns no rows, and makes it ready for another run.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    public void Reset() => Check(raw.sqlite3_reset(_statement));

    public long Long(int column) => raw.sqlite3_column_int64(_statement, column);

    public int Int(int column) => raw.sqlite3_column_int(_statement, column);

    public double Double(int column) => raw.sqlite3_column_double(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>A blob, valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw Failure(result);
        }
    }

    private HistoryStoreException Failure(int result)
    {
        var text = $"SQLite error {result}: {raw.sqlite3_errmsg(_database).utf8_to_string()}";
        return new HistoryStoreException(text, new SqliteException(text, result & 0xFF, result));
    }
}
