using System.Data.Common;
using System.Globalization;
using IOC.Telemetry;
using Npgsql;

namespace IOC.Registry.Data;

/// <summary>
/// The session that makes a database this process's own, by an advisory lock that lasts as long as the session. Two hosts on one
/// database would each keep open alerts in memory and overwrite what the other stored.
/// </summary>
internal sealed class PostgreSqlOwner(NpgsqlDataSource source, PostgreSqlOptions options) : IDisposable
{
    // Advisory locks are named by numbers; "IOC" in ASCII keeps them apart from those of others in the same database.
    private const int Space = 0x494F43;
    private const int Owner = 1;
    private const int Writer = 2;
    private const int OldestVersion = 130_000;
    private static readonly TimeSpan WaitForWriter = TimeSpan.FromSeconds(2);
    private static readonly string OwnersLock = string.Create(
        CultureInfo.InvariantCulture,
        $"locktype = 'advisory' AND classid = {Space} AND objid = {Owner} AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");

    private NpgsqlConnection? _connection;

    /// <summary>Connects anew and takes the database.</summary>
    /// <param name="patience">How long to wait for whoever has it.</param>
    /// <exception cref="RegistryUnavailableException">Another process has it.</exception>
    public void Take(TimeSpan patience)
    {
        _connection?.Dispose();
        _connection = null;
        var connection = source.OpenConnection();
        try
        {
            if (!Lock(connection, "pg_advisory_lock", Owner, patience))
            {
                throw new RegistryUnavailableException(Taken(connection));
            }

            _connection = connection;
        }
        finally
        {
            if (_connection is null)
            {
                connection.Dispose();
            }
        }
    }

    /// <summary>Waits until nothing of before, whose connection broke, can still be committed.</summary>
    public void Settle()
    {
        using var transaction = _connection!.BeginTransaction();
        if (!Lock(_connection, "pg_advisory_xact_lock", Writer, WaitForWriter))
        {
            throw new RegistryUnavailableException(new LocalText(
                $"{options.Name} còn đang xử lý một giao dịch từ trước khi mất kết nối.", $"{options.Name} is still at a transaction of before the connection was lost."));
        }

        transaction.Commit();
    }

    /// <summary>Asks the server whether it and the session are there.</summary>
    public void Check()
    {
        using var command = new NpgsqlCommand("SELECT 1", _connection) { CommandTimeout = options.ConnectSeconds };
        command.ExecuteScalar();
    }

    /// <summary>Checks what cannot be changed later.</summary>
    /// <exception cref="RegistryUnavailableException">The server is not one that can be used.</exception>
    public void CheckServer()
    {
        if (Number("server_version_num") < OldestVersion)
        {
            throw new RegistryUnavailableException(new LocalText($"{options.Name} quá cũ: cần PostgreSQL 13 trở lên.", $"{options.Name} is too old: PostgreSQL 13 or later is needed."));
        }

        if (Setting("server_encoding") != "UTF8")
        {
            throw new RegistryUnavailableException(new LocalText(
                $"{options.Name} không dùng UTF8; hãy tạo cơ sở dữ liệu với ENCODING 'UTF8'.", $"{options.Name} is not in UTF8; make the database with ENCODING 'UTF8'."));
        }

        if (Setting("synchronous_commit") == "off" || Setting("fsync") == "off")
        {
            throw new RegistryUnavailableException(new LocalText(
                $"{options.Name} không ghi chắc xuống đĩa (synchronous_commit hoặc fsync = off): xác nhận của người trực có thể mất.",
                $"{options.Name} does not write to disk before it says so (synchronous_commit or fsync = off): what operators did could be lost."));
        }
    }

    /// <summary>The command that a write transaction begins with.</summary>
    public DbCommand BeginWrite(DbConnection connection, DbTransaction transaction)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock({Space}, {Writer})) SELECT (SELECT COUNT(*) FROM pg_locks WHERE {OwnersLock} AND pid = {_connection?.ProcessID ?? 0}) FROM turn");
        return command;
    }

    /// <summary>Whether that command found this process to be the owner.</summary>
    public void CheckWrite(object? found)
    {
        if (found is not > 0L)
        {
            throw new RegistryUnavailableException(new LocalText(
                $"{options.Name} tạm thời không thuộc về máy chủ này; đang lấy lại.", $"{options.Name} is not this host's at present; it is being taken back."));
        }
    }

    public void Dispose() => _connection?.Dispose();

    private static bool Lock(NpgsqlConnection connection, string function, int what, TimeSpan patience)
    {
        using var command = connection.CreateCommand();

        // A timeout of 0 would mean to wait for ever.
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT set_config('lock_timeout', '{Math.Max(1, (long)patience.TotalMilliseconds)}ms', false); SELECT {function}({Space}, {what}); SELECT set_config('lock_timeout', '0', false)");
        command.CommandTimeout = (int)patience.TotalSeconds + 10;
        try
        {
            command.ExecuteNonQuery();
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
    }

    private LocalText Taken(NpgsqlConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT a.application_name || ' (' || COALESCE(host(a.client_addr), 'socket') || ', ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC)' FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE {OwnersLock}");
        var who = command.ExecuteScalar() as string ?? "?";
        return new LocalText(
            $"{options.Name} đang được máy chủ khác dùng: {who}. Mỗi máy chủ cần cơ sở dữ liệu riêng; hãy dừng máy kia hoặc đổi Database.",
            $"{options.Name} is in use by another host: {who}. Each host needs a database of its own; stop that one or change Database.");
    }

    private string Setting(string name)
    {
        using var command = new NpgsqlCommand("SELECT current_setting($1)", _connection) { Parameters = { new() { Value = name } } };
        return (string)command.ExecuteScalar()!;
    }

    private int Number(string name) => int.Parse(Setting(name), NumberStyles.None, CultureInfo.InvariantCulture);
}
