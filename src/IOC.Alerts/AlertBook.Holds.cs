using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>What holds alerts back.</summary>
public sealed partial class AlertBook
{
    /// <summary>Holds that have not ended, in no order.</summary>
    public IReadOnlyList<Hold> Holds()
    {
        lock (_gate)
        {
            return [.. _holds.All];
        }
    }

    /// <summary>The open alerts that an alert explains, by id.</summary>
    public IReadOnlyList<Alert> Members(string id)
    {
        lock (_gate)
        {
            return
            [
                .. _holds.ExplainedBy(id).Select(h => _open.GetValueOrDefault(new AlertKey(h.Subject, h.RuleId!))).OfType<Alert>()
                    .OrderBy(a => a.Id, StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>How many keys an operator has shelved here.</summary>
    public int ShelvedBy(string operatorId)
    {
        lock (_gate)
        {
            return _holds.ShelvedBy(operatorId);
        }
    }

    internal bool IsShelvedBy(string alertId, string operatorId)
    {
        lock (_gate)
        {
            return _keys.TryGetValue(alertId, out var key) && _holds.Shelving(key)?.By == operatorId;
        }
    }

    internal Alert? FindOpen(string id)
    {
        lock (_gate)
        {
            return _keys.TryGetValue(id, out var key) ? _open[key] : null;
        }
    }

    /// <summary>Takes a sensor, an asset or a district out of service, now or later. Readings are still taken and alerts still live,
    /// but none of those about it, or about what depends on it, are shown. Stored on return.</summary>
    /// <param name="subject">What; of a district of this partition.</param>
    /// <param name="operatorId">Who; not blank.</param>
    /// <param name="reason">Why; not blank.</param>
    /// <param name="fromMs">From when, Unix milliseconds; null or past = at once.</param>
    /// <param name="untilMs">Until when; null = until somebody ends it.</param>
    /// <param name="nowMs">Host's clock, Unix milliseconds.</param>
    /// <returns>The hold, and the alerts changed by it.</returns>
    /// <exception cref="ArgumentException">The end does not lie after now and after the beginning.</exception>
    public (Hold Hold, IReadOnlyList<Alert> Changed) TakeOutOfService(
        Subject subject, string operatorId, string reason, long? fromMs, long? untilMs, long nowMs)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(operatorId);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var from = Math.Max(fromMs ?? nowMs, nowMs);
        if (untilMs <= from)
        {
            throw new ArgumentException("The end must lie after now and after the beginning.", nameof(untilMs));
        }

        lock (_gate)
        {
            Recover();
            var hold = NewHold(HoldKind.OutOfService, subject, null, operatorId, Cut(reason)!, nowMs) with
            {
                FromMs = from,
                UntilMs = untilMs,
                StartedAtMs = from == nowMs ? nowMs : null,
            };
            var changed = Change(_watermark, draft =>
            {
                draft.Put(hold);
                Start(draft, hold, nowMs, nowMs);
            });
            return (hold, changed);
        }
    }

    /// <summary>Ends an outage for service, or strikes one that lies ahead. Stored on return.</summary>
    /// <param name="holdId">The hold.</param>
    /// <param name="operatorId">Who; not blank.</param>
    /// <param name="nowMs">Host's clock, Unix milliseconds.</param>
    /// <returns>The hold, and the alerts changed; null when there is no such outage here that has not ended.</returns>
    public (Hold Hold, IReadOnlyList<Alert> Changed)? ReturnToService(string holdId, string operatorId, long nowMs)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(operatorId);
        lock (_gate)
        {
            Recover();
            if (_holds.Find(holdId) is not { Kind: HoldKind.OutOfService } hold)
            {
                return null;
            }

            var ended = hold with { EndedAtMs = nowMs, EndedBy = operatorId };
            return (ended, Change(_watermark, draft => End(draft, hold, AlertActKind.ReturnedToService, nowMs, nowMs, operatorId)));
        }
    }

    /// <summary>Suppresses by design what another alert explains, outside a batch; see <see cref="AlertBatch.Suppress"/> for the inside of one.</summary>
    /// <param name="subject">Subject of the alert.</param>
    /// <param name="ruleId">Its rule.</param>
    /// <param name="explainedBy">Id of the alert that explains it; must be open in this book.</param>
    /// <param name="nowMs">Host's clock, Unix milliseconds.</param>
    /// <returns>The alerts changed: none when it was so, or cannot be.</returns>
    public IReadOnlyList<Alert> Suppress(Subject subject, string ruleId, string explainedBy, long nowMs)
    {
        lock (_gate)
        {
            Recover();
            return Change(_watermark, draft => Suppress(draft, new AlertKey(subject, ruleId), explainedBy, nowMs, nowMs, offset: null));
        }
    }

    /// <summary>Ends a suppression by design.</summary>
    /// <inheritdoc cref="Suppress(Subject, string, string, long)"/>
    public IReadOnlyList<Alert> Unsuppress(Subject subject, string ruleId, string explainedBy, long nowMs)
    {
        lock (_gate)
        {
            Recover();
            return Change(_watermark, draft => Unsuppress(draft, new AlertKey(subject, ruleId), explainedBy, nowMs, nowMs));
        }
    }

    internal bool Suppress(AlertDraft draft, AlertKey key, string explainedBy, long atMs, long recordedAtMs, long? offset)
    {
        if (OpenIn(draft, explainedBy) is not { } explaining || Explains(key, AlertKey.Of(explaining))
            || _holds.Suppressions(key).Any(h => h.By == explainedBy))
        {
            return false;
        }

        var hold = NewHold(HoldKind.Suppressed, key.Subject, key.RuleId, explainedBy, "", recordedAtMs) with { FromMs = atMs, StartedAtMs = atMs };
        if (offset is { } at)
        {
            // A function of the log, like an alert's own id.
            hold = hold with { Id = $"{_nodeId}-{Partition}-{at}-h{draft.HoldsMade}" };
        }

        draft.Put(hold);
        Start(draft, hold, atMs, recordedAtMs);
        return true;
    }

    internal bool Unsuppress(AlertDraft draft, AlertKey key, string explainedBy, long atMs, long recordedAtMs)
    {
        if (_holds.Suppressions(key).FirstOrDefault(h => h.By == explainedBy) is not { } hold)
        {
            return false;
        }

        End(draft, hold, AlertActKind.Unsuppressed, atMs, recordedAtMs, by: null);
        return true;
    }

    internal Alert? OpenIn(AlertDraft draft, string id) =>
        draft.Changed(id) is { } changed ? changed.IsOpen ? changed : null : _keys.TryGetValue(id, out var key) ? _open[key] : null;

    internal static bool Settle(AlertDraft draft, Alert? alert, long atMs, long recordedAtMs)
    {
        if (alert is null || AlertLifecycle.Next(alert.State, AlertEvent.Settled) is not { Act: { } act } next)
        {
            return false;
        }

        draft.Put(alert with { State = next.State!.Value }, act, atMs, recordedAtMs);
        return true;
    }

    internal IReadOnlyList<Hold> Suppressions(AlertKey key) => [.. _holds.Suppressions(key)];

    internal IReadOnlyList<Hold> ExplainedBy(string alertId) => _holds.ExplainedBy(alertId);

    // Whether the first is the second, or explains it over any number of steps: two alerts that explain each other would both be hidden.
    private bool Explains(AlertKey first, AlertKey second)
    {
        var seen = new HashSet<AlertKey>();
        var left = new Stack<AlertKey>([second]);
        while (left.TryPop(out var key))
        {
            if (key == first)
            {
                return true;
            }

            if (seen.Add(key))
            {
                foreach (var by in _holds.Suppressions(key))
                {
                    if (_keys.TryGetValue(by.By, out var above))
                    {
                        left.Push(above);
                    }
                }
            }
        }

        return false;
    }

    // What explains is no longer there: nothing may stay hidden behind it.
    private void EndOrphans(AlertDraft draft)
    {
        for (var i = 0; i < draft.Alerts.Count; i++)
        {
            if (draft.Alerts[i] is { IsOpen: false } closed)
            {
                foreach (var hold in _holds.ExplainedBy(closed.Id))
                {
                    End(draft, hold, AlertActKind.Unsuppressed, closed.ClosedAtMs!.Value, closed.ClosedAtMs!.Value, by: null);
                }
            }
        }
    }

    private void PassTime(AlertDraft draft, Hold? hold, long nowMs)
    {
        if (hold is { StartedAtMs: null } && hold.FromMs <= nowMs)
        {
            hold = hold with { StartedAtMs = hold.FromMs };
            draft.Put(hold);
            if (hold.UntilMs is null || hold.UntilMs > nowMs)
            {
                Start(draft, hold, hold.FromMs, nowMs);
            }
        }

        if (hold?.UntilMs <= nowMs)
        {
            var act = hold.Kind == HoldKind.Shelved ? AlertActKind.ShelvingEnded : AlertActKind.ReturnedToService;
            End(draft, hold, act, hold.UntilMs.Value, nowMs, by: null);
        }
    }

    // Tells of a hold that has begun on every open alert that it concerns.
    private void Start(AlertDraft draft, Hold hold, long atMs, long recordedAtMs)
    {
        if (hold.StartedAtMs is null)
        {
            return;
        }

        var (kind, details) = hold.Kind switch
        {
            HoldKind.Suppressed => (AlertActKind.Suppressed, new ActDetails(Target: hold.By)),
            HoldKind.Shelved => (AlertActKind.Shelved, new ActDetails(hold.By, hold.Reason, UntilMs: hold.UntilMs)),
            _ => (AlertActKind.TakenOutOfService, new ActDetails(hold.By, hold.Reason, UntilMs: hold.UntilMs)),
        };
        foreach (var alert in HeldBy(draft, hold))
        {
            draft.Put(Reheld(alert, recordedAtMs), kind, atMs, recordedAtMs, details);
        }
    }

    private void End(AlertDraft draft, Hold hold, AlertActKind kind, long atMs, long recordedAtMs, string? by, string? note = null)
    {
        var told = hold.IsInForce ? HeldBy(draft, hold) : [];
        draft.Put(hold with { EndedAtMs = atMs, EndedBy = by });
        foreach (var alert in told)
        {
            draft.Put(Reheld(alert, recordedAtMs), kind, atMs, recordedAtMs, new(by, note, Target: hold.Kind == HoldKind.Suppressed ? hold.By : null));
        }
    }

    // What comes back into the list asks anew; nobody was asked meanwhile.
    private Alert Reheld(Alert alert, long nowMs)
    {
        var hold = EffectiveHold(AlertKey.Of(alert));
        return hold is null && alert.Hold is not null && alert.IsUnacknowledged
            ? alert with { Hold = null, DemandedAtMs = nowMs, EscalationLevel = 0 }
            : alert with { Hold = hold };
    }

    private List<Alert> HeldBy(AlertDraft draft, Hold hold)
    {
        if (hold.RuleId is { } rule)
        {
            return draft.OpenUnder(new AlertKey(hold.Subject, rule)) is { } alert ? [alert] : [];
        }

        var place = (hold.Subject.Kind, hold.Subject.Id);
        return
        [
            .. draft.Open().Where(a => a.Subject.District == hold.Subject.District
                && (hold.Subject.Kind != SubjectKind.District || hold.Subject.Domain is null || hold.Subject.Domain == a.Subject.Domain)
                && _scope.PlacesOf(a.Subject).Contains(place)).OrderBy(a => a.Id, StringComparer.Ordinal),
        ];
    }

    private AlertHold? EffectiveHold(AlertKey key) => _holds.All.Count == 0 ? null : _holds.Effective(key, _scope.PlacesOf(key.Subject));

    private Hold NewHold(HoldKind kind, Subject subject, string? ruleId, string by, string reason, long nowMs) => new()
    {
        // Operators' acts are outside the log: nothing of it could name them.
        Id = $"{_nodeId}-{Partition}-h{Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(nowMs)):N}",
        Partition = Partition,
        Kind = kind,
        Subject = subject,
        RuleId = ruleId,
        Reason = reason,
        By = by,
        CreatedAtMs = nowMs,
        FromMs = nowMs,
    };

    private static long? DueOf(Hold hold) => hold.EndedAtMs is not null ? null : hold.StartedAtMs is null ? hold.FromMs : hold.UntilMs;
}
