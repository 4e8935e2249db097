using System.Globalization;
using System.Text;
using System.Text.Json;
using IOC.Access.Accounts;

namespace IOC.Host.Security.OpenId;

/// <summary>Somebody for whom the provider vouches, and what they are here.</summary>
/// <param name="External">Who it is.</param>
/// <param name="UserName">Name for lists, of A-Z, a-z, 0-9, '.', '_', '-', '@', '+'.</param>
/// <param name="DisplayName">Name that acts are to be recorded under.</param>
/// <param name="Grants">Roles, and where they hold; none = there is none for them here.</param>
/// <param name="SecondFactor">Whether the provider says that a second factor was shown (amr).</param>
/// <param name="IssuedAtMs">When the provider said so, Unix ms.</param>
internal sealed record OpenIdPerson(ExternalIdentity External, string UserName, string DisplayName, IReadOnlyList<Grant> Grants, bool SecondFactor, long IssuedAtMs)
{
    private const int MaxUserName = 56;
    private const int MaxDisplayName = 48;
    private static readonly string[] s_factors = ["mfa", "otp", "hwk", "swk"];

    /// <summary>Reads who a token is about.</summary>
    /// <param name="token">The token.</param>
    /// <param name="nameClaim">Claim of the name.</param>
    /// <param name="grants">What they are here.</param>
    public static OpenIdPerson Of(CheckedToken token, string nameClaim, IReadOnlyList<Grant> grants)
    {
        var user = Plain(First(token.Text("preferred_username"), token.Text("upn"), token.Text("email"), token.Token.Subject));
        return new OpenIdPerson(
            new ExternalIdentity(token.Token.Issuer, token.Token.Subject), user, Shown(First(token.Text(nameClaim), token.Text("name"), user), user), grants, HasSecondFactor(token),
            token.Token.IssuedAt == DateTime.MinValue ? 0 : new DateTimeOffset(token.Token.IssuedAt, TimeSpan.Zero).ToUnixTimeMilliseconds());
    }

    private static bool HasSecondFactor(CheckedToken token) =>
        token.Claims.TryGetProperty("amr", out var ways) && ways.ValueKind == JsonValueKind.Array
        && ways.EnumerateArray().Any(w => w.ValueKind == JsonValueKind.String && s_factors.Contains(w.GetString(), StringComparer.Ordinal));

    private static string First(params string[] names) => names.First(n => !string.IsNullOrWhiteSpace(n));

    private static string Plain(string name)
    {
        var plain = string.Concat(name.Trim().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@' or '+' ? c : '-'));
        return plain[..Math.Min(MaxUserName, plain.Length)];
    }

    // What cannot be seen must not make two names out of one.
    private static string Shown(string name, string instead)
    {
        var seen = new StringBuilder();
        foreach (var rune in Normal(name).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                seen.Append(seen.Length > 0 && seen[^1] != ' ' ? " " : "");
            }
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate)
                && seen.Length + rune.Utf16SequenceLength <= MaxDisplayName)
            {
                seen.Append(rune.ToString());
            }
        }

        var shown = seen.ToString().Trim();
        return shown.Length > 0 ? shown : instead[..Math.Min(MaxDisplayName, instead.Length)];
    }

    private static string Normal(string name)
    {
        try
        {
            return name.Normalize();
        }
        catch (ArgumentException)
        {
            return ""; // A lone surrogate is no text.
        }
    }
}
