namespace IOC.Alerts;

/// <summary>What happened to an alert. The numbers are stored: never renumber.</summary>
public enum AlertActKind : byte
{
    /// <summary>It was opened.</summary>
    Raised = 0,

    /// <summary>The condition came back while the alert was returned or latched.</summary>
    ReRaised = 1,

    /// <summary>The condition ended.</summary>
    Cleared = 2,

    /// <summary>An operator acknowledged it.</summary>
    Acknowledged = 3,

    /// <summary>After a change of the catalogue nothing watches for it any more, so nobody would ever clear it: taken as ended.</summary>
    Withdrawn = 4,

    /// <summary>An operator reset it, which was latched.</summary>
    Reset = 5,

    /// <summary>An operator shelved it until <see cref="AlertAct.UntilMs"/>; the note is the reason.</summary>
    Shelved = 6,

    /// <summary>An operator ended the shelving.</summary>
    Unshelved = 7,

    /// <summary>The shelving's time was up.</summary>
    ShelvingEnded = 8,

    /// <summary>Suppressed by design: alert <see cref="AlertAct.Target"/> explains it.</summary>
    Suppressed = 9,

    /// <summary>Alert <see cref="AlertAct.Target"/> explains it no more.</summary>
    Unsuppressed = 10,

    /// <summary>What it is about went out of service; the note is the reason.</summary>
    TakenOutOfService = 11,

    /// <summary>What it is about is in service again.</summary>
    ReturnedToService = 12,

    /// <summary>Given to <see cref="AlertAct.Target"/>, who sees to it.</summary>
    Assigned = 13,

    /// <summary>Nobody sees to it any more; <see cref="AlertAct.Target"/> did.</summary>
    Released = 14,

    /// <summary>An operator wrote a note.</summary>
    Noted = 15,

    /// <summary>Nobody acknowledged it in time; <see cref="AlertAct.Count"/> is the level.</summary>
    Escalated = 16,

    /// <summary>At a change of shift it went from the operator to <see cref="AlertAct.Target"/>; the note is the hand-over's id.</summary>
    HandedOver = 17,

    /// <summary>It began to chatter; <see cref="AlertAct.Count"/> is how often it was raised within the window.</summary>
    Chattering = 18,

    /// <summary>It has been quiet; <see cref="AlertAct.Count"/> is how often it came and went meanwhile, none of which has an act of its own.</summary>
    ChatteringEnded = 19,

    /// <summary>Its condition ended while another alert explained it: nobody was asked, and nobody needs to acknowledge it.</summary>
    Settled = 20,

    /// <summary>An operator did a step of its procedure; <see cref="AlertAct.Target"/> is "procedure/step", <see cref="AlertAct.Count"/>
    /// the procedure's version.</summary>
    StepDone = 21,

    /// <summary>An operator took that back; the same of <see cref="AlertAct.Target"/> and <see cref="AlertAct.Count"/>.</summary>
    StepUndone = 22,
}

/// <summary>One act in an alert's life; recorded once, never changed. Times are Unix milliseconds, UTC.</summary>
/// <param name="AlertId">The alert.</param>
/// <param name="Sequence">1 for its first act, then rising by one.</param>
/// <param name="Kind">What happened.</param>
/// <param name="AtMs">When: event time of a finding, the moment that was waited for of a time-out, host's clock of an operator's act.</param>
/// <param name="RecordedAtMs">Receipt time of a finding, the log's tick of a time-out, host's clock of an operator's act.</param>
/// <param name="StateAfter">State that it led to.</param>
/// <param name="Operator">Who; null for what happened by itself.</param>
/// <param name="Note">What the operator wrote; null when nothing.</param>
/// <param name="Value">Value of the finding, in the property's unit; null for other acts and for silence.</param>
public sealed record AlertAct(
    string AlertId, int Sequence, AlertActKind Kind, long AtMs, long RecordedAtMs, AlertState StateAfter,
    string? Operator, string? Note, double? Value)
{
    /// <summary>What held the alert back after it.</summary>
    public HoldKind HoldAfter { get; init; }

    /// <summary>Until when it is shelved or out of service; null for other acts and without an end.</summary>
    public long? UntilMs { get; init; }

    /// <summary>To whom it was given, or the id of the alert that explains it; see <see cref="AlertActKind"/>.</summary>
    public string? Target { get; init; }

    /// <summary>Level of an escalation, or how often; see <see cref="AlertActKind"/>.</summary>
    public int? Count { get; init; }
}
