using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>State of an alert: the subset of ISA-18.2 / IEC 62682 that an operator works with. The numbers are stored:
/// never renumber.</summary>
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

    /// <summary>Priority.</summary>
    public required Severity Severity { get; init; }

    /// <summary>State.</summary>
    public required AlertState State { get; init; }

    /// <summary>When the condition first began. A later re-raise does not move it; the acts tell of that.</summary>
    public required long RaisedAtMs { get; init; }

    /// <summary>Receipt time of what first made it known.</summary>
    public required long ReceivedAtMs { get; init; }

    /// <summary>True when it was opened by history that arrived long after the event (<see cref="AlertOptions.LateAfter"/>).</summary>
    public bool Late { get; init; }

    /// <summary>When the condition ended; null while it holds.</summary>
    public long? ClearedAtMs { get; init; }

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

    /// <summary>How often it came back after it had returned, unacknowledged.</summary>
    public int ReAlarms { get; init; }

    /// <summary>How often it was raised again while it held.</summary>
    public int Repeats { get; init; }

    /// <summary>Where the limit comes from, from the rule.</summary>
    public LocalText? Source { get; init; }

    /// <summary>Number of acts recorded for it, also the sequence number of the last.</summary>
    public required int ActCount { get; init; }

    /// <summary>True until closed.</summary>
    public bool IsOpen => State != AlertState.Closed;

    /// <summary>True while the condition holds.</summary>
    public bool IsActive => State is AlertState.Unacknowledged or AlertState.Acknowledged;
}
