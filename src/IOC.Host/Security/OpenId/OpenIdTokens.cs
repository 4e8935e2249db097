using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace IOC.Host.Security.OpenId;

/// <summary>What a token says that is the provider's, is meant for this host, and is good now.</summary>
/// <param name="Token">The token.</param>
/// <param name="Claims">What it says.</param>
internal sealed record CheckedToken(JsonWebToken Token, JsonElement Claims)
{
    /// <summary>Text of a claim; empty where there is none.</summary>
    public string Text(string claim) => Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>Whether there is a claim.</summary>
    public bool Has(string claim) => Claims.TryGetProperty(claim, out _);
}

/// <summary>Checks JSON web tokens of the provider (RFC 7519; OpenID Connect Core 1.0, 3.1.3.7). Stateless but for the provider's keys.</summary>
internal sealed class OpenIdTokens(OpenIdSettings settings, OpenIdProvider provider, TimeProvider time)
{
    private const int MaxLength = 32 * 1024;

    // Clocks of two machines.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    // Only those whose keys the provider alone has: HS* would make the client's secret, or a public key, one to sign with.
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
    private static readonly string[] AccessTypes = ["JWT", "at+jwt", "application/at+jwt"];
    private readonly JsonWebTokenHandler _handler = new();

    /// <summary>Checks a token that a program sends along.</summary>
    /// <exception cref="OpenIdRefusedException">It is not good.</exception>
    public async Task<CheckedToken> CheckAccessAsync(string token, CancellationToken stop)
    {
        var known = await CheckAsync(token, settings.Audience, stop);

        // Proof of a sign-in may be for the same audience (Entra ID), and lies about in more places than a key should.
        return (known.Token.Typ is { Length: > 0 } type && !AccessTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
            || known.Has("nonce") || known.Has("at_hash") || known.Has("c_hash") || known.Text("typ") is "ID" or "Refresh" or "Offline" or "Logout"
            ? throw new OpenIdRefusedException(OpenIdTrouble.NotForApi)
            : known;
    }

    /// <summary>Checks the token that tells who has signed in.</summary>
    /// <exception cref="OpenIdRefusedException">It is not good, or not for this sign-in.</exception>
    public async Task<CheckedToken> CheckIdAsync(string token, string nonce, CancellationToken stop)
    {
        var known = await CheckAsync(token, settings.ClientId, stop);
        return known.Text("nonce") != nonce || (known.Has("azp") && known.Text("azp") != settings.ClientId) || (known.Token.Audiences.Count() > 1 && !known.Has("azp"))
            ? throw new OpenIdRefusedException(OpenIdTrouble.Code, "the token is not for this sign-in")
            : known;
    }

    /// <summary>What the access token of a sign-in says where it is a token of the same provider about the same person: Keycloak tells roles there
    /// only. Null where it is anything else; it came from the provider itself, so whom it is for does not matter.</summary>
    public async Task<CheckedToken?> TryReadAsync(string? token, CheckedToken id, CancellationToken stop)
    {
        try
        {
            return !string.IsNullOrEmpty(token) && await CheckAsync(token, null, stop) is { } access && access.Token.Subject == id.Token.Subject ? access : null;
        }
        catch (OpenIdRefusedException)
        {
            return null;
        }
    }

    private async Task<CheckedToken> CheckAsync(string token, string? audience, CancellationToken stop)
    {
        var read = Read(token);
        if (!Algorithms.Contains(read.Alg, StringComparer.Ordinal))
        {
            throw new OpenIdRefusedException(OpenIdTrouble.Algorithm);
        }

        var configuration = await provider.FindAsync(stop) ?? throw new OpenIdRefusedException(OpenIdTrouble.Unavailable);
        if (!HasKey(configuration, read))
        {
            // Keys change: the provider may have one by now that it had not.
            configuration = await provider.LookAgainAsync(stop) ?? throw new OpenIdRefusedException(OpenIdTrouble.Unavailable);
            if (!HasKey(configuration, read))
            {
                throw new OpenIdRefusedException(OpenIdTrouble.UnknownKey);
            }
        }

        var result = await _handler.ValidateTokenAsync(read, new TokenValidationParameters
        {
            ValidIssuer = configuration.Issuer,
            ValidateAudience = audience is not null,
            ValidAudience = audience,
            IssuerSigningKeys = configuration.SigningKeys,
            ValidAlgorithms = Algorithms,
            ValidateLifetime = false,
        });
        if (!result.IsValid)
        {
            throw new OpenIdRefusedException(TroubleOf(result.Exception));
        }

        CheckTimes(read);
        return read.Subject is { Length: > 0 and <= 255 } ? new CheckedToken(read, ClaimsOf(read)) : throw new OpenIdRefusedException(OpenIdTrouble.Malformed, "sub");
    }

    private static JsonWebToken Read(string token)
    {
        try
        {
            return token.Length <= MaxLength ? new JsonWebToken(token) : throw new OpenIdRefusedException(OpenIdTrouble.Malformed);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException or FormatException or JsonException)
        {
            throw new OpenIdRefusedException(OpenIdTrouble.Malformed);
        }
    }

    private static bool HasKey(OpenIdConnectConfiguration configuration, JsonWebToken token) =>
        string.IsNullOrEmpty(token.Kid) || configuration.SigningKeys.Any(k => k.KeyId == token.Kid);

    // By the injected clock.
    private void CheckTimes(JsonWebToken token)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (token.ValidTo == DateTime.MinValue || token.ValidTo + Skew <= now)
        {
            throw new OpenIdRefusedException(OpenIdTrouble.Expired);
        }

        if (token.ValidFrom != DateTime.MinValue && token.ValidFrom - Skew > now)
        {
            throw new OpenIdRefusedException(OpenIdTrouble.NotYet);
        }
    }

    private static JsonElement ClaimsOf(JsonWebToken token)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        return payload.RootElement.Clone();
    }

    private static OpenIdTrouble TroubleOf(Exception? e) => e switch
    {
        SecurityTokenInvalidIssuerException => OpenIdTrouble.Issuer,
        SecurityTokenInvalidAudienceException => OpenIdTrouble.Audience,
        SecurityTokenInvalidAlgorithmException => OpenIdTrouble.Algorithm,
        SecurityTokenSignatureKeyNotFoundException => OpenIdTrouble.UnknownKey,
        SecurityTokenInvalidSignatureException => OpenIdTrouble.Signature,
        _ => OpenIdTrouble.Malformed,
    };
}
