using IOC.Access.Auditing;

namespace IOC.Registry.Data;

/// <summary>An entry of the audit. Written once.</summary>
internal sealed class AuditRow
{
    public long Number { get; set; }

    public long AtMs { get; set; }

    public string Who { get; set; } = "";

    public string? AccountId { get; set; }

    public string By { get; set; } = "";

    public string? KeyId { get; set; }

    public string Address { get; set; } = "";

    public string Action { get; set; } = "";

    public string Target { get; set; } = "";

    public int Status { get; set; }

    public string Detail { get; set; } = "";

    public string Hash { get; set; } = "";

    public static AuditRow From(AuditRecord r) => new()
    {
        Number = r.Number,
        AtMs = r.Entry.AtMs,
        Who = r.Entry.Who,
        AccountId = r.Entry.AccountId,
        By = r.Entry.By,
        KeyId = r.Entry.KeyId,
        Address = r.Entry.Address,
        Action = r.Entry.Action,
        Target = r.Entry.Target,
        Status = r.Entry.Status,
        Detail = r.Entry.Detail,
        Hash = r.Hash,
    };

    public AuditRecord ToModel() => new(Number, new AuditEntry(AtMs, Who, AccountId, By, KeyId, Address, Action, Target, Status, Detail), Hash);
}
