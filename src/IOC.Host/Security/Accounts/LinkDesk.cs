using IOC.Access.Accounts;
using IOC.Host.Settings;

namespace IOC.Host.Security.Accounts;

/// <summary>One-time links: the set-up of an administrator, invitations, new passwords.</summary>
internal sealed class LinkDesk(IAccountStore store, AccountBook book, AccountManager manager, AccountGate gate, SessionDesk sessions, SignInDesk signIn, PasswordTurn turn, IocOptions options, TimeProvider time)
{
    /// <summary>Who makes the link at a start without an administrator.</summary>
    public const string AtStart = "start";

    private static readonly TimeSpan SetupLife = TimeSpan.FromHours(24);

    /// <summary>Makes a link; one of before for the same is void.</summary>
    /// <returns>What goes into it, and until when it is good, Unix ms.</returns>
    public async Task<(string Key, long ExpiresAtMs)> MakeAsync(LinkPurpose purpose, string? accountId, string by, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var key = AccountKeys.Generate();
        var life = purpose == LinkPurpose.Setup && options.Security.LinkLife > SetupLife ? SetupLife : options.Security.LinkLife;
        var link = new AccountLink(AccountKeys.HashOf(key), purpose, accountId, now.ToUnixTimeMilliseconds(), (now + life).ToUnixTimeMilliseconds(), by);
        await store.AddAsync(link, stop);
        book.Put(link);
        return (key, link.ExpiresAtMs);
    }

    /// <summary>What a link is for.</summary>
    /// <exception cref="RefusalException">It is not good, or not any more.</exception>
    public (AccountLink Link, Account? Account) Look(string? key)
    {
        if (string.IsNullOrEmpty(key) || book.Link(AccountKeys.HashOf(key)) is not { } link || link.ExpiresAtMs <= time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            throw Void();
        }

        // The link of a start is for the first administrator only.
        if (link is { Purpose: LinkPurpose.Setup, CreatedBy: AtStart } && book.HasAdministrator)
        {
            throw Void();
        }

        var account = link.AccountId is { } id ? book.Account(id)?.Account : null;
        return link.AccountId is not null && account is null or { Disabled: true } ? throw Void() : (link, account);
    }

    /// <summary>Takes a link up: a password is chosen, and its owner is signed in.</summary>
    /// <returns>The key of the session; null when the owner has a second factor and has to sign in with it.</returns>
    public async Task<string?> RedeemAsync(string? key, string? password, string? userName, string? displayName, HttpContext context, CancellationToken stop)
    {
        using (await gate.EnterAsync(stop))
        {
            var (link, owner) = Look(key);
            var account = owner?.Copy() ?? NewAdministrator(userName, displayName);
            if (password is null)
            {
                throw RefusalException.BadRequest("bad_password", "Hãy nhập mật khẩu.", "Type a password.");
            }

            // The account of an invitation may get its name now, as its owner wants it.
            account.DisplayName = link.Purpose == LinkPurpose.Invitation && !string.IsNullOrWhiteSpace(displayName) ? displayName.Trim() : account.DisplayName;
            account.PasswordHash = null;
            account.ChangedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            account.ChangedBy = account.DisplayName;

            // Who has no second factor is signed in by this.
            account.LastSignInMs = account.TotpConfirmed ? account.LastSignInMs : account.ChangedAtMs;

            // When the password is refused or cannot be stored, the link is still good.
            account.Ends = new AccountEnds(Link: link.Hash);
            RefusalException.ThrowIfFailed(await turn.DoAsync(
                () => owner is null ? manager.CreateAsync(account, password) : manager.AddPasswordAsync(account, password), stop));
            await signIn.ForgiveAsync(account.NormalizedUserName, stop);
            return account.TotpConfirmed ? null : await sessions.BeginAsync(account, context, secondFactor: false, wall: false);
        }
    }

    private static RefusalException Void() => new(
        StatusCodes.Status404NotFound, "link_void",
        new Telemetry.LocalText(
            "Liên kết này không đúng, đã được dùng hoặc đã hết hạn. Hãy xin liên kết mới.", "This link is not right, was used before, or is too old. Ask for a new one."));

    private Account NewAdministrator(string? userName, string? displayName)
    {
        var now = time.GetUtcNow();
        return new Account
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            UserName = (userName ?? "").Trim(),
            DisplayName = string.IsNullOrWhiteSpace(displayName) ? (userName ?? "").Trim() : displayName.Trim(),
            Grants = [Grant.Everywhere(Role.Administrator)],
            CreatedAtMs = now.ToUnixTimeMilliseconds(),
            CreatedBy = "setup",
        };
    }
}

/// <summary>Makes addresses out of what goes into links. It stands behind '#': a browser sends that to no server, so it comes into no log of a
/// server or proxy and into no Referer.</summary>
internal sealed class LinkPrinter(IocOptions options, Transports.Listeners listeners)
{
    /// <summary>The address of the page that takes links up.</summary>
    public string UrlOf(string key) => $"{Root()}/setup/#token={key}";

    /// <summary>Root address of the pages, as people may call it.</summary>
    private string Root()
    {
        if (options.Notification.PageUrl is { Length: > 0 } page)
        {
            return page.TrimEnd('/');
        }

        var address = System.Net.IPEndPoint.Parse(listeners.Bound().First(l => l.Kind.StartsWith("http", StringComparison.Ordinal)).Address);
        var scheme = listeners.Bound().First(l => l.Kind.StartsWith("http", StringComparison.Ordinal)).Kind;
        return address.Address.Equals(System.Net.IPAddress.Any) || address.Address.Equals(System.Net.IPAddress.IPv6Any) ? $"{scheme}://localhost:{address.Port}" : $"{scheme}://{address}";
    }
}
