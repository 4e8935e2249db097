using IOC.Access.Accounts;
using IOC.Telemetry;

namespace IOC.Host.Security.Accounts;

/// <summary>A role, and where it holds.</summary>
/// <param name="Role">viewer, operator, planner, engineer or administrator.</param>
/// <param name="Districts">District slugs; none = all.</param>
/// <param name="Domains">Domain slugs; none = all.</param>
public sealed record GrantDto(string? Role, IReadOnlyList<string>? Districts, IReadOnlyList<string>? Domains)
{
    private const int MaxPlaces = 100;

    internal static GrantDto From(Grant g) => new(g.Role.Name(), g.Scope.Districts, g.Scope.Domains);

    internal Grant ToGrant(Catalogue catalogue) => RoleNames.TryParse(Role, out var role)
        ? new Grant(role, ReadScope(Districts, Domains, catalogue))
        : throw RefusalException.BadRequest("bad_role", $"Không có vai trò '{Role}'; có: {Roles}.", $"There is no role '{Role}'; there are: {Roles}.");

    /// <summary>Reads where something holds. A slip of the pen in a name is refused: it would keep somebody out, without a word.</summary>
    internal static Scope ReadScope(IReadOnlyList<string>? districts, IReadOnlyList<string>? domains, Catalogue catalogue)
    {
        if (districts?.Count > MaxPlaces || domains?.Count > MaxPlaces)
        {
            throw RefusalException.BadRequest("bad_scope", $"Tối đa {MaxPlaces} huyện và {MaxPlaces} lĩnh vực.", $"At most {MaxPlaces} districts and {MaxPlaces} domains.");
        }

        foreach (var district in districts ?? [])
        {
            if (!catalogue.Areas.Any(a => a.Level == AreaLevel.District && a.Id == district))
            {
                throw RefusalException.BadRequest("bad_district", $"Không có huyện '{district}'.", $"There is no district '{district}'.");
            }
        }

        foreach (var domain in domains ?? [])
        {
            if (!Slug.IsValid((domain ?? "").AsSpan()))
            {
                throw RefusalException.BadRequest("bad_domain", $"'{domain}' không phải mã lĩnh vực.", $"'{domain}' is no slug of a domain.");
            }
        }

        return new Scope([.. (districts ?? []).Distinct(StringComparer.Ordinal)], [.. (domains ?? []).Distinct(StringComparer.Ordinal)]);
    }

    private static string Roles => string.Join(", ", RoleNames.All.Select(r => r.Name()));
}

/// <summary>Who calls, and what they may. For somebody who is not signed in only the first four are of use.</summary>
/// <param name="Accounts">required or off.</param>
/// <param name="TimeZone">The city's zone, by its IANA name: pages show all times in it.</param>
/// <param name="SignedIn">Whether the caller is somebody.</param>
/// <param name="SetupNeeded">Whether there is no administrator yet: the set-up link makes one.</param>
/// <param name="Kind">nobody, anybody (accounts are off), session, token, bearer or local.</param>
/// <param name="Account">The account; null when there is none.</param>
/// <param name="Permissions">view, monitor, operate, plan, engineer, administer: those that are held somewhere.</param>
/// <param name="Everywhere">Those of them that are held without limits.</param>
/// <param name="Grants">Roles, and where they hold.</param>
/// <param name="MustEnrol">A second factor has to be set up before anything else.</param>
/// <param name="CsrfToken">To be sent in the header X-IOC-CSRF with every request but GET; null when not signed in by a session.</param>
/// <param name="ExpiresAt">When the session or token ends in any case, Unix ms.</param>
/// <param name="IdleSeconds">Seconds without use after which a session ends; null where it does not.</param>
/// <param name="Wall">Whether it is the session of a video wall, which only looks on.</param>
/// <param name="SingleSignOn">What stands on the button of single sign-on; null = there is none.</param>
public sealed record SessionDto(
    string Accounts, string TimeZone, bool SignedIn, bool SetupNeeded, string Kind, OwnNameDto? Account, IReadOnlyList<string> Permissions, IReadOnlyList<string> Everywhere,
    IReadOnlyList<GrantDto> Grants, bool MustEnrol, string? CsrfToken, long? ExpiresAt, int? IdleSeconds,
    bool Wall, LocalText? SingleSignOn);

