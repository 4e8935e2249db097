using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>A step of a procedure.</summary>
/// <param name="Id">Slug, unique within the procedure.</param>
/// <param name="Text">What is to be done, in a sentence.</param>
/// <param name="Detail">How, for who does not know it by heart; null when there is no more to say.</param>
/// <param name="Optional">True for a step that is done only where the sentence says so.</param>
public sealed record ProcedureStep(string Id, LocalText Text, LocalText? Detail, bool Optional);

/// <summary>Which alerts a procedure is for. An empty list is no condition; conditions are combined.</summary>
/// <param name="Rules">Ids of rules.</param>
/// <param name="Kinds">Kinds of abnormality.</param>
/// <param name="Properties">Codes of properties.</param>
/// <param name="Domains">Slugs of domains.</param>
/// <param name="Priorities">Priorities.</param>
public sealed record ProcedureScope(
    IReadOnlyList<string> Rules, IReadOnlyList<FindingKind> Kinds, IReadOnlyList<string> Properties, IReadOnlyList<string> Domains, IReadOnlyList<Severity> Priorities)
{
    /// <summary>How much it says: a rule weighs more than all the others together, then the kind, the property, the domain, the priority.</summary>
    public int Weight =>
        (Rules.Count > 0 ? 16 : 0) + (Kinds.Count > 0 ? 8 : 0) + (Properties.Count > 0 ? 4 : 0) + (Domains.Count > 0 ? 2 : 0) + (Priorities.Count > 0 ? 1 : 0);

    /// <summary>Whether it is for an alert.</summary>
    /// <param name="ruleId">The alert's rule.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="property">Its property; null when it concerns the whole sensor.</param>
    /// <param name="domain">Its domain; null when it concerns several.</param>
    /// <param name="priority">Its priority.</param>
    public bool Covers(string ruleId, FindingKind kind, string? property, string? domain, Severity priority) =>
        (Rules.Count == 0 || Rules.Contains(ruleId, StringComparer.Ordinal))
        && (Kinds.Count == 0 || Kinds.Contains(kind))
        && (Properties.Count == 0 || (property is not null && Properties.Contains(property, StringComparer.Ordinal)))
        && (Domains.Count == 0 || (domain is not null && Domains.Contains(domain, StringComparer.Ordinal)))
        && (Priorities.Count == 0 || Priorities.Contains(priority));
}

/// <summary>What is to be done about alerts of a kind: a checklist for the operators.</summary>
public sealed record Procedure
{
    /// <summary>Slug, unique among procedures.</summary>
    public required string Id { get; init; }

    /// <summary>Version, from 1; 0 before it is stored.</summary>
    public int Version { get; init; }

    /// <summary>Its title.</summary>
    public required LocalText Name { get; init; }

    /// <summary>What the alert means, in a sentence or two; null when nothing is said.</summary>
    public LocalText? Summary { get; init; }

    /// <summary>Which alerts it is for.</summary>
    public required ProcedureScope For { get; init; }

    /// <summary>Its steps in their order, 1 to 40.</summary>
    public required IReadOnlyList<ProcedureStep> Steps { get; init; }

    /// <summary>Where it comes from: a regulation, a plan, who decided it; null when nothing is said.</summary>
    public LocalText? Source { get; init; }
}

/// <summary>A version of a procedure. None is ever changed.</summary>
/// <param name="ProcedureId">The procedure.</param>
/// <param name="Version">1 for the first, then rising by one.</param>
/// <param name="Text">The procedure as JSON (docs/procedures.md) in its canonical form.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="By">Who: a file's name or a person.</param>
/// <param name="AtMs">When, by the host's clock, Unix milliseconds.</param>
/// <param name="Note">Why, in their words; null when nothing was said.</param>
/// <param name="Retired">True for the version that ended the procedure; its text is that of the one before.</param>
public sealed record ProcedureVersion(string ProcedureId, int Version, string Text, RuleOrigin Origin, string By, long AtMs, string? Note, bool Retired);

/// <summary>A procedure as it is now.</summary>
/// <param name="Procedure">The procedure with its version.</param>
/// <param name="Latest">Its latest version.</param>
/// <param name="File">File that it comes from; null for one made over the API.</param>
/// <param name="Overridden">True when it comes from a file and was changed over the API since.</param>
public sealed record StoredProcedure(Procedure Procedure, ProcedureVersion Latest, string? File, bool Overridden)
{
    /// <summary>True for one that was ended.</summary>
    public bool Retired => Latest.Retired;
}

/// <summary>Result of a change of procedures.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Procedure">The procedure as it is now; null where there is none.</param>
/// <param name="Errors">Mistakes; empty unless the outcome is <see cref="RuleOutcome.Invalid"/>.</param>
public sealed record ProcedureChange(RuleOutcome Outcome, StoredProcedure? Procedure, IReadOnlyList<CatalogueError> Errors);

/// <summary>What taking in procedure files did.</summary>
/// <param name="Errors">Mistakes; not empty = nothing has changed.</param>
/// <param name="Notes">What people should know: what was overridden, what names rules that are not there.</param>
/// <param name="Changed">Number of procedures that got a new version.</param>
public sealed record ProcedureImport(IReadOnlyList<CatalogueError> Errors, IReadOnlyList<LocalText> Notes, int Changed);
