using IOC.Access.Accounts;
using IOC.Host.Security;
using IOC.Host.Security.Accounts;
using IOC.Host.Settings;
using IOC.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace IOC.Host.Tests.Security;

/// <summary>What was revoked or ended opens nothing any more: not while the store cannot be written, and not after the next start.</summary>
public sealed class RevocationTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly TestAccountStore _store = new();
    private readonly AccountBook _book;
    private readonly SessionDesk _sessions;
    private readonly TokenDesk _tokens;
    private readonly Caller _lan = new() { Kind = CallerKind.Session, Rights = Rights.Of([Grant.Everywhere(Role.Viewer)]), AccountId = "a", Name = "Lan" };

    public RevocationTests()
    {
        _store.SaveAsync(NewAccount(), default).Wait();
        _store.AddAsync(NewSession("s1"), default).Wait();
        _store.AddAsync(NewSession("s2"), default).Wait();
        _store.AddAsync(NewToken(), default).Wait();
        _book = new AccountBook(_store.Load());
        _sessions = new SessionDesk(_store, _book, new IocOptions(), _time);
        _tokens = new TokenDesk(_store, _book, null!, new IocOptions(), _time);
    }

    [Fact]
    public async Task A_token_that_could_not_be_removed_opens_nothing_and_is_removed_by_the_next_try()
    {
        _store.IsAway = true;
        await Assert.ThrowsAsync<DbUpdateException>(() => _tokens.RevokeAsync(_lan, "t"));
        Assert.Null(_book.Token("hash of t"));

        _store.IsAway = false;
        await _tokens.RevokeAsync(_lan, "t");
        Assert.Empty(_store.Load().Tokens);
        await Assert.ThrowsAsync<RefusalException>(() => _tokens.RevokeAsync(_lan, "t"));
    }

    [Fact]
    public async Task Sessions_that_could_not_be_removed_open_nothing_and_are_removed_by_the_next_try()
    {
        _store.IsAway = true;
        await Assert.ThrowsAsync<DbUpdateException>(() => _sessions.EndAllAsync("a", "s1"));
        Assert.NotNull(_book.Session("hash of s1"));
        Assert.Null(_book.Session("hash of s2"));

        _store.IsAway = false;
        Assert.Equal(1, await _sessions.EndAllAsync("a", "s1"));
        Assert.Equal("s1", Assert.Single(_store.Load().Sessions).Id);
        Assert.Equal(0, await _sessions.EndAllAsync("a", "s1"));
    }

    [Fact]
    public async Task The_upkeep_removes_what_could_not_be_removed()
    {
        _store.IsAway = true;
        await Assert.ThrowsAsync<DbUpdateException>(() => _tokens.RevokeAsync(_lan, "t"));
        await Assert.ThrowsAsync<DbUpdateException>(() => _sessions.EndAllAsync("a", "s1"));
        _store.IsAway = false;

        using var folder = new TempDirectory();
        using var local = new LocalToken(DataFolder.Open(folder.Combine("data")));
        using var upkeep = new AccountUpkeep(_store, _book, SignInDesk.NewGuard([], _time), local, new IocOptions(), _time, NullLogger<AccountUpkeep>.Instance);
        await upkeep.StartAsync(default);
        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                return Task.FromResult(_store.Load() is { Tokens.Count: 0, Sessions: [{ Id: "s1" }] });
            },
            "the upkeep to remove them");
        Assert.Equal("s1", Assert.Single(_book.Sessions).Id);
        await upkeep.StopAsync(default);
    }

    [Fact]
    public async Task A_change_of_an_account_and_what_ends_with_it_are_stored_together_or_not_at_all()
    {
        var link = new AccountLink("l", LinkPurpose.Reset, "a", 0, long.MaxValue, "admin");
        await _store.AddAsync(link, default);
        _book.Put(link);
        using var accounts = new IdentityAccounts(_store, _book, null!);
        var changed = _book.Account("a")!.Account.Copy();
        changed.PasswordHash = "y";
        changed.Ends = new AccountEnds("s1", "l");
        _store.IsAway = true;
        await Assert.ThrowsAsync<DbUpdateException>(() => accounts.UpdateAsync(changed, default));
        Assert.Equal(("x", 2, 1), (_book.Account("a")!.Account.PasswordHash, _book.Sessions.Count, _book.Links.Count));

        _store.IsAway = false;
        await accounts.UpdateAsync(changed, default);
        Assert.Equal(("y", 1, 0), (_book.Account("a")!.Account.PasswordHash, _book.Sessions.Count, _book.Links.Count));

        // What is changed later ends nothing once more.
        await _store.AddAsync(NewSession("s3"), default);
        await accounts.UpdateAsync(changed, default);
        Assert.Equal(["s1", "s3"], _store.Load().Sessions.Select(s => s.Id));
    }

    private static Account NewAccount() =>
        new() { Id = "a", UserName = "lan", NormalizedUserName = "LAN", DisplayName = "Lan", PasswordHash = "x", Grants = [Grant.Everywhere(Role.Viewer)] };

    private AccountSession NewSession(string id) => new() { Id = id, Hash = $"hash of {id}", AccountId = "a", CreatedAtMs = 0, LastSeenMs = _time.NowMs, ExpiresAtMs = long.MaxValue };

    private static ApiToken NewToken() => new()
    {
        Id = "t",
        Hash = "hash of t",
        AccountId = "a",
        Name = "t",
        Permissions = [Permission.View],
        Scope = Scope.Everywhere,
        CreatedAtMs = 0,
        ExpiresAtMs = long.MaxValue,
    };
}
