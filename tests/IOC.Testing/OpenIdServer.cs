using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IOC.Testing;

/// <summary>
/// A small OpenID Connect provider on loopback, written against the standards themselves: discovery, keys (RSA and EC), the code flow with PKCE and a
/// client that proves itself. Whoever is sent to it is <see cref="Person"/>, and agrees. It listens on 127.0.0.1 and calls itself localhost, so that to
/// a browser it is another site than the host.
/// </summary>
public sealed class OpenIdServer : IAsyncDisposable
{
    /// <summary>The client that it knows.</summary>
    public const string ClientId = "ioc-page";

    /// <summary>The client's secret, with what has to be encoded.</summary>
    public const string ClientSecret = "s3cret:of+the page/ä";

    /// <summary>Whom its access tokens are for.</summary>
    public const string Audience = "ioc-api";

    private readonly ConcurrentDictionary<string, Grant> _codes = new(StringComparer.Ordinal);
    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private Keys _keys = Keys.New(1);

    private OpenIdServer(WebApplication app, TimeProvider time) => (_app, _time) = (app, time);

    /// <summary>Its address, by which it calls itself.</summary>
    public string Issuer { get; private set; } = "";

    /// <summary>Claims of whoever signs in: sub, name, roles.</summary>
    public Dictionary<string, object?> Person { get; set; } = new(StringComparer.Ordinal);

    /// <summary>What the access token says instead of the identity token, beside sub; null = it is no JWT.</summary>
    public Dictionary<string, object?>? OnlyInAccessToken { get; set; }

    /// <summary>Changes what an identity token says before it is signed; called once.</summary>
    public Action<Dictionary<string, object?>>? Bend { get; set; }

    /// <summary>Whether it answers nothing but 503.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether its visitors refuse.</summary>
    public bool IsDenied { get; set; }

    /// <summary>How often its keys were asked for.</summary>
    public int KeysAsked { get; private set; }

    /// <summary>Starts one on a free port.</summary>
    /// <param name="time">The clock of its tokens.</param>
    public static async Task<OpenIdServer> StartAsync(TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var server = new OpenIdServer(builder.Build(), time ?? TimeProvider.System);
        server.Map();
        await server._app.StartAsync();
        var address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        server.Issuer = $"http://localhost:{new Uri(address).Port}/realms/city";
        return server;
    }

    /// <summary>Other keys, by other names, from now on.</summary>
    public void RotateKeys() => _keys = Keys.New(_keys.Number + 1);

    /// <summary>An access token about somebody, good for five minutes, unless its claims say otherwise.</summary>
    /// <param name="claims">Claims; those of null are left out.</param>
    /// <param name="algorithm">RS256, PS256, ES256, HS256 (with the public key as its secret) or none.</param>
    /// <param name="kid">Name of the key that its header tells; null = the key's.</param>
    /// <param name="type">Type that its header tells.</param>
    public string Sign(IEnumerable<KeyValuePair<string, object?>> claims, string algorithm = "RS256", string? kid = null, string type = "at+jwt")
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var all = new Dictionary<string, object?>(StringComparer.Ordinal) { ["iss"] = Issuer, ["aud"] = Audience, ["iat"] = now, ["exp"] = now + 300 };
        foreach (var (name, value) in claims)
        {
            all[name] = value;
        }

        var told = all.Where(c => c.Value is not null).ToDictionary(StringComparer.Ordinal);
        var header = new Dictionary<string, object?>(StringComparer.Ordinal) { ["alg"] = algorithm, ["typ"] = type };
        if (algorithm != "none")
        {
            header["kid"] = kid ?? (algorithm == "ES256" ? _keys.EcName : _keys.RsaName);
        }

        var signed = $"{Part(header)}.{Part(told)}";
        return $"{signed}.{Base64Url.EncodeToString(_keys.Sign(algorithm, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private static IResult Refuse(int status, string error) => Results.Json(new { error }, statusCode: status);

