using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace IOC.Registry.Data.Migrations;

/// <summary>What a portable migration leaves unsaid and PostgreSQL must be told.</summary>
internal static class PostgreSqlDialect
{
    private const string SqliteGenerated = "Sqlite:Autoincrement";
    private const string Generated = "Npgsql:ValueGenerationStrategy";

    /// <summary>Whether a migration runs on PostgreSQL.</summary>
    public static bool Is(string? activeProvider) => activeProvider?.EndsWith(".PostgreSQL", StringComparison.Ordinal) == true;

    /// <summary>Gives text columns their collation and generated keys PostgreSQL's word for it.</summary>
    public static void Spell(IReadOnlyList<MigrationOperation> operations)
    {
        foreach (var operation in operations)
        {
            switch (operation)
            {
                case CreateTableOperation table:
                    table.Columns.ForEach(Spell);
                    break;
                case ColumnOperation column:
                    Spell(column);
                    break;
            }
        }
    }

    private static void Spell(ColumnOperation column)
    {
        if (column.ClrType == typeof(string))
        {
            column.Collation ??= PostgreSqlRegistryContext.Collation;
        }

        if (column.RemoveAnnotation(SqliteGenerated) is not null && column.FindAnnotation(Generated) is null)
        {
            column.AddAnnotation(Generated, NpgsqlValueGenerationStrategy.IdentityByDefaultColumn);
        }
    }
}
