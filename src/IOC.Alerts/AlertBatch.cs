using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>
/// Finds which alerts belong together and what explains what, within the transaction of a batch. Its results must be a
/// function of the batches: what it remembers must follow from the open alerts and the holds, which it is given at start.
/// Called by one book only, one call at a time.
/// </summary>
public interface IAlertCorrelator
{
    /// <summary>When it wants to be called by, at the latest with the first tick from then on; <see cref="long.MaxValue"/> = only when
    /// findings come or something else is due.</summary>
    long NextDueMs { get; }

    /// <summary>At start: the open alerts, and the holds that have not ended.</summary>
    void Restore(IReadOnlyList<Alert> open, IReadOnlyList<Hold> holds);

    /// <summary>Works on a batch, after its findings and its time have been applied. What it does is stored with them, or not at
    /// all: on a failure the same batch comes again, and <see cref="Committed"/> was not called.</summary>
    void Correlate(AlertBatch batch);

    /// <summary>Takes a new catalogue between two batches. What it knew of alerts is given anew.</summary>
    /// <param name="catalogue">The new catalogue.</param>
    /// <param name="open">All open alerts.</param>
    /// <param name="holds">All holds.</param>
    void ReplaceCatalogue(Catalogue catalogue, IReadOnlyList<Alert> open, IReadOnlyList<Hold> holds)
    {
    }

    /// <summary>Alerts that were stored, each once in its latest state; after a batch, and after operators' acts.</summary>
    void Committed(IReadOnlyList<Alert> changed);
}

/// <summary>A batch whose changes are worked out and not yet stored. Valid during <see cref="IAlertCorrelator.Correlate"/> only.</summary>
public sealed class AlertBatch
{
    private readonly AlertBook _book;
    private readonly AlertDraft _draft;

    internal AlertBatch(AlertBook book, AlertDraft draft, long offset, long? tickMs, long nowMs)
    {
        _book = book;
        _draft = draft;
        Offset = offset;
        TickMs = tickMs;
        NowMs = nowMs;
    }

    /// <summary>Offset of the batch.</summary>
    public long Offset { get; }

    /// <summary>The last tick in it, Unix milliseconds; null when there is none.</summary>
    public long? TickMs { get; }

    /// <summary>The latest time in it, Unix milliseconds: of the tick and of what its findings were received at. What is recorded now bears it.</summary>
    public long NowMs { get; }

    /// <summary>Alerts changed so far, each once in its latest state; a copy.</summary>
    public IReadOnlyList<Alert> Changed => [.. _draft.Alerts];

    /// <summary>All open alerts as they are now, in no order. Goes through all of them.</summary>
    public IEnumerable<Alert> Open() => _draft.Open();

    /// <summary>The open alert of a subject and rule; null when there is none.</summary>
    public Alert? OpenUnder(Subject subject, string ruleId) => _draft.OpenUnder(new AlertKey(subject, ruleId));

    /// <summary>An open alert by its id; null when there is none.</summary>
    public Alert? Find(string id) => _book.OpenIn(_draft, id);

    /// <summary>Raises or clears an alert of its own, as a detector's finding would.</summary>
    /// <returns>The alert under that key after it; null when none is open.</returns>
    public Alert? Apply(Finding finding)
    {
        _book.Apply(_draft, finding, Offset);
        return OpenUnder(finding.Subject, finding.RuleId);
    }

    /// <summary>Suppresses by design the alert under a key, and any that opens under it later, until it is unsuppressed or the
    /// explaining alert closes.</summary>
    /// <param name="subject">Subject of the alert.</param>
    /// <param name="ruleId">Its rule.</param>
    /// <param name="explainedBy">Id of the alert that explains it.</param>
    /// <param name="atMs">Event time, Unix milliseconds.</param>
    /// <param name="recordedAtMs">Receipt time of what made it known, or the tick.</param>
    /// <returns>False when it was so, when the explaining alert is not open, or when it is itself explained by this one.</returns>
    public bool Suppress(Subject subject, string ruleId, string explainedBy, long atMs, long recordedAtMs) =>
        _book.Suppress(_draft, new AlertKey(subject, ruleId), explainedBy, atMs, recordedAtMs, Offset);

    /// <summary>Ends such a suppression.</summary>
    /// <returns>False when there was none.</returns>
    /// <inheritdoc cref="Suppress"/>
    public bool Unsuppress(Subject subject, string ruleId, string explainedBy, long atMs, long recordedAtMs) =>
        _book.Unsuppress(_draft, new AlertKey(subject, ruleId), explainedBy, atMs, recordedAtMs);

    /// <summary>Closes an alert that has returned while another explained it: nobody was asked, so nobody needs to acknowledge it.</summary>
    /// <returns>False when it has not returned.</returns>
    /// <inheritdoc cref="Suppress"/>
    public bool Settle(string id, long atMs, long recordedAtMs) => AlertBook.Settle(_draft, Find(id), atMs, recordedAtMs);

    /// <summary>Tells how many alerts an open alert explains and what it is called by that. No act: it follows from the others'.</summary>
    /// <param name="id">The alert.</param>
    /// <param name="members">How many it explains.</param>
    /// <param name="of">Of how many sensors, for a group.</param>
    /// <param name="title">Its title.</param>
    public void Describe(string id, int members, int? of, LocalText title)
    {
        if (Find(id) is { } alert && (alert.Members ?? 0, alert.MembersOf, alert.Title) != (members, of, title))
        {
            _draft.Put(alert with { Members = members, MembersOf = of, Title = title });
        }
    }

    /// <summary>What suppresses the alert under a key.</summary>
    public IReadOnlyList<Hold> Suppressions(Subject subject, string ruleId) => _book.Suppressions(new AlertKey(subject, ruleId));

    /// <summary>What an alert explains at present: holds of kind <see cref="HoldKind.Suppressed"/>.</summary>
    public IReadOnlyList<Hold> ExplainedBy(string alertId) => _book.ExplainedBy(alertId);
}