    private void Map()
    {
        _app.Use((context, next) =>
        {
            if (!IsAway)
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });
        _app.MapGet("/realms/city/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = Issuer,
            authorization_endpoint = $"{Issuer}/authorize",
            token_endpoint = $"{Issuer}/token",
            jwks_uri = $"{Issuer}/keys",
            response_types_supported = new[] { "code" },
            subject_types_supported = new[] { "public" },
            id_token_signing_alg_values_supported = new[] { "RS256", "ES256" },
            token_endpoint_auth_methods_supported = new[] { "client_secret_basic", "client_secret_post" },
            code_challenge_methods_supported = new[] { "S256" },
        }));
        _app.MapGet("/realms/city/keys", () =>
        {
            KeysAsked++;
            return Results.Json(new { keys = _keys.Public() });
        });
        _app.MapGet("/realms/city/authorize", Authorize);
        _app.MapPost("/realms/city/token", RedeemAsync);
    }

    private IResult Authorize(HttpRequest request)
    {
        var q = request.Query;
        if (q["client_id"] != ClientId || q["response_type"] != "code" || q["code_challenge_method"] != "S256" || q["code_challenge"].ToString().Length != 43
            || !q["scope"].ToString().Split(' ').Contains("openid", StringComparer.Ordinal)
            || !Uri.TryCreate(q["redirect_uri"], UriKind.Absolute, out var back) || !back.IsLoopback || back.AbsolutePath != "/api/v1/session/openid/callback")
        {
            return Refuse(StatusCodes.Status400BadRequest, "invalid_request");
        }

        var state = $"state={Uri.EscapeDataString(q["state"].ToString())}&iss={Uri.EscapeDataString(Issuer)}";
        if (IsDenied)
        {
            return Results.Redirect($"{back}?error=access_denied&{state}");
        }

        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        _codes[code] = new Grant(q["code_challenge"].ToString(), q["nonce"].ToString(), back.ToString());
        return Results.Redirect($"{back}?code={code}&{state}");
    }

    private async Task<IResult> RedeemAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || header.Scheme != "Basic"
            || Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!)).Split(':') is not [var client, var secret]
            || WebUtility.UrlDecode(client) != ClientId || WebUtility.UrlDecode(secret) != ClientSecret)
        {
            return Refuse(StatusCodes.Status401Unauthorized, "invalid_client");
        }

        // Gone with the first try, whatever comes of it.
        if (form["grant_type"] != "authorization_code" || !_codes.TryRemove(form["code"].ToString(), out var grant) || form["redirect_uri"] != grant.Back
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != grant.Challenge)
        {
            return Refuse(StatusCodes.Status400BadRequest, "invalid_grant");
        }

        var claims = new Dictionary<string, object?>(Person, StringComparer.Ordinal) { ["aud"] = ClientId, ["nonce"] = grant.Nonce };
        Bend?.Invoke(claims);
        Bend = null;
        var access = OnlyInAccessToken is { } only ? Sign(only.Append(new KeyValuePair<string, object?>("sub", Person["sub"]))) : "opaque";
        return Results.Json(new { token_type = "Bearer", expires_in = 300, access_token = access, id_token = Sign(claims, type: "JWT") });
    }

    private sealed record Grant(string Challenge, string Nonce, string Back);

    private sealed record Keys(int Number, RSA Rsa, ECDsa Ec)
    {
        public string RsaName => $"rsa-{Number}";

        public string EcName => $"ec-{Number}";

        public static Keys New(int number) => new(number, RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256));

        public byte[] Sign(string algorithm, byte[] data) => algorithm switch
        {
            "RS256" => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PS256" => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "ES256" => Ec.SignData(data, HashAlgorithmName.SHA256),
            "HS256" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(Rsa.ExportSubjectPublicKeyInfoPem()), data),
            _ => [],
        };

        public object[] Public()
        {
            var rsa = Rsa.ExportParameters(includePrivateParameters: false);
            var ec = Ec.ExportParameters(includePrivateParameters: false);
            return
            [
                new { kty = "RSA", use = "sig", kid = RsaName, n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) },
                new { kty = "EC", use = "sig", crv = "P-256", kid = EcName, x = Base64Url.EncodeToString(ec.Q.X), y = Base64Url.EncodeToString(ec.Q.Y) },
            ];
        }
    }
}
