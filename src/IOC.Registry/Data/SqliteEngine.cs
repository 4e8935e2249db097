using System.Data.Common;
using IOC.Registry.Data.Migrations;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data;

/// <summary>The registry in a file.</summary>
internal sealed class SqliteEngine : RegistryEngine
{
    private readonly PooledDbContextFactory<SqliteRegistryContext> _contexts;
    private readonly string _connection;

    public SqliteEngine(string path)
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

    public string Path { get; }

    public override string Name => Path;

    public override RegistryContext NewContext() => _contexts.CreateDbContext();

    public override void Open()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        UseWriteAheadLog();
        Migrate();
    }

    public override void Dispose()
    {
        using var connection = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(connection);
    }

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
        var known = context.Database.GetMigrations().ToList();
        var applied = context.Database.GetAppliedMigrations().ToList();
        CheckNotNewer(known, applied);
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
