using IOC.Telemetry;

namespace IOC.Host.Backup;

/// <summary>Puts a backup into an empty data folder.</summary>
internal static class RestoreWork
{
    /// <summary>Restores. A folder that was not restored to the end carries a mark; no host starts on it, and restoring again begins anew.</summary>
    /// <param name="backup">Folder of the backup.</param>
    /// <param name="data">Data folder: absent, empty, or left by a restore that did not finish.</param>
    /// <param name="catalogue">Where to put the backup's catalogue: absent or empty; null = not at all.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="stop">Ends the work; restoring again begins anew.</param>
    /// <exception cref="BackupException">The backup is no good, there is data already, or the disk cannot be written.</exception>
    public static async Task<BackupManifest> RestoreAsync(string backup, string data, string? catalogue, Action<BackupProgress> progress, CancellationToken stop)
    {
        // Before anything is written: a backup that is no good must not cost the folder its emptiness.
        var manifest = await BackupVerifier.VerifyAsync(backup, progress, stop);
        try
        {
            var mark = Path.Combine(data, BackupFiles.UnfinishedRestore);
            Empty(data, mark);
            RequireNothing(catalogue);
            BackupFiles.CreateFolder(data);
            await File.WriteAllTextAsync(mark, manifest.Id, stop);
            await CopyAsync(backup, data, catalogue, manifest, progress, stop);
            File.Delete(mark);
            return manifest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(new LocalText($"Không khôi phục được vào {data}: {e.Message}", $"It could not be restored into {data}: {e.Message}"), e);
        }
    }

    private static async Task CopyAsync(string backup, string data, string? catalogue, BackupManifest manifest, Action<BackupProgress> progress, CancellationToken stop)
    {
        var done = 0L;
        foreach (var file in manifest.Files)
        {
            progress(new BackupProgress("copy", file.Path, done, manifest.TotalBytes()));
            done += file.Bytes;
            var ofCatalogue = file.Path.StartsWith(BackupFiles.CatalogueFolder + "/", StringComparison.Ordinal);
            if (ofCatalogue && catalogue is null)
            {
                continue;
            }

            var to = ofCatalogue ? Path.Combine(catalogue!, file.Path[(BackupFiles.CatalogueFolder.Length + 1)..]) : Path.Combine(data, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            await BackupFiles.CopyAsync(Path.Combine(backup, file.Path), to, stop);
            if (await BackupFiles.HashAsync(to, stop) is var (bytes, hash) && (bytes != file.Bytes || hash != file.Sha256))
            {
                throw new BackupException(new LocalText(
                    $"{to} đọc lại không giống bản sao lưu: kiểm tra đĩa.", $"{to} does not read back as it was written: check the disk."));
            }
        }
    }

    private static void Empty(string data, string mark)
    {
        if (!Directory.Exists(data))
        {
            return;
        }

        if (!File.Exists(mark))
        {
            RequireNothing(data);
            return;
        }

        foreach (var entry in new DirectoryInfo(data).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else if (entry.FullName != Path.GetFullPath(mark))
            {
                entry.Delete();
            }
        }
    }

    private static void RequireNothing(string? folder)
    {
        if (folder is not null && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).FirstOrDefault() is { } found)
        {
            throw new BackupException(new LocalText(
                $"{folder} không trống (có {Path.GetFileName(found)}): không bao giờ ghi đè dữ liệu. Hãy đổi tên thư mục đó, hoặc chọn thư mục khác.",
                $"{folder} is not empty (it has {Path.GetFileName(found)}): data is never written over. Move that folder away, or name another one."));
        }
    }
}