/// <summary>Whose session it is.</summary>
public sealed record OwnNameDto(string Id, string UserName, string DisplayName, bool SecondFactor);

/// <summary>Signing in.</summary>
/// <param name="UserName">Name.</param>
/// <param name="Password">Password.</param>
/// <param name="Code">Code of the authenticator application or a recovery code; only where there is a second factor.</param>
/// <param name="Wall">The browser is a video wall's: the session only looks on, and lasts.</param>
public sealed record SignInRequest(string? UserName, string? Password, string? Code, bool Wall = false)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(SignInRequest);
}

/// <summary>What stands in a link behind <c>#token=</c>.</summary>
public sealed record LinkRequest(string? Token)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(LinkRequest);
}

/// <summary>What a link is for. Times are Unix ms.</summary>
/// <param name="Purpose">setup, invitation or reset.</param>
/// <param name="UserName">Name to sign in with; null for setup, where it is chosen.</param>
/// <param name="DisplayName">Name that acts are recorded under; null for setup.</param>
/// <param name="ExpiresAt">Until when it is good.</param>
/// <param name="MinPasswordLength">Fewest characters of a password.</param>
public sealed record LinkDto(string Purpose, string? UserName, string? DisplayName, long ExpiresAt, int MinPasswordLength);

/// <summary>Taking a link up.</summary>
/// <param name="Token">What stands behind <c>#token=</c>.</param>
/// <param name="Password">The new password.</param>
/// <param name="UserName">Setup: name to sign in with.</param>
/// <param name="DisplayName">Setup and invitation: name that acts are recorded under.</param>
public sealed record RedeemRequest(string? Token, string? Password, string? UserName, string? DisplayName)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(RedeemRequest);
}

/// <summary>What became of it.</summary>
/// <param name="SignedIn">Whether a session has begun; otherwise sign in, with the second factor.</param>
public sealed record RedeemedDto(bool SignedIn);

/// <summary>One's own account. Times are Unix ms; <paramref name="Provider"/>: who vouches for it where its owner signs in elsewhere.</summary>
public sealed record OwnAccountDto(
    string Id, string UserName, string DisplayName, IReadOnlyList<GrantDto> Grants, string? Provider, bool SecondFactor, bool SecondFactorRequired, int RecoveryCodesLeft, long? LastSignIn, int MinPasswordLength);

/// <summary>A change of one's own password.</summary>
public sealed record PasswordChange(string? Present, string? New)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(PasswordChange);
}

/// <summary>One's own password, to confirm something.</summary>
public sealed record PasswordRequest(string? Password)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(PasswordRequest);
}

/// <summary>A code of the authenticator application.</summary>
public sealed record CodeRequest(string? Code)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(CodeRequest);
}

/// <summary>A second factor to be set up: told only here.</summary>
/// <param name="Secret">For typing, base32.</param>
/// <param name="Uri">What the QR code holds.</param>
/// <param name="Svg">The QR code.</param>
public sealed record NewTotpDto(string Secret, string Uri, string Svg)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(NewTotpDto);
}

/// <summary>Recovery codes, told only here; each counts once.</summary>
public sealed record RecoveryCodesDto(IReadOnlyList<string> Codes)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(RecoveryCodesDto);
}

/// <summary>A browser that is signed in. Times are Unix ms.</summary>
/// <param name="Id">Id.</param>
/// <param name="Current">Whether it is the one that asks.</param>
/// <param name="CreatedAt">When it signed in.</param>
/// <param name="LastSeen">When it was used last.</param>
/// <param name="ExpiresAt">When it ends in any case.</param>
/// <param name="Address">Address that signed in.</param>
/// <param name="Agent">What the browser says it is.</param>
/// <param name="SecondFactor">Whether a second factor was shown.</param>
/// <param name="Wall">Whether it is a video wall, which only looks on.</param>
public sealed record AccountSessionDto(string Id, bool Current, long CreatedAt, long LastSeen, long ExpiresAt, string Address, string Agent, bool SecondFactor, bool Wall)
{
    internal static AccountSessionDto From(AccountSession s, Caller caller) => new(s.Id, s.Id == caller.KeyId, s.CreatedAtMs, s.LastSeenMs, s.ExpiresAtMs, s.Address, s.Agent, s.SecondFactor, s.Wall);
}

