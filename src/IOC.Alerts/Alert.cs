using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>State of an alert by ISA-18.2 / IEC 62682, without what may hold it back (<see cref="HoldKind"/>). "Normal" is no alert
/// at all. The numbers are stored: never renumber.</summary>
public enum AlertState : byte
{
    /// <summary>The condition holds and nobody has acknowledged it.</summary>
    Unacknowledged = 0,

    /// <summary>The condition holds and an operator has acknowledged it.</summary>
    Acknowledged = 1,

    /// <summary>The condition is gone ("returned to normal") and nobody has acknowledged it.</summary>
    Returned = 2,

    /// <summary>Gone and acknowledged. Final.</summary>
    Closed = 3,

    /// <summary>The condition of an alert that latches is gone, and nobody has acknowledged it.</summary>
    LatchedUnacknowledged = 4,

    /// <summary>The condition of an alert that latches is gone, and an operator has acknowledged it; it stays until one resets it.</summary>
    LatchedAcknowledged = 5,
}

/// <summary>An alert: one per subject and rule while open. Immutable; a change makes a new value. Times are Unix
/// milliseconds, UTC; event time unless said otherwise.</summary>
public sealed record Alert
{
    /// <summary>Unique id, see <see cref="AlertId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>Log partition whose book holds it.</summary>
    public required int Partition { get; init; }

    /// <summary>What it is about; with <see cref="RuleId"/> the alert's key.</summary>
    public required Subject Subject { get; init; }

    /// <summary>The sensor concerned; null when it is about something else.</summary>
    public SensorAddress? Sensor => Subject.Sensor;

    /// <summary>The rule that found it.</summary>
    public required string RuleId { get; init; }

    /// <summary>Kind of abnormality, of the finding that raised it last.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>What people read: the rule's name when the alert was raised, or came back after it had returned.</summary>
    public required LocalText Title { get; init; }

    /// <summary>Code of the property that raised it last; null when it concerns the whole sensor.</summary>
    public string? Property { get; init; }

    /// <summary>What the condition holds for at present, see <see cref="Alerts.ActiveProperties"/>; empty when it is gone.</summary>
    public required ActiveProperties Active { get; init; }

    /// <summary>Priority: the rule's, moved by the place where there is a reason to (<see cref="PriorityReason"/>).</summary>
    public required Severity Severity { get; init; }

    /// <summary>The rule's own priority.</summary>
    public required Severity RuleSeverity { get; init; }

    /// <summary>Why the priority is not the rule's own; null when it is.</summary>
    public LocalText? PriorityReason { get; init; }

    /// <summary>State.</summary>
    public required AlertState State { get; init; }

    /// <summary>When the condition first began. A later re-raise does not move it; the acts tell of that.</summary>
    public required long RaisedAtMs { get; init; }

    /// <summary>Receipt time of what first made it known.</summary>
    public required long ReceivedAtMs { get; init; }

    /// <summary>True when it was opened by history that arrived long after the event (<see cref="AlertOptions.LateAfter"/>).</summary>
    public bool Late { get; init; }

    /// <summary>When the condition ended; null while it holds, and while it chatters.</summary>
    public long? ClearedAtMs { get; init; }

    /// <summary>Receipt time of what made known that the condition ended.</summary>
    public long? ClearedReceivedAtMs { get; init; }

    /// <summary>True when history that arrived long after the event told that the condition had ended.</summary>
    public bool LateCleared { get; init; }

    /// <summary>When an operator acknowledged it (host's clock).</summary>
    public long? AcknowledgedAtMs { get; init; }

    /// <summary>Who acknowledged it.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>When it closed, by the time of receipt or of the operator's act (host's clock); null while open.</summary>
    public long? ClosedAtMs { get; init; }

    /// <summary>Latest value that raised it, in <see cref="Unit"/>.</summary>
    public double? Value { get; init; }

    /// <summary>Limit that was crossed.</summary>
    public double? Limit { get; init; }

    /// <summary>Lower end of what was usual.</summary>
    public double? ExpectedLow { get; init; }

    /// <summary>Upper end of what was usual.</summary>
    public double? ExpectedHigh { get; init; }

    /// <summary>How long it had lasted by the detector's last word, in milliseconds (silence, flatline).</summary>
    public long? LastedMs { get; init; }

    /// <summary>UCUM code of the property's unit; null for a whole sensor.</summary>
    public string? Unit { get; init; }

    /// <summary>How often it came back while it was open: after it had returned unacknowledged or latched, and while it chatters.</summary>
    public int ReAlarms { get; init; }

    /// <summary>How often it was raised again while it held.</summary>
    public int Repeats { get; init; }

    /// <summary>Where the limit comes from, from the rule.</summary>
    public LocalText? Source { get; init; }

    /// <summary>It stays after its condition has gone until an operator resets it, by the rule when it was raised last.</summary>
    public bool Latched { get; init; }

    /// <summary>What holds it back from the operators' list; null when nothing does, and when it is closed.</summary>
    public AlertHold? Hold { get; init; }

    /// <summary>Who sees to it; null when nobody was named.</summary>
    public string? Assignee { get; init; }

    /// <summary>Since when (receipt time or host's clock) it asks to be acknowledged: raised, or no longer held. Unchanged by a
    /// re-alarm that finds it unacknowledged.</summary>
    public long DemandedAtMs { get; init; }

    /// <summary>How often its time to be acknowledged ran out, see <see cref="EscalationOptions"/>; 0 = not yet.</summary>
    public int EscalationLevel { get; init; }

    /// <summary>It comes and goes too often (<see cref="ChatteringOptions"/>): until it has been quiet for a while it counts as active,
    /// and its coming and going is only counted.</summary>
    public bool Chattering { get; init; }

    /// <summary>How often the condition came or went while it chattered, this time.</summary>
    public int Turns { get; init; }

    /// <summary>When the condition came or went last (the latest event time).</summary>
    public long LastTurnAtMs { get; init; }

    /// <summary>When the condition began lately.</summary>
    public RaiseTimes RecentRaises { get; init; } = RaiseTimes.None;

    /// <summary>While it chatters and its condition is gone: since when; null otherwise.</summary>
    public long? GoneAtMs { get; init; }

    /// <summary>Receipt time of that.</summary>
    public long? GoneReceivedAtMs { get; init; }

    /// <summary>How many alerts it explains at present: they are suppressed by design while it is active. Null when it never
    /// explained any.</summary>
    public int? Members { get; init; }

    /// <summary>Of an alert of a group rule: the number of sensors that the rule looks at there; null for others.</summary>
    public int? MembersOf { get; init; }

    /// <summary>What was done of its procedure; null while nothing was.</summary>
    public Checklist? Checklist { get; init; }

    /// <summary>Number of acts recorded for it, also the sequence number of the last.</summary>
    public required int ActCount { get; init; }

    /// <summary>True until closed.</summary>
    public bool IsOpen => State != AlertState.Closed;

    /// <summary>True while the condition holds, or comes and goes.</summary>
    public bool IsActive => State is AlertState.Unacknowledged or AlertState.Acknowledged;

    /// <summary>True while it asks to be acknowledged, whether or not it is held back.</summary>
    public bool IsUnacknowledged => State is AlertState.Unacknowledged or AlertState.Returned or AlertState.LatchedUnacknowledged;

    /// <summary>True when it belongs in the operators' list: open and not held back.</summary>
    public bool IsShown => IsOpen && Hold is null;
}
