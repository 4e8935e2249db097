using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>What an entry of the shift log is about. The numbers are stored: never renumber.</summary>
public enum ShiftCategory : byte
{
    /// <summary>A remark of an operator.</summary>
    Note = 0,

    /// <summary>An operator: something that happened in the city.</summary>
    Incident = 1,

    /// <summary>An operator: a call, a visit, a message.</summary>
    Contact = 2,

    /// <summary>An operator: work on equipment.</summary>
    Maintenance = 3,

    /// <summary>An operator: an instruction given or received.</summary>
    Instruction = 4,

    /// <summary>By itself: somebody came on shift or went.</summary>
    Duty = 20,

    /// <summary>By itself: a hand-over.</summary>
    Handover = 21,

    /// <summary>By itself: a P1 or P2 alert was raised or acknowledged.</summary>
    Alert = 22,

    /// <summary>By itself: more alerts than the operators could follow.</summary>
    Flood = 23,

    /// <summary>By itself: commands to devices.</summary>
    Command = 24,

    /// <summary>By itself: the host, its storage, the pages' connections.</summary>
    System = 25,
}

/// <summary>An entry of the shift log; written once, never changed. Times are Unix milliseconds by the host's clock, UTC.</summary>
public sealed record ShiftEntry
{
    /// <summary>1 for the first entry, then rising by one: the order of the log.</summary>
    public long Number { get; init; }

    /// <summary>When it was written.</summary>
    public required long AtMs { get; init; }

    /// <summary>The time that it tells of.</summary>
    public required long AboutMs { get; init; }

    /// <summary>What it is about.</summary>
    public required ShiftCategory Category { get; init; }

    /// <summary>Who wrote it, or did what it tells of; null for what happened by itself.</summary>
    public string? Operator { get; init; }

    /// <summary>What it says; what an operator wrote is the same in both languages.</summary>
    public required LocalText Text { get; init; }

    /// <summary>Priority of the alert that it tells of; null for other entries.</summary>
    public Severity? Severity { get; init; }

    /// <summary>Id of the alert that it is about.</summary>
    public string? AlertId { get; init; }

    /// <summary>District slug; null when it is about none in particular.</summary>
    public string? District { get; init; }

    /// <summary>Domain slug; null when it is about none in particular.</summary>
    public string? Domain { get; init; }

    /// <summary>Number of the entry that this one corrects.</summary>
    public long? Corrects { get; init; }

    /// <summary>What an entry that wrote itself comes from, unique: however often it is told, there is one entry. Null for an operator's.</summary>
    public string? Source { get; init; }

    /// <summary>Whether operators write entries of a category.</summary>
    public static bool IsTyped(ShiftCategory category) => category < ShiftCategory.Duty;
}

/// <summary>Which entries to list. Conditions are combined; times are Unix milliseconds, UTC.</summary>
public sealed record ShiftLogQuery
{
    /// <summary>Largest page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Only entries written at or after this time.</summary>
    public long? FromMs { get; init; }

    /// <summary>Only entries written before this time.</summary>
    public long? ToMs { get; init; }

    /// <summary>Only of these categories; empty = all.</summary>
    public IReadOnlyList<ShiftCategory> Categories { get; init; } = [];

    /// <summary>Only of this operator.</summary>
    public string? Operator { get; init; }

    /// <summary>Only entries in which each of these words occurs, whatever their case and diacritics.</summary>
    public string? Search { get; init; }

    /// <summary>Only entries about this alert.</summary>
    public string? AlertId { get; init; }

    /// <summary>Only entries with a smaller number.</summary>
    public long? Before { get; init; }

    /// <summary>Only entries with a larger number.</summary>
    public long? After { get; init; }

    /// <summary>Page size, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 100;
}
