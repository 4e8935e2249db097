using IOC.Registry.Data;
using IOC.Registry.Data.Migrations;
using IOC.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Tests;

public sealed class RegistryDatabaseTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    [Fact]
    public void The_migrations_lead_to_the_schema_of_the_model()
    {
        using var migrated = RegistryDatabase.Open(_folder.Combine("migrated.db"));
        var options = new DbContextOptionsBuilder<SqliteRegistryContext>().UseSqlite($"Data Source={_folder.Combine("model.db")};Pooling=False").Options;
        using var model = new SqliteRegistryContext(options);
        model.Database.EnsureCreated();

        var expected = Schema(_folder.Combine("model.db"));
        Assert.Contains("alerts.raised_at_ms INTEGER notnull=1 pk=0", expected);
        Assert.Equal(expected, Schema(migrated.Path));
    }

    [Fact]
    public void Opening_makes_the_folder_and_opening_again_changes_nothing()
    {
        var path = _folder.Combine("a", "b", "registry.db");
        using (RegistryDatabase.Open(path))
        {
        }

        var before = Schema(path);
        using (RegistryDatabase.Open(path))
        {
        }

        Assert.Equal(before, Schema(path));
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_and_left_alone()
    {
        var path = _folder.Combine("registry.db");
        using (RegistryDatabase.Open(path))
        {
        }

        Execute(path, "INSERT INTO __EFMigrationsHistory VALUES ('9999_Future', '99.0')");
        var error = Assert.Throws<RegistryVersionException>(() => RegistryDatabase.Open(path));
        Assert.Contains("9999_Future", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_migration_that_a_crash_cut_short_does_not_block_the_next_start()
    {
        var path = _folder.Combine("registry.db");
        Execute(path, "CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL); "
            + "INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01')");
        using var database = RegistryDatabase.Open(path);
        Assert.Contains("alerts.id TEXT notnull=1 pk=1", Schema(path));
    }

    [Fact]
    public void Commits_are_synced_to_disk()
    {
        using var database = RegistryDatabase.Open(_folder.Combine("registry.db"));
        using var context = database.NewContext();
        Assert.Equal("wal", context.Database.SqlQueryRaw<string>("SELECT journal_mode AS \"Value\" FROM pragma_journal_mode").Single());
        Assert.Equal(2, context.Database.SqlQueryRaw<int>("SELECT synchronous AS \"Value\" FROM pragma_synchronous").Single());
    }

    [Fact]
    public void Both_databases_have_the_same_migrations_from_0010_on()
    {
        using var sqlite = new SqliteRegistryContext(new DbContextOptionsBuilder<SqliteRegistryContext>()
            .UseSqlite("Data Source=:memory:").ReplaceService<IMigrationsAssembly, RegistryMigrations>().Options);
        using var postgres = new PostgreSqlRegistryContext(new DbContextOptionsBuilder<PostgreSqlRegistryContext>()
            .UseNpgsql("Host=nowhere.invalid").ReplaceService<IMigrationsAssembly, RegistryMigrations>().Options);
        List<string> all = [.. sqlite.Database.GetMigrations()], other = [.. postgres.Database.GetMigrations()];
        Assert.Equal(all.Where(m => string.CompareOrdinal(m, "0010") >= 0), other.Where(m => string.CompareOrdinal(m, "0010") >= 0));
        Assert.Equal((9, "0009_First"), (all.Count(m => string.CompareOrdinal(m, "0010") < 0), other[0]));
        Assert.All(all, m => Assert.Single(all, o => o[..4] == m[..4]));
    }

    public void Dispose() => _folder.Dispose();

    private static List<string> Schema(string path) => Query(path,
        """
        SELECT m.name || '.' || c.name || ' ' || c.type || ' notnull=' || c."notnull" || ' pk=' || c.pk
            FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\_\_%' ESCAPE '\' AND m.name NOT LIKE 'sqlite%'
        UNION ALL
        SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1
        """);

    private static List<string> Query(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
