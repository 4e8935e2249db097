using Microsoft.Data.Sqlite;

namespace IOC.Registry;

/// <summary>A copy of the registry's file that no host has open: what a backup asks of it.</summary>
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
}
