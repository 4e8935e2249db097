namespace IOC.Access.Accounts;

/// <summary>Everything that is stored of accounts.</summary>
public sealed record AccountState(
    IReadOnlyList<Account> Accounts, IReadOnlyList<AccountSession> Sessions, IReadOnlyList<ApiToken> Tokens, IReadOnlyList<AccountLink> Links, IReadOnlyList<SignInLock> Locks);

/// <summary>Where accounts, sessions, tokens, links and locks are kept. Each call is one transaction, on disk when it completes.</summary>
public interface IAccountStore
{
    /// <summary>Reads everything; at the start.</summary>
    AccountState Load();

    /// <summary>Adds or replaces an account, and removes what <see cref="Account.Ends"/> says.</summary>
    Task SaveAsync(Account account, CancellationToken cancel);

    /// <summary>Removes an account with its sessions, tokens and links.</summary>
    Task RemoveAsync(string id, CancellationToken cancel);

    /// <summary>Adds a session.</summary>
    Task AddAsync(AccountSession session, CancellationToken cancel);

    /// <summary>Removes sessions, by id.</summary>
    Task RemoveSessionsAsync(IReadOnlyCollection<string> ids, CancellationToken cancel);

    /// <summary>Adds a token.</summary>
    Task AddAsync(ApiToken token, CancellationToken cancel);

    /// <summary>Removes tokens, by id.</summary>
    Task RemoveTokensAsync(IReadOnlyCollection<string> ids, CancellationToken cancel);

    /// <summary>Stores when sessions and tokens were used last.</summary>
    Task TouchAsync(IReadOnlyCollection<AccountSession> sessions, IReadOnlyCollection<ApiToken> tokens, CancellationToken cancel);

    /// <summary>Adds a link, and removes the others of the same purpose and account: only the latest is good.</summary>
    Task AddAsync(AccountLink link, CancellationToken cancel);

    /// <summary>Removes links, by hash.</summary>
    Task RemoveLinksAsync(IReadOnlyCollection<string> hashes, CancellationToken cancel);

    /// <summary>Adds or replaces a lock.</summary>
    Task SaveAsync(SignInLock held, CancellationToken cancel);

    /// <summary>Removes locks, by key.</summary>
    Task RemoveLocksAsync(IReadOnlyCollection<string> keys, CancellationToken cancel);
}