/// <summary>How many sessions ended.</summary>
public sealed record SessionsEndedDto(int Ended);

/// <summary>An account as administrators see it. Times are Unix ms.</summary>
/// <param name="Id">Id.</param>
/// <param name="UserName">Name to sign in with.</param>
/// <param name="DisplayName">Name that acts are recorded under.</param>
/// <param name="Grants">Roles, and where they hold.</param>
/// <param name="State">invited (no password yet), active or disabled.</param>
/// <param name="Provider">Who vouches for it where its owner signs in elsewhere; null = it has a password here.</param>
/// <param name="SecondFactor">Whether it has a second factor.</param>
/// <param name="LockedUntil">Until when it is not let in after too many wrong tries; null = it is.</param>
/// <param name="LastSignIn">When somebody signed in last; null = never.</param>
/// <param name="Sessions">Sessions at present.</param>
/// <param name="Tokens">Tokens at present.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="ChangedAt">When it was changed last.</param>
/// <param name="ChangedBy">By whom.</param>
public sealed record AccountDto(
    string Id, string UserName, string DisplayName, IReadOnlyList<GrantDto> Grants, string State, string? Provider, bool SecondFactor, long? LockedUntil, long? LastSignIn, int Sessions, int Tokens,
    long CreatedAt, string CreatedBy, long ChangedAt, string ChangedBy);

/// <summary>An invitation.</summary>
/// <param name="UserName">Name to sign in with.</param>
/// <param name="DisplayName">Name that acts are recorded under; absent = the same.</param>
/// <param name="Grants">Roles, and where they hold.</param>
public sealed record InviteRequest(string? UserName, string? DisplayName, IReadOnlyList<GrantDto>? Grants);

/// <summary>A one-time link, told only here: whoever has it gets in.</summary>
/// <param name="Url">The link.</param>
/// <param name="ExpiresAt">Until when it is good, Unix ms.</param>
public sealed record NewLinkDto(string Url, long ExpiresAt)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(NewLinkDto);
}

/// <summary>An account that was made, and the link for its owner.</summary>
public sealed record InvitedDto(AccountDto Account, NewLinkDto Link);

/// <summary>A change of an account; what is absent stays.</summary>
public sealed record AccountPatch(string? DisplayName, IReadOnlyList<GrantDto>? Grants, bool? Disabled);

/// <summary>A role, for choosing one.</summary>
public sealed record RoleDto(string Role, LocalText Name, LocalText Description, IReadOnlyList<string> Permissions);

/// <summary>A token to be made.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Permissions">Permissions out of those that the caller has.</param>
/// <param name="Districts">District slugs; none = all that the account has.</param>
/// <param name="Domains">Domain slugs; none = all that the account has.</param>
/// <param name="Days">Days that it is good for, 1 to Ioc:Security:MaxTokenDays.</param>
public sealed record TokenRequest(string? Name, IReadOnlyList<string>? Permissions, IReadOnlyList<string>? Districts, IReadOnlyList<string>? Domains, int? Days);

/// <summary>A token. Times are Unix ms.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Account">Name to sign in with of its account.</param>
/// <param name="Permissions">Permissions.</param>
/// <param name="Districts">District slugs; none = all that the account has.</param>
/// <param name="Domains">Domain slugs; none = all that the account has.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="LastUsed">When it was used last; null = never.</param>
public sealed record TokenDto(
    string Id, string Name, string Account, IReadOnlyList<string> Permissions, IReadOnlyList<string> Districts, IReadOnlyList<string> Domains, long CreatedAt, long ExpiresAt, long? LastUsed)
{
    internal static TokenDto From(ApiToken t, Account account) => new(
        t.Id, t.Name, account.UserName, [.. t.Permissions.Select(p => p.Name())], t.Scope.Districts, t.Scope.Domains, t.CreatedAtMs, t.ExpiresAtMs, t.LastUsedMs == 0 ? null : t.LastUsedMs);
}

/// <summary>A token that was made; <paramref name="Token"/> is told only here.</summary>
public sealed record NewTokenDto(string Token, TokenDto Details)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(NewTokenDto);
}
