using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>
/// The open alerts of one log partition. The partition's pump applies findings in offset order; operators acknowledge
/// from other threads. Every change is stored before it shows. Thread-safe.
/// </summary>
/// <remarks>A batch that changes no alert is not stored, only remembered in memory: replaying it changes no alert
/// either, and most batches are such.</remarks>
public sealed partial class AlertBook
{
    private readonly Lock _gate = new();
    private readonly string _nodeId;
    private readonly AlertTexts _texts;
    private readonly IAlertStore _store;
    private readonly AlertOptions _options;
    private readonly Dictionary<AlertKey, Alert> _open = [];
    private readonly Dictionary<string, AlertKey> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AlertCounts> _counts = new(StringComparer.Ordinal);
    private long _watermark;

    /// <summary>Restores the book of a partition from the store.</summary>
    /// <param name="partition">Log partition, 0 or more.</param>
    /// <param name="nodeId">Id of this node, a slug; part of every alert's id.</param>
    /// <param name="catalogue">Rule names, sources and units.</param>
    /// <param name="store">Where alerts are kept.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentException">The node id is no slug.</exception>
    public AlertBook(int partition, string nodeId, Catalogue catalogue, IAlertStore store, AlertOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        if (!Slug.IsValid(nodeId))
        {
            throw new ArgumentException($"The node id '{nodeId}' is no slug.", nameof(nodeId));
        }

        Partition = partition;
        _nodeId = nodeId;
        _texts = new AlertTexts(catalogue);
        _store = store;
        _options = options;
        var state = store.Load(partition);
        _watermark = state.Watermark;
        foreach (var alert in state.Open)
        {
            Keep(alert);
        }
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

    /// <summary>Applies the findings of a batch. Stored on return.</summary>
    /// <param name="offset">Offset of the batch in the partition's log.</param>
    /// <param name="findings">Findings in the order in which detection made them.</param>
    /// <returns>Alerts that are new or changed, each once in its latest state; empty for a batch applied before.</returns>
    public IReadOnlyList<Alert> Apply(long offset, IReadOnlyList<Finding> findings)
    {
        lock (_gate)
        {
            if (offset <= _watermark)
            {
                return [];
            }

            if (findings.Count == 0)
            {
                _watermark = offset;
                return [];
            }

            var draft = new AlertDraft(_open);
            foreach (var finding in findings)
            {
                if (finding.Transition == FindingTransition.Raised)
                {
                    Raise(draft, finding, offset);
                }
                else
                {
                    Clear(draft, finding);
                }
            }

            return Commit(draft, offset);
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
            var draft = new AlertDraft(_open);
            foreach (var (key, alert) in _open)
            {
                var (state, act) = AlertLifecycle.Next(alert.State, AlertEvent.Withdrawn);
                if (act is not { } kind)
                {
                    continue;
                }

                var left = alert.Active.Where(p => _texts.Watches(alert, p) && !letGo.Contains((key, p)));
                if (left.IsEmpty)
                {
                    draft.Put(alert with { State = state!.Value, Active = left, ClearedAtMs = nowMs }, kind, nowMs, nowMs);
                }
                else if (left != alert.Active)
                {
                    draft.Put(alert with { Active = left });
                }
            }

            return Commit(draft, _watermark);
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

    /// <summary>Number of alerts that are not closed, by district and priority. Districts without any may be missing.</summary>
    public IReadOnlyDictionary<string, AlertCounts> OpenCounts()
    {
        lock (_gate)
        {
            return new Dictionary<string, AlertCounts>(_counts, StringComparer.Ordinal);
        }
    }

    private void Raise(AlertDraft draft, Finding finding, long offset)
    {
        var known = draft.OpenUnder(new AlertKey(finding.Subject, finding.RuleId));
        if (known is null)
        {
            draft.Put(NewAlert(finding, new AlertId(_nodeId, Partition, offset, draft.Opened)),
                AlertActKind.Raised, finding.AtMs, finding.ReceivedAtMs, value: finding.Value);
            return;
        }

        var (state, act) = AlertLifecycle.Next(known.State, AlertEvent.Raised);
        var now = known with
        {
            State = state!.Value,
            Kind = finding.Kind,
            Active = known.Active.With(finding.Property),
            Property = finding.Property,
            Unit = _texts.Unit(finding.Property),
            Value = finding.Value,
            Limit = finding.Limit,
            ExpectedLow = finding.ExpectedLow,
            ExpectedHigh = finding.ExpectedHigh,
            LastedMs = finding.LastedMs,
        };
        if (act is not { } kind)
        {
            draft.Put(now with { Repeats = known.Repeats + 1 });
            return;
        }

        // The rule may have been given another priority or another meaning since.
        draft.Put(
            now with
            {
                Severity = finding.Severity,
                Title = _texts.Title(finding),
                Source = _texts.Rule(finding.RuleId)?.Source,
                ClearedAtMs = null,
                ReAlarms = known.ReAlarms + 1,
            },
            kind, finding.AtMs, finding.ReceivedAtMs, value: finding.Value);
    }

    private static void Clear(AlertDraft draft, Finding finding)
    {
        var known = draft.OpenUnder(new AlertKey(finding.Subject, finding.RuleId));
        if (known?.Active.Contains(finding.Property) != true)
        {
            return;
        }

        var left = known.Active.Without(finding.Property);
        if (!left.IsEmpty)
        {
            draft.Put(known with { Active = left });
            return;
        }

        var (state, act) = AlertLifecycle.Next(known.State, AlertEvent.Cleared);
        if (act is { } kind)
        {
            draft.Put(known with { Active = left, State = state!.Value, ClearedAtMs = finding.AtMs, LastedMs = finding.LastedMs ?? known.LastedMs },
                kind, finding.AtMs, finding.ReceivedAtMs, value: finding.Value);
        }
    }

    private Alert NewAlert(Finding finding, AlertId id) => new()
    {
        Id = id.ToString(),
        Partition = Partition,
        Subject = finding.Subject,
        RuleId = finding.RuleId,
        Kind = finding.Kind,
        Title = _texts.Title(finding),
        Property = finding.Property,
        Active = ActiveProperties.None.With(finding.Property),
        Severity = finding.Severity,
        State = AlertState.Unacknowledged,
        RaisedAtMs = finding.AtMs,
        ReceivedAtMs = finding.ReceivedAtMs,
        Late = IsLate(finding),
        Value = finding.Value,
        Limit = finding.Limit,
        ExpectedLow = finding.ExpectedLow,
        ExpectedHigh = finding.ExpectedHigh,
        LastedMs = finding.LastedMs,
        Unit = _texts.Unit(finding.Property),
        Source = _texts.Rule(finding.RuleId)?.Source,
        ActCount = 0,
    };

    // Silence is known by the passing of time, not by data that arrived late.
    private bool IsLate(Finding finding) =>
        finding.Kind != FindingKind.Silence && finding.ReceivedAtMs - finding.AtMs > (long)_options.LateAfter.TotalMilliseconds;

    private List<Alert> Commit(AlertDraft draft, long offset)
    {
        if (draft.Alerts.Count > 0)
        {
            _store.Save(Partition, offset, draft.Alerts, draft.Acts);
            foreach (var alert in draft.Alerts)
            {
                Keep(alert);
            }
        }

        _watermark = offset;
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
        }
    }

    private void Count(Alert alert, int change) =>
        _counts[alert.Subject.District] = _counts.GetValueOrDefault(alert.Subject.District).Plus(alert.Severity, change);
}
