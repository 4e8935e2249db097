using IOC.Access.Accounts;
using Microsoft.EntityFrameworkCore;

namespace IOC.Host.Tests.Security;

/// <summary>A store of accounts in memory that can be out of use: what it holds is what the next start would load.</summary>
internal sealed class TestAccountStore : IAccountStore
{
    private readonly Dictionary<string, Account> _accounts = [];
    private readonly Dictionary<string, AccountSession> _sessions = [];
    private readonly Dictionary<string, ApiToken> _tokens = [];
    private readonly Dictionary<string, AccountLink> _links = [];

    /// <summary>Whether it can be written.</summary>
    public bool IsAway { get; set; }

    public AccountState Load()
    {
        lock (_accounts)
        {
            return new([.. _accounts.Values.Select(a => a.Copy())], [.. _sessions.Values], [.. _tokens.Values], [.. _links.Values], []);
        }
    }

    public Task SaveAsync(Account account, CancellationToken cancel) => Write(
        () =>
        {
            _accounts[account.Id] = account.Copy();
            _accounts[account.Id].Ends = null;
            if (account.Ends is { } ends)
            {
                RemoveAll(_sessions, [.. _sessions.Values.Where(s => s.AccountId == account.Id && s.Id != ends.ButSession).Select(s => s.Id)]);
                RemoveAll(_links, ends.Link is { } link ? [link] : []);
            }
        },
        cancel);

    public Task RemoveAsync(string id, CancellationToken cancel) => Write(() => _accounts.Remove(id), cancel);

    public Task AddAsync(AccountSession session, CancellationToken cancel) => Write(() => _sessions.Add(session.Id, Clone(session)), cancel);

    public Task RemoveSessionsAsync(IReadOnlyCollection<string> ids, CancellationToken cancel) => Write(() => RemoveAll(_sessions, ids), cancel);

    public Task AddAsync(ApiToken token, CancellationToken cancel) => Write(() => _tokens.Add(token.Id, Clone(token)), cancel);

    public Task RemoveTokensAsync(IReadOnlyCollection<string> ids, CancellationToken cancel) => Write(() => RemoveAll(_tokens, ids), cancel);

    public Task TouchAsync(IReadOnlyCollection<AccountSession> sessions, IReadOnlyCollection<ApiToken> tokens, CancellationToken cancel) => Write(() => { }, cancel);

    public Task AddAsync(AccountLink link, CancellationToken cancel) => Write(() => _links[link.Hash] = link, cancel);

    public Task RemoveLinksAsync(IReadOnlyCollection<string> hashes, CancellationToken cancel) => Write(() => RemoveAll(_links, hashes), cancel);

    public Task SaveAsync(SignInLock held, CancellationToken cancel) => Write(() => { }, cancel);

    public Task RemoveLocksAsync(IReadOnlyCollection<string> keys, CancellationToken cancel) => Write(() => { }, cancel);

    private static void RemoveAll<T>(Dictionary<string, T> rows, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            rows.Remove(key);
        }
    }

    // Its rows are its own: what is marked in memory is not stored by that.
    private static AccountSession Clone(AccountSession s) =>
        new() { Id = s.Id, Hash = s.Hash, AccountId = s.AccountId, CreatedAtMs = s.CreatedAtMs, ExpiresAtMs = s.ExpiresAtMs, LastSeenMs = s.LastSeenMs };

    private static ApiToken Clone(ApiToken t) =>
        new() { Id = t.Id, Hash = t.Hash, AccountId = t.AccountId, Name = t.Name, Permissions = t.Permissions, Scope = t.Scope, CreatedAtMs = t.CreatedAtMs, ExpiresAtMs = t.ExpiresAtMs };

    private Task Write(Action change, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (IsAway)
        {
            throw new DbUpdateException("The store cannot be written.");
        }

        lock (_accounts)
        {
            change();
        }

        return Task.CompletedTask;
    }
}
