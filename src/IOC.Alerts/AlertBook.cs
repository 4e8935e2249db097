using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>
/// The open alerts of one log partition and what holds them. The partition's pump applies findings and the passing of time in
/// offset order; operators act from other threads. Every change is stored before it shows. Thread-safe.
/// </summary>
/// <remarks>A batch that changes no alert is not stored, only remembered in memory: replaying it changes no alert
/// either, and most batches are such. All that later changes depend on is stored with the alerts.</remarks>
public sealed partial class AlertBook
{
    private readonly Lock _gate = new();
    private readonly string _nodeId;
    private AlertTexts _texts;
    private AlertScope _scope;
    private readonly IAlertStore _store;
    private readonly AlertOptions _options;
    private readonly IAlertCorrelator? _correlator;
    private readonly Dictionary<AlertKey, Alert> _open = [];
    private readonly Dictionary<string, AlertKey> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AlertCounts> _counts = new(StringComparer.Ordinal);
    private HoldIndex _holds = new();
    private DeadlineQueue _alertDeadlines = new();
    private DeadlineQueue _holdDeadlines = new();
    private long _watermark;

    /// <summary>Restores the book of a partition from the store.</summary>
    /// <param name="partition">Log partition, 0 or more.</param>
    /// <param name="nodeId">Id of this node, a slug; part of every alert's id.</param>
    /// <param name="catalogue">Rule names, sources, units and what depends on what.</param>
    /// <param name="store">Where alerts are kept.</param>
    /// <param name="options">Settings.</param>
    /// <param name="correlator">Finds what explains what; null for none.</param>
    /// <exception cref="ArgumentException">The node id is no slug.</exception>
    public AlertBook(int partition, string nodeId, Catalogue catalogue, IAlertStore store, AlertOptions options, IAlertCorrelator? correlator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        if (!Slug.IsValid(nodeId))
        {
            throw new ArgumentException($"The node id '{nodeId}' is no slug.", nameof(nodeId));
        }

        Partition = partition;
        _nodeId = nodeId;
        _texts = new AlertTexts(catalogue);
        _scope = new AlertScope(catalogue);
        _store = store;
        _options = options;
        _correlator = correlator;
        Take(Load());
    }

    /// <summary>Log partition.</summary>
    public int Partition { get; }

    /// <summary>Offset of the last batch applied; batches at or below it are ignored.</summary>
    public long Watermark
    {
        get
        {
            lock (_gate)
            {
                return _watermark;
            }
        }
    }

    /// <inheritdoc cref="Apply(long, long?, IReadOnlyList{Finding})"/>
    public IReadOnlyList<Alert> Apply(long offset, IReadOnlyList<Finding> findings) => Apply(offset, null, findings);

    /// <summary>Applies the findings of a batch, and the time that has passed. Stored on return.</summary>
    /// <param name="offset">Offset of the batch in the partition's log.</param>
    /// <param name="tickMs">The last tick in the batch, Unix milliseconds; null when there is none in it.</param>
    /// <param name="findings">Findings in the order in which detection made them.</param>
    /// <returns>Alerts that are new or changed, each once in its latest state; empty for a batch applied before.</returns>
    public IReadOnlyList<Alert> Apply(long offset, long? tickMs, IReadOnlyList<Finding> findings)
    {
        lock (_gate)
        {
            Recover(must: findings.Count > 0 || IsDue(tickMs));
            if (offset <= _watermark)
            {
                return WithRecovered([]);
            }

            if (findings.Count == 0 && !IsDue(tickMs))
            {
                _watermark = offset;
                return WithRecovered([]);
            }

            return WithRecovered(ApplyChanges(offset, tickMs, findings));
        }
    }

    /// <summary>
    /// Ends active alerts that nobody would ever clear after a change of the catalogue: what the restored detectors have
    /// let go of (rule gone, sensor gone or moved), and what the alert's rule can no longer report (rule gone, of another
    /// kind, for another property, or not for this sensor). To be called at start, before the first batch; the watermark
    /// stays where it is. A sensor that is only unregistered keeps its alerts: rules concern such sensors too.
    /// </summary>
    /// <param name="nowMs">Host's clock, Unix milliseconds: when the alerts count as ended.</param>
    /// <param name="cleared">What restoring the detectors of this partition found; only Cleared findings count.</param>
    /// <returns>The alerts changed, stored in one transaction.</returns>
    public IReadOnlyList<Alert> Withdraw(long nowMs, IReadOnlyList<Finding> cleared)
    {
        var letGo = cleared.Where(f => f.Transition == FindingTransition.Cleared)
            .Select(f => (new AlertKey(f.Subject, f.RuleId), f.Property)).ToHashSet();
        lock (_gate)
        {
            Recover();
            return Change(_watermark, draft =>
            {
                foreach (var (key, alert) in _open)
                {
                    Withdraw(draft, alert, alert.Active.Where(p => _texts.Watches(alert, p) && !letGo.Contains((key, p))), nowMs);
                }
            });
        }
    }

