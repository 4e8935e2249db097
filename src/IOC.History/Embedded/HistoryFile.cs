using System.Globalization;
using IOC.History.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace IOC.History.Embedded;

/// <summary>A copy of a partition's file that no host has open: what a backup asks of it.</summary>
public static class HistoryFile
{
    private const string Prefix = "history-p";
    private const string Suffix = ".db";

    /// <summary>Partition that a file of the store's folder belongs to; null when it is another kind of file.</summary>
    public static int? PartitionOf(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        return fileName.StartsWith(Prefix, StringComparison.Ordinal) && fileName.EndsWith(Suffix, StringComparison.Ordinal)
            && int.TryParse(fileName.AsSpan()[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var partition) ? partition : null;
    }

    /// <summary>Log offset of the last checkpoint in a copy; 0 when it has none.</summary>
    /// <exception cref="HistoryStoreException">It is no file of this store, or it cannot be read.</exception>
    public static long CheckpointOf(string path)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1", Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT value FROM meta WHERE key = $key";
            command.Parameters.AddWithValue("$key", PartitionDatabase.OffsetKey);
            return command.ExecuteScalar() as long? ?? 0;
        }
        catch (SqliteException e)
        {
            throw new HistoryStoreException($"{path}: {e.Message}", e);
        }
    }
}
