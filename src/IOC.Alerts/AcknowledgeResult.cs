namespace IOC.Alerts;

/// <summary>How an acknowledgement went.</summary>
public enum AcknowledgeOutcome
{
    /// <summary>Done; the alert is acknowledged, or closed if its condition had gone.</summary>
    Ok,

    /// <summary>There is no such alert.</summary>
    NotFound,

    /// <summary>Somebody acknowledged it before.</summary>
    AlreadyAcknowledged,

    /// <summary>It is closed.</summary>
    Closed,

    /// <summary>It could not be stored, so nothing has changed; trying again may help.</summary>
    Failed,
}

/// <summary>Result of an acknowledgement.</summary>
/// <param name="Id">Id that was asked for.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Alert">The alert as it is now; null when not found or failed.</param>
/// <param name="Error">What failed, the same for all ids of a partition; null unless the outcome is <see cref="AcknowledgeOutcome.Failed"/>.</param>
public sealed record AcknowledgeResult(string Id, AcknowledgeOutcome Outcome, Alert? Alert, Exception? Error = null);
