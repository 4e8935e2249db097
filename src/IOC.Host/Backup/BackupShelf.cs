using System.Text.RegularExpressions;

namespace IOC.Host.Backup;

/// <summary>The folder in which the backups lie.</summary>
internal static partial class BackupShelf
{
    /// <summary>The complete backups in it, the newest first. What has no manifest, or one that cannot be read, is none.</summary>
    public static IReadOnlyList<(string Folder, BackupManifest Manifest)> Of(string shelf) =>
        [.. Folders(shelf).Select(f => (f, TryRead(f)!)).Where(b => b.Item2 is not null).OrderByDescending(b => b.Item2.BeganAt)];

    /// <summary>Removes a node's backups beyond the newest, and what is left of ones that were never finished. Anything else that lies there
    /// is not touched.</summary>
    /// <returns>The complete ones that went.</returns>
    public static IReadOnlyList<string> Prune(string shelf, string node, int keep)
    {
        var complete = Of(shelf);
        foreach (var unfinished in Folders(shelf).Where(f => f.EndsWith($"-{node}", StringComparison.Ordinal)
            && !File.Exists(Path.Combine(f, BackupManifest.FileName))))
        {
            BackupWriter.Remove(unfinished);
        }

        var old = complete.Where(b => b.Manifest.Node == node).Skip(keep).Select(b => b.Folder).ToList();
        old.ForEach(BackupWriter.Remove);
        return old;
    }

    private static IEnumerable<string> Folders(string shelf) =>
        Directory.Exists(shelf) ? Directory.EnumerateDirectories(shelf).Where(f => Name().IsMatch(Path.GetFileName(f))) : [];

    private static BackupManifest? TryRead(string folder)
    {
        try
        {
            return BackupManifest.Read(folder);
        }
        catch (BackupException)
        {
            return null;
        }
    }

    [GeneratedRegex("^ioc-[0-9]{8}-[0-9]{6}-[a-z0-9_-]{1,16}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
