using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace IOC.Host.Security.OpenId;

/// <summary>
/// What the provider tells of itself: its addresses and keys (OpenID Connect Discovery 1.0). Asked for when it is needed, again every few
/// minutes by whoever looks after the host's health, and when a token names a key that is not known; never more often than every
/// <see cref="Pause"/>, so that a stranger's tokens cannot make the host flood it. Thread-safe.
/// </summary>
internal sealed class OpenIdProvider : IDisposable
{
    /// <summary>Shortest time between two asks.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Age at which it is asked again, so that a key that was withdrawn is not believed for long.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>Age at which keys are not believed any more, when the provider does not answer.</summary>
    public static readonly TimeSpan Believed = TimeSpan.FromHours(24);

    private const int MaxDocument = 1 << 20;
    private readonly OpenIdSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<OpenIdProvider> _log;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Answer? _answer;
    private volatile Failure? _failure;
    private DateTimeOffset _askedAt = DateTimeOffset.MinValue;

    public OpenIdProvider(OpenIdSettings settings, TimeProvider time, ILogger<OpenIdProvider> log)
    {
        (_settings, _time, _log) = (settings, time, log);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(3), PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            Timeout = TimeSpan.FromSeconds(5),
            MaxResponseContentBufferSize = MaxDocument,
        };
    }

    /// <summary>For speaking to it.</summary>
    public HttpClient Client { get; }

    /// <summary>Why it cannot be used, and since when; null while it can.</summary>
    public (DateTimeOffset Since, string Problem)? Problem => _failure is { } failure ? (failure.Since, failure.Problem) : null;

    /// <summary>What is known of it, asked for when nothing is; null when it does not answer.</summary>
    public ValueTask<OpenIdConnectConfiguration?> FindAsync(CancellationToken stop) =>
        Known() is { } known ? ValueTask.FromResult<OpenIdConnectConfiguration?>(known) : new ValueTask<OpenIdConnectConfiguration?>(AskAsync(Pause, stop));

    /// <summary>The same, asked anew because a token names a key that is not known.</summary>
    public Task<OpenIdConnectConfiguration?> LookAgainAsync(CancellationToken stop) => AskAsync(Pause, stop);

    /// <summary>The same, asked anew when it is not fresh.</summary>
    public Task<OpenIdConnectConfiguration?> FreshenAsync(CancellationToken stop) => AskAsync(_failure is null ? Fresh : Pause, stop);

    public void Dispose()
    {
        Client.Dispose();
        _gate.Dispose();
    }

    private OpenIdConnectConfiguration? Known() => _answer is { } answer && _time.GetUtcNow() - answer.At < Believed ? answer.Configuration : null;

    private async Task<OpenIdConnectConfiguration?> AskAsync(TimeSpan notWithin, CancellationToken stop)
    {
        await _gate.WaitAsync(stop);
        try
        {
            var now = _time.GetUtcNow();
            if (now - _askedAt < notWithin)
            {
                return Known();
            }

            _askedAt = now;
            try
            {
                var retriever = new HttpDocumentRetriever(Client) { RequireHttps = _settings.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
                var configuration = await OpenIdConnectConfigurationRetriever.GetAsync($"{_settings.Authority.TrimEnd('/')}/.well-known/openid-configuration", retriever, stop);
                Take(configuration, now);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                // What a stranger answers can go wrong in any way, and none of them is the host's.
                Fail(now, e.InnerException is { } cause ? $"{e.Message} {cause.Message}" : e.Message);
            }

            return Known();
        }
        finally
        {
            _gate.Release();
        }
    }

    private void Take(OpenIdConnectConfiguration configuration, DateTimeOffset now)
    {
        if (Wrong(configuration) is { } wrong)
        {
            Fail(now, wrong);
            return;
        }

        if (_failure is not null || _answer is null)
        {
            _log.LogInformation("Single sign-on: {Issuer} answers, {Keys} keys", configuration.Issuer, configuration.SigningKeys.Count);
        }

        _answer = new Answer(configuration, now);
        _failure = null;
    }

    private string? Wrong(OpenIdConnectConfiguration configuration)
    {
        if (configuration.Issuer is not { Length: > 0 } issuer || !OpenIdSettings.SameIssuer(issuer, _settings.Authority))
        {
            return $"the provider calls itself '{configuration.Issuer}', and Ioc:Security:OpenId:Authority is '{_settings.Authority}'";
        }

        foreach (var (name, address) in new[] { ("authorization_endpoint", configuration.AuthorizationEndpoint), ("token_endpoint", configuration.TokenEndpoint) })
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !OpenIdSettings.IsSafe(uri))
            {
                return $"its {name} is '{address}', which is no address by HTTPS";
            }
        }

        return configuration.SigningKeys.Count == 0 ? "it tells no keys" : null;
    }

    private void Fail(DateTimeOffset now, string problem)
    {
        if (_failure is null)
        {
            _log.LogWarning("Single sign-on: the provider cannot be used, accounts of this host can: {Problem}", problem);
        }

        _failure = new Failure(_failure?.Since ?? now, problem);
    }

    private sealed record Answer(OpenIdConnectConfiguration Configuration, DateTimeOffset At);

    private sealed record Failure(DateTimeOffset Since, string Problem);
}
