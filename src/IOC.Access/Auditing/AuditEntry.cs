namespace IOC.Access.Auditing;

/// <summary>Something that somebody did: a change, an attempt at one, or data that was taken away.</summary>
/// <param name="AtMs">When, Unix ms, by the host's clock.</param>
/// <param name="Who">Name that acts are recorded under; for a sign-in the name that was given; empty = nobody in particular.</param>
/// <param name="AccountId">Id of the account; null where there is none.</param>
/// <param name="By">How they proved who they are: session, token, local, anybody, nobody, or system for the host itself.</param>
/// <param name="KeyId">Id of the session or token; null where there is none.</param>
/// <param name="Address">Network address of who asked; empty for the host itself.</param>
/// <param name="Action">What was asked for, such as <c>POST /api/v1/alerts/{id}/acknowledge</c>.</param>
/// <param name="Target">The address with what it names, and the question.</param>
/// <param name="Status">HTTP status of the answer; 0 for the host's own acts.</param>
/// <param name="Detail">What was sent, as JSON without secrets, shortened; empty where it is not kept.</param>
public sealed record AuditEntry(long AtMs, string Who, string? AccountId, string By, string? KeyId, string Address, string Action, string Target, int Status, string Detail);

/// <summary>An entry in its place in the chain.</summary>
/// <param name="Number">Number from 1, without gaps.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Hash">Its hash, which covers all before it: 64 hexadecimal digits.</param>
public sealed record AuditRecord(long Number, AuditEntry Entry, string Hash);

/// <summary>Which entries are asked for; null = any.</summary>
/// <param name="FromMs">From this time on, Unix ms.</param>
/// <param name="ToMs">Before this time, Unix ms.</param>
/// <param name="Who">Of this name.</param>
/// <param name="Text">Whose action or target contains this.</param>
/// <param name="Before">With a smaller number: the next page.</param>
/// <param name="Limit">At most this many, the latest first.</param>
public sealed record AuditQuery(long? FromMs = null, long? ToMs = null, string? Who = null, string? Text = null, long? Before = null, int Limit = 100);

/// <summary>Where the audit is kept. Nothing in it can be changed.</summary>
public interface IAuditLog
{
    /// <summary>The last entry; null when there is none.</summary>
    AuditRecord? Last { get; }

    /// <summary>Adds an entry; it is on disk when this completes.</summary>
    Task<AuditRecord> AppendAsync(AuditEntry entry, CancellationToken cancel);

    /// <summary>Entries, the latest first.</summary>
    IReadOnlyList<AuditRecord> List(AuditQuery query);

    /// <summary>All entries of a time in the order in which they were written, read as they are asked for.</summary>
    IEnumerable<AuditRecord> Read(long? fromMs, long? toMs);
}
