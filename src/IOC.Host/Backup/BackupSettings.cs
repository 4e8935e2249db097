namespace IOC.Host.Backup;

/// <summary>Settings of backups, section "Ioc:Backup".</summary>
public sealed class BackupSettings
{
    /// <summary>Folder in which each backup gets a folder of its own; best on another disk. Empty = <c>backups</c> in the data folder.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Hours between two backups that the host makes by itself, 0 to 8760; 0 = only when it is asked.</summary>
    public int IntervalHours { get; set; }

    /// <summary>Backups kept, 1 to 1000: after a good one the oldest beyond this number are removed.</summary>
    public int Keep { get; set; } = 7;

    /// <summary>The folder in use.</summary>
    internal string In(string dataDirectory) => Directory.Length > 0 ? Directory : Path.Combine(dataDirectory, BackupFiles.DefaultFolder);
}
