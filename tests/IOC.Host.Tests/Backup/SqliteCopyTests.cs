using IOC.Host.Backup;
using IOC.Testing;
using Microsoft.Data.Sqlite;

namespace IOC.Host.Tests.Backup;

public sealed class SqliteCopyTests
{
    // Two tables that every transaction changes together: a copy of two moments would show it.
    private const string Schema =
        "PRAGMA journal_mode = WAL; CREATE TABLE a(n INTEGER PRIMARY KEY, filling BLOB); CREATE TABLE b(n INTEGER PRIMARY KEY, filling BLOB);";

    private const string Write = "BEGIN; INSERT INTO a(filling) VALUES (randomblob(3000)); INSERT INTO b(filling) VALUES (randomblob(3000)); COMMIT;";

    [Fact]
    public async Task A_file_that_is_written_all_the_while_is_copied_as_of_one_moment()
    {
        using var folder = new TempDirectory();
        var (from, to) = (folder.Combine("a.db"), folder.Combine("copy.db"));
        using var writer = Open(from);
        Run(writer, Schema);
        for (var i = 0; i < 500; i++)
        {
            Run(writer, Write);
        }

        using var stop = new CancellationTokenSource();
        var written = 0;
        var writing = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Run(writer, Write);
                Interlocked.Increment(ref written);
            }
        });
        var before = Volatile.Read(ref written);

        // The copy waits at every step until the writer has got on: between any two steps something is written.
        SqliteCopy.Copy(from, to, (_, _) => WaitFor(() => Volatile.Read(ref written) > before + 1, () => before = Volatile.Read(ref written)), CancellationToken.None);
        await stop.CancelAsync();
        await writing;

        Assert.Null(SqliteCopy.Check(to, CancellationToken.None));
        Assert.Equal(["copy.db"], Directory.EnumerateFiles(folder.Path, "copy*").Select(Path.GetFileName));
        using var copy = Open(to);
        var (a, b) = (Number(copy, "SELECT max(n) FROM a"), Number(copy, "SELECT max(n) FROM b"));
        Assert.Equal(a, b);
        Assert.InRange(a, 500, Number(writer, "SELECT max(n) FROM a") - 1);
    }

    [Fact]
    public void A_damaged_page_is_found()
    {
        using var folder = new TempDirectory();
        var path = folder.Combine("a.db");
        using (var writer = Open(path))
        {
            Run(writer, Schema);
            for (var i = 0; i < 50; i++)
            {
                Run(writer, Write);
            }
        }

        Assert.Null(SqliteCopy.Check(path, CancellationToken.None));
        using (var file = new FileStream(path, FileMode.Open))
        {
            // The head of a page of a tree.
            file.Position = 4096 * 3;
            file.Write([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        }

        Assert.NotNull(SqliteCopy.Check(path, CancellationToken.None));
    }

    [Fact]
    public void A_copy_that_is_called_off_ends()
    {
        using var folder = new TempDirectory();
        using var writer = Open(folder.Combine("a.db"));
        Run(writer, Schema);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => SqliteCopy.Copy(folder.Combine("a.db"), folder.Combine("b.db"), null, stop.Token));
    }

    private static void WaitFor(Func<bool> condition, Action then)
    {
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)), "the writer gets on while a copy is made");
        then();
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
