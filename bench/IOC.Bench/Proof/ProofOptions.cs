namespace IOC.Bench.Proof;

/// <summary>What a proof runs.</summary>
internal sealed record ProofOptions
{
    /// <summary>Days that are judged, simulated time.</summary>
    public double Days { get; init; } = 14;

    /// <summary>Days before them without a fault, in which detectors learn; not judged.</summary>
    public double WarmUpDays { get; init; } = 2;

    /// <summary>Sensors of the catalogue that report: the first so many, which stand close together.</summary>
    public int Sensors { get; init; } = 500;

    /// <summary>Seed of the city, its faults and its network.</summary>
    public ulong Seed { get; init; } = 7;

    /// <summary>Faults per sensor and day. 0.1 is a fault in ten days: cheap hardware on a bad network.</summary>
    public double FaultRate { get; init; } = 0.1;

    /// <summary>Time between two ticks of the log. The host's is a second.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When the simulated time begins. The default is a Monday, 00:00 in Vietnam.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 3, 2, 0, 0, 0, TimeSpan.FromHours(7));

    /// <summary>Times after the start at which everything in memory is lost and built anew from what is stored.</summary>
    public IReadOnlyList<TimeSpan> RestartAt { get; init; } = [];

    /// <summary>Time between two checkpoints. The host's is 15 s; here a restart has the more to replay.</summary>
    public TimeSpan Checkpoint { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Folder of the catalogue; null = the one that comes with the program.</summary>
    public string? Catalogue { get; init; }

    /// <summary>Partitions of the log.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>Start, Unix milliseconds.</summary>
    public long StartMs => Start.ToUnixTimeMilliseconds();

    /// <summary>When judging begins, Unix milliseconds.</summary>
    public long JudgedFromMs => StartMs + (long)(WarmUpDays * 86_400_000);

    /// <summary>End, Unix milliseconds.</summary>
    public long EndMs => JudgedFromMs + (long)(Days * 86_400_000);
}
