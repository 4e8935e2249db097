namespace IOC.Registry.Data;

/// <summary>A procedure as it is now. One that is gone is marked, never deleted: alerts still speak of it.</summary>
internal sealed class ProcedureRow
{
    public required string Id { get; init; }

    /// <summary>Its latest version.</summary>
    public int Version { get; set; }

    /// <summary>File that it comes from; null for one made over the API.</summary>
    public string? File { get; set; }

    /// <summary>What that file says of it; another present text means that it was changed over the API since.</summary>
    public string? FileText { get; set; }

    /// <summary>When it was retired, Unix milliseconds; null while it is there.</summary>
    public long? RetiredAtMs { get; set; }
}

/// <summary>A version of a procedure; written once.</summary>
internal sealed class ProcedureVersionRow
{
    public required string ProcedureId { get; init; }

    public int Version { get; init; }

    /// <summary>The procedure as JSON in its canonical form.</summary>
    public required string Text { get; init; }

    public RuleOrigin Origin { get; init; }

    public required string By { get; init; }

    public long AtMs { get; init; }

    public string? Note { get; init; }

    /// <summary>True for the version that ended the procedure.</summary>
    public bool Retired { get; init; }

    public ProcedureVersion ToModel() => new(ProcedureId, Version, Text, Origin, By, AtMs, Note, Retired);
}
