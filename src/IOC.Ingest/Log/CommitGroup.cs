namespace IOC.Ingest.Log;

/// <summary>A partition's batch, taken from the encoder and ready to be stored.</summary>
/// <param name="Partition">Partition.</param>
/// <param name="Bytes">The sealed batch.</param>
/// <param name="Messages">Number of messages.</param>
/// <param name="Values">Number of values.</param>
/// <param name="FirstReceivedMs">Earliest time of receipt, Unix milliseconds.</param>
/// <param name="LastReceivedMs">Latest time of receipt, Unix milliseconds.</param>
internal sealed record SealedBatch(int Partition, byte[] Bytes, int Messages, int Values, long FirstReceivedMs, long LastReceivedMs);

/// <summary>What is committed together: a batch of each partition that has any, and the dead letters.</summary>
internal sealed class CommitGroup
{
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _announced;

    /// <summary>Completes when the group is on disk.</summary>
    public Task Durable => _durable.Task;

    /// <summary>Completes when the writer has taken the group, so that there is room again.</summary>
    public Task Taken => _taken.Task;

    /// <summary>Dead letters; guarded by the log's dead-letter lock until the group is taken.</summary>
    public List<DeadLetter> DeadLetters { get; } = [];

    /// <summary>Bytes of the dead letters' payloads; guarded likewise.</summary>
    public long DeadLetterBytes { get; set; }

    /// <summary>True the first time only: that caller wakes the writer.</summary>
    public bool Announce()
    {
        if (_announced)
        {
            return false;
        }

        _announced = true;
        return true;
    }

    /// <summary>The writer has taken it.</summary>
    public void Take() => _taken.SetResult();

    /// <summary>It is on disk.</summary>
    public void Succeed() => _durable.SetResult();

    /// <summary>It did not reach the disk.</summary>
    public void Fail(LogCommitException error)
    {
        _durable.SetException(error);

        // Nobody has to wait for a group (ticks): that is no unobserved error, the log's health tells of it.
        _ = _durable.Task.Exception;
    }
}
