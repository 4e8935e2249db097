using System.Text.Json;
using IOC.Access.Accounts;

namespace IOC.Registry.Data;

internal sealed class AccountRow
{
    public required string Id { get; init; }

    public required string UserName { get; init; }

    public required string NormalizedUserName { get; init; }

    public required string DisplayName { get; init; }

    public string? ExternalIssuer { get; init; }

    public string? ExternalSubject { get; init; }

    public string? PasswordHash { get; init; }

    /// <summary>A JSON array of <see cref="StoredGrant"/>: never asked for by part.</summary>
    public required string Grants { get; init; }

    public bool Disabled { get; init; }

    public string? TotpSecret { get; init; }

    public bool TotpConfirmed { get; init; }

    public long TotpLastStep { get; init; }

    /// <summary>A JSON array of hashes.</summary>
    public required string RecoveryCodes { get; init; }

    public long CreatedAtMs { get; init; }

    public required string CreatedBy { get; init; }

    public long ChangedAtMs { get; init; }

    public required string ChangedBy { get; init; }

    public long? LastSignInMs { get; init; }

    public static AccountRow From(Account a) => new()
    {
        Id = a.Id,
        UserName = a.UserName,
        NormalizedUserName = a.NormalizedUserName,
        DisplayName = a.DisplayName,
        ExternalIssuer = a.External?.Issuer,
        ExternalSubject = a.External?.Subject,
        PasswordHash = a.PasswordHash,
        Grants = JsonSerializer.Serialize(a.Grants.Select(g => new StoredGrant(g.Role.Name(), g.Scope.Districts, g.Scope.Domains))),
        Disabled = a.Disabled,
        TotpSecret = a.TotpSecret,
        TotpConfirmed = a.TotpConfirmed,
        TotpLastStep = a.TotpLastStep,
        RecoveryCodes = JsonSerializer.Serialize(a.RecoveryCodes),
        CreatedAtMs = a.CreatedAtMs,
        CreatedBy = a.CreatedBy,
        ChangedAtMs = a.ChangedAtMs,
        ChangedBy = a.ChangedBy,
        LastSignInMs = a.LastSignInMs,
    };

    public Account ToModel() => new()
    {
        Id = Id,
        UserName = UserName,
        NormalizedUserName = NormalizedUserName,
        DisplayName = DisplayName,
        External = ExternalIssuer is not null && ExternalSubject is not null ? new ExternalIdentity(ExternalIssuer, ExternalSubject) : null,
        PasswordHash = PasswordHash,
        Grants = [.. JsonSerializer.Deserialize<List<StoredGrant>>(Grants)!.Select(g => g.ToModel())],
        Disabled = Disabled,
        TotpSecret = TotpSecret,
        TotpConfirmed = TotpConfirmed,
        TotpLastStep = TotpLastStep,
        RecoveryCodes = JsonSerializer.Deserialize<List<string>>(RecoveryCodes)!,
        CreatedAtMs = CreatedAtMs,
        CreatedBy = CreatedBy,
        ChangedAtMs = ChangedAtMs,
        ChangedBy = ChangedBy,
        LastSignInMs = LastSignInMs,
    };
}

/// <summary>A grant as it is stored. A role that this version does not know is an error: to leave it out could leave an account without its limits.</summary>
internal sealed record StoredGrant(string Role, IReadOnlyList<string> Districts, IReadOnlyList<string> Domains)
{
    public Grant ToModel() => new(
        RoleNames.TryParse(Role, out var role) ? role : throw new InvalidOperationException($"A stored grant has the role '{Role}', which this version does not know."),
        new Scope(Districts, Domains));
}

internal sealed class AccountSessionRow
{
    public required string Id { get; init; }

    public required string Hash { get; init; }

    public required string AccountId { get; init; }

    public long CreatedAtMs { get; init; }

    public long ExpiresAtMs { get; init; }

    public long LastSeenMs { get; init; }

    public required string Address { get; init; }

    public required string Agent { get; init; }

    public bool SecondFactor { get; init; }

