using IOC.Access.Accounts;
using IOC.Registry.Data;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>Accounts and what belongs to them in the registry's database.</summary>
/// <param name="database">The database.</param>
public sealed class AccountStore(RegistryDatabase database) : IAccountStore
{
    /// <inheritdoc/>
    public AccountState Load()
    {
        using var context = database.NewContext();
        return new AccountState(
            context.Accounts.ToList().ConvertAll(a => a.ToModel()), context.AccountSessions.ToList().ConvertAll(s => s.ToModel()),
            context.ApiTokens.ToList().ConvertAll(t => t.ToModel()), context.AccountLinks.ToList().ConvertAll(l => l.ToModel()),
            context.SignInLocks.ToList().ConvertAll(l => l.ToModel()));
    }

    /// <inheritdoc/>
    public Task SaveAsync(Account account, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(account);
        return WriteAsync(
            async context =>
            {
                var known = await context.Accounts.AnyAsync(a => a.Id == account.Id, cancel);
                context.Entry(AccountRow.From(account)).State = known ? EntityState.Modified : EntityState.Added;
                await context.SaveChangesAsync(cancel);
                if (account.Ends is { } ends)
                {
                    await context.AccountSessions.Where(s => s.AccountId == account.Id && s.Id != ends.ButSession).ExecuteDeleteAsync(cancel);
                    await context.AccountLinks.Where(l => l.Hash == ends.Link).ExecuteDeleteAsync(cancel);
                }
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string id, CancellationToken cancel) => WriteAsync(
        async context =>
        {
            await context.AccountSessions.Where(s => s.AccountId == id).ExecuteDeleteAsync(cancel);
            await context.ApiTokens.Where(t => t.AccountId == id).ExecuteDeleteAsync(cancel);
            await context.AccountLinks.Where(l => l.AccountId == id).ExecuteDeleteAsync(cancel);
            await context.Accounts.Where(a => a.Id == id).ExecuteDeleteAsync(cancel);
        },
        cancel);

    /// <inheritdoc/>
    public Task AddAsync(AccountSession session, CancellationToken cancel) => InsertAsync(AccountSessionRow.From(session), cancel);

    /// <inheritdoc/>
    public Task RemoveSessionsAsync(IReadOnlyCollection<string> ids, CancellationToken cancel) =>
        WriteAsync(context => context.AccountSessions.Where(s => ids.Contains(s.Id)).ExecuteDeleteAsync(cancel), cancel);

    /// <inheritdoc/>
    public Task AddAsync(ApiToken token, CancellationToken cancel) => InsertAsync(ApiTokenRow.From(token), cancel);

    /// <inheritdoc/>
    public Task RemoveTokensAsync(IReadOnlyCollection<string> ids, CancellationToken cancel) =>
        WriteAsync(context => context.ApiTokens.Where(t => ids.Contains(t.Id)).ExecuteDeleteAsync(cancel), cancel);

    /// <inheritdoc/>
    public Task TouchAsync(IReadOnlyCollection<AccountSession> sessions, IReadOnlyCollection<ApiToken> tokens, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(tokens);
        return WriteAsync(
            async context =>
            {
                foreach (var session in sessions)
                {
                    await context.AccountSessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(set => set.SetProperty(s => s.LastSeenMs, session.LastSeenMs), cancel);
                }

                foreach (var token in tokens)
                {
                    await context.ApiTokens.Where(t => t.Id == token.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedMs, token.LastUsedMs), cancel);
                }
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task AddAsync(AccountLink link, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(link);
        var purpose = (byte)link.Purpose;
        return WriteAsync(
            async context =>
            {
                await context.AccountLinks.Where(l => link.AccountId == null ? l.AccountId == null && l.Purpose == purpose : l.AccountId == link.AccountId).ExecuteDeleteAsync(cancel);
                context.Entry(AccountLinkRow.From(link)).State = EntityState.Added;
                await context.SaveChangesAsync(cancel);
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task RemoveLinksAsync(IReadOnlyCollection<string> hashes, CancellationToken cancel) =>
        WriteAsync(context => context.AccountLinks.Where(l => hashes.Contains(l.Hash)).ExecuteDeleteAsync(cancel), cancel);

    /// <inheritdoc/>
    public Task SaveAsync(SignInLock held, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(held);
        return WriteAsync(
            async context =>
            {
                await context.SignInLocks.Where(l => l.Key == held.Key).ExecuteDeleteAsync(cancel);
                context.Entry(SignInLockRow.From(held)).State = EntityState.Added;
                await context.SaveChangesAsync(cancel);
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task RemoveLocksAsync(IReadOnlyCollection<string> keys, CancellationToken cancel) =>
        WriteAsync(context => context.SignInLocks.Where(l => keys.Contains(l.Key)).ExecuteDeleteAsync(cancel), cancel);

    private Task InsertAsync<TRow>(TRow row, CancellationToken cancel)
        where TRow : class => WriteAsync(
        context =>
        {
            context.Entry(row).State = EntityState.Added;
            return context.SaveChangesAsync(cancel);
        },
        cancel);

    private async Task WriteAsync(Func<RegistryContext, Task> change, CancellationToken cancel)
    {
        await using var context = database.NewContext();
        using var write = await database.EnterWriteAsync(cancel);
        await using var transaction = await context.Database.BeginTransactionAsync(cancel);
        await change(context);
        await transaction.CommitAsync(cancel);
    }
}
