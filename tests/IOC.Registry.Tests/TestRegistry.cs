using System.Data.Common;
using System.Globalization;
using IOC.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace IOC.Registry.Tests;

/// <summary>A place for registries of one kind, gone at the end of the test.</summary>
public abstract class TestRegistry : IDisposable
{
    /// <summary>Opens a registry; the same name is the same one again.</summary>
    public abstract RegistryDatabase Open(string name = "registry");

    /// <summary>A connection of its own to one that is there.</summary>
    public abstract DbConnection Connect(string name = "registry");

    public static TestRegistry Of(RegistryStoreKind kind) => kind == RegistryStoreKind.PostgreSql ? new PostgreSqlTestRegistry() : new EmbeddedTestRegistry();

    public void Execute(string sql, string name = "registry")
    {
        using var connection = Connect(name);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public List<string> Query(string sql, string name = "registry")
    {
        using var connection = Connect(name);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

public sealed class EmbeddedTestRegistry : TestRegistry
{
    private readonly TempDirectory _folder = new();

    public override RegistryDatabase Open(string name = "registry") => RegistryDatabase.Open(PathOf(name));

    public override DbConnection Connect(string name = "registry")
    {
        var connection = new SqliteConnection($"Data Source={PathOf(name)};Pooling=False");
        connection.Open();
        return connection;
    }

    public string PathOf(string name) => _folder.Combine($"{name}.db");

    protected override void Dispose(bool disposing) => _folder.Dispose();
}

/// <summary>Databases of a server that all tests of the run share, copied from one whose schema is made already.</summary>
public sealed class PostgreSqlTestRegistry : TestRegistry
{
    /// <summary>Trait of the tests that need a server.</summary>
    public const string Trait = "Server";

    /// <summary>Its value.</summary>
    public const string TraitValue = "postgresql";

    private const string Template = "registry_template";
    private static readonly Lazy<PostgresServer> Shared = new(Start);
    private static int _number;
    private readonly Dictionary<string, string> _databases = new(StringComparer.Ordinal);

    public static PostgresServer Server => Shared.Value;

    public override RegistryDatabase Open(string name = "registry") => RegistryDatabase.Open(Options(name), TimeProvider.System);

    public override DbConnection Connect(string name = "registry") => Connect(Server, DatabaseOf(name));

    /// <summary>How one is reached.</summary>
    public PostgreSqlOptions Options(string name = "registry") => OptionsOf(Server, DatabaseOf(name));

    public static PostgreSqlOptions OptionsOf(PostgresServer server, string database) => new()
    {
        Host = "127.0.0.1",
        Port = server.Port,
        Database = database,
        User = PostgresServer.Admin,
        Password = PostgresServer.AdminPassword,
        OwnerSeconds = 0,
    };

    /// <summary>Makes a database in which nothing is.</summary>
    public string Empty(string name)
    {
        var database = $"test_{Interlocked.Increment(ref _number).ToString(CultureInfo.InvariantCulture)}";
        Do($"CREATE DATABASE {database}");
        _databases.Add(name, database);
        return database;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var database in _databases.Values)
        {
            Do($"DROP DATABASE {database} WITH (FORCE)");
        }
    }

    private static PostgresServer Start()
    {
        var server = PostgresServer.StartAsync().GetAwaiter().GetResult();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Do(server, $"CREATE DATABASE {Template}");
        RegistryDatabase.Open(OptionsOf(server, Template), TimeProvider.System).Dispose();
        return server;
    }

    private static NpgsqlConnection Connect(PostgresServer server, string database)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = server.Port, Database = database, Username = PostgresServer.Admin, Password = PostgresServer.AdminPassword, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Do(string sql) => Do(Server, sql);

    private static void Do(PostgresServer server, string sql)
    {
        using var connection = Connect(server, "postgres");
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private string DatabaseOf(string name)
    {
        if (!_databases.TryGetValue(name, out var database))
        {
            database = $"test_{Interlocked.Increment(ref _number).ToString(CultureInfo.InvariantCulture)}";
            Do($"CREATE DATABASE {database} TEMPLATE {Template}");
            _databases.Add(name, database);
        }

        return database;
    }
}
