using IOC.Ingest.Decoding;
using IOC.Telemetry;

namespace IOC.Ingest.Log;

/// <summary>Answer to an append.</summary>
/// <param name="Durable">Completes when it is on disk, with all of its commit group; faults with
/// <see cref="LogCommitException"/>.</param>
/// <param name="BackPressure">Not null when the log has more waiting than the settings like: completes when that is taken.</param>
public readonly record struct LogAppend(Task Durable, Task? BackPressure);

/// <summary>Whether the log can write.</summary>
/// <param name="IsFailing">True from a failed commit to the next good one.</param>
/// <param name="Since">When the failing began; null when it is not failing.</param>
/// <param name="LastError">Message of the last failure; null when none ever occurred.</param>
/// <param name="IsFull">Whether it fails for want of room: it goes on by itself when there is some.</param>
public sealed record LogHealth(bool IsFailing, DateTimeOffset? Since, string? LastError, bool IsFull = false);

/// <summary>Figures since the log was opened.</summary>
/// <param name="Groups">Commit groups on disk.</param>
/// <param name="FailedGroups">Commit groups that failed.</param>
/// <param name="Batches">Batches on disk.</param>
/// <param name="Messages">Messages on disk, ticks included.</param>
/// <param name="Values">Values on disk.</param>
/// <param name="Bytes">Bytes of the batches on disk.</param>
/// <param name="LastGroupMessages">Messages in the newest group.</param>
/// <param name="LargestGroupMessages">Messages in the largest group.</param>
/// <param name="LastCommitMs">Duration of the newest commit, milliseconds.</param>
/// <param name="LongestCommitMs">Duration of the longest commit, milliseconds.</param>
/// <param name="GroupSizes">Number of groups by size: element n counts those of 2^n to 2^(n+1)-1 messages, element 0 also
/// those without any (dead letters only).</param>
/// <param name="OpenBytes">Bytes waiting for a commit now.</param>
/// <param name="UnknownPropertyValues">Values read that were left out because their property is no longer in the catalogue.</param>
public sealed record LogFigures(
    long Groups, long FailedGroups, long Batches, long Messages, long Values, long Bytes, int LastGroupMessages,
    int LargestGroupMessages, double LastCommitMs, double LongestCommitMs, IReadOnlyList<long> GroupSizes, long OpenBytes, long UnknownPropertyValues);

/// <summary>
/// The reading log: what was received, in order, on disk before it is acknowledged. Partitioned by district; each
/// partition is a sequence of batches with offsets from 1. Safe for use from any thread. Offsets at or below the
/// checkpoint of the slowest registered reader may be deleted at any time; without a registered reader nothing is.
/// </summary>
public interface IReadingLog : IAsyncDisposable
{
    /// <summary>Number of partitions.</summary>
    int PartitionCount { get; }

    /// <summary>The refused payloads.</summary>
    IDeadLetters DeadLetters { get; }

    /// <summary>Whether the log can write.</summary>
    LogHealth Health { get; }

    /// <summary>Figures since the log was opened.</summary>
    LogFigures Figures { get; }

    /// <summary>Partition of a district: a hash of its slug that is the same on every machine and in every version.</summary>
    int PartitionOf(string district);

    /// <summary>Sets the catalogue that indices in appended and read messages refer to.</summary>
    /// <exception cref="ArgumentException">A property of the catalogue before has another index or none.</exception>
    void UseProperties(PropertyCatalogue properties);

    /// <summary>Appends a sensor's readings and, in the same commit group, the dead letter of what was wrong with them.</summary>
    LogAppend AppendReadings(int partition, SensorAddress sensor, ReadingBuffer readings, long receivedAtMs, DeadLetter? deadLetter);

    /// <summary>Appends what one publication says of several sensors, and the dead letter of what was wrong with it, all in one
    /// commit group: either everything reaches the disk or nothing does.</summary>
    /// <param name="parts">What it says of each sensor, in the order of appending; at least one.</param>
    /// <param name="readings">The messages that the parts refer to.</param>
    /// <param name="receivedAtMs">Time of receipt, Unix milliseconds.</param>
    /// <param name="deadLetter">What was wrong; null when nothing was.</param>
    LogAppend AppendParts(ReadOnlySpan<PublicationPart> parts, ReadingBuffer readings, long receivedAtMs, DeadLetter? deadLetter);

    /// <summary>Appends a sensor's birth or will.</summary>
    LogAppend AppendStatus(int partition, SensorAddress sensor, bool online, long atMs);

    /// <summary>Appends a <see cref="MessageKind.Tick"/> or <see cref="MessageKind.Resumed"/> to every partition.</summary>
    LogAppend AppendTick(MessageKind kind, long nowMs);

    /// <summary>Appends a dead letter.</summary>
    LogAppend AppendDeadLetter(DeadLetter deadLetter);

    /// <summary>Reads the first batch behind an offset, waiting until there is one.</summary>
    /// <param name="partition">Partition.</param>
    /// <param name="afterOffset">Offset of the batch read last; 0 = from the oldest kept.</param>
    /// <param name="into">Filled with the batch.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False when the log has been closed; what was not read by then is there after the next start.</returns>
    /// <exception cref="CorruptBatchException">The batch cannot be decoded.</exception>
    ValueTask<bool> ReadAsync(int partition, long afterOffset, TelemetryBatch into, CancellationToken cancellationToken = default);

    /// <summary>Reads the first batch behind an offset, if there is one.</summary>
    /// <exception cref="CorruptBatchException">The batch cannot be decoded.</exception>
    bool TryRead(int partition, long afterOffset, TelemetryBatch into);

    /// <summary>Offset of the newest batch on disk; 0 when there is none.</summary>
    long Head(int partition);

    /// <summary>Offset of the oldest batch kept; 1 when there was never one.</summary>
    long Tail(int partition);

    /// <summary>Registers a reader by name, so that nothing is deleted before it has saved a checkpoint behind it. A reader
    /// known from before keeps its checkpoints; a new one starts at the oldest batch kept. On disk when this returns.</summary>
    void RegisterReader(string reader);

    /// <summary>Forgets a reader and its checkpoints.</summary>
    void UnregisterReader(string reader);

    /// <summary>A registered reader's checkpoint: the offset up to which it has everything; 0 = nothing yet.</summary>
    /// <exception cref="InvalidOperationException">The reader is not registered.</exception>
    long Checkpoint(string reader, int partition);

    /// <summary>Notes that a registered reader has everything up to an offset in a form that survives a crash. It is on
    /// disk with the next housekeeping; a crash before then makes the reader see some batches again.</summary>
    /// <exception cref="InvalidOperationException">The reader is not registered.</exception>
    void SaveCheckpoint(string reader, int partition, long offset);
}
