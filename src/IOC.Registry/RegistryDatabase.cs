using System.Data.Common;
using IOC.Registry.Data;
using IOC.Registry.Data.Migrations;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry;

/// <summary>The registry's database file (SQLite). Opening it brings its schema up to date. Safe for use from any thread.</summary>
public sealed class RegistryDatabase : IDisposable
{
    private readonly PooledDbContextFactory<SqliteRegistryContext> _contexts;
    private readonly string _connection;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private RegistryDatabase(string path)
    {
        Path = path;
        _connection = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = 30 }.ToString();
        _contexts = new PooledDbContextFactory<SqliteRegistryContext>(new DbContextOptionsBuilder<SqliteRegistryContext>()
            .UseSqlite(_connection)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .AddInterceptors(new Pragmas())
            .ReplaceService<IMigrationsAssembly, RegistryMigrations>()

            // Migrations are written by hand, without the snapshot that this warning compares with; a test compares instead.
            .ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning))
            .Options);
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Opens the file, making it and its folder when absent.</summary>
    /// <exception cref="InvalidOperationException">The file was written by a newer version of the product.</exception>
    public static RegistryDatabase Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        var database = new RegistryDatabase(full);
        try
        {
            database.UseWriteAheadLog();
            database.Migrate();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file's connections.</summary>
    public void Dispose()
    {
        using var connection = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(connection);
        _writing.Dispose();
    }

    /// <summary>Waits until nobody else in this process writes; to be held, by disposing, for the whole of a write
    /// transaction. SQLite has one writer at a time and lets others sleep 150 ms between tries, with a partition's gate
    /// held; here the next one goes on as soon as the one before is done.</summary>
    internal IDisposable EnterWrite()
    {
        _writing.Wait();
        return new Write(_writing);
    }

    /// <inheritdoc cref="EnterWrite"/>
    internal async Task<IDisposable> EnterWriteAsync(CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel);
        return new Write(_writing);
    }

    internal RegistryContext NewContext() => _contexts.CreateDbContext();

    // Kept in the file. Not a matter for each connection: EF looks at a file through one that may not write.
    private void UseWriteAheadLog()
    {
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();
    }

    private void Migrate()
    {
        using var context = NewContext();
        var known = context.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = context.Database.GetAppliedMigrations().ToList();
        if (applied.Find(m => !known.Contains(m)) is { } newer)
        {
            throw new InvalidOperationException($"{Path} was written by a newer version (it holds schema {newer}); start that version. / "
                + $"{Path} do phiên bản mới hơn ghi (lược đồ {newer}); hãy chạy phiên bản đó.");
        }

        if (applied.Count == known.Count)
        {
            return;
        }

        // A crash during a migration leaves EF's lock row behind, on which the next start would wait for ever. The file
        // has one owner, so whoever left the row is gone.
        if (applied.Count > 0 || context.Database.SqlQueryRaw<int>(
            "SELECT COUNT(*) AS \"Value\" FROM sqlite_master WHERE name = '__EFMigrationsLock'").Single() > 0)
        {
            context.Database.ExecuteSqlRaw("CREATE TABLE IF NOT EXISTS \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL); DELETE FROM \"__EFMigrationsLock\"");
        }

        context.Database.Migrate();
    }

    private sealed class Write(SemaphoreSlim writing) : IDisposable
    {
        public void Dispose() => writing.Release();
    }

    /// <summary>Every commit is on disk before it returns: an operator's acknowledgement is in no log that could be replayed.</summary>
    private sealed class Pragmas : DbConnectionInterceptor
    {
        private const string Text = "PRAGMA synchronous = FULL";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Text;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Text;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
