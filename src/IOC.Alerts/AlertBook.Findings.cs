using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>What findings do.</summary>
public sealed partial class AlertBook
{
    // Beyond the window itself: the log's times of receipt follow each other only roughly.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    private readonly Dictionary<AlertKey, Alert> _recent = [];
    private readonly Queue<(long DueMs, AlertKey Key)> _recentOut = new();

    private TimeSpan ChatterMemory => _options.Chattering.Window + Slack;

    private long ChatterWindowMs => (long)_options.Chattering.Window.TotalMilliseconds;

    internal void Apply(AlertDraft draft, Finding finding, long offset)
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

    private void Raise(AlertDraft draft, Finding finding, long offset)
    {
        var key = new AlertKey(finding.Subject, finding.RuleId);
        if (draft.OpenUnder(key) is not { } known)
        {
            CheckChattering(draft, draft.Put(
                NewAlert(finding, new AlertId(_nodeId, Partition, offset, draft.Opened), RaisedBefore(draft, key, finding)),
                AlertActKind.Raised, finding.AtMs, finding.ReceivedAtMs, new(Value: finding.Value)), finding);
            return;
        }

        var (state, act) = AlertLifecycle.Next(known.State, AlertEvent.Raised);
        var now = Told(known, finding) with { State = state!.Value };
        if (act is not { } kind)
        {
            draft.Put(known.Active.IsEmpty
                ? now with
                {
                    ReAlarms = known.ReAlarms + 1,
                    Turns = known.Turns + 1,
                    LastTurnAtMs = Math.Max(known.LastTurnAtMs, finding.AtMs),
                    GoneAtMs = null,
                    GoneReceivedAtMs = null,
                    LateCleared = false,
                }
                : now with { Repeats = known.Repeats + 1 });
            return;
        }

        CheckChattering(draft, draft.Put(Again(known, now, finding), kind, finding.AtMs, finding.ReceivedAtMs, new(Value: finding.Value)), finding);
    }

    // What the finding says of the condition.
    private Alert Told(Alert alert, Finding finding) => alert with
    {
        Kind = finding.Kind,
        Active = alert.Active.With(finding.Property),
        Property = finding.Property,
        Unit = _texts.Unit(finding.Property),
        Value = finding.Value,
        Limit = finding.Limit,
        ExpectedLow = finding.ExpectedLow,
        ExpectedHigh = finding.ExpectedHigh,
        LastedMs = finding.LastedMs,
    };

    // The rule may have been given another priority or another meaning since.
    private Alert Again(Alert known, Alert now, Finding finding)
    {
        var (severity, reason) = _scope.Priority(finding);
        var asked = known.IsUnacknowledged;
        return now with
        {
            Severity = severity,
            RuleSeverity = finding.Severity,
            PriorityReason = reason,
            Title = _texts.Title(finding),
            Source = _texts.Rule(finding.RuleId)?.Source,
            Latched = _texts.Rule(finding.RuleId)?.Latched == true,
            ClearedAtMs = null,
            ClearedReceivedAtMs = null,
            LateCleared = false,
            ReAlarms = known.ReAlarms + 1,
            DemandedAtMs = asked ? known.DemandedAtMs : finding.ReceivedAtMs,
            EscalationLevel = asked ? known.EscalationLevel : 0,
            LastTurnAtMs = Math.Max(known.LastTurnAtMs, finding.AtMs),
            RecentRaises = known.RecentRaises.With(finding.AtMs, ChatterWindowMs, Math.Max(1, _options.Chattering.Raises)),
        };
    }

    private void Clear(AlertDraft draft, Finding finding)
    {
        var known = draft.OpenUnder(new AlertKey(finding.Subject, finding.RuleId));
        if (known?.Active.Contains(finding.Property) != true)
        {
            return;
        }

        var now = known with { Active = known.Active.Without(finding.Property), LastedMs = finding.LastedMs ?? known.LastedMs };
        if (!now.Active.IsEmpty)
        {
            draft.Put(known with { Active = now.Active });
            return;
        }

        now = now with
        {
            GoneAtMs = finding.AtMs,
            GoneReceivedAtMs = finding.ReceivedAtMs,
            LateCleared = IsLate(finding),
            LastTurnAtMs = Math.Max(known.LastTurnAtMs, finding.AtMs),
        };
        if (known.Chattering)
        {
            draft.Put(now with { Turns = known.Turns + 1 });
            return;
        }

        Gone(draft, now, finding.ReceivedAtMs, finding.Value);
    }

