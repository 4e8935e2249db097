using System.Security.Cryptography;

namespace IOC.Host.Backup;

/// <summary>Which files of a data folder a backup takes, and in which order.</summary>
internal static class BackupFiles
{
    /// <summary>Where backups lie unless the settings say otherwise.</summary>
    public const string DefaultFolder = "backups";

    /// <summary>Where a backup holds the files of the catalogue that the settings name, wherever it lies.</summary>
    public const string CatalogueFolder = "catalogue";

    /// <summary>A data folder with this file was not restored to the end: no host starts on it.</summary>
    public const string UnfinishedRestore = "restore.unfinished";

    // The log comes last and its readers' stores before it, so that none is ahead of it; the registry comes behind the states, so that
    // the alerts of every batch that the states hold are in it (ADR 26). What is not named here comes in between.
    private static readonly string[] s_first = ["state", "history", "mqtt"];
    private static readonly string[] s_last = ["registry", "log"];

    // What a new start makes anew, and what people read: not needed to go on.
    private static readonly string[] s_folders = ["run", "logs", DefaultFolder];
    private static readonly string[] s_suffixes = [".lock", "-wal", "-shm", "-journal", ".new"];

    private static ReadOnlySpan<byte> SqliteMark => "SQLite format 3\0"u8;

    /// <summary>The files of a data folder, as paths within it with '/', in the order in which they are to be copied.</summary>
    public static IReadOnlyList<string> Of(string dataFolder)
    {
        var files = Directory.EnumerateFiles(dataFolder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(dataFolder, f).Replace('\\', '/'))
            .Where(f => f != UnfinishedRestore && !s_folders.Contains(f.Split('/')[0], StringComparer.Ordinal) && !Array.Exists(s_suffixes, s => f.EndsWith(s, StringComparison.Ordinal)));
        return [.. files.OrderBy(Rank).ThenBy(f => f, StringComparer.Ordinal)];
    }

    /// <summary>Whether a file is a database.</summary>
    public static bool IsSqlite(string path)
    {
        Span<byte> head = stackalloc byte[16];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual(SqliteMark);
    }

    /// <summary>Whether a file of a data folder is a database, or ought to be one.</summary>
    public static bool IsDatabase(string dataFolder, string file) => file.EndsWith(".db", StringComparison.Ordinal) || IsSqlite(Path.Combine(dataFolder, file));

    /// <summary>Whether a path of a manifest stays within the folder that it is to be put into.</summary>
    public static bool IsSafe(string? path) =>
        !string.IsNullOrEmpty(path) && !Path.IsPathRooted(path) && !path.Contains('\\', StringComparison.Ordinal) && path.Split('/').All(p => p.Length > 0 && p is not ("." or ".."));

    /// <summary>Whether a path lies below a folder.</summary>
    public static bool IsWithin(string path, string folder) =>
        Path.GetRelativePath(folder, path) is var relative && relative is not ("." or "..") && !relative.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(relative);

    /// <summary>Makes a file that only this user may read: it may hold credentials' hashes and channels' secrets.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Makes a folder that only this user may enter.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Copies a file that is no database, to the disk.</summary>
    public static async Task CopyAsync(string from, string to, CancellationToken stop)
    {
        await using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, useAsync: true);
        await using var target = Create(to);
        await source.CopyToAsync(target, stop);
        target.Flush(flushToDisk: true);
    }

    /// <summary>Size and SHA-256 of a file.</summary>
    public static async Task<(long Bytes, string Sha256)> HashAsync(string path, CancellationToken stop)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, useAsync: true);
        var hash = await SHA256.HashDataAsync(file, stop);
        return (file.Length, Convert.ToHexStringLower(hash));
    }

    private static int Rank(string file)
    {
        var folder = file.Split('/')[0];
        return Array.IndexOf(s_first, folder) is >= 0 and var first ? first
            : Array.IndexOf(s_last, folder) is >= 0 and var last ? 100 + last
            : 50;
    }
}
