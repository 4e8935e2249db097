using IOC.Access.Auditing;
using Microsoft.Data.Sqlite;

namespace IOC.Registry;

/// <summary>The registry's file, read without the host: what a backup and a check of the audit ask of it.</summary>
public static class RegistryFile
{
    /// <summary>By partition, the log offset up to which alerts are stored; a partition that never had one is missing.</summary>
    /// <exception cref="InvalidOperationException">It is no registry, or it cannot be read.</exception>
    public static IReadOnlyDictionary<int, long> AlertWatermarks(string path)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = new Uri(System.IO.Path.GetFullPath(path)).AbsoluteUri + "?immutable=1", Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT partition, offset FROM alert_watermarks";
            using var row = command.ExecuteReader();
            var marks = new Dictionary<int, long>();
            while (row.Read())
            {
                marks[row.GetInt32(0)] = row.GetInt64(1);
            }

            return marks;
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException)
        {
            throw new InvalidOperationException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The audit in the order in which it was written. A host may have the file open.</summary>
    /// <exception cref="InvalidOperationException">It is no registry, it has no audit yet, or it cannot be read.</exception>
    public static IEnumerable<AuditRecord> Audit(string path)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = System.IO.Path.GetFullPath(path), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT number, at_ms, who, account_id, \"by\", key_id, address, action, target, status, detail, hash FROM audit ORDER BY number";
        using var row = Try(path, () =>
        {
            connection.Open();
            return command.ExecuteReader();
        });
        while (Try(path, row.Read))
        {
            yield return Try(path, () => new AuditRecord(
                row.GetInt64(0),
                new AuditEntry(
                    row.GetInt64(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5), row.GetString(6),
                    row.GetString(7), row.GetString(8), row.GetInt32(9), row.GetString(10)),
                row.GetString(11)));
        }
    }

    private static T Try<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException)
        {
            throw new InvalidOperationException($"{path}: {e.Message}", e);
        }
    }
}
