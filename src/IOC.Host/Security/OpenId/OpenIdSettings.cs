using System.Net;
using IOC.Access.Accounts;
using IOC.Telemetry;

namespace IOC.Host.Security.OpenId;

/// <summary>Settings of single sign-on by OpenID Connect, section "Ioc:Security:OpenId". Off unless an authority is named.</summary>
public sealed class OpenIdSettings
{
    /// <summary>Address of the provider, as it calls itself (its issuer): <c>https://id.example.org/realms/city</c>. Plain HTTP on loopback only. Empty = off.</summary>
    public string Authority { get; set; } = "";

    /// <summary>Name by which the provider knows this host.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The host's secret at the provider; empty = a public client, or <see cref="ClientSecretFile"/>.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>File whose first line is the secret, read for each sign-in; empty = none.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>Whom a bearer token must be for (its aud); empty = none are taken, people sign in by the page only.</summary>
    public string Audience { get; set; } = "";

    /// <summary>What the page asks for, separated by blanks; openid is one of them.</summary>
    public string Scopes { get; set; } = "openid profile";

    /// <summary>Claims that hold roles or groups, separated by ';'. A dot goes into a claim: realm_access.roles.</summary>
    public string RoleClaims { get; set; } = "roles;realm_access.roles;groups";

    /// <summary>Claim that holds the name under which acts are recorded.</summary>
    public string NameClaim { get; set; } = "name";

    /// <summary>What stands on the button in Vietnamese, at most 64 characters.</summary>
    public string ButtonVi { get; set; } = "Đăng nhập bằng tài khoản cơ quan";

    /// <summary>What stands on the button in English, at most 64 characters.</summary>
    public string ButtonEn { get; set; } = "Sign in with your organisation's account";

    /// <summary>For how long after the last sign-in API tokens of such an account are good, 1 hour to 365 days: who has left does not sign in any more.</summary>
    public TimeSpan TokensAfterSignIn { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Which values of the role claims are which roles.</summary>
    public List<OpenIdRoleSettings> RoleMap { get; set; } = [];

    /// <summary>Whether it is configured.</summary>
    internal bool IsOn => Authority.Length > 0;

    /// <summary>Whether an account may be used as far as single sign-on goes: one that another provider vouched for, or a former one, may not.</summary>
    internal bool Vouches(Account account) => account.External is not { } external || (IsOn && SameIssuer(external.Issuer, Authority));

    /// <summary>Whether two addresses are of the same provider; a slash at the end is none of the difference.</summary>
    internal static bool SameIssuer(string a, string b) => a.TrimEnd('/') == b.TrimEnd('/');

    /// <summary>Whether an address may be spoken to: HTTPS, or this machine.</summary>
    internal static bool IsSafe(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps
        || (address.Scheme == Uri.UriSchemeHttp && (address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip))));

    /// <summary>Finds what is wrong with the settings.</summary>
    internal void Validate(List<string> errors)
    {
        const string Section = "Ioc:Security:OpenId";
        void Require(bool holds, string setting, string value, string what)
        {
            if (!holds)
            {
                errors.Add($"{Section}:{setting} = '{value}': {what}");
            }
        }

        if (!IsOn)
        {
            Require(ClientId.Length == 0 && RoleMap.Count == 0, "Authority", Authority, "name the provider, or leave the other settings of Ioc:Security:OpenId out.");
            return;
        }

        Require(
            Uri.TryCreate(Authority, UriKind.Absolute, out var address) && IsSafe(address) && address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0,
            "Authority", Authority, "use the address by which the provider calls itself, such as https://id.example.org/realms/city; http:// only on loopback.");
        Require(!string.IsNullOrWhiteSpace(ClientId), "ClientId", ClientId, "name the client as it is registered at the provider.");
        Require(ClientSecret.Length == 0 || ClientSecretFile.Length == 0, "ClientSecretFile", ClientSecretFile, "Ioc:Security:OpenId:ClientSecret is set too; use one of them.");
        Require(ClientSecretFile.Length == 0 || File.Exists(ClientSecretFile), "ClientSecretFile", ClientSecretFile, "there is no such file.");
        Require(Scopes.Split(' ').Contains("openid", StringComparer.Ordinal), "Scopes", Scopes, "openid must be one of them.");
        Require(Split(RoleClaims).Length > 0, "RoleClaims", RoleClaims, "name the claims that hold roles or groups, separated by ';'.");
        Require(NameClaim.Length > 0, "NameClaim", NameClaim, "name a claim, such as name.");
        Require(ButtonVi.Trim().Length is >= 1 and <= 64, "ButtonVi", ButtonVi, "use 1 to 64 characters.");
        Require(ButtonEn.Trim().Length is >= 1 and <= 64, "ButtonEn", ButtonEn, "use 1 to 64 characters.");
        Require(
            TokensAfterSignIn >= TimeSpan.FromHours(1) && TokensAfterSignIn <= TimeSpan.FromDays(365), "TokensAfterSignIn", TokensAfterSignIn.ToString(), "use 01:00:00 to 365.00:00:00.");
        Require(RoleMap.Count > 0, "RoleMap", "", "say which values of the role claims are which roles; without one nobody gets in.");
        for (var i = 0; i < RoleMap.Count; i++)
        {
            var (one, at) = (RoleMap[i], $"RoleMap:{i}");
            Require(one.Value.Length > 0, $"{at}:Value", one.Value, "name a role or group of the provider.");
            Require(RoleNames.TryParse(one.Role, out _), $"{at}:Role", one.Role, $"use one of {string.Join(", ", RoleNames.All.Select(r => r.Name()))}.");
            Require(Split(one.Districts).All(d => Slug.IsValid(d.AsSpan())), $"{at}:Districts", one.Districts, "name districts by slug, separated by ';'; empty = all.");
            Require(Split(one.Domains).All(d => Slug.IsValid(d.AsSpan())), $"{at}:Domains", one.Domains, "name domains by slug, separated by ';'; empty = all.");
        }
    }

    internal static string[] Split(string list) => list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A role or group of the provider, and the role that it is here, section "Ioc:Security:OpenId:RoleMap:{n}".</summary>
public sealed class OpenIdRoleSettings
{
    /// <summary>The value in a role claim, letter by letter.</summary>
    public string Value { get; set; } = "";

    /// <summary>viewer, operator, planner, engineer or administrator.</summary>
    public string Role { get; set; } = "";

    /// <summary>Slugs of the districts where it holds, separated by ';'; empty = all.</summary>
    public string Districts { get; set; } = "";

    /// <summary>Slugs of the domains where it holds, separated by ';'; empty = all.</summary>
    public string Domains { get; set; } = "";
}
