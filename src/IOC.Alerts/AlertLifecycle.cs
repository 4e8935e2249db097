namespace IOC.Alerts;

/// <summary>What may happen to an alert.</summary>
public enum AlertEvent
{
    /// <summary>The condition began.</summary>
    Raised,

    /// <summary>The condition ended.</summary>
    Cleared,

    /// <summary>The condition of an alert that latches ended.</summary>
    ClearedLatched,

    /// <summary>An operator acknowledged.</summary>
    Acknowledged,

    /// <summary>An operator reset.</summary>
    Reset,

    /// <summary>Nothing watches for the condition any more.</summary>
    Withdrawn,

    /// <summary>It has returned, and another alert explained it meanwhile.</summary>
    Settled,
}

/// <summary>Outcome of an event.</summary>
/// <param name="State">State after it; null = there is still no alert.</param>
/// <param name="Act">Act to record; null when the event changes no state.</param>
public readonly record struct AlertTransition(AlertState? State, AlertActKind? Act);

/// <summary>
/// The alert state machine of ISA-18.2 / IEC 62682 as a pure function: state and event in, state and act out. What holds an
/// alert back (shelved, suppressed by design, out of service) lies beside it, see <see cref="HoldKind"/>: the state goes on
/// beneath, and shows when the hold ends.
/// </summary>
public static class AlertLifecycle
{
    /// <summary>What an event does to an alert in a state (null = normal: no alert open under the key).</summary>
    public static AlertTransition Next(AlertState? state, AlertEvent happened) => (state, happened) switch
    {
        (null, AlertEvent.Raised) => new(AlertState.Unacknowledged, AlertActKind.Raised),
        (AlertState.Returned or AlertState.LatchedUnacknowledged or AlertState.LatchedAcknowledged, AlertEvent.Raised) =>
            new(AlertState.Unacknowledged, AlertActKind.ReRaised),

        (AlertState.Unacknowledged, AlertEvent.Cleared) => new(AlertState.Returned, AlertActKind.Cleared),
        (AlertState.Acknowledged, AlertEvent.Cleared) => new(AlertState.Closed, AlertActKind.Cleared),
        (AlertState.Unacknowledged, AlertEvent.ClearedLatched) => new(AlertState.LatchedUnacknowledged, AlertActKind.Cleared),
        (AlertState.Acknowledged, AlertEvent.ClearedLatched) => new(AlertState.LatchedAcknowledged, AlertActKind.Cleared),

        (AlertState.Unacknowledged, AlertEvent.Acknowledged) => new(AlertState.Acknowledged, AlertActKind.Acknowledged),
        (AlertState.LatchedUnacknowledged, AlertEvent.Acknowledged) => new(AlertState.LatchedAcknowledged, AlertActKind.Acknowledged),
        (AlertState.Returned, AlertEvent.Acknowledged) => new(AlertState.Closed, AlertActKind.Acknowledged),

        (AlertState.LatchedUnacknowledged, AlertEvent.Reset) => new(AlertState.Returned, AlertActKind.Reset),
        (AlertState.LatchedAcknowledged, AlertEvent.Reset) => new(AlertState.Closed, AlertActKind.Reset),

        (AlertState.Returned, AlertEvent.Settled) => new(AlertState.Closed, AlertActKind.Settled),

        (AlertState.Unacknowledged, AlertEvent.Withdrawn) => new(AlertState.Returned, AlertActKind.Withdrawn),
        (AlertState.Acknowledged, AlertEvent.Withdrawn) => new(AlertState.Closed, AlertActKind.Withdrawn),

        // Everything else changes nothing: raised while active, cleared while gone, reset while active or not latched, anything once closed.
        _ => new(state, null),
    };
}
