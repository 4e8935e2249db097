namespace IOC.Ingest.Log;

/// <summary>The log cannot be opened as asked: wrong settings, or not a log of this version.</summary>
public sealed class ReadingLogException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A commit group did not reach the disk: nothing of it may be acknowledged, and nothing of it is in the log.</summary>
public sealed class LogCommitException(string message, Exception? inner = null, bool isFull = false) : Exception(message, inner)
{
    /// <summary>Whether it failed for want of room.</summary>
    public bool IsFull { get; } = isFull;
}

/// <summary>The bytes of a stored batch are not what was written. A reader may go on behind <see cref="Offset"/>, once
/// somebody has decided to lose the batch.</summary>
/// <param name="partition">Partition.</param>
/// <param name="offset">Offset of the batch.</param>
/// <param name="what">What is wrong with it.</param>
public sealed class CorruptBatchException(int partition, long offset, string what)
    : Exception($"Reading log, partition {partition}, batch {offset}: {what}.")
{
    /// <summary>Partition.</summary>
    public int Partition { get; } = partition;

    /// <summary>Offset of the batch.</summary>
    public long Offset { get; } = offset;
}
