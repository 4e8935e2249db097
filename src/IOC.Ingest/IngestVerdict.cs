namespace IOC.Ingest;

/// <summary>What became of a publication.</summary>
public enum IngestOutcome : byte
{
    /// <summary>Kept in the log (wholly, or its good values).</summary>
    Accepted,

    /// <summary>Kept as a dead letter only.</summary>
    Refused,

    /// <summary>None of ingest's business: only to be routed (commands, their acknowledgements, empty payloads that
    /// delete a retained message).</summary>
    PassThrough,
}

/// <summary>Answer to one publication.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Refused: why. Accepted: what was wrong with the values left out, null when none were.</param>
/// <param name="Durable">Completes when readings and dead letter are on disk; shared by all of a commit group. Faults with
/// <see cref="Log.LogCommitException"/> when they are not: then nothing may be acknowledged. Null for pass-through.</param>
/// <param name="BackPressure">Not null when the sender should be held back until it completes (it never faults).</param>
public readonly record struct IngestVerdict(IngestOutcome Outcome, RefusalReason? Reason, Task? Durable, Task? BackPressure)
{
    /// <summary>The verdict for what is only routed.</summary>
    public static IngestVerdict PassThrough => new(IngestOutcome.PassThrough, null, null, null);
}
