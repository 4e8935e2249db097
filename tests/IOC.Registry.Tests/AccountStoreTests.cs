using IOC.Access.Accounts;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry.Tests;

public abstract class AccountStoreTests : IDisposable
{
    private readonly TestRegistry _home;
    private readonly RegistryDatabase _database;
    private readonly AccountStore _store;

    protected AccountStoreTests(RegistryStoreKind kind)
    {
        _home = TestRegistry.Of(kind);
        _database = _home.Open();
        _store = new AccountStore(_database);
    }

    public void Dispose()
    {
        _database.Dispose();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_account_comes_back_as_it_was_stored()
    {
        var account = NewAccount("a1", "lan");
        await _store.SaveAsync(account, default);
        var loaded = Assert.Single(_store.Load().Accounts);
        Assert.Equivalent(account, loaded, strict: true);

        account.Disabled = true;
        account.PasswordHash = null;
        account.LastSignInMs = 5;
        account.Grants = [];
        await _store.SaveAsync(account, default);
        Assert.Equivalent(account, Assert.Single(_store.Load().Accounts), strict: true);
    }

    [Fact]
    public async Task Who_is_vouched_for_elsewhere_has_one_account()
    {
        await _store.SaveAsync(NewAccount("a1", "lan"), default);
        await _store.SaveAsync(NewAccount("a2", "minh"), default);
        var known = NewAccount("a3", "hoa", new ExternalIdentity("https://id.example/realms/city", "f3"));
        await _store.SaveAsync(known, default);
        await _store.SaveAsync(NewAccount("a4", "mai", new ExternalIdentity("https://other.example", "f3")), default);
        Assert.Equivalent(known, _store.Load().Accounts.Single(a => a.Id == "a3"), strict: true);
        await Assert.ThrowsAsync<DbUpdateException>(() => _store.SaveAsync(NewAccount("a5", "twin", new ExternalIdentity("https://id.example/realms/city", "f3")), default));
        Assert.Equal(4, _store.Load().Accounts.Count);
    }

    [Fact]
    public async Task Names_are_taken_once()
    {
        await _store.SaveAsync(NewAccount("a1", "lan"), default);
        var twin = NewAccount("a2", "lan");
        twin.DisplayName = "Somebody else";
        await Assert.ThrowsAsync<DbUpdateException>(() => _store.SaveAsync(twin, default));
        var namesake = NewAccount("a3", "other");
        namesake.DisplayName = "Lan lan";
        await Assert.ThrowsAsync<DbUpdateException>(() => _store.SaveAsync(namesake, default));
        Assert.Single(_store.Load().Accounts);
    }

    [Fact]
    public async Task Sessions_tokens_links_and_locks_come_and_go()
    {
        await _store.SaveAsync(NewAccount("a1", "lan"), default);
        var session = NewSession("s1", "a1");
        var token = NewToken("t1", "a1");
        var link = new AccountLink("h1", LinkPurpose.Reset, "a1", 1, 2, "admin");
        var held = new SignInLock("k", 6, 7, 8);
        await _store.AddAsync(session, default);
        await _store.AddAsync(token, default);
        await _store.AddAsync(link, default);
        await _store.SaveAsync(held, default);
        await _store.SaveAsync(held with { Failures = 9 }, default);

        session.LastSeenMs = 77;
        token.LastUsedMs = 88;
        await _store.TouchAsync([session], [token], default);
        var state = _store.Load();
        Assert.Equivalent(session, Assert.Single(state.Sessions), strict: true);
        var loaded = Assert.Single(state.Tokens);
        Assert.Equal(88, loaded.LastUsedMs);
        Assert.Equal(token.Permissions, loaded.Permissions);
        Assert.Equal(["viet-yen"], loaded.Scope.Districts);
        Assert.Equal(["environment"], loaded.Scope.Domains);
        Assert.Equal(link, Assert.Single(state.Links));
        Assert.Equal(9, Assert.Single(state.Locks).Failures);

        await _store.RemoveSessionsAsync(["s1"], default);
        await _store.RemoveTokensAsync(["t1"], default);
        await _store.RemoveLinksAsync(["h1"], default);
        await _store.RemoveLocksAsync(["k"], default);
        state = _store.Load();
        Assert.Empty(state.Sessions);
        Assert.Empty(state.Tokens);
        Assert.Empty(state.Links);
        Assert.Empty(state.Locks);
    }

    [Fact]
    public async Task Sessions_and_the_link_end_with_the_change_of_their_account()
    {
        var account = NewAccount("a1", "lan");
        await _store.SaveAsync(account, default);
        await _store.SaveAsync(NewAccount("a2", "minh"), default);
        foreach (var (id, of) in new[] { ("s1", "a1"), ("s2", "a1"), ("s3", "a2") })
        {
            await _store.AddAsync(NewSession(id, of), default);
        }

        await _store.AddAsync(new AccountLink("h1", LinkPurpose.Reset, "a1", 1, 2, "admin"), default);
        account.Ends = new AccountEnds("s2");
        await _store.SaveAsync(account, default);
        Assert.Equal(["s2", "s3"], _store.Load().Sessions.Select(s => s.Id).Order());
        Assert.Single(_store.Load().Links);

        account.Ends = new AccountEnds(Link: "h1");
        await _store.SaveAsync(account, default);
        Assert.Equal(["s3"], _store.Load().Sessions.Select(s => s.Id));
        Assert.Empty(_store.Load().Links);
    }

    [Fact]
    public async Task Of_the_links_for_one_thing_the_latest_stays()
    {
        await _store.AddAsync(new AccountLink("h1", LinkPurpose.Setup, null, 1, 2, "start"), default);
        await _store.AddAsync(new AccountLink("h2", LinkPurpose.Setup, null, 1, 2, "start"), default);
        await _store.AddAsync(new AccountLink("h3", LinkPurpose.Invitation, "a1", 1, 2, "admin"), default);
        await _store.AddAsync(new AccountLink("h4", LinkPurpose.Reset, "a1", 1, 2, "admin"), default);
        Assert.Equal(["h2", "h4"], _store.Load().Links.Select(l => l.Hash).Order());
    }

    [Fact]
    public async Task An_account_goes_with_all_that_belongs_to_it()
    {
        foreach (var (id, name) in new[] { ("a1", "lan"), ("a2", "minh") })
        {
            await _store.SaveAsync(NewAccount(id, name), default);
            await _store.AddAsync(NewSession($"s-{id}", id), default);
            await _store.AddAsync(NewToken($"t-{id}", id), default);
            await _store.AddAsync(new AccountLink($"h-{id}", LinkPurpose.Reset, id, 1, 2, "admin"), default);
        }

        await _store.RemoveAsync("a1", default);
        var state = _store.Load();
        Assert.Equal("a2", Assert.Single(state.Accounts).Id);
        Assert.Equal("a2", Assert.Single(state.Sessions).AccountId);
        Assert.Equal("a2", Assert.Single(state.Tokens).AccountId);
        Assert.Equal("a2", Assert.Single(state.Links).AccountId);
    }

    private static Account NewAccount(string id, string name, ExternalIdentity? external = null) => new()
    {
        Id = id,
        External = external,
        UserName = name,
        NormalizedUserName = name.ToUpperInvariant(),
        DisplayName = $"Lan {name}",
        PasswordHash = "hash",
        Grants = [new Grant(Role.Operator, new Scope(["viet-yen"], ["environment", "traffic"])), Grant.Everywhere(Role.Viewer)],
        TotpSecret = "sealed",
        TotpConfirmed = true,
        TotpLastStep = 12,
        RecoveryCodes = ["c1", "c2"],
        CreatedAtMs = 1,
        CreatedBy = "admin",
        ChangedAtMs = 2,
        ChangedBy = "lan",
        LastSignInMs = 3,
    };

    private static AccountSession NewSession(string id, string account) => new()
    {
        Id = id,
        Hash = $"hash of {id}",
        AccountId = account,
        CreatedAtMs = 1,
        ExpiresAtMs = 2,
        LastSeenMs = 3,
        Address = "10.0.0.1",
        Agent = "Firefox",
        SecondFactor = true,
        Wall = true,
    };

    private static ApiToken NewToken(string id, string account) => new()
    {
        Id = id,
        Hash = $"hash of {id}",
        AccountId = account,
        Name = "grafana",
        Permissions = [Permission.View, Permission.Plan],
        Scope = new Scope(["viet-yen"], ["environment"]),
        CreatedAtMs = 1,
        ExpiresAtMs = 2,
    };
}
