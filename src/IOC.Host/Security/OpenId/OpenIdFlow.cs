using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IOC.Access.Accounts;
using IOC.Host.Hardening;
using IOC.Host.Security.Accounts;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace IOC.Host.Security.OpenId;

/// <summary>What a browser keeps between leaving for the provider and coming back, sealed: nobody else can read or make it.</summary>
/// <param name="State">Ties the answer to this browser.</param>
/// <param name="Nonce">Ties the token to this sign-in.</param>
/// <param name="Verifier">Proves to the provider that who has the code has begun the sign-in (RFC 7636).</param>
/// <param name="Back">Where to go on, on this host.</param>
/// <param name="Former">Hash of the key of the session that the browser had: its cookie does not come back from the provider with it.</param>
/// <param name="UntilMs">Until when it is good, Unix ms.</param>
internal sealed record OpenIdState(string State, string Nonce, string Verifier, string Back, string? Former, long UntilMs);

/// <summary>Sign-ins that were answered: each counts once.</summary>
internal sealed class OpenIdAnswered(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, long> _until = new(StringComparer.Ordinal);

    /// <returns>False when it was answered before.</returns>
    public bool TryTake(OpenIdState state)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var old in _until.Where(s => s.Value <= now))
        {
            _until.TryRemove(old);
        }

        return _until.TryAdd(AccountKeys.HashOf(state.State), state.UntilMs);
    }
}

/// <summary>Signing in with the page by the code flow with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9700).</summary>
internal sealed class OpenIdFlow(
    OpenIdSettings settings, OpenIdProvider provider, OpenIdTokens tokens, OpenIdRoles roles, OpenIdAccounts accounts, OpenIdAnswered answered, OpenIdExchanges exchanges,
    SessionDesk sessions, AccountBook book, SecretBox box, SignInGuard guard, TimeProvider time)
{
    /// <summary>Path of the endpoint that people are sent back to.</summary>
    public const string CallbackPath = "/api/v1/session/openid/callback";

    private const string Cookie = "ioc-openid";
    private const string CookiePath = "/api/v1/session/openid";
    private const string Owner = "openid-state";
    private const int MaxBack = 1024;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>A place of this host, or its first page: nobody is sent elsewhere by what stands in an address.</summary>
    public static string SafeBack(string? back) =>
        back is { Length: > 0 and <= MaxBack } && back[0] == '/' && !back.StartsWith("//", StringComparison.Ordinal) && !back.Contains('\\', StringComparison.Ordinal)
        && !back.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && Uri.TryCreate(new Uri("http://ioc.invalid/"), back, out var uri) && uri.Host == "ioc.invalid"
            ? back
            : "/";

    /// <summary>Begins a sign-in: the browser gets its cookie.</summary>
    /// <returns>The provider's address to send the browser to.</returns>
    /// <exception cref="OpenIdRefusedException">The provider cannot be reached.</exception>
    public async Task<string> BeginAsync(string? back, HttpContext context, CancellationToken stop)
    {
        var configuration = await provider.FindAsync(stop) ?? throw new OpenIdRefusedException(OpenIdTrouble.Unavailable);
        var former = SessionCookie.Read(context.Request) is { } key ? AccountKeys.HashOf(key) : null;
        var state = new OpenIdState(
            AccountKeys.Generate(), AccountKeys.Generate(), AccountKeys.Generate(), SafeBack(back), former, (time.GetUtcNow() + Life).ToUnixTimeMilliseconds());
        context.Response.Cookies.Append(Cookie, box.Seal(JsonSerializer.SerializeToUtf8Bytes(state), Owner), CookieFor(context, Life));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(state.Verifier)));
        return WithQuery(configuration.AuthorizationEndpoint, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = settings.ClientId,
            ["redirect_uri"] = CallbackOf(context),
            ["scope"] = settings.Scopes,
            ["state"] = state.State,
            ["nonce"] = state.Nonce,
            ["code_challenge"] = challenge,
            ["code_challenge_method"] = "S256",
        });
    }

    /// <summary>Takes the provider's answer, and signs in.</summary>
    /// <param name="context">The request that the browser came back with.</param>
    /// <param name="whom">Told who it is as soon as the provider has said so, for the audit.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <returns>The key of the session, and where to go on.</returns>
    /// <exception cref="OpenIdRefusedException">It is not good.</exception>
    public async Task<(string Key, string Back)> FinishAsync(HttpContext context, Action<OpenIdPerson> whom, CancellationToken stop)
    {
        var address = AddressKey.Of(context.Connection.RemoteIpAddress).ToString();
        var state = TakeState(context) ?? throw new OpenIdRefusedException(OpenIdTrouble.State);
        if (guard.WaitOf(address) > TimeSpan.Zero)
        {
            throw new OpenIdRefusedException(OpenIdTrouble.TooMany);
        }

        try
        {
            var person = await AskAsync(state, context, stop);
            whom(person);
            var account = await accounts.TakeInAsync(person, signsIn: true, stop);

            // Whoever this browser was before is signed out by that.
            await sessions.EndAsync(state.Former is { } former && book.Session(former) is { } session ? [session] : []);
            return (await sessions.BeginAsync(account, context, person.SecondFactor, wall: false), state.Back);
        }
        catch (OpenIdRefusedException e) when (e.Trouble is not OpenIdTrouble.Unavailable)
        {
            guard.Fail(address);
            throw;
        }
    }

    private static string CallbackOf(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}{CallbackPath}";

    // Lax: it has to come along when the provider sends the browser back, which is a plain GET of another site.
    private static CookieOptions CookieFor(HttpContext context, TimeSpan? life) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = CookiePath, IsEssential = true, MaxAge = life };

    private static string WithQuery(string address, Dictionary<string, string> question) =>
        address + (address.Contains('?', StringComparison.Ordinal) ? '&' : '?') + string.Join('&', question.Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}"));

    private OpenIdState? TakeState(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } cookie)
        {
            return null;
        }

        context.Response.Cookies.Delete(Cookie, CookieFor(context, null));
        return box.TryOpen(cookie, Owner) is { } opened && JsonSerializer.Deserialize<OpenIdState>(opened) is { } state
            && AccountKeys.Same(state.State, context.Request.Query["state"].ToString()) && state.UntilMs > time.GetUtcNow().ToUnixTimeMilliseconds() && answered.TryTake(state)
            ? state
            : null;
    }

    private async Task<OpenIdPerson> AskAsync(OpenIdState state, HttpContext context, CancellationToken stop)
    {
        var configuration = await provider.FindAsync(stop) ?? throw new OpenIdRefusedException(OpenIdTrouble.Unavailable);
        var query = context.Request.Query;
        if (query["iss"].ToString() is { Length: > 0 } issuer && issuer != configuration.Issuer)
        {
            throw new OpenIdRefusedException(OpenIdTrouble.Issuer, "the answer is of another provider (RFC 9207)");
        }

        if (query["code"].ToString() is not { Length: > 0 } code)
        {
            throw new OpenIdRefusedException(OpenIdTrouble.Denied, Shorten(query["error"].ToString()));
        }

        var (idToken, accessToken) = await exchanges.RedeemAsync(configuration, code, state.Verifier, CallbackOf(context), stop);
        var id = await tokens.CheckIdAsync(idToken, state.Nonce, stop);
        var told = roles.Tells(id) ? id : await tokens.TryReadAsync(accessToken, id, stop) ?? id;
        return OpenIdPerson.Of(id, settings.NameClaim, roles.GrantsOf(told));
    }

    // A stranger's text, for the log.
    private static string Shorten(string text) => string.Concat(text.Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')).PadRight(64)[..64].Trim();
}

