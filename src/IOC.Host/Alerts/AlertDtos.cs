using IOC.Host.Live;

namespace IOC.Host.Alerts;

/// <summary>A page of alerts; <c>Next</c> is the <c>before</c> of the next page.</summary>
public sealed record AlertPageDto(IReadOnlyList<LiveAlert> Items, string? Next);

/// <summary>An act in an alert's life. Times are Unix milliseconds, UTC.</summary>
/// <param name="Sequence">1 for the first.</param>
/// <param name="Kind">What happened, such as raised, acknowledged or shelved; see docs/alerts.md.</param>
/// <param name="At">When: event time of a finding, host's clock of an operator's act.</param>
/// <param name="RecordedAt">When it was received or recorded.</param>
/// <param name="StateAfter">State that it led to.</param>
/// <param name="HoldAfter">What held the alert back after it: none, shelved, suppressed or out_of_service.</param>
/// <param name="Operator">Who; null for what happened by itself.</param>
/// <param name="Note">What the operator wrote.</param>
/// <param name="Value">Value of the finding.</param>
/// <param name="Until">Until when it is shelved or out of service.</param>
/// <param name="Target">To whom it was given, or the id of the alert that explains it.</param>
/// <param name="Count">Level of an escalation, or how often it came and went.</param>
public sealed record AlertActDto(
    int Sequence, string Kind, long At, long RecordedAt, string StateAfter, string HoldAfter, string? Operator, string? Note, double? Value,
    long? Until, string? Target, int? Count);

/// <summary>Who acknowledges, resets, unshelves or releases, and what they note.</summary>
public sealed record ActRequest(string? Operator, string? Note);

/// <summary>The same for several alerts.</summary>
public sealed record ActManyRequest(IReadOnlyList<string>? Ids, string? Operator, string? Note);

/// <summary>Who shelves, why, and until when: <c>Until</c> in Unix milliseconds, or <c>Minutes</c> from now.</summary>
public sealed record ShelveRequest(string? Operator, string? Reason, long? Until, double? Minutes);

/// <summary>The same for several alerts.</summary>
public sealed record ShelveManyRequest(IReadOnlyList<string>? Ids, string? Operator, string? Reason, long? Until, double? Minutes);

/// <summary>Who gives the alert to whom; without <c>To</c>, to oneself.</summary>
public sealed record AssignRequest(string? Operator, string? To, string? Note);

/// <summary>The same for several alerts.</summary>
public sealed record AssignManyRequest(IReadOnlyList<string>? Ids, string? Operator, string? To, string? Note);

/// <summary>What became of an act on several alerts.</summary>
public sealed record ActManyResult(IReadOnlyList<LiveAlert> Done, IReadOnlyList<RefusedAct> Refused);

/// <summary>What became of a group acknowledgement.</summary>
public sealed record AcknowledgeManyResult(IReadOnlyList<LiveAlert> Acknowledged, IReadOnlyList<RefusedAct> Refused);

/// <summary>An alert with which it could not be done, and why: the codes of the single form's problems, such as not_found,
/// already_acknowledged, closed, or not_stored (try again).</summary>
public sealed record RefusedAct(string Id, string Reason);

/// <summary>Something out of service. Times are Unix milliseconds, UTC.</summary>
/// <param name="Id">Id.</param>
/// <param name="Kind">sensor, asset or district.</param>
/// <param name="Subject">Its slug.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug; null for all domains.</param>
/// <param name="Reason">Why.</param>
/// <param name="Operator">Who said so.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="From">From when.</param>
/// <param name="Until">Until when; null = until somebody ends it.</param>
/// <param name="Started">Whether it has begun.</param>
/// <param name="EndedAt">When it ended; null while it has not.</param>
/// <param name="EndedBy">Who ended it; null when its time was up.</param>
/// <param name="Name">Name of the subject; its slug when the catalogue does not know it.</param>
public sealed record OutOfServiceDto(
    string Id, string Kind, string Subject, string District, string? Domain, string Reason, string Operator, long CreatedAt, long From, long? Until,
    bool Started, long? EndedAt, string? EndedBy, Telemetry.LocalText Name);

/// <summary>What to take out of service: <c>Kind</c> is sensor, asset or district, <c>Id</c> its slug, <c>Domain</c> for a district only.</summary>
public sealed record OutOfServiceRequest(string? Operator, string? Kind, string? Id, string? Domain, string? Reason, long? From, long? Until);

/// <summary>A hand-over. Times are Unix milliseconds, UTC. <c>AcceptedAt</c> and <c>WithdrawnAt</c> are null while it waits; never both are given.</summary>
public sealed record HandoverDto(
    string Id, long CreatedAt, string From, string To, string Summary, long? AcceptedAt, IReadOnlyList<HandoverAlertDto> Alerts, long? WithdrawnAt = null, string? WithdrawnBy = null)
{
    /// <summary>Ids of alerts that <c>To</c> may not act on: they stayed with <c>From</c> when it was accepted, and are theirs still.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];
}

/// <summary>An alert that was open at a hand-over; <c>StepsDone</c> of <c>StepsOf</c> steps of its procedure were done. <c>Name</c> is what it was about
/// (null: the district as a whole) and <c>District</c> where, by the names that they had then; both null in hand-overs written before names were kept.</summary>
public sealed record HandoverAlertDto(
    string Id, Telemetry.LocalText Title, int Severity, string State, string Hold, string? Assignee, int? StepsDone = null, int? StepsOf = null,
    Telemetry.LocalText? Name = null, Telemetry.LocalText? District = null);

/// <summary>Who hands over to whom, and how things stand.</summary>
public sealed record HandoverRequest(string? From, string? To, string? Summary);
