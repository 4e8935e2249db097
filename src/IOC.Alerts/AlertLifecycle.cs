namespace IOC.Alerts;

/// <summary>What may happen to an alert.</summary>
public enum AlertEvent
{
    /// <summary>The condition began.</summary>
    Raised,

    /// <summary>The condition ended.</summary>
    Cleared,

    /// <summary>An operator acknowledged.</summary>
    Acknowledged,

    /// <summary>Nothing watches for the condition any more.</summary>
    Withdrawn,
}

/// <summary>Outcome of an event.</summary>
/// <param name="State">State after it; null = there is still no alert.</param>
/// <param name="Act">Act to record; null when the event changes no state.</param>
public readonly record struct AlertTransition(AlertState? State, AlertActKind? Act);

/// <summary>The alert state machine as a pure function: state and event in, state and act out.</summary>
public static class AlertLifecycle
{
    /// <summary>What an event does to an alert in a state (null = no alert open under the key).</summary>
    public static AlertTransition Next(AlertState? state, AlertEvent happened) => (state, happened) switch
    {
        (null, AlertEvent.Raised) => new(AlertState.Unacknowledged, AlertActKind.Raised),
        (AlertState.Returned, AlertEvent.Raised) => new(AlertState.Unacknowledged, AlertActKind.ReRaised),

        (AlertState.Unacknowledged, AlertEvent.Cleared) => new(AlertState.Returned, AlertActKind.Cleared),
        (AlertState.Acknowledged, AlertEvent.Cleared) => new(AlertState.Closed, AlertActKind.Cleared),

        (AlertState.Unacknowledged, AlertEvent.Acknowledged) => new(AlertState.Acknowledged, AlertActKind.Acknowledged),
        (AlertState.Returned, AlertEvent.Acknowledged) => new(AlertState.Closed, AlertActKind.Acknowledged),

        (AlertState.Unacknowledged, AlertEvent.Withdrawn) => new(AlertState.Returned, AlertActKind.Withdrawn),
        (AlertState.Acknowledged, AlertEvent.Withdrawn) => new(AlertState.Closed, AlertActKind.Withdrawn),

        // Everything else changes nothing: raised while active, cleared while gone, anything once closed.
        _ => new(state, null),
    };
}
