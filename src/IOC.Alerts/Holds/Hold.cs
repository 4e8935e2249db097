using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>Why an alert is held back from the operators' list (ISA-18.2 / IEC 62682: suppression). Of several reasons the one
/// with the highest number is shown. The numbers are stored: never renumber.</summary>
public enum HoldKind : byte
{
    /// <summary>It is not held.</summary>
    None = 0,

    /// <summary>Suppressed by design: a bigger alert explains it.</summary>
    Suppressed = 1,

    /// <summary>Shelved by an operator, until a time.</summary>
    Shelved = 2,

    /// <summary>What it is about is out of service (maintenance, construction, a known defect).</summary>
    OutOfService = 3,
}

/// <summary>
/// Holds alerts back: a shelving (of a key), a suppression by design (of a key) or an outage for service (of a sensor, an
/// asset or a district). The alerts beneath go on living; when nothing holds them any more they show as what they are by
/// then. Recorded when made, changed only by beginning and by ending, and never deleted. Times are Unix milliseconds, UTC.
/// </summary>
public sealed record Hold
{
    /// <summary>Unique id.</summary>
    public required string Id { get; init; }

    /// <summary>Log partition whose book holds it.</summary>
    public required int Partition { get; init; }

    /// <summary>Why.</summary>
    public required HoldKind Kind { get; init; }

    /// <summary>What is held: the alert's subject, or what is out of service.</summary>
    public required Subject Subject { get; init; }

    /// <summary>The rule whose alert is held; null for <see cref="HoldKind.OutOfService"/>, which holds those of all rules.</summary>
    public string? RuleId { get; init; }

    /// <summary>What the operator gave as the reason; empty for <see cref="HoldKind.Suppressed"/>, where the explaining alert is the reason.</summary>
    public required string Reason { get; init; }

    /// <summary>Who: the operator, or for <see cref="HoldKind.Suppressed"/> the id of the alert that explains it.</summary>
    public required string By { get; init; }

    /// <summary>When it was recorded: host's clock, or the log's for a suppression.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>When it is to begin; may lie ahead for <see cref="HoldKind.OutOfService"/>.</summary>
    public required long FromMs { get; init; }

    /// <summary>When it ends by itself; null = when somebody ends it (never for a shelving).</summary>
    public long? UntilMs { get; init; }

    /// <summary>When it began; null while it lies ahead.</summary>
    public long? StartedAtMs { get; init; }

    /// <summary>When it ended; null while it has not.</summary>
    public long? EndedAtMs { get; init; }

    /// <summary>Who ended it; null when its time was up or what explained it is gone.</summary>
    public string? EndedBy { get; init; }

    /// <summary>True while it holds alerts back.</summary>
    public bool IsInForce => StartedAtMs is not null && EndedAtMs is null;
}

/// <summary>What holds an alert back at present.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Id">Id of the <see cref="Hold"/>.</param>
/// <param name="SinceMs">Since when, Unix milliseconds.</param>
/// <param name="UntilMs">Until when; null = until somebody ends it or nothing explains it any more.</param>
/// <param name="By">Who: an operator, or the id of the alert that explains it.</param>
/// <param name="Reason">Why; empty when the explaining alert is the reason.</param>
public sealed record AlertHold(HoldKind Kind, string Id, long SinceMs, long? UntilMs, string By, string Reason)
{
    internal static AlertHold Of(Hold hold) => new(hold.Kind, hold.Id, hold.StartedAtMs ?? hold.FromMs, hold.UntilMs, hold.By, hold.Reason);
}
