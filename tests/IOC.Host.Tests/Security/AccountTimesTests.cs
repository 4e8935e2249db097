using IOC.Access.Accounts;
using IOC.Host.Security;
using IOC.Host.Security.Accounts;
using IOC.Host.Settings;
using IOC.Testing;
using Microsoft.AspNetCore.Http;

namespace IOC.Host.Tests.Security;

/// <summary>What ends by itself: sessions that nobody uses, sessions that are too old, tokens, one-time links. By a clock that only the test moves.</summary>
public sealed class AccountTimesTests : IDisposable
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);
    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly IocOptions _options = new();
    private readonly AccountBook _book;
    private readonly LocalToken _local;
    private readonly AccountCallers _callers;

    public AccountTimesTests()
    {
        _book = new AccountBook(new AccountState([NewAccount(null)], [], [], [], []));
        _local = new LocalToken(DataFolder.Open(_folder.Combine("data")));
        _callers = new AccountCallers(_book, _local, _options, _time);
    }

    public void Dispose()
    {
        _local.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_session_that_nobody_uses_ends_and_one_in_use_does_not()
    {
        var key = NewSession();
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(_options.Security.SessionIdle - Instant);
            Assert.Equal(CallerKind.Session, _callers.OfSession(key).Kind);
        }

        _time.Advance(_options.Security.SessionIdle);
        Assert.False(_callers.OfSession(key).IsSomebody);
    }

    [Fact]
    public void An_open_stream_is_use()
    {
        var caller = _callers.OfSession(NewSession());
        _time.Advance(_options.Security.SessionIdle - Instant);
        Assert.True(_callers.Renew(caller)!.IsSomebody);
        _time.Advance(_options.Security.SessionIdle - Instant);
        Assert.True(_callers.Renew(caller)!.IsSomebody);
        _time.Advance(_options.Security.SessionIdle);
        Assert.False(_callers.Renew(caller)!.IsSomebody);
    }

    [Fact]
    public void A_session_ends_in_any_case()
    {
        var key = NewSession();
        var step = TimeSpan.FromMinutes(10);
        for (var at = step; at < _options.Security.SessionLife; at += step)
        {
            _time.Advance(step);
            Assert.True(_callers.OfSession(key).IsSomebody, at.ToString());
        }

        _time.Advance(step);
        Assert.False(_callers.OfSession(key).IsSomebody);
    }

    [Fact]
    public void A_wall_outlasts_nights_in_which_it_is_off_and_ends_at_its_time()
    {
        var key = NewSession(wall: true);
        _time.Advance(_options.Security.SessionLife + _options.Security.SessionIdle);
        Assert.True(_callers.OfSession(key).IsSomebody);
        _time.Advance(_options.Security.WallSessionLife - _options.Security.SessionLife - _options.Security.SessionIdle - Instant);
        Assert.True(_callers.OfSession(key).IsSomebody);
        _time.Advance(Instant);
        Assert.False(_callers.OfSession(key).IsSomebody);
    }

    [Fact]
    public void A_wall_is_a_viewer_where_its_account_may_look_on_whatever_that_may()
    {
        _book.Put(NewAccount(null, new Grant(Role.Administrator, new Scope(["d1"], ["environment"])), new Grant(Role.Operator, new Scope(["d2"], []))));
        var rights = _callers.OfSession(NewSession(wall: true)).Rights;
        Assert.Equal([Permission.View, Permission.Monitor], rights.Permissions);
        Assert.True(rights.May(Permission.View, "d1", "environment") && rights.May(Permission.View, "d2", "traffic"));
        Assert.False(rights.May(Permission.View, "d1", "traffic") || rights.May(Permission.View, "d3", "environment"));
    }

    [Fact]
    public void The_rights_of_a_wall_are_the_same_object_until_those_of_its_account_change()
    {
        var caller = _callers.OfSession(NewSession(wall: true));
        Assert.Same(caller.Rights, _callers.Renew(caller)!.Rights);
        _book.Put(NewAccount(null, new Grant(Role.Operator, new Scope(["d1"], []))));
        var renewed = _callers.Renew(caller)!;
        Assert.NotSame(caller.Rights, renewed.Rights);
        Assert.False(renewed.Rights.May(Permission.View, "d2", null));
        Assert.Same(renewed.Rights, _callers.Renew(renewed)!.Rights);
    }

    [Fact]
    public async Task A_token_ends_at_its_time()
    {
        var token = AccountKeys.TokenPrefix + AccountKeys.Generate();
        _book.Put(new ApiToken
        {
            Id = "t",
            Hash = AccountKeys.HashOf(token),
            AccountId = "a",
            Name = "t",
            Permissions = [Permission.View],
            Scope = Scope.Everywhere,
            CreatedAtMs = _time.NowMs,
            ExpiresAtMs = _time.NowMs + 1000,
        });
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.True((await ShowAsync(token)).IsSomebody);
        _time.Advance(Instant);
        Assert.False((await ShowAsync(token)).IsSomebody);
    }

    [Fact]
    public async Task What_another_provider_vouched_for_opens_nothing_any_more()
    {
        _options.Security.OpenId.Authority = "https://id.example/realms/city";
        _book.Put(NewAccount(new ExternalIdentity("https://id.example/realms/city/", "s")));
        var key = NewSession();
        Assert.True(_callers.OfSession(key).IsSomebody);
        _options.Security.OpenId.Authority = "https://other.example";
        Assert.False(_callers.OfSession(key).IsSomebody);
        _options.Security.OpenId.Authority = "";
        Assert.False(_callers.OfSession(key).IsSomebody);
        Assert.False((await ShowAsync("ioc_none")).IsSomebody);
    }

    [Theory]
    [InlineData(LinkPurpose.Invitation, 72)]
    [InlineData(LinkPurpose.Reset, 72)]
    [InlineData(LinkPurpose.Setup, 24)]
    public async Task A_link_is_good_for_its_time(LinkPurpose purpose, int hours)
    {
        var desk = new LinkDesk(new TestAccountStore(), _book, null!, null!, null!, null!, null!, _options, _time);
        var (key, until) = await desk.MakeAsync(purpose, purpose == LinkPurpose.Setup ? null : "a", "admin", default);
        Assert.Equal(_time.NowMs + (hours * 3_600_000L), until);
        _time.Advance(TimeSpan.FromHours(hours) - Instant);
        Assert.Equal(purpose, desk.Look(key).Link.Purpose);
        _time.Advance(Instant);
        Assert.Equal("link_void", Assert.Throws<RefusalException>(() => desk.Look(key)).Code);
    }

    private static Account NewAccount(ExternalIdentity? external, params Grant[] grants) =>
        new() { Id = "a", UserName = "lan", NormalizedUserName = "LAN", DisplayName = "Lan", External = external, PasswordHash = "x", Grants = grants.Length > 0 ? grants : [Grant.Everywhere(Role.Viewer)] };

    private async Task<Caller> ShowAsync(string token)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = $"Bearer {token}";
        return await _callers.FindAsync(context) ?? Caller.Nobody;
    }

    private string NewSession(bool wall = false)
    {
        var key = AccountKeys.Generate();
        _book.Put(new AccountSession
        {
            Id = "s",
            Hash = AccountKeys.HashOf(key),
            AccountId = "a",
            CreatedAtMs = _time.NowMs,
            LastSeenMs = _time.NowMs,
            ExpiresAtMs = (_time.GetUtcNow() + (wall ? _options.Security.WallSessionLife : _options.Security.SessionLife)).ToUnixTimeMilliseconds(),
            Wall = wall,
        });
        return key;
    }
}
