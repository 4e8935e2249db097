using IOC.Access;
using IOC.Telemetry;

namespace IOC.Registry.Data;

/// <summary>What credentials and profiles have in common.</summary>
internal abstract class AccessRow
{
    public required string Name { get; init; }

    /// <summary>One rule a line.</summary>
    public required string Rules { get; init; }

    public int? MaxConnections { get; init; }

    public double? PublishesPerSecond { get; init; }

    public double? BytesPerSecond { get; init; }

    public double? ConnectionPublishesPerSecond { get; init; }

    public double? ConnectionBytesPerSecond { get; init; }

    public int? MaxPacketSize { get; init; }

    public int? MaxInFlight { get; init; }

    public int? MaxSubscriptions { get; init; }

    public long CreatedAtMs { get; init; }

    public required string CreatedBy { get; init; }

    public long ChangedAtMs { get; init; }

    public required string ChangedBy { get; init; }

    protected Audit Audit => new(CreatedAtMs, CreatedBy, ChangedAtMs, ChangedBy);

    protected DeviceLimits Limits => new()
    {
        MaxConnections = MaxConnections,
        PublishesPerSecond = PublishesPerSecond,
        BytesPerSecond = BytesPerSecond,
        ConnectionPublishesPerSecond = ConnectionPublishesPerSecond,
        ConnectionBytesPerSecond = ConnectionBytesPerSecond,
        MaxPacketSize = MaxPacketSize,
        MaxInFlight = MaxInFlight,
        MaxSubscriptions = MaxSubscriptions,
    };

    protected IReadOnlyList<AclRule> ReadRules() =>
    [
        .. Rules.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(text => AclRule.TryParse(text, out var rule, out var problem)
            ? rule
            : throw new InvalidDataException($"The registry holds a rule of '{Name}' that cannot be read: {problem.En}")),
    ];

    protected static string Text(IEnumerable<AclRule> rules) => string.Join('\n', rules);
}

internal sealed class DeviceCredentialRow : AccessRow
{
    public required string Profile { get; init; }

    /// <summary>Slugs, separated by spaces.</summary>
    public required string Sensors { get; init; }

    public bool Disabled { get; init; }

    public long? ExpiresAtMs { get; init; }

    public string? Note { get; init; }

    public static DeviceCredentialRow From(DeviceCredential c) => new()
    {
        Name = c.Name,
        Profile = c.Profile,
        Sensors = string.Join(' ', c.Sensors),
        Rules = Text(c.Rules),
        MaxConnections = c.Limits.MaxConnections,
        PublishesPerSecond = c.Limits.PublishesPerSecond,
        BytesPerSecond = c.Limits.BytesPerSecond,
        ConnectionPublishesPerSecond = c.Limits.ConnectionPublishesPerSecond,
        ConnectionBytesPerSecond = c.Limits.ConnectionBytesPerSecond,
        MaxPacketSize = c.Limits.MaxPacketSize,
        MaxInFlight = c.Limits.MaxInFlight,
        MaxSubscriptions = c.Limits.MaxSubscriptions,
        Disabled = c.Disabled,
        ExpiresAtMs = c.ExpiresAtMs,
        Note = c.Note,
        CreatedAtMs = c.Audit.CreatedAtMs,
        CreatedBy = c.Audit.CreatedBy,
        ChangedAtMs = c.Audit.ChangedAtMs,
        ChangedBy = c.Audit.ChangedBy,
    };

    public DeviceCredential ToModel(IEnumerable<DeviceSecretRow> secrets, IEnumerable<DeviceCertificateRow> certificates) => new()
    {
        Name = Name,
        Profile = Profile,
        Sensors = Sensors.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Rules = ReadRules(),
        Limits = Limits,
        Disabled = Disabled,
        ExpiresAtMs = ExpiresAtMs,
        Note = Note,
        Secrets = [.. secrets.OrderBy(s => s.Number).Select(s => s.ToModel())],
        Certificates = [.. certificates.Select(c => new DeviceCertificate(c.Binding, c.Value))],
        Audit = Audit,
    };
}

internal sealed class DeviceSecretRow
{
    public required string Credential { get; init; }

    public int Number { get; init; }

    public required string Hash { get; init; }

    public long CreatedAtMs { get; init; }

    public required string CreatedBy { get; init; }

    public long? ExpiresAtMs { get; init; }

    public bool UntilNextUsed { get; init; }

    public static DeviceSecretRow From(string credential, DeviceSecret s) => new()
    {
        Credential = credential,
        Number = s.Number,
        Hash = s.Hash.ToString(),
        CreatedAtMs = s.CreatedAtMs,
        CreatedBy = s.CreatedBy,
        ExpiresAtMs = s.ExpiresAtMs,
        UntilNextUsed = s.UntilNextUsed,
    };

    public DeviceSecret ToModel() => new(Number, SecretHash.Parse(Hash), CreatedAtMs, CreatedBy, ExpiresAtMs, UntilNextUsed);
}

internal sealed class DeviceCertificateRow
{
    public CertificateBinding Binding { get; init; }

    public required string Value { get; init; }

    public required string Credential { get; init; }
}

internal sealed class DeviceProfileRow : AccessRow
{
    public required string TitleVi { get; init; }

    public required string TitleEn { get; init; }

    public static DeviceProfileRow From(DeviceProfile p) => new()
    {
        Name = p.Name,
        TitleVi = p.Title.Vi,
        TitleEn = p.Title.En,
        Rules = Text(p.Rules),
        MaxConnections = p.Limits.MaxConnections,
        PublishesPerSecond = p.Limits.PublishesPerSecond,
        BytesPerSecond = p.Limits.BytesPerSecond,
        ConnectionPublishesPerSecond = p.Limits.ConnectionPublishesPerSecond,
        ConnectionBytesPerSecond = p.Limits.ConnectionBytesPerSecond,
        MaxPacketSize = p.Limits.MaxPacketSize,
        MaxInFlight = p.Limits.MaxInFlight,
        MaxSubscriptions = p.Limits.MaxSubscriptions,
        CreatedAtMs = p.Audit!.CreatedAtMs,
        CreatedBy = p.Audit.CreatedBy,
        ChangedAtMs = p.Audit.ChangedAtMs,
        ChangedBy = p.Audit.ChangedBy,
    };

    public DeviceProfile ToModel() => new(Name, new LocalText(TitleVi, TitleEn), ReadRules(), Limits, Audit);
}

internal sealed class DeviceBanRow
{
    public required string Subject { get; init; }

    public required string Reason { get; init; }

    public long? UntilMs { get; init; }

    public long CreatedAtMs { get; init; }

    public required string CreatedBy { get; init; }

    public static DeviceBanRow From(ManualBan b) =>
        new() { Subject = b.Subject, Reason = b.Reason, UntilMs = b.UntilMs, CreatedAtMs = b.CreatedAtMs, CreatedBy = b.CreatedBy };

    public ManualBan ToModel() => new(Subject, Reason, UntilMs, CreatedAtMs, CreatedBy);
}
