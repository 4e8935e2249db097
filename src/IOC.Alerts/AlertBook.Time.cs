namespace IOC.Alerts;

/// <summary>What the passing of time does. Time is the log's ticks, so a replay does the same.</summary>
public sealed partial class AlertBook
{
    /// <summary>Deadlines that are waited for, those that were overtaken included.</summary>
    internal int WaitingDeadlines => _alertDeadlines.Count + _holdDeadlines.Count;

    private bool IsDue(long? tick)
    {
        if (tick is not { } tickMs)
        {
            return false;
        }

        Forget(tickMs);
        return _alertDeadlines.NextMs <= tickMs || _holdDeadlines.NextMs <= tickMs || _correlator?.NextDueMs <= tickMs;
    }

    private void PassTime(AlertDraft draft, long nowMs, List<string> alerts, List<string> holds)
    {
        foreach (var id in holds)
        {
            PassTime(draft, _holds.Find(id), nowMs);
        }

        foreach (var id in alerts)
        {
            if (_keys.TryGetValue(id, out var key) && draft.OpenUnder(key) is { } alert && alert.Id == id)
            {
                if (alert.Chattering && QuietAt(alert) <= nowMs)
                {
                    EndChattering(draft, alert, nowMs);
                    alert = draft.OpenUnder(key);
                }

                if (alert is not null)
                {
                    Escalate(draft, alert, nowMs);
                }
            }
        }
    }

    private void EndChattering(AlertDraft draft, Alert alert, long nowMs)
    {
        var quiet = draft.Put(
            alert with { Chattering = false, Turns = 0, RecentRaises = RaiseTimes.None },
            AlertActKind.ChatteringEnded, QuietAt(alert), nowMs, new(Count: alert.Turns));
        if (quiet.Active.IsEmpty)
        {
            Gone(draft, quiet, nowMs, value: null);
        }
    }

    private void Escalate(AlertDraft draft, Alert alert, long nowMs)
    {
        if (EscalatesAt(alert) is not { } due || due > nowMs)
        {
            return;
        }

        // After a standstill several may be due; one says it.
        var after = EscalateAfterMs(alert);
        var level = (int)Math.Min(_options.Escalation.Levels, (nowMs - alert.DemandedAtMs) / after);
        draft.Put(alert with { EscalationLevel = level }, AlertActKind.Escalated, alert.DemandedAtMs + (level * after), nowMs, new(Count: level));
    }

    private long? DueOf(Alert alert)
    {
        var quiet = alert.Chattering ? QuietAt(alert) : (long?)null;
        var escalates = EscalatesAt(alert);
        return quiet is null || escalates is null ? quiet ?? escalates : Math.Min(quiet.Value, escalates.Value);
    }

    private long QuietAt(Alert alert) => alert.LastTurnAtMs + (long)_options.Chattering.Quiet.TotalMilliseconds;

    // One that has returned by itself waits for nobody's help, and one that is held back asks nobody.
    private long? EscalatesAt(Alert alert) =>
        alert.State is AlertState.Unacknowledged or AlertState.LatchedUnacknowledged && alert.Hold is null
        && alert.EscalationLevel < _options.Escalation.Levels && EscalateAfterMs(alert) is > 0 and var after
            ? alert.DemandedAtMs + ((alert.EscalationLevel + 1) * after)
            : null;

    private long EscalateAfterMs(Alert alert) => (long)_options.Escalation.After(alert.Severity).TotalMilliseconds;
}
