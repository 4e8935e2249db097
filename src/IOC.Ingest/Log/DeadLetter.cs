namespace IOC.Ingest.Log;

/// <summary>A payload that was refused, wholly or in part, with the reason.</summary>
public sealed record DeadLetter
{
    /// <summary>Number given by the log, rising; 0 before that.</summary>
    public long Id { get; init; }

    /// <summary>Time of receipt, Unix milliseconds.</summary>
    public required long AtMs { get; init; }

    /// <summary>Topic that it came under, at most 1,024 characters.</summary>
    public required string Topic { get; init; }

    /// <summary>Sensor slug, where the topic names one.</summary>
    public string? Sensor { get; init; }

    /// <summary>Reason of the first problem.</summary>
    public required RefusalReason Reason { get; init; }

    /// <summary>All problems: "where: reason (given)", separated by "; ". Made of names and values only, so it needs no
    /// translation.</summary>
    public required string Detail { get; init; }

    /// <summary>Client id of the sender.</summary>
    public required string Client { get; init; }

    /// <summary>The payload, or as much of it as the setting lets a dead letter keep.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>Size of the whole payload, in bytes.</summary>
    public required int PayloadBytes { get; init; }
}

/// <summary>Which dead letters to list, newest first.</summary>
/// <param name="Reason">Only this reason; null = all.</param>
/// <param name="Sensor">Only this sensor slug; null = all.</param>
/// <param name="Before">Only ids below this; null = from the newest.</param>
/// <param name="Limit">Most to return, 1 to 1,000.</param>
public sealed record DeadLetterQuery(RefusalReason? Reason = null, string? Sensor = null, long? Before = null, int Limit = 100);

/// <summary>The refused payloads that are still kept. Safe for use from any thread.</summary>
public interface IDeadLetters
{
    /// <summary>Lists dead letters, newest first.</summary>
    IReadOnlyList<DeadLetter> List(DeadLetterQuery query);

    /// <summary>How many were ever refused, by reason, those no longer kept included; reasons that never occurred are absent.</summary>
    IReadOnlyDictionary<RefusalReason, long> Counts();
}
