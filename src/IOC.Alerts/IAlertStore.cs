namespace IOC.Alerts;

/// <summary>
/// Port: where alerts, their acts, what holds them and the watermarks are kept. Safe for use from any thread. A failure is an
/// exception; after one, nothing of the call is stored, or, where a server's connection broke while it committed, all of it.
/// Whoever keeps state beside the store loads it again after a failure.
/// </summary>
public interface IAlertStore
{
    /// <summary>Everything a partition's book needs at start.</summary>
    /// <param name="partition">Log partition.</param>
    /// <param name="recent">How far before the partition's last closing closed alerts are wanted too.</param>
    AlertBookState Load(int partition, TimeSpan recent = default);

    /// <summary>Stores new and changed alerts, new acts, new and changed holds and the watermark in one transaction, durable on return.</summary>
    /// <param name="partition">Log partition.</param>
    /// <param name="watermark">Offset of the last batch that is contained.</param>
    /// <param name="alerts">Each alert once, in its latest state.</param>
    /// <param name="acts">New acts. An alert is new when its <see cref="AlertActKind.Raised"/> act is among them.</param>
    /// <param name="holds">Each hold once, in its latest state. What a hold says may not change, only that it began or ended.</param>
    void Save(int partition, long watermark, IReadOnlyList<Alert> alerts, IReadOnlyList<AlertAct> acts, IReadOnlyList<Hold> holds);

    /// <summary>Finds alerts, the most recently raised first.</summary>
    AlertPage Query(AlertQuery query);

    /// <summary>An alert by its id; null when there is none.</summary>
    Alert? Find(string id);

    /// <summary>An alert's acts in order; empty when there is no such alert.</summary>
    IReadOnlyList<AlertAct> ActsOf(string id);

    /// <summary>The alerts that an alert explains or explained, closed ones too, by id (ordinal).</summary>
    /// <param name="id">The explaining alert.</param>
    /// <param name="after">Only those behind this id.</param>
    /// <param name="limit">Most to return.</param>
    IReadOnlyList<Alert> Members(string id, string? after, int limit);

    /// <summary>Holds of a kind, those made last first.</summary>
    /// <param name="kind">Only of this kind.</param>
    /// <param name="ended">Also those that have ended.</param>
    /// <param name="limit">Most to return, 1 to <see cref="AlertQuery.MaxLimit"/>.</param>
    IReadOnlyList<Hold> Holds(HoldKind kind, bool ended, int limit);
}

/// <summary>Stored state of a partition's book.</summary>
/// <param name="Watermark">Offset of the last batch contained; 0 when none.</param>
/// <param name="Open">Alerts that are not closed.</param>
public sealed record AlertBookState(long Watermark, IReadOnlyList<Alert> Open)
{
    /// <summary>Alerts that closed lately, see <see cref="IAlertStore.Load"/>.</summary>
    public IReadOnlyList<Alert> RecentlyClosed { get; init; } = [];

    /// <summary>Holds that have not ended.</summary>
    public IReadOnlyList<Hold> Holds { get; init; } = [];
}
