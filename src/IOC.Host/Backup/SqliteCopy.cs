using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IOC.Host.Backup;

/// <summary>
/// Copies an SQLite file while others write to it, by SQLite's own online backup. The source's connection keeps one read transaction from
/// the first page to the last: the copy is the file as of that moment, and writers neither wait for it nor make it begin anew, as they
/// would without (a log that commits hundreds of times a second would never be copied to its end). Meanwhile the source's
/// write-ahead log cannot be emptied and grows by what is written.
/// </summary>
internal static class SqliteCopy
{
    private const int PagesAtOnce = 256;

    /// <summary>Copies a file and puts the copy on the disk.</summary>
    /// <param name="from">The source.</param>
    /// <param name="to">The copy; must not exist.</param>
    /// <param name="progress">Told the pages that are done and all of them.</param>
    /// <param name="stop">Ends the work; what there is of the copy stays.</param>
    /// <exception cref="SqliteException">One of them cannot be read or written.</exception>
    public static void Copy(string from, string to, Action<long, long>? progress, CancellationToken stop)
    {
        using (BackupFiles.Create(to))
        {
            // SQLite would make it readable for others.
        }

        using (var source = Open(from, SqliteOpenMode.ReadWrite))
        using (var target = Open(to, SqliteOpenMode.ReadWrite))
        {
            Run(target, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
            Run(source, "BEGIN; SELECT count(*) FROM sqlite_schema");
            Copy(source, target, to, progress, stop);
            Run(source, "COMMIT");
        }

        using var copy = new FileStream(to, FileMode.Open, FileAccess.ReadWrite);
        copy.Flush(flushToDisk: true);
    }

    /// <summary>Checks a file: structure, indices, and that every page can be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stop">Ends the work.</param>
    /// <param name="live">Whether somebody may have it open; a copy in a backup has nobody, and gets no side files.</param>
    /// <param name="thorough">Whether indices are compared with their tables, which takes several times as long.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? Check(string path, CancellationToken stop, bool live = false, bool thorough = true)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                // Without the side files of write-ahead mode: they would be left in the backup.
                DataSource = live ? path : new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1",
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString());
            connection.Open();
            using var cancelled = stop.Register(() => raw.sqlite3_interrupt(connection.Handle));
            using var command = connection.CreateCommand();
            command.CommandText = thorough ? "PRAGMA integrity_check(3)" : "PRAGMA quick_check(3)";
            command.CommandTimeout = 0;
            using var rows = command.ExecuteReader();
            var found = new List<string>();
            while (rows.Read())
            {
                found.Add(rows.GetString(0));
            }

            return found is ["ok"] ? null : string.Join("; ", found);
        }
        catch (SqliteException e)
        {
            stop.ThrowIfCancellationRequested();
            return e.Message;
        }
    }

    private static void Copy(SqliteConnection source, SqliteConnection target, string to, Action<long, long>? progress, CancellationToken stop)
    {
        var backup = raw.sqlite3_backup_init(target.Handle, "main", source.Handle, "main");
        if (backup.IsInvalid)
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(target.Handle), target.Handle);
        }

        using (backup)
        {
            int result;
            do
            {
                stop.ThrowIfCancellationRequested();
                result = raw.sqlite3_backup_step(backup, PagesAtOnce);
                var all = raw.sqlite3_backup_pagecount(backup);
                progress?.Invoke(all - raw.sqlite3_backup_remaining(backup), all);
            }
            while (result == raw.SQLITE_OK);
            if (result != raw.SQLITE_DONE)
            {
                throw new SqliteException($"{to}: {raw.sqlite3_errstr(result).utf8_to_string()}", result);
            }
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
