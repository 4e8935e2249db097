namespace IOC.Alerts;

/// <summary>A step of a procedure that was done. Times are Unix milliseconds, UTC.</summary>
/// <param name="Id">The step's id within its procedure.</param>
/// <param name="By">Who did it.</param>
/// <param name="AtMs">When it was ticked (host's clock).</param>
public sealed record ChecklistStep(string Id, string By, long AtMs);

/// <summary>
/// What was done of an alert's procedure. The first step that is done ties the alert to the version that the operator read: what the
/// record says was done must be what stood there, whatever becomes of the procedure.
/// </summary>
/// <param name="Procedure">Id of the procedure.</param>
/// <param name="Version">Its version.</param>
/// <param name="Of">Number of its steps.</param>
/// <param name="Done">The steps that are done at present, in the order in which they were.</param>
public sealed record Checklist(string Procedure, int Version, int Of, IReadOnlyList<ChecklistStep> Done)
{
    /// <inheritdoc/>
    public bool Equals(Checklist? other) =>
        other is not null && Procedure == other.Procedure && Version == other.Version && Of == other.Of && Done.SequenceEqual(other.Done);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Procedure, Version, Of, Done.Count);
}