    // The condition has ended, at the time noted in the alert.
    private static void Gone(AlertDraft draft, Alert alert, long recordedAtMs, double? value)
    {
        var (state, act) = AlertLifecycle.Next(alert.State, alert.Latched ? AlertEvent.ClearedLatched : AlertEvent.Cleared);
        if (act is { } kind)
        {
            var gone = alert with
            {
                State = state!.Value,
                ClearedAtMs = alert.GoneAtMs,
                ClearedReceivedAtMs = alert.GoneReceivedAtMs,
                GoneAtMs = null,
                GoneReceivedAtMs = null,
            };
            draft.Put(gone, kind, alert.GoneAtMs!.Value, recordedAtMs, new(Value: value));
        }
    }

    private Alert NewAlert(Finding finding, AlertId id, RaiseTimes before)
    {
        var key = new AlertKey(finding.Subject, finding.RuleId);
        var rule = _texts.Rule(finding.RuleId);
        var (severity, reason) = _scope.Priority(finding);
        return new()
        {
            Id = id.ToString(),
            Partition = Partition,
            Subject = finding.Subject,
            RuleId = finding.RuleId,
            Kind = finding.Kind,
            Title = _texts.Title(finding),
            Property = finding.Property,
            Active = ActiveProperties.None.With(finding.Property),
            Severity = severity,
            RuleSeverity = finding.Severity,
            PriorityReason = reason,
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
            Source = rule?.Source,
            Latched = rule?.Latched == true,
            Hold = EffectiveHold(key),
            DemandedAtMs = finding.ReceivedAtMs,
            LastTurnAtMs = finding.AtMs,
            RecentRaises = before.With(finding.AtMs, ChatterWindowMs, Math.Max(1, _options.Chattering.Raises)),
            ActCount = 0,
        };
    }

    // It has just been raised: often enough lately to be taken for chattering?
    private void CheckChattering(AlertDraft draft, Alert alert, Finding finding)
    {
        var raises = alert.RecentRaises.Times.Count();
        if (_options.Chattering.Raises > 0 && raises >= _options.Chattering.Raises)
        {
            draft.Put(alert with { Chattering = true, Turns = 0 }, AlertActKind.Chattering, finding.AtMs, finding.ReceivedAtMs, new(Count: raises));
        }
    }

    // An acknowledged alert closes each time that its condition ends, so what tells of chattering has to outlive it.
    private RaiseTimes RaisedBefore(AlertDraft draft, AlertKey key, Finding finding)
    {
        var closed = draft.Latest(key) ?? _recent.GetValueOrDefault(key);
        return closed is not null && finding.ReceivedAtMs - closed.LastTurnAtMs <= ChatterWindowMs ? closed.RecentRaises : RaiseTimes.None;
    }

    private void Remember(Alert closed)
    {
        var key = AlertKey.Of(closed);
        if (_options.Chattering.Raises == 0 || (_recent.TryGetValue(key, out var known) && known.LastTurnAtMs > closed.LastTurnAtMs))
        {
            return;
        }

        _recent[key] = closed;
        _recentOut.Enqueue((closed.LastTurnAtMs + (long)ChatterMemory.TotalMilliseconds, key));
    }

    // What is forgotten is what RaisedBefore would not take into account any more, so it makes no difference when.
    private void Forget(long nowMs)
    {
        while (_recentOut.TryPeek(out var oldest) && oldest.DueMs < nowMs)
        {
            _recentOut.Dequeue();
            if (_recent.TryGetValue(oldest.Key, out var closed) && closed.LastTurnAtMs + (long)ChatterMemory.TotalMilliseconds < nowMs)
            {
                _recent.Remove(oldest.Key);
            }
        }
    }

    // Silence is known by the passing of time, not by data that arrived late.
    private bool IsLate(Finding finding) =>
        finding.Kind != FindingKind.Silence && finding.ReceivedAtMs - finding.AtMs > (long)_options.LateAfter.TotalMilliseconds;
}