/// <summary>Redeems codes at the provider, a few at a time: what strangers send must not make the host flood it.</summary>
internal sealed class OpenIdExchanges(OpenIdSettings settings, OpenIdProvider provider, ILogger<OpenIdExchanges> log) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(8, 8);

    /// <summary>Gives a code for tokens (RFC 6749, 4.1.3).</summary>
    /// <exception cref="OpenIdRefusedException">The provider does not take it, or cannot be reached.</exception>
    public async Task<(string IdToken, string? AccessToken)> RedeemAsync(OpenIdConnectConfiguration configuration, string code, string verifier, string callback, CancellationToken stop)
    {
        await _turns.WaitAsync(stop);
        try
        {
            using var request = Request(configuration, code, verifier, callback);
            using var response = await provider.Client.SendAsync(request, stop);
            var text = await response.Content.ReadAsStringAsync(stop);
            if ((int)response.StatusCode is >= 400 and < 500)
            {
                log.LogWarning("Single sign-on: the provider does not take a code ({Status}); is the client's secret right?", (int)response.StatusCode);
                throw new OpenIdRefusedException(OpenIdTrouble.Code, "the provider does not take the code");
            }

            response.EnsureSuccessStatusCode();
            using var answer = JsonDocument.Parse(text);
            return (Text(answer, "id_token") ?? throw new OpenIdRefusedException(OpenIdTrouble.Code, "there is no id_token"), Text(answer, "access_token"));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            log.LogWarning("Single sign-on: a code could not be redeemed: {Problem}", e.Message);
            throw new OpenIdRefusedException(OpenIdTrouble.Unavailable, e.Message);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private static string? Text(JsonDocument answer, string name) =>
        answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private HttpRequestMessage Request(OpenIdConnectConfiguration configuration, string code, string verifier, string callback)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = callback,
            ["client_id"] = settings.ClientId,
            ["code_verifier"] = verifier,
        };
        var request = new HttpRequestMessage(HttpMethod.Post, configuration.TokenEndpoint);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (Secret() is { Length: > 0 } secret)
        {
            // What a provider that tells nothing takes is Basic; names and secrets are encoded in it as in a form (RFC 6749, 2.3.1).
            if (configuration.TokenEndpointAuthMethodsSupported is { Count: > 0 } ways && !ways.Contains("client_secret_basic"))
            {
                form["client_secret"] = secret;
            }
            else
            {
                var both = $"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(secret)}";
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(both)));
            }
        }

        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    private string? Secret() => settings.ClientSecretFile.Length > 0 ? File.ReadLines(settings.ClientSecretFile).FirstOrDefault()?.Trim() : settings.ClientSecret;
}
