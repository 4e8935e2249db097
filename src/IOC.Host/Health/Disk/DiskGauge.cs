namespace IOC.Host.Health.Disk;

/// <summary>Measures a data folder and its volume.</summary>
internal interface IDiskGauge
{
    /// <summary>Bytes free for this user and all bytes of the volume, and the bytes of each store.</summary>
    (long Free, long Total, IReadOnlyDictionary<string, long> Stores) Read();
}

/// <summary>The real one: a store is a folder of the data folder.</summary>
internal sealed class DiskGauge(DataFolder data) : IDiskGauge
{
    public (long Free, long Total, IReadOnlyDictionary<string, long> Stores) Read()
    {
        var drive = new DriveInfo(data.Path);
        var stores = new DirectoryInfo(data.Path).EnumerateDirectories().Where(d => d.Name != "run")
            .ToDictionary(d => d.Name, d => d.EnumerateFiles("*", SearchOption.AllDirectories).Sum(Length), StringComparer.Ordinal);
        return (drive.AvailableFreeSpace, drive.TotalSize, stores);
    }

    // A file may go between the listing and the look at it.
    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
