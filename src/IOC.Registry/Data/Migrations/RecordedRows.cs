using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations;

/// <summary>Rows that are written once: the database itself refuses to change them, in each database's own words.</summary>
internal static class RecordedRows
{
    private const string Function = "refuse_change_of_what_was_recorded";

    /// <summary>From now on no row of a table can be deleted, nor changed.</summary>
    /// <param name="schema">The migration.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">Columns that cannot be changed; null = all.</param>
    /// <param name="until">Column that, once it has a value, ends every change of the row; null = the other columns can always be changed.</param>
    public static void KeepRows(this MigrationBuilder schema, string table, string[]? columns = null, string? until = null)
    {
        var postgres = PostgreSqlDialect.Is(schema.ActiveProvider);
        List<string> conditions = until is null ? [] : [$"OLD.{until} IS NOT NULL"];
        conditions.AddRange((columns ?? []).Select(c => postgres ? $"NEW.{c} IS DISTINCT FROM OLD.{c}" : $"NEW.{c} IS NOT OLD.{c}"));
        var changed = conditions.Count == 0 ? null : string.Join(" OR ", conditions);
        if (postgres)
        {
            PostgreSql(schema, table, changed);
        }
        else
        {
            Sqlite(schema, table, changed);
        }
    }

#pragma warning disable EF1002, EF1003 // Names of migrations only.
    /// <summary>From now on a row that is kept can no longer be changed either once another column has a value.</summary>
    /// <param name="schema">The migration.</param>
    /// <param name="table">A table whose rows are kept.</param>
    /// <param name="until">The column.</param>
    public static void KeepRowsAlsoAfter(this MigrationBuilder schema, string table, string until)
    {
        var head = $"CREATE TRIGGER tr_{table}_no_update_after_{until} BEFORE UPDATE ON {table}";
        schema.Sql(PostgreSqlDialect.Is(schema.ActiveProvider)
            ? $"{head} FOR EACH ROW WHEN (OLD.{until} IS NOT NULL) EXECUTE FUNCTION {Function}()"
            : $"{head} WHEN OLD.{until} IS NOT NULL BEGIN SELECT RAISE(ABORT, '{table}: what was recorded cannot be changed'); END");
    }

    private static void Sqlite(MigrationBuilder schema, string table, string? changed)
    {
        foreach (var (what, when) in new[] { ("update", changed ?? "1"), ("delete", "1") })
        {
            schema.Sql($"CREATE TRIGGER tr_{table}_no_{what} BEFORE {what.ToUpperInvariant()} ON {table} WHEN {when} "
                + $"BEGIN SELECT RAISE(ABORT, '{table}: what was recorded cannot be changed'); END");
        }
    }

    private static void PostgreSql(MigrationBuilder schema, string table, string? changed)
    {
        schema.Sql($"CREATE OR REPLACE FUNCTION {Function}() RETURNS trigger LANGUAGE plpgsql AS "
            + "$$ BEGIN RAISE EXCEPTION '%: what was recorded cannot be changed', TG_TABLE_NAME; END $$");
        schema.Sql($"CREATE TRIGGER tr_{table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW {(changed is null ? "" : $"WHEN ({changed}) ")}EXECUTE FUNCTION {Function}()");
        schema.Sql($"CREATE TRIGGER tr_{table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {Function}()");
        schema.Sql($"CREATE TRIGGER tr_{table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {Function}()");
    }
#pragma warning restore EF1002, EF1003
}
