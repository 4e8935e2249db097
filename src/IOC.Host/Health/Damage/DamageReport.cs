using IOC.History;
using IOC.Host.Backup;
using IOC.Host.Settings;
using IOC.Ingest.Log;
using IOC.Telemetry;
using Microsoft.Data.Sqlite;

namespace IOC.Host.Health.Damage;

/// <summary>A file of the data folder that is damaged.</summary>
/// <param name="File">Its path within the data folder.</param>
/// <param name="Problem">What is wrong with it.</param>
internal sealed record DamagedFile(string File, string Problem);

/// <summary>Which databases of a data folder are damaged, and what people are told of it.</summary>
internal static class DamageReport
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    /// <summary>Whether an exception, or what caused it, says that a file does not hold what was written to it.</summary>
    public static bool IsSignOf(Exception? e) => e is not null && (IsSign(e) || IsSignOf(e.InnerException));

    /// <summary>Reads every database of a folder through. A value that reads as another valid one is not found by it: batches of the log
    /// and blocks of history have checksums of their own, which are looked at when they are read.</summary>
    public static IReadOnlyList<DamagedFile> Look(string dataFolder, CancellationToken stop) =>
    [
        .. BackupFiles.Of(dataFolder).Where(f => BackupFiles.IsDatabase(dataFolder, f))
            .Select(f => (File: f, Problem: SqliteCopy.Check(Path.Combine(dataFolder, f), stop, live: true, thorough: false)))
            .Where(f => f.Problem is not null).Select(f => new DamagedFile(f.File, f.Problem!.ReplaceLineEndings(" "))),
    ];

    /// <summary>What people are told.</summary>
    public static LocalText Tell(IEnumerable<DamagedFile> damaged, IocOptions options)
    {
        var files = string.Join("; ", damaged.Select(d => $"{d.File} ({d.Problem})"));
        var newest = BackupShelf.Of(options.Backup.In(Path.GetFullPath(options.DataDirectory))) is [var (folder, _), ..] ? folder : null;
        return new LocalText(
            $"Tệp dữ liệu bị hỏng: {files}. Dừng máy chủ, giữ nguyên thư mục dữ liệu cũ, rồi chạy: ioc restore {newest ?? "BẢN-SAO-LƯU"} --data THƯ-MỤC-MỚI (docs/operate.md).",
            $"A data file is damaged: {files}. Stop the host, keep the old data folder as it is, and run: ioc restore {newest ?? "BACKUP"} --data NEW-FOLDER (docs/operate.md).");
    }

    /// <summary>What is told when damage keeps the host from starting; null when something else does.</summary>
    /// <param name="e">Why it did not start.</param>
    /// <param name="args">Its arguments.</param>
    public static string? AtStart(Exception e, string[] args)
    {
        if (!IsSignOf(e))
        {
            return null;
        }

        var options = SettingsReader.Read(new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true).AddEnvironmentVariables()
            .AddCommandLine(args, new Dictionary<string, string>(SettingsReader.Switches, StringComparer.OrdinalIgnoreCase)).Build());
        var damaged = Look(options.DataDirectory, CancellationToken.None);
        if (damaged.Count == 0 && e is InvalidDataException && e.Source?.StartsWith("IOC.", StringComparison.Ordinal) != true)
        {
            // Somebody else's data.
            return null;
        }

        var text = Tell(damaged.Count > 0 ? damaged : [new DamagedFile(options.DataDirectory, e.Message)], options);
        return $"{text.En}{Environment.NewLine}{text.Vi}";
    }

    private static bool IsSign(Exception e) => e switch
    {
        SqliteException failure => failure.SqliteErrorCode is Corrupt or NotADatabase,
        CorruptBatchException or CorruptBlockException or InvalidDataException => true,
        _ => false,
    };
}
