namespace IOC.Host.State;

/// <summary>Whether a write failed for want of room: SQLite says "I/O error" for some of these.</summary>
internal static class DiskRoom
{
    /// <summary>Below this a disk counts as full: a commit and its write-ahead log need about as much.</summary>
    private const long Short = 4 << 20;

    public static bool IsShort(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace < Short;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
