using IOC.Alerts.Tests;
using IOC.Registry.Data;
using IOC.Testing;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry.Tests;

/// <summary>Opening a server's database.</summary>
[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlDatabaseTests : IDisposable
{
    private readonly PostgreSqlTestRegistry _home = new();

    [Fact]
    public void The_migrations_lead_to_the_schema_of_the_model()
    {
        var options = _home.Options("registry");
        _home.Open().Dispose();
        _home.Empty("model");
        using (var model = new PostgreSqlRegistryContext(new DbContextOptionsBuilder<PostgreSqlRegistryContext>()
            .UseNpgsql($"{_home.Options("model").ToConnectionString()};Password={options.Password}").Options))
        {
            model.Database.EnsureCreated();
        }

        var expected = Schema("model");
        Assert.Contains("alerts.raised_at_ms bigint NO   NO", expected);
        Assert.Contains("alerts.id text NO C  NO", expected);
        Assert.Contains("catalogue_imports.id bigint NO   YES BY DEFAULT", expected);
        Assert.Equal(expected, Schema("registry"));
    }

    [Fact]
    public void An_empty_database_becomes_a_registry_and_opening_again_changes_nothing()
    {
        _home.Empty("new");
        _home.Open("new").Dispose();
        var before = Schema("new");
        Assert.Equal(Schema("registry"), before);
        _home.Open("new").Dispose();
        Assert.Equal(before, Schema("new"));
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused_and_left_alone()
    {
        _home.Open().Dispose();
        _home.Execute("INSERT INTO \"__EFMigrationsHistory\" VALUES ('9999_Future', '99.0')");
        Assert.Contains("9999_Future", Assert.Throws<RegistryVersionException>(() => _home.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_host_is_refused_and_told_who_has_the_database()
    {
        var options = _home.Options();
        using (RegistryDatabase.Open(options, TimeProvider.System, "ioc n1"))
        {
            var error = Assert.Throws<RegistryUnavailableException>(() => RegistryDatabase.Open(_home.Options(), TimeProvider.System, "ioc n2"));
            Assert.Contains("in use by another host: ioc n1 (127.0.0.1, ", error.Message, StringComparison.Ordinal);
            Assert.Contains("đang được máy chủ khác dùng: ioc n1", error.Message, StringComparison.Ordinal);
        }

        _home.Open().Dispose();
    }

    [Fact]
    public async Task Of_hosts_that_start_at_once_on_an_empty_database_each_finds_it_whole()
    {
        _home.Empty("race");
        var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() =>
        {
            var options = _home.Options("race");
            options.OwnerSeconds = 60;
            using var database = RegistryDatabase.Open(options, TimeProvider.System, $"ioc n{i}");
            using var context = database.NewContext();
            return context.Database.GetAppliedMigrations().Count();
        })));
        Assert.All(opened, count => Assert.Equal(opened[0], count));
    }

    [Fact]
    public void What_keeps_it_from_opening_is_said_without_the_password()
    {
        Assert.Contains("does not let 'admin' sign in", Refusal(o => o.Password = "another secret"), StringComparison.Ordinal);
        Assert.Contains("does not let 'stranger' sign in", Refusal(o => o.User = "stranger"), StringComparison.Ordinal);
        Assert.Contains("there is no such database", Refusal(o => o.Database = "nowhere"), StringComparison.Ordinal);
        Assert.Contains("PostgreSQL cannot be reached", Refusal(o => o.Port = MosquittoBroker.FreePort()), StringComparison.Ordinal);
        Assert.Contains("không nối được tới PostgreSQL", Refusal(o => o.Port = MosquittoBroker.FreePort()), StringComparison.Ordinal);
        Assert.Contains("PostgreSQL cannot be reached", Refusal(o => o.Tls = PostgreSqlTls.Verify), StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_who_may_not_make_tables_is_told_so()
    {
        _home.Empty("locked");
        _home.Execute("CREATE ROLE reader LOGIN PASSWORD 'reader''s secret'", "locked");
        try
        {
            Assert.Contains("'reader' lacks a permission", Refusal(o => (o.User, o.Password, o.Database) = ("reader", "reader's secret", _home.Options("locked").Database)), StringComparison.Ordinal);
        }
        finally
        {
            _home.Execute("DROP ROLE reader", "locked");
        }
    }

    [Fact]
    public void A_server_that_answers_before_it_has_written_is_refused()
    {
        _home.Open().Dispose();
        _home.Execute($"ALTER DATABASE {_home.Options().Database} SET synchronous_commit = off");
        Assert.Contains("what operators did could be lost", Refusal(_ => { }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_password_may_come_from_a_file_and_change_there()
    {
        using var folder = new TempDirectory();
        var file = folder.Combine("password");
        File.WriteAllText(file, $"{PostgresServer.AdminPassword}\n");
        var options = _home.Options();
        (options.Password, options.PasswordFile) = ("", file);
        Assert.Empty(options.Validate());
        RegistryDatabase.Open(options, TimeProvider.System).Dispose();
        File.WriteAllText(file, "old");
        Assert.Contains("does not let 'admin' sign in", Assert.Throws<RegistryUnavailableException>(() => RegistryDatabase.Open(options, TimeProvider.System)).Message, StringComparison.Ordinal);
        File.Delete(file);
        Assert.Contains("PasswordFile", Assert.Throws<RegistryUnavailableException>(() => RegistryDatabase.Open(options, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _home.Dispose();

    private string Refusal(Action<PostgreSqlOptions> change)
    {
        var options = _home.Options();
        change(options);
        var error = Assert.Throws<RegistryUnavailableException>(() => RegistryDatabase.Open(options, TimeProvider.System));
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.OrdinalIgnoreCase);
        return error.Message;
    }

    private List<string> Schema(string name) => _home.Query(
        """
        SELECT * FROM (
            SELECT c.table_name || '.' || c.column_name || ' ' || c.data_type || ' ' || c.is_nullable || ' ' || COALESCE(c.collation_name, '') || '  ' || c.is_identity || COALESCE(' ' || c.identity_generation, '')
                FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\_\_%'
            UNION ALL
            SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\_\_%'
            UNION ALL
            SELECT conrelid::regclass || ' ' || contype::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '%EFMigrations%') AS s(line)
        ORDER BY line COLLATE "C"
        """, name);
}
