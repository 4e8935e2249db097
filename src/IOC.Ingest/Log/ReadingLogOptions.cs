namespace IOC.Ingest.Log;

/// <summary>Settings of the reading log.</summary>
public sealed class ReadingLogOptions
{
    /// <summary>Folder of the log's files; made if absent.</summary>
    public string Directory { get; set; } = "data";

    /// <summary>Number of partitions, fixed when the folder is made. Default 4.</summary>
    public int Partitions { get; set; } = 4;

    /// <summary>How long the writer lets messages gather before it commits again, while there is load (the group before had
    /// 64 messages or more). A commit costs about as much for one message as for a hundred, so this halves the processor
    /// time under load for at most this much delay. Default 2 ms; 0 = commit as soon as the disk is free.</summary>
    public TimeSpan GatherTime { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Bytes that may wait in a partition's open batch before senders are held back. Default 4 MiB.</summary>
    public int MaxOpenBatchBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Dead letters that may wait for a commit before senders are held back. Default 2,000: a flood of bad payloads
    /// must not make the good ones wait long.</summary>
    public int MaxOpenDeadLetters { get; set; } = 2_000;

    /// <summary>Memory for the newest batches over all partitions, from which readers that keep up are served, in bytes.
    /// Default 64 MiB.</summary>
    public long TailBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Largest size of the database file, in bytes (without its write-ahead log); beyond it commits fail as on a
    /// full disk. Default 0 = no limit but the disk's.</summary>
    public long MaxFileBytes { get; set; }

    /// <summary>Pause after a failed commit before the next is tried. Default 500 ms.</summary>
    public TimeSpan PauseAfterFailure { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often checkpoints are stored, read batches deleted and dead letters thinned. Default 1 s.</summary>
    public TimeSpan HousekeepingInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Most dead letters kept; the oldest go first. Default 100,000.</summary>
    public long MaxDeadLetters { get; set; } = 100_000;

    /// <summary>How long dead letters are kept. Default 30 days.</summary>
    public TimeSpan MaxDeadLetterAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Checks the settings.</summary>
    /// <param name="section">Name of the section, to name a setting in full.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message begins with its full name.</exception>
    public void Validate(string section = "ReadingLog")
    {
        Check(!string.IsNullOrWhiteSpace(Directory), nameof(Directory), "must name a folder");
        Check(Partitions is >= 1 and <= 64, nameof(Partitions), "must lie between 1 and 64");
        Check(GatherTime >= TimeSpan.Zero && GatherTime <= TimeSpan.FromSeconds(1), nameof(GatherTime), "must lie between 0 and 1 second");
        Check(MaxOpenBatchBytes is >= 1024 and <= 256 * 1024 * 1024, nameof(MaxOpenBatchBytes), "must lie between 1 KiB and 256 MiB");
        Check(MaxOpenDeadLetters >= 1, nameof(MaxOpenDeadLetters), "must be at least 1");
        Check(TailBytes >= 0, nameof(TailBytes), "must not be negative");
        Check(MaxFileBytes == 0 || MaxFileBytes >= 65_536, nameof(MaxFileBytes), "must be 0 or at least 64 KiB");
        Check(PauseAfterFailure >= TimeSpan.Zero && PauseAfterFailure <= TimeSpan.FromMinutes(1), nameof(PauseAfterFailure), "must lie between 0 and 1 minute");
        Check(HousekeepingInterval > TimeSpan.Zero && HousekeepingInterval <= TimeSpan.FromHours(1), nameof(HousekeepingInterval), "must lie between 0 and 1 hour");
        Check(MaxDeadLetters >= 1, nameof(MaxDeadLetters), "must be at least 1");
        Check(MaxDeadLetterAge > TimeSpan.Zero, nameof(MaxDeadLetterAge), "must be positive");

        void Check(bool holds, string setting, string rule)
        {
            if (!holds)
            {
                throw new ArgumentException($"{section}:{setting} {rule}.", nameof(setting));
            }
        }
    }
}
