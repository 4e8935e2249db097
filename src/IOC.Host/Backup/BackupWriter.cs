using System.Globalization;
using IOC.Host.Settings;
using IOC.Ingest.Log;
using IOC.Registry;
using IOC.Telemetry;
using Microsoft.Data.Sqlite;

namespace IOC.Host.Backup;

/// <summary>What is to be backed up, and where to.</summary>
/// <param name="Data">The data folder.</param>
/// <param name="Into">Folder in which the backup gets a folder of its own.</param>
/// <param name="Catalogue">Folder of the catalogue; null when it comes with the program.</param>
/// <param name="Node">This node.</param>
/// <param name="Online">Whether a host is running on the data folder; it must keep the log from being cut meanwhile.</param>
/// <param name="Missing">What is kept elsewhere.</param>
internal sealed record BackupPlan(string Data, string Into, string? Catalogue, string Node, bool Online, IReadOnlyList<string> Missing)
{
    /// <summary>What the settings say is kept elsewhere.</summary>
    public static IReadOnlyList<string> KeptElsewhere(IocOptions options) =>
    [
        .. options.History.Store == HistoryStoreKind.Influx ? ["history"] : Array.Empty<string>(),
        .. options.Registry.Store == RegistryStoreKind.PostgreSql ? ["registry"] : Array.Empty<string>(),
    ];
}

/// <summary>How far a backup is.</summary>
/// <param name="Step">"copy" or "check".</param>
/// <param name="File">The file at which it is.</param>
/// <param name="DoneBytes">Bytes done in this step.</param>
/// <param name="TotalBytes">Bytes to do in this step, about.</param>
public sealed record BackupProgress(string Step, string File, long DoneBytes, long TotalBytes);

/// <summary>Makes a backup: copies every file in an order in which no store is ahead of the log, checks each copy, and only then calls it
/// a backup (ADR 26).</summary>
internal sealed class BackupWriter(TimeProvider time)
{
    /// <summary>Reader of the log that keeps it from being cut while a backup is made. Stored: never rename.</summary>
    public const string Keeper = "backup";

    /// <summary>What a name of a backup begins with.</summary>
    public const string Prefix = "ioc-";

    private const string Log = "log/" + ReadingLogFile.Name;
    private const long Spare = 64L << 20;

    /// <summary>Makes a backup.</summary>
    /// <exception cref="BackupException">It cannot be made; nothing of it is left.</exception>
    public async Task<(string Folder, BackupManifest Manifest)> MakeAsync(BackupPlan plan, Action<BackupProgress> progress, CancellationToken stop)
    {
        var (began, id, folder) = Name(plan);
        while (Directory.Exists(folder))
        {
            // Names have whole seconds, and tell which backup is the newer one.
            await Task.Delay(TimeSpan.FromMilliseconds(1000 - began.Millisecond), time, stop);
            (began, id, folder) = Name(plan);
        }

        try
        {
            var sources = Sources(plan);
            BackupFiles.CreateFolder(plan.Into);
            RequireRoom(plan.Into, sources.Sum(s => s.Bytes));
            BackupFiles.CreateFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(plan.Into, e);
        }

        try
        {
            return (folder, await FillAsync(plan, folder, id, began, progress, stop));
        }
        catch (Exception e)
        {
            Remove(folder);
            throw e is IOException or UnauthorizedAccessException or SqliteException or ReadingLogException ? Failed(folder, e) : e;
        }
    }

    /// <summary>Removes a backup's folder, its manifest first: half of a backup must not look like one.</summary>
    public static void Remove(string folder)
    {
        try
        {
            File.Delete(Path.Combine(folder, BackupManifest.FileName));
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left is no backup; the next pruning tries again.
        }
    }

    private (DateTimeOffset Began, string Id, string Folder) Name(BackupPlan plan)
    {
        var now = time.GetUtcNow();
        var id = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{now:yyyyMMdd-HHmmss}-{plan.Node}");
        return (now, id, Path.Combine(Path.GetFullPath(plan.Into), id));
    }

    private async Task<BackupManifest> FillAsync(BackupPlan plan, string folder, string id, DateTimeOffset began, Action<BackupProgress> progress, CancellationToken stop)
    {
        var sources = Sources(plan);
        var (total, done) = (sources.Sum(s => s.Bytes), 0L);
        foreach (var source in sources)
        {
            var before = done;
            progress(new BackupProgress("copy", source.Path, before, total));
            await CopyAsync(source, Path.Combine(folder, source.Path), share => progress(new BackupProgress("copy", source.Path, before + (long)(share * source.Bytes), total)), stop);
            done += source.Bytes;
        }

        if (File.Exists(Path.Combine(folder, Log)))
        {
            ReadingLogFile.Rewind(Path.Combine(folder, Log), Keeper);
        }

        var files = await CheckAsync(folder, sources, progress, stop);
        var manifest = new BackupManifest(
            BackupManifest.CurrentFormat, id, ProductVersion(), plan.Node, began, time.GetUtcNow(), plan.Online, files, BackupPositions.Read(folder), plan.Missing);
        manifest.Write(folder);
        return manifest;
    }

