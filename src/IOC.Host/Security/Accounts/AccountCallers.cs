using IOC.Access.Accounts;
using IOC.Host.Settings;

namespace IOC.Host.Security.Accounts;

/// <summary>Callers with a session's cookie, an account's token or the key of the data folder.</summary>
internal sealed class AccountCallers(AccountBook book, LocalToken local, IocOptions options, TimeProvider time) : ICallerSource
{
    private const string Bearer = "Bearer ";
    private readonly IReadOnlyList<Role> _secondFactorRoles = options.Security.RolesWithSecondFactor() ?? [];

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Whether an account still has to set up a second factor before it may do anything.</summary>
    public bool MustEnrol(Account account) => !account.TotpConfirmed && NeedsSecondFactor(account);

    /// <summary>Whether an account must have a second factor here: that of who signs in elsewhere is the provider's matter.</summary>
    public bool NeedsSecondFactor(Account account) => account.External is null && account.Grants.Any(g => _secondFactorRoles.Contains(g.Role));

    /// <summary>Who holds the key of a session.</summary>
    public Caller OfSession(string key) => FindSession(AccountKeys.HashOf(key));

    public ValueTask<Caller?> FindAsync(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            var token = authorization[Bearer.Length..].Trim();
            return ValueTask.FromResult(!token.StartsWith(AccountKeys.TokenPrefix, StringComparison.Ordinal) ? null : FindToken(token, context));
        }

        // Other schemes are nobody's here; with one of them a cookie does not count, or a page could pass for a program.
        return ValueTask.FromResult(authorization.Length == 0 && SessionCookie.Read(context.Request) is { } key ? FindSession(AccountKeys.HashOf(key)) : null);
    }

    public Caller? Renew(Caller caller) => caller.Kind switch
    {
        CallerKind.Session => FindSession(caller.Key!),
        CallerKind.Token => FindToken(caller.Key!),
        CallerKind.Local => caller,
        _ => null,
    };

    private Caller FindToken(string token, HttpContext context)
    {
        if (token.StartsWith(LocalToken.Prefix, StringComparison.Ordinal))
        {
            return LocalToken.IsLocal(context) && local.Is(token) ? new Caller { Kind = CallerKind.Local, Rights = Rights.All } : Caller.Nobody;
        }

        return FindToken(AccountKeys.HashOf(token));
    }

    private Caller FindToken(string hash)
    {
        if (book.Token(hash) is not { } token || token.ExpiresAtMs <= NowMs || book.Account(token.AccountId) is not { Account.Disabled: false } entry
            || !options.Security.OpenId.Vouches(entry.Account) || IsLongGone(entry.Account))
        {
            return Caller.Nobody;
        }

        token.LastUsedMs = NowMs;
        return new Caller
        {
            Kind = CallerKind.Token,
            Rights = token.RightsOf(entry),
            AccountId = entry.Account.Id,
            Name = entry.Account.DisplayName,
            Key = hash,
            KeyId = token.Id,
        };
    }

    // Nobody tells the host that somebody has left; they do not sign in any more.
    private bool IsLongGone(Account account) =>
        account.External is not null && (account.LastSignInMs ?? 0) + (long)options.Security.OpenId.TokensAfterSignIn.TotalMilliseconds <= NowMs;

    private Caller FindSession(string hash)
    {
        if (book.Session(hash) is not { } session || session.IsOver(NowMs, (long)options.Security.SessionIdle.TotalMilliseconds)
            || book.Account(session.AccountId) is not { Account.Disabled: false } entry || !options.Security.OpenId.Vouches(entry.Account))
        {
            return Caller.Nobody;
        }

        session.LastSeenMs = NowMs;
        var mustEnrol = MustEnrol(entry.Account);
        return new Caller
        {
            Kind = CallerKind.Session,
            Rights = mustEnrol ? Rights.None : session.RightsOf(entry),
            AccountId = entry.Account.Id,
            Name = entry.Account.DisplayName,
            Key = hash,
            KeyId = session.Id,
            MustEnrol = mustEnrol,
            OnWall = session.Wall,
        };
    }
}

/// <summary>The cookie of a session.</summary>
internal static class SessionCookie
{
    private const string Name = "ioc-session";

    public static string? Read(HttpRequest request) => request.Cookies.TryGetValue(Name, out var key) && key.Length > 0 ? key : null;

    // Without an end it goes with the browser; a wall's outlives it, as a wall is switched off and on. The server's own times count.
    public static void Write(HttpContext context, string key, TimeSpan? life = null)
    {
        var cookie = Options(context);
        cookie.MaxAge = life;
        context.Response.Cookies.Append(Name, key, cookie);
    }

    public static void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context));

    private static CookieOptions Options(HttpContext context) => new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", IsEssential = true };
}
