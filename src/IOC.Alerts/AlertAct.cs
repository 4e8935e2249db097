namespace IOC.Alerts;

/// <summary>What happened to an alert. The numbers are stored: never renumber.</summary>
public enum AlertActKind : byte
{
    /// <summary>It was opened.</summary>
    Raised = 0,

    /// <summary>The condition came back while it was returned and unacknowledged.</summary>
    ReRaised = 1,

    /// <summary>The condition ended.</summary>
    Cleared = 2,

    /// <summary>An operator acknowledged it.</summary>
    Acknowledged = 3,

    /// <summary>After a change of the catalogue nothing watches for it any more, so nobody would ever clear it: taken as ended.</summary>
    Withdrawn = 4,
}

/// <summary>One act in an alert's life; recorded once, never changed. Times are Unix milliseconds, UTC.</summary>
/// <param name="AlertId">The alert.</param>
/// <param name="Sequence">1 for its first act, then rising by one.</param>
/// <param name="Kind">What happened.</param>
/// <param name="AtMs">When: event time of a finding, host's clock of an operator's act.</param>
/// <param name="RecordedAtMs">Receipt time of a finding, host's clock of an operator's act.</param>
/// <param name="StateAfter">State that it led to.</param>
/// <param name="Operator">Who; null for findings.</param>
/// <param name="Note">What the operator wrote; null when nothing.</param>
/// <param name="Value">Value of the finding, in the property's unit; null for operators' acts and for silence.</param>
public sealed record AlertAct(
    string AlertId, int Sequence, AlertActKind Kind, long AtMs, long RecordedAtMs, AlertState StateAfter,
    string? Operator, string? Note, double? Value);
