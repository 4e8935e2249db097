namespace IOC.History.Embedded;

/// <summary>A sensor as it is known to a partition, with its series.</summary>
internal sealed class SensorEntry(string path, string district, string domain, string sensor)
{
    public string Path => path;

    public string District => district;

    public string Domain => domain;

    public string Sensor => sensor;

    /// <summary>Its series; few, so a list.</summary>
    public List<Series> Series { get; } = [];

    public Series? Find(string property) => Series.Find(s => s.Property == property);
}

/// <summary>
/// One property of one sensor in a partition. Its readings are a main sequence (blocks and a tail, each wholly behind the
/// one before) and, where something came after the main sequence had passed its time, late blocks and a late tail on top.
/// Guarded by the partition's lock.
/// </summary>
internal sealed class Series(int id, SensorEntry sensor, string property)
{
    public int Id => id;

    public SensorEntry Sensor => sensor;

    public string Property => property;

    /// <summary>Tail of the main sequence; null = not in memory (it may be on disk).</summary>
    public OpenTail? Main { get; set; }

    /// <summary>Tail of late readings; null = not in memory (it may be on disk).</summary>
    public OpenTail? Late { get; set; }

    /// <summary>True once a late reading came.</summary>
    public bool HasLate { get; set; }

    /// <summary>True while the tail holds something that its copy on disk does not.</summary>
    public bool MainDirty { get; set; }

    /// <summary>True while the late tail holds something that its copy on disk does not.</summary>
    public bool LateDirty { get; set; }

    /// <summary>True while this series' row on disk is behind.</summary>
    public bool RowDirty { get; set; }

    /// <summary>True while it is in the partition's list of series to write.</summary>
    public bool Listed { get; set; }

    /// <summary>Checkpoint interval in which it was last appended to.</summary>
    public long UsedInGeneration { get; set; }

    /// <summary>Time of the first reading in a block of the main sequence.</summary>
    public long SealedFirstMs { get; set; } = long.MaxValue;

    /// <summary>Time of the last reading in a block of the main sequence: nothing at or before it may enter the main tail.</summary>
    public long SealedLastMs { get; set; } = long.MinValue;

    /// <summary>Readings in blocks of the main sequence.</summary>
    public long SealedCount { get; set; }

    /// <summary>Short blocks of the main sequence since the upkeep last looked; very many while that is not known.</summary>
    public int Unpacked { get; set; } = int.MaxValue / 2;

    /// <summary>Blocks that no confirmed checkpoint holds yet, oldest first.</summary>
    public List<PendingBlock>? Pending { get; set; }

    /// <summary>Key of a tail on disk.</summary>
    public static long TailKey(int series, bool late) => (series * 2L) + (late ? 1 : 0);
}

/// <summary>A closed block on its way to disk.</summary>
internal sealed class PendingBlock(Series series, Segment segment, byte[] data)
{
    public Series Series => series;

    public Segment Segment => segment;

    public byte[] Data => data;

    /// <summary>Generation of the checkpoint that writes it; long.MaxValue = none yet.</summary>
    public long Generation { get; set; } = long.MaxValue;
}
