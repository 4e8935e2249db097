using System.Collections.Concurrent;

namespace IOC.Access.Accounts;

/// <summary>An account as it is in force.</summary>
/// <param name="Account">The account; not to be changed.</param>
/// <param name="Rights">What its grants allow together; nothing while it is disabled.</param>
public sealed record AccountEntry(Account Account, Rights Rights);

/// <summary>What a token allows.</summary>
public static class ApiTokenRights
{
    /// <summary>What the token allows of what its account may.</summary>
    public static Rights RightsOf(this ApiToken token, AccountEntry entry)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(entry);
        return token.Narrowed is { } known && ReferenceEquals(known.Of, entry.Rights) ? known.Rights : token.Narrow(entry.Rights);
    }

    private static Rights Narrow(this ApiToken token, Rights rights)
    {
        var narrowed = rights.Narrow([.. token.Permissions], token.Scope);
        token.Narrowed = new NarrowedRights(rights, narrowed);
        return narrowed;
    }
}

/// <summary>What a session allows.</summary>
public static class AccountSessionRights
{
    /// <summary>What its account may; a wall's is a viewer where its account may look on.</summary>
    public static Rights RightsOf(this AccountSession session, AccountEntry entry)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(entry);
        if (!session.Wall)
        {
            return entry.Rights;
        }

        if (session.Narrowed is not { } known || !ReferenceEquals(known.Of, entry.Rights))
        {
            session.Narrowed = known = new NarrowedRights(entry.Rights, entry.Rights.Narrow(Role.Viewer.Permissions(), Scope.Everywhere));
        }

        return known.Rights;
    }
}

/// <summary>Accounts, sessions, tokens and links in memory, as the store has them: each request asks it. Thread-safe.</summary>
public sealed class AccountBook
{
    private readonly ConcurrentDictionary<string, AccountEntry> _accounts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ExternalIdentity, string> _externals = new();
    private readonly ConcurrentDictionary<string, AccountSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ApiToken> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, AccountLink> _links = new(StringComparer.Ordinal);

    /// <summary>Takes what is stored.</summary>
    public AccountBook(AccountState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var account in state.Accounts)
        {
            Put(account);
        }

        foreach (var session in state.Sessions)
        {
            Put(session);
        }

        foreach (var token in state.Tokens)
        {
            Put(token);
        }

        foreach (var link in state.Links)
        {
            Put(link);
        }
    }

    /// <summary>All accounts, by name.</summary>
    public IReadOnlyList<AccountEntry> Accounts => [.. _accounts.Values.OrderBy(e => e.Account.NormalizedUserName, StringComparer.Ordinal)];

    /// <summary>All sessions, the latest first.</summary>
    public IReadOnlyList<AccountSession> Sessions => [.. _sessions.Values.OrderByDescending(s => s.CreatedAtMs)];

    /// <summary>All tokens, the latest first.</summary>
    public IReadOnlyList<ApiToken> Tokens => [.. _tokens.Values.OrderByDescending(t => t.CreatedAtMs)];

    /// <summary>All links.</summary>
    public IReadOnlyList<AccountLink> Links => [.. _links.Values];

    /// <summary>Whether somebody can sign in who may see to accounts, without limits.</summary>
    public bool HasAdministrator => _accounts.Values.Any(IsAdministrator);

    /// <summary>Whether an account is one of those of which one must stay.</summary>
    public static bool IsAdministrator(AccountEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Account is { Disabled: false, PasswordHash: not null } && entry.Rights.MayEverywhere(Permission.Administer);
    }

    /// <summary>An account by its id.</summary>
    public AccountEntry? Account(string id) => _accounts.GetValueOrDefault(id);

    /// <summary>An account by the normalised name to sign in with.</summary>
    public AccountEntry? AccountNamed(string normalizedUserName) => _accounts.Values.FirstOrDefault(e => e.Account.NormalizedUserName == normalizedUserName);

    /// <summary>The account of somebody who signs in elsewhere.</summary>
    public AccountEntry? AccountOf(ExternalIdentity external) => _externals.TryGetValue(external, out var id) ? Account(id) : null;

    /// <summary>A session by the hash of its key; none that has ended.</summary>
    public AccountSession? Session(string hash) => _sessions.GetValueOrDefault(hash) is { Ended: false } session ? session : null;

    /// <summary>A token by its hash; none that was revoked.</summary>
    public ApiToken? Token(string hash) => _tokens.GetValueOrDefault(hash) is { Revoked: false } token ? token : null;

    /// <summary>A link by its hash.</summary>
    public AccountLink? Link(string hash) => _links.GetValueOrDefault(hash);

    /// <summary>Adds or replaces an account, and removes what ends with that.</summary>
    public void Put(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        _accounts[account.Id] = new AccountEntry(account, account.Disabled ? Rights.None : Rights.Of(account.Grants));
        if (account.External is { } external)
        {
            _externals[external] = account.Id;
        }

        if (account.Ends is { } ends)
        {
            account.Ends = null;
            Remove(_sessions.Values.Where(s => s.AccountId == account.Id && s.Id != ends.ButSession));
            Remove(_links.Values.Where(l => l.Hash == ends.Link));
        }
    }

    /// <summary>Adds a session.</summary>
    public void Put(AccountSession session) => _sessions[session.Hash] = session;

    /// <summary>Adds a token.</summary>
    public void Put(ApiToken token) => _tokens[token.Hash] = token;

    /// <summary>Adds a link in the place of others of its purpose and account.</summary>
    public void Put(AccountLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        foreach (var former in _links.Values.Where(l => l.AccountId == link.AccountId && (l.AccountId is not null || l.Purpose == link.Purpose)))
        {
            _links.TryRemove(former.Hash, out _);
        }

        _links[link.Hash] = link;
    }

    /// <summary>Removes an account with what belongs to it.</summary>
    public void RemoveAccount(string id)
    {
        if (_accounts.TryRemove(id, out var removed) && removed.Account.External is { } external)
        {
            _externals.TryRemove(external, out _);
        }

        Remove(_sessions.Values.Where(s => s.AccountId == id));
        Remove(_tokens.Values.Where(t => t.AccountId == id));
        Remove(_links.Values.Where(l => l.AccountId == id));
    }

    /// <summary>Removes sessions.</summary>
    public void Remove(IEnumerable<AccountSession> sessions)
    {
        foreach (var session in sessions)
        {
            _sessions.TryRemove(session.Hash, out _);
        }
    }

    /// <summary>Removes tokens.</summary>
    public void Remove(IEnumerable<ApiToken> tokens)
    {
        foreach (var token in tokens)
        {
            _tokens.TryRemove(token.Hash, out _);
        }
    }

    /// <summary>Removes links.</summary>
    /// <returns>Whether one was still there: of two who take a link up at once, one has it.</returns>
    public bool Remove(IEnumerable<AccountLink> links)
    {
        var removed = false;
        foreach (var link in links)
        {
            removed |= _links.TryRemove(link.Hash, out _);
        }

        return removed;
    }
}
