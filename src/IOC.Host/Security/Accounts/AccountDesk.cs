using IOC.Access.Accounts;
using IOC.Host.Security.OpenId;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Security.Accounts;

/// <summary>What administrators do to accounts. Who sees to the accounts of some districts only sees and makes accounts that reach no further.</summary>
internal sealed class AccountDesk(AccountBook book, AccountManager manager, AccountGate gate, LinkDesk links, SignInDesk signIn, Catalogue catalogue, TimeProvider time)
{
    private const int MaxGrants = 50;

    /// <summary>The accounts that somebody sees to.</summary>
    public IEnumerable<Account> Of(Caller caller) => book.Accounts.Select(e => e.Account).Where(a => SeesTo(caller, a.Grants));

    /// <summary>An account that somebody sees to.</summary>
    /// <exception cref="RefusalException">There is none, or it is not theirs to see to.</exception>
    public Account Find(Caller caller, string id) =>
        book.Account(id)?.Account is { } account && SeesTo(caller, account.Grants) ? account.Copy() : throw RefusalException.NoAccount(id);

    /// <summary>Makes an account without a password, and the link by which its owner chooses one.</summary>
    public async Task<(Account Account, string Key, long ExpiresAtMs)> InviteAsync(Caller caller, InviteRequest request, CancellationToken stop)
    {
        var grants = ReadGrants(caller, request.Grants);
        using (await gate.EnterAsync(stop))
        {
            var now = time.GetUtcNow();
            var account = new Account
            {
                Id = Guid.CreateVersion7(now).ToString("N"),
                UserName = (request.UserName ?? "").Trim(),
                DisplayName = string.IsNullOrWhiteSpace(request.DisplayName) ? (request.UserName ?? "").Trim() : request.DisplayName.Trim(),
                Grants = grants,
                CreatedAtMs = now.ToUnixTimeMilliseconds(),
                CreatedBy = caller.By(null),
                ChangedAtMs = now.ToUnixTimeMilliseconds(),
                ChangedBy = caller.By(null),
            };
            RefusalException.ThrowIfFailed(await manager.CreateAsync(account));
            var (key, expires) = await links.MakeAsync(LinkPurpose.Invitation, account.Id, caller.By(null), stop);
            return (account, key, expires);
        }
    }

    /// <summary>Changes name, grants or whether it is disabled.</summary>
    public async Task<Account> ChangeAsync(Caller caller, string id, AccountPatch patch, CancellationToken stop)
    {
        using (await gate.EnterAsync(stop))
        {
            var account = Find(caller, id);
            account.DisplayName = patch.DisplayName?.Trim() ?? account.DisplayName;
            account.Disabled = patch.Disabled ?? account.Disabled;
            account.Grants = patch.Grants is { } grants ? ReadOwnGrants(caller, account, grants) : account.Grants;
            KeepAnAdministrator(account);
            Changed(account, caller);
            account.Ends = account.Disabled ? new AccountEnds() : null;
            RefusalException.ThrowIfFailed(await manager.UpdateAsync(account));
            return account;
        }
    }

    /// <summary>Removes an account with its sessions and tokens. What it did stays recorded under its name.</summary>
    public async Task RemoveAsync(Caller caller, string id, CancellationToken stop)
    {
        using (await gate.EnterAsync(stop))
        {
            var account = Find(caller, id);
            KeepAnAdministrator(account, removed: true);
            RefusalException.ThrowIfFailed(await manager.DeleteAsync(account));
        }
    }

    /// <summary>Makes a link by which the owner chooses another password. The present one stays good until then.</summary>
    public async Task<(string Key, long ExpiresAtMs)> NewLinkAsync(Caller caller, string id, CancellationToken stop)
    {
        using (await gate.EnterAsync(stop))
        {
            var account = Find(caller, id);
            if (account.External is not null)
            {
                throw RefusalException.Conflict("signs_in_elsewhere", "Người này đăng nhập qua nhà cung cấp, không có mật khẩu ở đây.", "This person signs in with the provider, and has no password here.");
            }

            return await links.MakeAsync(account.PasswordHash is null ? LinkPurpose.Invitation : LinkPurpose.Reset, account.Id, caller.By(null), stop);
        }
    }

    /// <summary>Takes the second factor off an account whose owner has lost it; its sessions end.</summary>
    public async Task ResetSecondFactorAsync(Caller caller, string id, CancellationToken stop)
    {
        using (await gate.EnterAsync(stop))
        {
            var account = Find(caller, id);
            OwnAccountDesk.RemoveTotp(account);
            Changed(account, caller);
            account.Ends = new AccountEnds();
            RefusalException.ThrowIfFailed(await manager.UpdateAsync(account));
        }
    }

    /// <summary>Lets somebody try again at once who has mistyped their password too often.</summary>
    public Task UnlockAsync(Caller caller, string id, CancellationToken stop) => signIn.ForgiveAsync(Find(caller, id).NormalizedUserName, stop);

    private static bool SeesTo(Caller caller, IReadOnlyList<Grant> grants) => grants.All(caller.Rights.Covers) && (grants.Count > 0 || caller.MayEverywhere(Permission.Administer));

    private void KeepAnAdministrator(Account changed, bool removed = false)
    {
        var others = book.Accounts.Where(e => e.Account.Id != changed.Id).Any(AccountBook.IsAdministrator);
        var stays = !removed && AccountBook.IsAdministrator(new AccountEntry(changed, changed.Disabled ? Rights.None : Rights.Of(changed.Grants)));
        var was = book.Account(changed.Id) is { } entry && AccountBook.IsAdministrator(entry);
        if (was && !others && !stays)
        {
            throw RefusalException.Conflict("last_administrator", "Phải còn ít nhất một quản trị viên.", "This is the last administrator; make another one first.");
        }
    }

    private void Changed(Account account, Caller caller) => (account.ChangedAtMs, account.ChangedBy) = (time.GetUtcNow().ToUnixTimeMilliseconds(), caller.By(null));

    // The provider's roles come again with the next sign-in: what was set here would last until then.
    private IReadOnlyList<Grant> ReadOwnGrants(Caller caller, Account account, IReadOnlyList<GrantDto> wanted) =>
        account.External is null ? ReadGrants(caller, wanted)
        : wanted.All(g => g is not null) && wanted.Select(g => g.ToGrant(catalogue)).ToList() is var grants && OpenIdAccounts.Same(grants, account.Grants) ? account.Grants
        : throw RefusalException.Conflict(
            "roles_from_provider", "Vai trò của người này do nhà cung cấp đăng nhập quyết định; hãy đổi ở đó.", "The roles of this account come from the sign-in provider; change them there.");

    private List<Grant> ReadGrants(Caller caller, IReadOnlyList<GrantDto>? wanted)
    {
        if (wanted is not { Count: > 0 and <= MaxGrants } || wanted.Any(g => g is null))
        {
            throw RefusalException.BadRequest("bad_grants", $"grants phải có từ 1 đến {MaxGrants} vai trò.", $"grants must hold 1 to {MaxGrants} roles.");
        }

        var grants = wanted.Select(g => g.ToGrant(catalogue)).ToList();
        return grants.Find(g => !caller.Rights.Covers(g)) is { } more
            ? throw new RefusalException(StatusCodes.Status403Forbidden, "not_yours_to_give", new LocalText(
                $"Bạn không thể trao vai trò '{more.Role.Name()}' rộng hơn quyền của mình.", $"You cannot give the role '{more.Role.Name()}' further than you have it yourself."))
            : grants;
    }
}
