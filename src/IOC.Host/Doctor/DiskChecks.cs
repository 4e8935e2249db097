using System.Globalization;
using IOC.Host.Backup;
using IOC.Host.Settings;

namespace IOC.Host.Doctor;

/// <summary>Checks of the data folder, its disk and its databases.</summary>
internal static class DiskChecks
{
    private const int Writes = 20;
    private const double SlowMs = 20;
    private const double TooSlowMs = 250;

    /// <summary>Whether the folder is there and can be written.</summary>
    public static Finding Folder(string data)
    {
        if (!Directory.Exists(data))
        {
            return Finding.Warn("data", $"Chưa có thư mục '{data}'; máy chủ sẽ tạo khi khởi động.", $"There is no folder '{data}' yet; the host makes it when it starts.");
        }

        if (File.Exists(Path.Combine(data, BackupFiles.UnfinishedRestore)))
        {
            return Finding.Fail("data", $"'{data}' chưa được khôi phục xong: chạy lại `ioc restore`.", $"'{data}' was not restored to the end: run `ioc restore` again.");
        }

        try
        {
            File.Delete(WriteProbe(data, 1));
            return Finding.Ok("data", $"Ghi được vào '{data}'.", $"'{data}' can be written.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail(
                "data", $"Không ghi được vào '{data}': {e.Message} Hãy chạy lệnh này bằng người dùng của máy chủ.", $"'{data}' cannot be written: {e.Message} Run this as the host's user.");
        }
    }

    /// <summary>Whether there is room.</summary>
    public static Finding Room(string data, IocOptions options)
    {
        var drive = new DriveInfo(Path.GetFullPath(data));
        var (free, share) = (drive.AvailableFreeSpace, (double)drive.AvailableFreeSpace / Math.Max(1, drive.TotalSize));
        var (vi, en) = (string.Create(CultureInfo.InvariantCulture, $"Còn trống {free >> 20} MiB ({share:P0})."), string.Create(CultureInfo.InvariantCulture, $"{free >> 20} MiB are free ({share:P0})."));
        return free <= options.Storage.ReserveBytes ? Finding.Fail("disk", vi + " Hãy giải phóng chỗ ngay.", en + " Make room now.")
            : share < 0.05 || free < 4 * options.Storage.ReserveBytes ? Finding.Warn("disk", vi + " Sắp hết chỗ.", en + " That is little.")
            : Finding.Ok("disk", vi, en);
    }

    /// <summary>How long a write takes to be on the disk: every acknowledgement waits for one.</summary>
    public static Finding Speed(string data, TimeProvider time)
    {
        try
        {
            var took = new List<double>();
            for (var i = 0; i < Writes; i++)
            {
                var began = time.GetTimestamp();
                File.Delete(WriteProbe(data, 4096));
                took.Add(time.GetElapsedTime(began).TotalMilliseconds);
            }

            took.Sort();
            var (middle, worst) = (took[Writes / 2], took[^1]);
            var (vi, en) = (
                string.Create(CultureInfo.InvariantCulture, $"Ghi xuống đĩa (fsync) mất {middle:F1} ms, lâu nhất {worst:F1} ms trong {Writes} lần."),
                string.Create(CultureInfo.InvariantCulture, $"A write is on the disk (fsync) after {middle:F1} ms, at worst {worst:F1} ms of {Writes}."));
            return middle >= TooSlowMs ? Finding.Fail("fsync", vi + " Đĩa quá chậm: thiết bị phải chờ xác nhận.", en + " The disk is too slow: devices wait for their acknowledgements.")
                : middle >= SlowMs ? Finding.Warn("fsync", vi + " Nên dùng SSD.", en + " An SSD is better.")
                : Finding.Ok("fsync", vi, en);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail("fsync", $"Không đo được: {e.Message}", $"It cannot be measured: {e.Message}");
        }
    }

    /// <summary>Whether every database opens and is sound.</summary>
    public static IEnumerable<Finding> Databases(string data, CancellationToken stop)
    {
        foreach (var file in BackupFiles.Of(data).Where(f => BackupFiles.IsDatabase(data, f)))
        {
            yield return SqliteCopy.Check(Path.Combine(data, file), stop, live: true) is { } damage
                ? Finding.Fail($"database:{file}", $"Bị hỏng: {damage}. Dừng máy chủ và khôi phục từ bản sao lưu (docs/operate.md).", $"It is damaged: {damage}. Stop the host and restore a backup (docs/operate.md).")
                : Finding.Ok($"database:{file}", "Mở được, không lỗi.", "It opens and is sound.");
        }
    }

    /// <summary>Whether there is a backup that is not too old.</summary>
    public static Finding Backups(string data, IocOptions options, DateTimeOffset now)
    {
        var shelf = options.Backup.In(Path.GetFullPath(data));
        if (BackupShelf.Of(shelf) is not [var (_, newest), ..])
        {
            return Finding.Warn("backup", $"Chưa có bản sao lưu nào trong '{shelf}': chạy `ioc backup` hoặc đặt Ioc:Backup:IntervalHours.", $"There is no backup in '{shelf}': run `ioc backup`, or set Ioc:Backup:IntervalHours.");
        }

        var age = now - newest.EndedAt;
        var limit = options.Backup.IntervalHours > 0 ? TimeSpan.FromHours(2 * options.Backup.IntervalHours) : TimeSpan.FromDays(7);
        var (vi, en) = (
            string.Create(CultureInfo.InvariantCulture, $"Bản mới nhất {newest.Id}, {age.TotalHours:F0} giờ trước."), string.Create(CultureInfo.InvariantCulture, $"The newest is {newest.Id}, {age.TotalHours:F0} hours old."));
        return age > limit ? Finding.Warn("backup", vi + " Đã cũ.", en + " That is old.") : Finding.Ok("backup", vi, en);
    }

    private static string WriteProbe(string data, int bytes)
    {
        var path = Path.Combine(data, $"doctor-{Environment.ProcessId}.tmp");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        file.Write(new byte[bytes]);
        file.Flush(flushToDisk: true);
        return path;
    }
}
