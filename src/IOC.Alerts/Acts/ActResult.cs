namespace IOC.Alerts;

/// <summary>How an operator's act went.</summary>
public enum ActOutcome
{
    /// <summary>Done and stored.</summary>
    Ok,

    /// <summary>There is no such alert.</summary>
    NotFound,

    /// <summary>Somebody acknowledged it before.</summary>
    AlreadyAcknowledged,

    /// <summary>It is closed (for a note: longer ago than <see cref="AlertOptions.NoteAfterClose"/>).</summary>
    Closed,

    /// <summary>It could not be stored, so nothing has changed; trying again may help.</summary>
    Failed,

    /// <summary>It cannot be reset while its condition holds.</summary>
    ConditionHolds,

    /// <summary>It is not latched, so there is nothing to reset.</summary>
    NotLatched,

    /// <summary>It is not shelved.</summary>
    NotShelved,

    /// <summary>The end of the shelving is past or further away than <see cref="AlertOptions.MaxShelving"/>.</summary>
    BadEnd,

    /// <summary>The operator would have more than <see cref="AlertOptions.MaxShelvedPerOperator"/> keys shelved.</summary>
    TooManyShelved,

    /// <summary>That operator sees to it already.</summary>
    AlreadyAssigned,

    /// <summary>Nobody sees to it.</summary>
    NotAssigned,

    /// <summary>The step is done already.</summary>
    StepIsDone,

    /// <summary>The step is not done, so there is nothing to take back.</summary>
    StepIsNotDone,

    /// <summary>Steps of another procedure, or of another version of it, were done for this alert.</summary>
    OtherChecklist,
}

/// <summary>Result of an operator's act.</summary>
/// <param name="Id">Id that was asked for.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Alert">The alert as it is now; null when not found or failed.</param>
/// <param name="Error">What failed, the same for all ids of a partition; null unless the outcome is <see cref="ActOutcome.Failed"/>.</param>
public sealed record ActResult(string Id, ActOutcome Outcome, Alert? Alert, Exception? Error = null)
{
    /// <summary>Alerts changed besides: what one explained that closed by it. Of an act on several alerts, told once.</summary>
    public IReadOnlyList<Alert> Others { get; init; } = [];
}
