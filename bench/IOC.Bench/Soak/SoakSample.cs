namespace IOC.Bench.Soak;

/// <summary>What was measured at a moment of a soak; latencies are of the time since the moment before.</summary>
internal sealed record SoakSample
{
    /// <summary>Time since the load began.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Publishes acknowledged since the load began.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Processor time of the host since it started.</summary>
    public required TimeSpan Cpu { get; init; }

    /// <summary>Managed heap after a full collection, bytes.</summary>
    public required double Heap { get; init; }

    /// <summary>Resident memory, bytes.</summary>
    public required double Resident { get; init; }

    /// <summary>Open file descriptors.</summary>
    public required double Files { get; init; }

    /// <summary>Threads.</summary>
    public required double Threads { get; init; }

    /// <summary>Publish to acknowledgement, ms, ascending.</summary>
    public required IReadOnlyList<double> ToAck { get; init; }

    /// <summary>Publish to alert at the hub, ms, ascending.</summary>
    public required IReadOnlyList<double> ToHub { get; init; }

    /// <summary>Bytes that wait for the log's next commit.</summary>
    public required double Waiting { get; init; }

    /// <summary>Batches that the log keeps, all partitions.</summary>
    public required double Kept { get; init; }

    /// <summary>Batches that the slowest reader has not taken.</summary>
    public required double Lag { get; init; }

    /// <summary>Work that waits for a thread of the pool.</summary>
    public required double PoolQueue { get; init; }

    /// <summary>A share of ascending values; not a number when there are none.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)];
}
