using System.Globalization;
using Microsoft.Data.Sqlite;

namespace IOC.Ingest.Log;

/// <summary>A copy of a reading log's file that no host has open: what a backup asks of it.</summary>
public static class ReadingLogFile
{
    /// <summary>Name of the file in the log's folder.</summary>
    public const string Name = "reading-log.db";

    /// <summary>
    /// Makes a copy fit to be started from. It was taken while a reader kept the log from being cut, and the other readers' checkpoints
    /// in it may be ahead of the copies of their stores, which are older: all are set back to the keeping reader's, which is forgotten.
    /// The first housekeeping after a start would otherwise cut what the stores have yet to read.
    /// </summary>
    /// <param name="path">The copy.</param>
    /// <param name="keeper">Name of the reader that kept the log.</param>
    /// <exception cref="ReadingLogException">The file cannot be changed.</exception>
    public static void Rewind(string path, string keeper)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText =
                """
                BEGIN IMMEDIATE;
                UPDATE checkpoint SET offset = MIN(offset, COALESCE(
                    (SELECT k.offset FROM checkpoint k WHERE k.reader = $keeper AND k.partition = checkpoint.partition), offset));
                DELETE FROM checkpoint WHERE reader = $keeper;
                COMMIT;
                """;
            command.Parameters.AddWithValue("$keeper", keeper);
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw new ReadingLogException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>When the newest message of a log was received, Unix milliseconds; null when it holds none. A host may have it open.</summary>
    /// <exception cref="ReadingLogException">It is no reading log, or it cannot be read.</exception>
    public static long? NewestReceivedMs(string path)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT MAX(last_received) FROM batch WHERE id IN (SELECT MAX(id) FROM batch GROUP BY id >> 48)";
            return command.ExecuteScalar() as long?;
        }
        catch (SqliteException e)
        {
            throw new ReadingLogException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>By partition, the oldest and newest offset that a copy holds; (1, 0) when there is none.</summary>
    /// <exception cref="ReadingLogException">It is no reading log, or it cannot be read.</exception>
    public static IReadOnlyList<(long First, long Last)> Ranges(string path)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1", Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT value FROM meta WHERE name = 'partitions'";
            var ranges = new (long First, long Last)[Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture)];
            Array.Fill(ranges, (1, 0));
            command.CommandText = "SELECT id >> 48, MIN(id) & 281474976710655, MAX(id) & 281474976710655 FROM batch GROUP BY id >> 48";
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                ranges[row.GetInt32(0)] = (row.GetInt64(1), row.GetInt64(2));
            }

            return ranges;
        }
        catch (Exception e) when (e is SqliteException or IndexOutOfRangeException or InvalidCastException)
        {
            throw new ReadingLogException($"{path}: {e.Message}", e);
        }
    }
}
