namespace IOC.Registry.Data;

/// <summary>A rule as it is now. One that is gone is marked, never deleted: alerts still speak of it.</summary>
internal sealed class RuleRow
{
    public required string Id { get; init; }

    /// <summary>Place among all rules; findings of one value come in that order.</summary>
    public int Position { get; set; }

    /// <summary>Its latest version.</summary>
    public int Version { get; set; }

    /// <summary>File that it comes from; null for one made over the API.</summary>
    public string? File { get; set; }

    /// <summary>What that file says of it; another present text means that it was changed over the API since.</summary>
    public string? FileText { get; set; }

    /// <summary>When it was retired, Unix milliseconds; null while it is there.</summary>
    public long? RetiredAtMs { get; set; }
}

/// <summary>A version of a rule; written once.</summary>
internal sealed class RuleVersionRow
{
    public required string RuleId { get; init; }

    public int Version { get; init; }

    /// <summary>The rule as JSON in its canonical form.</summary>
    public required string Text { get; init; }

    public RuleOrigin Origin { get; init; }

    public required string By { get; init; }

    public long AtMs { get; init; }

    public string? Note { get; init; }

    /// <summary>True for the version that ended the rule.</summary>
    public bool Retired { get; init; }

    public RuleVersion ToModel() => new(RuleId, Version, Text, Origin, By, AtMs, Note, Retired);
}

/// <summary>The rules that were in force together; written once.</summary>
internal sealed class RuleSetRow
{
    public int Number { get; init; }

    /// <summary>SHA-256 of the texts of its rules in their order, lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    public long CreatedAtMs { get; init; }

    public required string By { get; init; }

    public string? Note { get; init; }

    /// <summary>Lines "id version" in the order of the rules.</summary>
    public required string Rules { get; init; }

    /// <summary>Lines "added|changed|retired id version".</summary>
    public required string Changes { get; init; }
}

/// <summary>From which offset on a partition works with a rule set; written before it does, once.</summary>
internal sealed class RuleActivationRow
{
    public int Partition { get; init; }

    public int Number { get; init; }

    /// <summary>Last offset that was processed with the set before.</summary>
    public long Offset { get; init; }

    public long AtMs { get; init; }
}
