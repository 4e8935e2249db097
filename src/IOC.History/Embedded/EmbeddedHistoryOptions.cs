using IOC.History.Embedded.Codec;

namespace IOC.History.Embedded;

/// <summary>Settings of the embedded store.</summary>
public sealed class EmbeddedHistoryOptions
{
    /// <summary>Most readings that a block may be set to hold.</summary>
    internal const int MaxBlockReadings = 4096;

    /// <summary>Folder of the store's files, one per partition; made when missing. No two processes may use one.</summary>
    public required string Directory { get; init; }

    /// <summary>Readings of a closed block; 16 to 4096. More is smaller on disk, fewer is quicker to read for short
    /// ranges.</summary>
    public int BlockReadings { get; init; } = 512;

    /// <summary>Memory that the open tails of one partition may keep after a checkpoint, in bytes. Idle tails are dropped
    /// first, then long ones are closed early; what is appended between two checkpoints always comes on top.</summary>
    public long TailBytesPerPartition { get; init; } = 128L << 20;

    /// <summary>Whole hours by which the days that are rolled up begin before those of UTC; -14 to 14. 7 for Viet Nam. Any other zone is
    /// answered as rightly, from hours.</summary>
    public int DayOffsetHours { get; init; } = 7;

    /// <summary>Most windows in one answer.</summary>
    public int MaxWindows { get; init; } = 100_000;

    /// <summary>Throws when a setting is out of bounds.</summary>
    /// <exception cref="InvalidOperationException">The message names the setting.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Directory))
        {
            throw new InvalidOperationException("History:Directory is missing.");
        }

        if (BlockReadings is < 16 or > MaxBlockReadings)
        {
            throw new InvalidOperationException($"History:BlockReadings is {BlockReadings}; it must be from 16 to {MaxBlockReadings}.");
        }

        if (TailBytesPerPartition < 0)
        {
            throw new InvalidOperationException("History:TailBytesPerPartition must not be negative.");
        }

        if (DayOffsetHours is < -14 or > 14)
        {
            throw new InvalidOperationException($"History:RollupDayOffsetHours is {DayOffsetHours}; it must be from -14 to 14.");
        }

        if (MaxWindows < 1)
        {
            throw new InvalidOperationException("History:MaxWindows must be 1 or more.");
        }
    }

    /// <summary>Readings that stay in the tail when a block is closed, so that small disorder and redeliveries still find
    /// their place there.</summary>
    internal int KeptReadings => BlockReadings / 16;

    internal BlockEncoder NewEncoder() => new(BlockReadings + KeptReadings);
}
