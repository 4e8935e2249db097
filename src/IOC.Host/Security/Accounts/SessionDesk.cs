using IOC.Access.Accounts;
using IOC.Host.Settings;

namespace IOC.Host.Security.Accounts;

/// <summary>Begins and ends sessions.</summary>
internal sealed class SessionDesk(IAccountStore store, AccountBook book, IocOptions options, TimeProvider time)
{
    private const int MaxAgent = 200;

    // More than one person has browsers; somebody who signs in by a program should use a token. People and walls do not push each other out.
    private const int MaxOfAccount = 50;

    /// <summary>Begins one, always with a new key: nobody can have planted it before.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="context">The request that signs in.</param>
    /// <param name="secondFactor">Whether a second factor was shown.</param>
    /// <param name="wall">Whether it is a video wall's.</param>
    /// <returns>The key for the browser.</returns>
    public async Task<string> BeginAsync(Account account, HttpContext context, bool secondFactor, bool wall)
    {
        var now = time.GetUtcNow();
        var key = AccountKeys.Generate();
        var agent = context.Request.Headers.UserAgent.ToString();
        var session = new AccountSession
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Hash = AccountKeys.HashOf(key),
            AccountId = account.Id,
            CreatedAtMs = now.ToUnixTimeMilliseconds(),
            ExpiresAtMs = (now + (wall ? options.Security.WallSessionLife : options.Security.SessionLife)).ToUnixTimeMilliseconds(),
            LastSeenMs = now.ToUnixTimeMilliseconds(),
            Address = context.Connection.RemoteIpAddress?.ToString() ?? "",
            Agent = agent[..Math.Min(MaxAgent, agent.Length)],
            SecondFactor = secondFactor,
            Wall = wall,
        };
        await EndAsync(book.Sessions.Where(s => s.AccountId == account.Id && s.Wall == wall).Skip(MaxOfAccount - 1));
        await store.AddAsync(session, CancellationToken.None);
        book.Put(session);
        return key;
    }

    /// <summary>Ends sessions: they let nobody in from now on, and what they have open is closed within seconds. When the store cannot be
    /// written they stay listed, and the next try removes them: of whoever asks again, or of <see cref="AccountUpkeep"/>.</summary>
    public async Task<int> EndAsync(IEnumerable<AccountSession> sessions)
    {
        AccountSession[] ended = [.. sessions];
        if (ended.Length > 0)
        {
            foreach (var session in ended)
            {
                session.Ended = true;
            }

            // Whether or not the one who asked still waits: the next start would bring back what is not removed.
            await store.RemoveSessionsAsync([.. ended.Select(s => s.Id)], CancellationToken.None);
            book.Remove(ended);
        }

        return ended.Length;
    }

    /// <summary>Ends the sessions of an account, but for one.</summary>
    public Task<int> EndAllAsync(string accountId, string? butId) => EndAsync(book.Sessions.Where(s => s.AccountId == accountId && s.Id != butId));
}