    public bool Wall { get; init; }

    public static AccountSessionRow From(AccountSession s) => new()
    {
        Id = s.Id,
        Hash = s.Hash,
        AccountId = s.AccountId,
        CreatedAtMs = s.CreatedAtMs,
        ExpiresAtMs = s.ExpiresAtMs,
        LastSeenMs = s.LastSeenMs,
        Address = s.Address,
        Agent = s.Agent,
        SecondFactor = s.SecondFactor,
        Wall = s.Wall,
    };

    public AccountSession ToModel() => new()
    {
        Id = Id,
        Hash = Hash,
        AccountId = AccountId,
        CreatedAtMs = CreatedAtMs,
        ExpiresAtMs = ExpiresAtMs,
        LastSeenMs = LastSeenMs,
        Address = Address,
        Agent = Agent,
        SecondFactor = SecondFactor,
        Wall = Wall,
    };
}

internal sealed class ApiTokenRow
{
    public required string Id { get; init; }

    public required string Hash { get; init; }

    public required string AccountId { get; init; }

    public required string Name { get; init; }

    /// <summary>Names, separated by blanks.</summary>
    public required string Permissions { get; init; }

    /// <summary>A JSON array.</summary>
    public required string Districts { get; init; }

    /// <summary>A JSON array.</summary>
    public required string Domains { get; init; }

    public long CreatedAtMs { get; init; }

    public long ExpiresAtMs { get; init; }

    public long LastUsedMs { get; init; }

    public static ApiTokenRow From(ApiToken t) => new()
    {
        Id = t.Id,
        Hash = t.Hash,
        AccountId = t.AccountId,
        Name = t.Name,
        Permissions = string.Join(' ', t.Permissions.Select(p => p.Name())),
        Districts = JsonSerializer.Serialize(t.Scope.Districts),
        Domains = JsonSerializer.Serialize(t.Scope.Domains),
        CreatedAtMs = t.CreatedAtMs,
        ExpiresAtMs = t.ExpiresAtMs,
        LastUsedMs = t.LastUsedMs,
    };

    // A permission that this version does not know allows nothing here.
    public ApiToken ToModel() => new()
    {
        Id = Id,
        Hash = Hash,
        AccountId = AccountId,
        Name = Name,
        Permissions = [.. Permissions.Split(' ').SelectMany(name => PermissionNames.TryParse(name, out var p) ? [p] : Array.Empty<Permission>())],
        Scope = new Scope(JsonSerializer.Deserialize<List<string>>(Districts)!, JsonSerializer.Deserialize<List<string>>(Domains)!),
        CreatedAtMs = CreatedAtMs,
        ExpiresAtMs = ExpiresAtMs,
        LastUsedMs = LastUsedMs,
    };
}

internal sealed class AccountLinkRow
{
    public required string Hash { get; init; }

    public byte Purpose { get; init; }

    public string? AccountId { get; init; }

    public long CreatedAtMs { get; init; }

    public long ExpiresAtMs { get; init; }

    public required string CreatedBy { get; init; }

    public static AccountLinkRow From(AccountLink l) => new()
    {
        Hash = l.Hash,
        Purpose = (byte)l.Purpose,
        AccountId = l.AccountId,
        CreatedAtMs = l.CreatedAtMs,
        ExpiresAtMs = l.ExpiresAtMs,
        CreatedBy = l.CreatedBy,
    };

    public AccountLink ToModel() => new(Hash, (LinkPurpose)Purpose, AccountId, CreatedAtMs, ExpiresAtMs, CreatedBy);
}

internal sealed class SignInLockRow
{
    public required string Key { get; init; }

    public int Failures { get; init; }

    public long LastMs { get; init; }

    public long UntilMs { get; init; }

    public static SignInLockRow From(SignInLock l) => new() { Key = l.Key, Failures = l.Failures, LastMs = l.LastMs, UntilMs = l.UntilMs };

    public SignInLock ToModel() => new(Key, Failures, LastMs, UntilMs);
}
