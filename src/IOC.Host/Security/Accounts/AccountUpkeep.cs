using IOC.Access.Accounts;
using IOC.Host.Pump;
using IOC.Host.Settings;

namespace IOC.Host.Security.Accounts;

/// <summary>Stores when sessions and tokens were used last, and removes what is over, with what could not be removed when it ended.</summary>
internal sealed class AccountUpkeep(IAccountStore store, AccountBook book, SignInGuard guard, LocalToken local, IocOptions options, TimeProvider time, ILogger<AccountUpkeep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, long> _stored = new(StringComparer.Ordinal);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TouchAsync(cancellationToken);
        local.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Recurring.RunAsync("The upkeep of accounts", Interval, DoAsync, time, log, stoppingToken);

    private async Task DoAsync(CancellationToken stop)
    {
        await TouchAsync(stop);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var idle = (long)options.Security.SessionIdle.TotalMilliseconds;
        AccountSession[] sessions = [.. book.Sessions.Where(s => s.Ended || s.IsOver(now, idle))];
        if (sessions.Length > 0)
        {
            await store.RemoveSessionsAsync([.. sessions.Select(s => s.Id)], stop);
            book.Remove(sessions);
        }

        ApiToken[] tokens = [.. book.Tokens.Where(t => t.Revoked)];
        if (tokens.Length > 0)
        {
            await store.RemoveTokensAsync([.. tokens.Select(t => t.Id)], stop);
            book.Remove(tokens);
        }

        AccountLink[] links = [.. book.Links.Where(l => l.ExpiresAtMs <= now)];
        if (links.Length > 0)
        {
            await store.RemoveLinksAsync([.. links.Select(l => l.Hash)], stop);
            book.Remove(links);
        }

        if (guard.Sweep() is { Count: > 0 } locks)
        {
            await store.RemoveLocksAsync(locks, stop);
        }
    }

    private async Task TouchAsync(CancellationToken stop)
    {
        AccountSession[] sessions = [.. book.Sessions.Where(s => _stored.GetValueOrDefault(s.Id) < s.LastSeenMs)];
        ApiToken[] tokens = [.. book.Tokens.Where(t => _stored.GetValueOrDefault(t.Id) < t.LastUsedMs)];
        if (sessions.Length + tokens.Length == 0)
        {
            return;
        }

        await store.TouchAsync(sessions, tokens, stop);
        _stored.Clear();
        foreach (var session in book.Sessions)
        {
            _stored[session.Id] = session.LastSeenMs;
        }

        foreach (var token in book.Tokens)
        {
            _stored[token.Id] = token.LastUsedMs;
        }
    }
}
