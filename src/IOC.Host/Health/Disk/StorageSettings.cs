namespace IOC.Host.Health.Disk;

/// <summary>Settings of the watch over the disk, section "Ioc:Storage".</summary>
public sealed class StorageSettings
{
    /// <summary>Days before the disk is full from which on the host says so, 1 to 365.</summary>
    public double WarnDays { get; set; } = 7;

    /// <summary>Bytes that count as no room: the disk is called full when so little is free. 0 or more.</summary>
    public long ReserveBytes { get; set; } = 256L << 20;

    /// <summary>Minutes between two looks at the disk, 1 to 1440.</summary>
    public int SampleMinutes { get; set; } = 10;

    /// <summary>Hours between two times that every database of the data folder is read through for damage, up to 1000; 0 = only when something that was
    /// read makes no sense.</summary>
    public double CheckHours { get; set; } = 24;
}
