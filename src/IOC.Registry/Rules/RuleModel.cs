using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>Where a version of a rule came from. The numbers are stored: never renumber.</summary>
public enum RuleOrigin : byte
{
    /// <summary>A file of the catalogue.</summary>
    File = 0,

    /// <summary>A person, over the API.</summary>
    Api = 1,
}

/// <summary>A version of a rule. None is ever changed.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Version">1 for the first, then rising by one.</param>
/// <param name="Text">The rule as JSON (docs/rules.md) in its canonical form.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="By">Who: a file's name or an operator.</param>
/// <param name="AtMs">When, by the host's clock, Unix milliseconds.</param>
/// <param name="Note">Why, in their words; null when nothing was said.</param>
/// <param name="Retired">True for the version that ended the rule; its text is that of the one before.</param>
public sealed record RuleVersion(string RuleId, int Version, string Text, RuleOrigin Origin, string By, long AtMs, string? Note, bool Retired);

/// <summary>A rule as it is now.</summary>
/// <param name="Rule">The rule with its version.</param>
/// <param name="Latest">Its latest version.</param>
/// <param name="File">File that it comes from; null for one made over the API.</param>
/// <param name="Overridden">True when it comes from a file and was changed over the API since.</param>
/// <param name="Misfits">Why it is not in force although it is there and enabled: what it names is gone. Empty when it fits.</param>
public sealed record StoredRule(DetectionRule Rule, RuleVersion Latest, string? File, bool Overridden, IReadOnlyList<LocalText> Misfits)
{
    /// <summary>True for one that was ended.</summary>
    public bool Retired => Latest.Retired;

    /// <summary>True when it is part of the present rule set.</summary>
    public bool InForce => !Retired && Rule.Enabled && Misfits.Count == 0;
}

/// <summary>What a rule set changed.</summary>
/// <param name="What">"added", "changed" or "removed".</param>
/// <param name="RuleId">The rule.</param>
/// <param name="Version">Its version in this set; of one that was removed, the last that was in force.</param>
public sealed record RuleSetChange(string What, string RuleId, int Version);

/// <summary>The rules that are in force together.</summary>
/// <param name="Number">1 for the first, then rising by one.</param>
/// <param name="Hash">SHA-256 of its rules' texts in their order, lower-case hexadecimal.</param>
/// <param name="CreatedAtMs">When it was made, Unix milliseconds.</param>
/// <param name="By">Who made it.</param>
/// <param name="Note">Why.</param>
/// <param name="Changes">What it changed; of the first set, everything.</param>
/// <param name="Rules">Its rules in their order.</param>
public sealed record RuleSet(
    int Number, string Hash, long CreatedAtMs, string By, string? Note, IReadOnlyList<RuleSetChange> Changes, IReadOnlyList<DetectionRule> Rules);

/// <summary>From where in its log a partition works with a rule set.</summary>
/// <param name="Partition">Log partition.</param>
/// <param name="Set">The set's number.</param>
/// <param name="Offset">Last offset that is processed with the set before.</param>
public sealed record RuleActivation(int Partition, int Set, long Offset);

/// <summary>How a change of rules went.</summary>
public enum RuleOutcome
{
    /// <summary>Done, or nothing was to be done.</summary>
    Ok,

    /// <summary>There is no such rule.</summary>
    NotFound,

    /// <summary>Somebody changed it meanwhile, or it is there already.</summary>
    Conflict,

    /// <summary>The rule, or the rules together, have mistakes; nothing has changed.</summary>
    Invalid,
}

/// <summary>Result of a change of rules.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Rule">The rule as it is now; null where there is none.</param>
/// <param name="Set">The rule set in force now.</param>
/// <param name="Errors">Mistakes; empty unless the outcome is <see cref="RuleOutcome.Invalid"/>.</param>
/// <param name="Notes">What people should know of it: what was overridden, what is out of force.</param>
public sealed record RuleChange(
    RuleOutcome Outcome, StoredRule? Rule, RuleSet? Set, IReadOnlyList<CatalogueError> Errors, IReadOnlyList<LocalText> Notes);