    private static async Task<List<BackupFile>> CheckAsync(string folder, List<Source> sources, Action<BackupProgress> progress, CancellationToken stop)
    {
        var total = sources.Sum(s => new FileInfo(Path.Combine(folder, s.Path)).Length);
        var files = new List<BackupFile>();
        foreach (var source in sources)
        {
            progress(new BackupProgress("check", source.Path, files.Sum(f => f.Bytes), total));
            var copy = Path.Combine(folder, source.Path);
            if (source.Sqlite && await Task.Run(() => SqliteCopy.Check(copy, stop), stop) is { } damage)
            {
                throw new BackupException(new LocalText(
                    $"{source.Path} bị hỏng: {damage}. Không tạo bản sao lưu; hãy chạy `ioc doctor` và khôi phục tệp này từ bản sao lưu trước.",
                    $"{source.Path} is damaged: {damage}. No backup was made; run `ioc doctor`, and restore from an earlier backup."));
            }

            var (bytes, hash) = await BackupFiles.HashAsync(copy, stop);
            files.Add(new BackupFile(source.Path, bytes, hash, source.Sqlite));
        }

        return files;
    }

    private static async Task CopyAsync(Source source, string to, Action<double> progress, CancellationToken stop)
    {
        BackupFiles.CreateFolder(Path.GetDirectoryName(to)!);
        if (source.Sqlite)
        {
            await Task.Run(() => SqliteCopy.Copy(source.From, to, (done, all) => progress(all == 0 ? 1 : (double)done / all), stop), stop);
        }
        else
        {
            await BackupFiles.CopyAsync(source.From, to, stop);
        }
    }

    // The catalogue and the backups may lie within the data folder, or around it: each file is taken once, and no backup is in another.
    private static List<Source> Sources(BackupPlan plan)
    {
        if (plan.Catalogue is not { } catalogue)
        {
            return [.. Files(plan.Data, "", plan.Into)];
        }

        var isWithin = BackupFiles.IsWithin(catalogue, plan.Data);
        string[] notOfCatalogue = isWithin ? [plan.Into] : [plan.Into, plan.Data];
        string[] notOfData = [plan.Into, Path.Combine(plan.Data, BackupFiles.CatalogueFolder), .. isWithin ? [catalogue] : Array.Empty<string>()];
        return [.. Files(catalogue, BackupFiles.CatalogueFolder + "/", notOfCatalogue), .. Files(plan.Data, "", notOfData)];
    }

    private static IEnumerable<Source> Files(string folder, string prefix, params string[] without) => BackupFiles.Of(folder)
        .Select(f => (Path: f, From: Path.Combine(folder, f)))
        .Where(f => !Array.Exists(without, w => BackupFiles.IsWithin(f.From, w)))
        .Select(f => Source.Of(prefix + f.Path, f.From));

    private static void RequireRoom(string folder, long bytes)
    {
        var free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        if (free < bytes + Spare)
        {
            throw new BackupException(new LocalText(
                $"{folder} chỉ còn {free >> 20} MiB, bản sao lưu cần khoảng {(bytes + Spare) >> 20} MiB: giải phóng chỗ, giảm Ioc:Backup:Keep hoặc đặt Ioc:Backup:Directory trên đĩa khác.",
                $"{folder} has {free >> 20} MiB free and the backup needs about {(bytes + Spare) >> 20} MiB: make room, lower Ioc:Backup:Keep, or set Ioc:Backup:Directory to another disk."));
        }
    }

    private static BackupException Failed(string folder, Exception e) =>
        new(new LocalText($"Không tạo được bản sao lưu tại {folder}: {e.Message}", $"The backup could not be made in {folder}: {e.Message}"), e);

    private static string ProductVersion() => typeof(BackupWriter).Assembly.GetName().Version?.ToString(3) ?? "0";

    private sealed record Source(string Path, string From, long Bytes, bool Sqlite)
    {
        public static Source Of(string path, string from) => new(path, from, Size(from) + Size(from + "-wal"), BackupFiles.IsSqlite(from));

        private static long Size(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
    }
}