    /// <summary>All alerts that are not closed, in no order.</summary>
    public IReadOnlyList<Alert> Open()
    {
        lock (_gate)
        {
            return [.. _open.Values];
        }
    }

    /// <summary>Number of alerts in the operators' list (open and not held back), by district and priority. Districts without any may be
    /// missing.</summary>
    public IReadOnlyDictionary<string, AlertCounts> OpenCounts()
    {
        lock (_gate)
        {
            return new Dictionary<string, AlertCounts>(_counts, StringComparer.Ordinal);
        }
    }

    private static void Withdraw(AlertDraft draft, Alert alert, ActiveProperties left, long nowMs)
    {
        // Of one that chatters and is gone at present, time alone makes the end known.
        var (state, act) = AlertLifecycle.Next(alert.State, AlertEvent.Withdrawn);
        if (act is not { } kind || alert.Active.IsEmpty)
        {
            return;
        }

        if (left.IsEmpty)
        {
            draft.Put(
                alert with { State = state!.Value, Active = left, ClearedAtMs = nowMs, ClearedReceivedAtMs = nowMs, Chattering = false }, kind, nowMs, nowMs);
        }
        else if (left != alert.Active)
        {
            draft.Put(alert with { Active = left });
        }
    }

    private List<Alert> ApplyChanges(long offset, long? tickMs, IReadOnlyList<Finding> findings)
    {
        var takenAlerts = tickMs is { } tick ? _alertDeadlines.Take(tick) : [];
        var takenHolds = tickMs is { } now ? _holdDeadlines.Take(now) : [];
        try
        {
            return Change(offset, draft =>
            {
                foreach (var finding in findings)
                {
                    Apply(draft, finding, offset);
                }

                if (tickMs is { } time)
                {
                    // What the findings changed may be due by that at once; a deadline of before that is no longer remembered after a restart.
                    var due = takenAlerts.Concat(draft.Alerts.Where(a => a.IsOpen).Select(a => a.Id)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
                    PassTime(draft, time, [.. due], takenHolds);
                }

                _correlator?.Correlate(new AlertBatch(
                    this, draft, offset, tickMs, findings.Select(f => f.ReceivedAtMs).Append(tickMs ?? 0).Max()));
            });
        }
        finally
        {
            // Stored or not: what is still open is looked at again when it is due.
            takenAlerts.ForEach(id => _alertDeadlines.Set(id, _keys.TryGetValue(id, out var key) ? DueOf(_open[key]) : null));
            takenHolds.ForEach(id => _holdDeadlines.Set(id, _holds.Find(id) is { } hold ? DueOf(hold) : null));
        }
    }

    // One transaction: worked out, stored, and only then shown. When it cannot be stored nothing has changed.
    private List<Alert> Change(long offset, Action<AlertDraft> work)
    {
        var draft = new AlertDraft(_open, _holds);
        try
        {
            work(draft);
            EndOrphans(draft);
            if (draft.Alerts.Count > 0 || draft.Holds.Count > 0)
            {
                Save(offset, draft);
            }
        }
        catch
        {
            draft.Undo();
            throw;
        }

        draft.Alerts.ForEach(Keep);
        draft.Holds.ForEach(h => _holdDeadlines.Set(h.Id, DueOf(h)));
        _watermark = offset;
        _correlator?.Committed(draft.Alerts);
        return draft.Alerts;
    }

    private void Keep(Alert alert)
    {
        var key = AlertKey.Of(alert);
        if (_keys.ContainsKey(alert.Id) && _open.TryGetValue(key, out var before) && before.Id == alert.Id)
        {
            Count(before, -1);
            _open.Remove(key);
            _keys.Remove(alert.Id);
        }

        if (alert.IsOpen)
        {
            _open.Add(key, alert);
            _keys.Add(alert.Id, key);
            Count(alert, +1);
            _alertDeadlines.Set(alert.Id, DueOf(alert));
        }
        else
        {
            Remember(alert);
        }
    }

    private void Count(Alert alert, int change)
    {
        if (alert.Hold is null)
        {
            _counts[alert.Subject.District] = _counts.GetValueOrDefault(alert.Subject.District).Plus(alert.Severity, change);
        }
    }
}
