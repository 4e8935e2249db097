using IOC.Alerts;
using IOC.Telemetry;

namespace IOC.Registry.Data;

/// <summary>How a subject is kept in columns.</summary>
internal static class SubjectColumns
{
    /// <summary>Reads a subject.</summary>
    /// <param name="kind">Kind.</param>
    /// <param name="district">District slug.</param>
    /// <param name="domain">Domain slug; empty for none.</param>
    /// <param name="id">Slug of the sensor or asset.</param>
    /// <param name="book">Where sensor addresses are interned.</param>
    public static Subject ToModel(SubjectKind kind, string district, string domain, string id, AddressBook book) => kind switch
    {
        SubjectKind.Sensor => book.GetOrAdd(district, domain, id),
        SubjectKind.Asset => Subject.OfAsset(district, domain.Length == 0 ? null : domain, id),
        _ => Subject.OfDistrict(district, domain.Length == 0 ? null : domain),
    };
}

internal sealed class AlertHoldRow
{
    public required string Id { get; init; }

    public int Partition { get; init; }

    public HoldKind Kind { get; init; }

    public SubjectKind SubjectKind { get; init; }

    public required string District { get; init; }

    /// <summary>Empty when the subject belongs to no domain.</summary>
    public required string Domain { get; init; }

    /// <summary>Slug of the sensor, asset or district.</summary>
    public required string Subject { get; init; }

    public string? RuleId { get; init; }

    public required string Reason { get; init; }

    public required string HeldBy { get; init; }

    public long CreatedAtMs { get; init; }

    public long FromMs { get; init; }

    public long? UntilMs { get; init; }

    public long? StartedAtMs { get; init; }

    public long? EndedAtMs { get; init; }

    public string? EndedBy { get; init; }

    public static AlertHoldRow From(Hold h) => new()
    {
        Id = h.Id,
        Partition = h.Partition,
        Kind = h.Kind,
        SubjectKind = h.Subject.Kind,
        District = h.Subject.District,
        Domain = h.Subject.Domain ?? "",
        Subject = h.Subject.Id,
        RuleId = h.RuleId,
        Reason = h.Reason,
        HeldBy = h.By,
        CreatedAtMs = h.CreatedAtMs,
        FromMs = h.FromMs,
        UntilMs = h.UntilMs,
        StartedAtMs = h.StartedAtMs,
        EndedAtMs = h.EndedAtMs,
        EndedBy = h.EndedBy,
    };

    public Hold ToModel(AddressBook book) => new()
    {
        Id = Id,
        Partition = Partition,
        Kind = Kind,
        Subject = SubjectColumns.ToModel(SubjectKind, District, Domain, Subject, book),
        RuleId = RuleId,
        Reason = Reason,
        By = HeldBy,
        CreatedAtMs = CreatedAtMs,
        FromMs = FromMs,
        UntilMs = UntilMs,
        StartedAtMs = StartedAtMs,
        EndedAtMs = EndedAtMs,
        EndedBy = EndedBy,
    };
}
