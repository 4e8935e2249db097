using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>An act that notification has not seen yet, and its alert as it is now; null when the store does not have it.</summary>
public sealed record FedAct(AlertAct Act, Alert? Alert);

/// <summary>Names for people, from the catalogue.</summary>
/// <param name="Subject">Name of what an alert is about.</param>
/// <param name="District">Name of a district, by its slug.</param>
/// <param name="Unit">How people write a unit, by property code; null where it is not known.</param>
public sealed record NoticeNames(Func<Subject, LocalText> Subject, Func<string, LocalText> District, Func<string, string?> Unit);

/// <summary>From acts to notices: the one place where notification knows the alert model.</summary>
public static class AlertNotices
{
    /// <summary>What there is to tell about an act; null when it is nothing that anybody is told:
    /// of an alert that is shelved, suppressed or out of service nobody is.</summary>
    public static AlertNotice? From(AlertAct act, Alert alert, NoticeNames names)
    {
        ArgumentNullException.ThrowIfNull(act);
        ArgumentNullException.ThrowIfNull(alert);
        NotificationEvent? happened = act.HoldAfter != HoldKind.None ? null : act.Kind switch
        {
            AlertActKind.Raised => NotificationEvent.Raised,
            AlertActKind.ReRaised => NotificationEvent.ReRaised,
            AlertActKind.Escalated => NotificationEvent.Escalated,
            AlertActKind.Cleared or AlertActKind.Withdrawn or AlertActKind.Reset => act.StateAfter == AlertState.Closed ? NotificationEvent.Closed : NotificationEvent.Returned,
            AlertActKind.Acknowledged => act.StateAfter == AlertState.Closed ? NotificationEvent.Closed : NotificationEvent.Acknowledged,

            // While it was held back nobody was told: what still waits now is news.
            AlertActKind.Unshelved or AlertActKind.ShelvingEnded or AlertActKind.Unsuppressed or AlertActKind.ReturnedToService when Waits(act) => NotificationEvent.ReRaised,
            _ => null,
        };
        return happened is { } told ? Notice(told, act, alert, names) : null;
    }

    /// <summary>The repetition for an alert that still waits.</summary>
    /// <param name="alert">The alert as it is now.</param>
    /// <param name="repetition">Which repetition, from 1.</param>
    /// <param name="nowMs">Host's clock.</param>
    /// <param name="names">Names for people.</param>
    public static AlertNotice Repetition(Alert alert, int repetition, long nowMs, NoticeNames names)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var last = new AlertAct(alert.Id, alert.ActCount, AlertActKind.Raised, nowMs, nowMs, alert.State, null, null, alert.Value);
        return Notice(NotificationEvent.Repeated, last, alert, names) with { Repetition = repetition };
    }

    /// <summary>Whether an alert waits, after an act, for somebody to acknowledge it while its condition holds and nothing holds it back.</summary>
    public static bool Waits(AlertAct act)
    {
        ArgumentNullException.ThrowIfNull(act);
        return act.StateAfter == AlertState.Unacknowledged && act.HoldAfter == HoldKind.None;
    }

    /// <summary>Whether an alert waits now.</summary>
    public static bool Waits(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return alert.State == AlertState.Unacknowledged && alert.IsShown;
    }

    /// <summary>Whether an alert is shelved, suppressed or out of service now.</summary>
    public static bool IsHeldBack(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return alert.Hold is not null;
    }

    private static AlertNotice Notice(NotificationEvent happened, AlertAct act, Alert alert, NoticeNames names) => new()
    {
        AlertId = alert.Id,
        Sequence = act.Sequence,
        Event = happened,
        AtMs = act.AtMs,
        Severity = alert.Severity,
        RuleId = alert.RuleId,
        Kind = alert.Kind,
        Title = alert.Title,
        SubjectKind = alert.Subject.Kind,
        Subject = alert.Subject.Id,
        SubjectName = names.Subject(alert.Subject),
        Domain = alert.Subject.Domain,
        District = alert.Subject.District,
        DistrictName = names.District(alert.Subject.District),
        Property = alert.Property,
        Value = act.Value ?? alert.Value,
        Limit = alert.Limit,
        ExpectedLow = alert.ExpectedLow,
        ExpectedHigh = alert.ExpectedHigh,
        Unit = alert.Property is { } property ? names.Unit(property) ?? alert.Unit : alert.Unit,
        RaisedAtMs = alert.RaisedAtMs,
        Late = alert.Late,
        ReAlarms = alert.ReAlarms,
        Operator = act.Operator,
        Note = act.Note,
        Source = alert.Source,
    };
}
