using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations;

/// <summary>
/// The migrations of one database: those made for its context, and those made for <see cref="RegistryContext"/>, which belong
/// to every database's set. EF's own takes the former only, and every change would have to be written down twice.
/// </summary>
internal sealed class RegistryMigrations : IMigrationsAssembly
{
    private readonly Dictionary<string, TypeInfo> _migrations = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Made by EF for a context.</summary>
    public RegistryMigrations(ICurrentDbContext current)
    {
        var context = current.Context.GetType();
        foreach (var type in Assembly.DefinedTypes.Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(Migration))))
        {
            if (type.GetCustomAttribute<DbContextAttribute>()?.ContextType.IsAssignableFrom(context) == true)
            {
                _migrations.Add(type.GetCustomAttribute<MigrationAttribute>()!.Id, type);
            }
        }

        Migrations = _migrations.OrderBy(m => m.Key, StringComparer.Ordinal).ToDictionary();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TypeInfo> Migrations { get; }

    /// <summary>None: a test compares what the migrations lead to with the model instead.</summary>
    public ModelSnapshot? ModelSnapshot => null;

    /// <inheritdoc/>
    public Assembly Assembly => typeof(RegistryMigrations).Assembly;

    /// <inheritdoc/>
    public string? FindMigrationId(string nameOrId) => _migrations.ContainsKey(nameOrId) ? nameOrId : null;

    /// <inheritdoc/>
    public Migration CreateMigration(TypeInfo migrationClass, string activeProvider)
    {
        var migration = (Migration)Activator.CreateInstance(migrationClass)!;
        migration.ActiveProvider = activeProvider;
        if (PostgreSqlDialect.Is(activeProvider))
        {
            PostgreSqlDialect.Spell(migration.UpOperations);
        }

        return migration;
    }
}
