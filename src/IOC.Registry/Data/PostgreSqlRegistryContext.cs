using Microsoft.EntityFrameworkCore;

namespace IOC.Registry.Data;

/// <summary>The model in PostgreSQL.</summary>
internal sealed class PostgreSqlRegistryContext : RegistryContext
{
    /// <summary>Made by EF.</summary>
    public PostgreSqlRegistryContext(DbContextOptions<PostgreSqlRegistryContext> options)
        : base(options) =>

        // A transaction is what makes a writer the only one, so one row needs it too.
        Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;

    /// <summary>Byte by byte: cursors, pages and "the same name" must be what they are in SQLite and in this program, whatever
    /// language the server's databases were made for.</summary>
    public const string Collation = "C";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
        {
            if ((property.GetProviderClrType() ?? property.ClrType) == typeof(string))
            {
                property.SetCollation(Collation);
            }
        }
    }
}
