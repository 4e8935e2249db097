namespace IOC.Mqtt;

/// <summary>What the next commit holds. Guarded by the journal.</summary>
internal sealed class JournalBatch
{
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>In the order in which they came.</summary>
    public List<MqttStoreChange> Changes { get; } = [];

    public List<KeptDelivery> Deliveries { get; } = [];

    /// <summary>Topics whose retained message has changed.</summary>
    public HashSet<byte[]> Topics { get; } = new(ByteComparer.Instance);

    /// <summary>Whether somebody waits for it.</summary>
    public bool IsUrgent { get; set; }

    public bool IsEmpty => Changes.Count == 0 && Deliveries.Count == 0 && Topics.Count == 0;

    /// <summary>Completes when the batch is on disk; faults with a <see cref="MqttStoreException"/> when the first attempt failed.</summary>
    public Task Committed => _committed.Task;

    /// <summary>Completes when the batch is on disk, however many attempts it takes.</summary>
    public Task Stored => _stored.Task;

    public void Succeed()
    {
        _committed.TrySetResult();
        _stored.TrySetResult();
    }

    public void Fail(Exception exception)
    {
        if (_committed.TrySetException(exception))
        {
            // Nobody has to wait for it.
            _ = _committed.Task.Exception;
        }
    }
}
