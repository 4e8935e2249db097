using IOC.Telemetry;

namespace IOC.Host.Backup;

/// <summary>Checks a backup where it lies: sizes, hashes, that every database opens and is sound, that the stores fit together.</summary>
internal static class BackupVerifier
{
    /// <summary>Checks a backup.</summary>
    /// <returns>Its manifest.</returns>
    /// <exception cref="BackupException">Something is wrong with it; the message names the file.</exception>
    public static async Task<BackupManifest> VerifyAsync(string folder, Action<BackupProgress> progress, CancellationToken stop)
    {
        var manifest = BackupManifest.Read(folder);
        var done = 0L;
        foreach (var file in manifest.Files)
        {
            progress(new BackupProgress("check", file.Path, done, manifest.TotalBytes()));
            await VerifyAsync(folder, file, stop);
            done += file.Bytes;
        }

        BackupPositions.Read(folder);
        return manifest;
    }

    private static async Task VerifyAsync(string folder, BackupFile file, CancellationToken stop)
    {
        var path = Path.Combine(folder, file.Path);
        try
        {
            var (bytes, hash) = await BackupFiles.HashAsync(path, stop);
            if (bytes != file.Bytes || hash != file.Sha256)
            {
                throw new BackupException(new LocalText(
                    $"{path} không phải tệp đã sao lưu ({bytes} byte, đáng lẽ {file.Bytes}; SHA-256 {hash}). Hãy dùng bản sao lưu khác.",
                    $"{path} is not what was backed up ({bytes} bytes instead of {file.Bytes}; SHA-256 {hash}). Use another backup."));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(new LocalText($"Không đọc được {path}: {e.Message}", $"{path} cannot be read: {e.Message}"), e);
        }

        if (file.Sqlite && await Task.Run(() => SqliteCopy.Check(path, stop), stop) is { } damage)
        {
            throw new BackupException(new LocalText($"{path} bị hỏng: {damage}", $"{path} is damaged: {damage}"));
        }
    }
}
