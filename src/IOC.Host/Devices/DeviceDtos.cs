using IOC.Access;
using IOC.Telemetry;

namespace IOC.Host.Devices;

/// <summary>A secret, without the secret. Times are Unix milliseconds.</summary>
/// <param name="Number">Number within the credential.</param>
/// <param name="Kind">generated or chosen.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="ExpiresAt">From when on it is void.</param>
/// <param name="UntilNextUsed">Whether it is void once its successor has been used.</param>
public sealed record DeviceSecretDto(int Number, string Kind, long CreatedAt, string CreatedBy, long? ExpiresAt, bool UntilNextUsed);

/// <summary>When and by whom something was made and changed last.</summary>
public sealed record AuditDto(long CreatedAt, string CreatedBy, long ChangedAt, string ChangedBy);

/// <summary>A device credential.</summary>
public sealed record DeviceDto(
    string Name, string Profile, IReadOnlyList<string> Sensors, IReadOnlyList<string> Rules, DeviceLimits Limits, bool Disabled, long? ExpiresAt, string? Note,
    IReadOnlyList<DeviceSecretDto> Secrets, IReadOnlyList<string> Fingerprints, IReadOnlyList<string> Subjects, AuditDto Audit, long? LastLogin, long Logins, long FailedLogins);

/// <summary>A page of credentials by name; <c>Next</c> is the <c>after</c> of the next page.</summary>
public sealed record DevicePage(IReadOnlyList<DeviceDto> Items, int Total, string? Next);

/// <summary>A credential to be made. Without <c>Secret</c> one is generated; <c>SecretIsRandom</c> vouches for 128 random bits in it.</summary>
public sealed record DeviceRequest(
    string? Name, string? Profile, IReadOnlyList<string>? Sensors, IReadOnlyList<string>? Rules, DeviceLimits? Limits, string? Secret, bool SecretIsRandom, bool WithoutSecret,
    IReadOnlyList<string>? Fingerprints, IReadOnlyList<string>? Subjects, bool Disabled, long? ExpiresAt, string? Note, string? By)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => Name ?? "";

    internal DeviceDraft ToDraft() => new()
    {
        Name = Name ?? "",
        Profile = Profile,
        Sensors = Sensors,
        Rules = Rules,
        Limits = Limits,
        Secret = Secret,
        SecretIsRandom = SecretIsRandom,
        WithoutSecret = WithoutSecret,
        Fingerprints = Fingerprints,
        Subjects = Subjects,
        Disabled = Disabled,
        ExpiresAtMs = ExpiresAt,
        Note = Note,
    };
}

/// <summary>A credential with its secret, which is told only now.</summary>
public sealed record DeviceCreated(DeviceDto Device, string? Secret)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => Device.Name;
}

/// <summary>Credentials to be made together, 1,000 at most. With <c>DryRun</c> they are only checked.</summary>
public sealed record DeviceImport(IReadOnlyList<DeviceRequest>? Devices, bool DryRun, string? By);

/// <summary>Which registered sensors get a credential of their name: all of a district or all, but for those that have one.</summary>
public sealed record DevicesForSensors(string? District, string? Profile, string? By);

/// <summary>A credential that was made, and its secret.</summary>
public sealed record DeviceMadeDto(string Name, string? Secret)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => Name;
}

/// <summary>A credential that was not made.</summary>
public sealed record DeviceRefusedDto(string Name, string Code, LocalText Reason);

/// <summary>What became of credentials that were to be made together.</summary>
public sealed record DeviceImportResult(IReadOnlyList<DeviceMadeDto> Made, IReadOnlyList<DeviceRefusedDto> Refused);

/// <summary>What is to change; what is absent stays. <c>ExpiresAt</c> 0 = never, an empty <c>Note</c> = none.</summary>
public sealed record DevicePatch(
    string? Profile, IReadOnlyList<string>? Sensors, IReadOnlyList<string>? Rules, DeviceLimits? Limits, IReadOnlyList<string>? Fingerprints, IReadOnlyList<string>? Subjects,
    bool? Disabled, long? ExpiresAt, string? Note, string? By)
{
    internal DeviceChange ToChange() => new()
    {
        Profile = Profile,
        Sensors = Sensors,
        Rules = Rules,
        Limits = Limits,
        Fingerprints = Fingerprints,
        Subjects = Subjects,
        Disabled = Disabled,
        ExpiresAtMs = ExpiresAt,
        Note = Note,
    };
}

/// <summary>A new secret. The one before stays valid for <c>GraceSeconds</c> (0 = not at all; absent = Ioc:Mqtt:Access:RotationGrace),
/// with <c>UntilUsed</c> only until the new one was used.</summary>
public sealed record RotateRequest(double? GraceSeconds, bool UntilUsed, string? Secret, bool SecretIsRandom, string? By)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => "rotation";
}

/// <summary>May this device do that?</summary>
public sealed record AccessQuestion(string? ClientId, string? Action, string? Topic);

/// <summary>The answer to <see cref="AccessQuestion"/>.</summary>
public sealed record AccessAnswer(bool Allowed);

/// <summary>A profile.</summary>
public sealed record ProfileDto(string Name, LocalText Title, IReadOnlyList<string> Rules, DeviceLimits Limits, AuditDto? Audit);

/// <summary>A profile to be made or replaced.</summary>
public sealed record ProfileRequest(LocalText? Title, IReadOnlyList<string>? Rules, DeviceLimits? Limits, string? By);

/// <summary>A ban. <c>By</c> is null where failed logins led to it.</summary>
public sealed record BanDto(string Subject, string Reason, long Since, long? Until, string? By);

/// <summary>A ban to be made: an address, a prefix such as 203.0.113.0/24, or <c>client:ID</c>; without <c>Seconds</c> until it is lifted.</summary>
public sealed record BanRequest(string? Subject, string? Reason, double? Seconds, string? By);

/// <summary>A client that is connected. <c>Device</c> is null for a client without a credential.</summary>
public sealed record ConnectionDto(
    string ClientId, string? Device, string? Remote, string Transport, string Protocol, long ConnectedAt, long Publishes, long Bytes, long Refused);

/// <summary>Clients that are connected.</summary>
public sealed record ConnectionsDto(IReadOnlyList<ConnectionDto> Items, int Total);

/// <summary>How many connections were ended.</summary>
public sealed record DisconnectedDto(int Count);

/// <summary>What clients were refused lately, the newest first, and how often since the start.</summary>
public sealed record RefusalsDto(IReadOnlyList<Refusal> Items, long Total);
