using System.Globalization;
using System.Net;

namespace IOC.Access.Tests;

public class BanTests
{
    [Fact]
    public async Task Failures_of_a_name_from_an_address_ban_just_that()
    {
        using var shop = new Shop(o => (o.BanFailures, o.BanDuration) = (3, TimeSpan.FromMinutes(10)));
        var secret = await shop.AddAsync("a");
        var other = await shop.AddAsync("b");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("a", "guess"));
        }

        Assert.Equal(LoginOutcome.Banned, await shop.TryAsync("a", secret));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", secret, "203.0.113.8"));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("b", other));
        Assert.Equal("a@203.0.113.7", Assert.Single(shop.Bans.All()).Subject);
        shop.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", secret));
        Assert.Empty(shop.Bans.All());
    }

    [Fact]
    public async Task A_good_login_or_the_end_of_the_window_forgets_failures()
    {
        using var shop = new Shop(o => (o.BanFailures, o.BanWindow) = (3, TimeSpan.FromMinutes(1)));
        var secret = await shop.AddAsync("a");
        for (var round = 0; round < 3; round++)
        {
            await shop.TryAsync("a", "guess");
            await shop.TryAsync("a", "guess");
            Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", secret));
            await shop.TryAsync("a", "guess");
            await shop.TryAsync("a", "guess");
            shop.Time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", secret));
    }

    [Theory]
    [InlineData("198.51.100.1", "198.51.100.1", "198.51.100.2")]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1")]
    [InlineData("::ffff:198.51.100.1", "198.51.100.1", "198.51.100.2")]
    public async Task Many_names_from_one_address_ban_the_address(string from, string same, string another)
    {
        using var shop = new Shop(o => o.BanAddressFailures = 20);
        var secret = await shop.AddAsync("a");
        for (var i = 0; i < 20; i++)
        {
            await shop.TryAsync("guess-" + i.ToString(CultureInfo.InvariantCulture), "guess", from);
        }

        Assert.Equal(LoginOutcome.Banned, await shop.TryAsync("a", secret, same));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", secret, another));
        Assert.True(shop.Bans.Lift(Assert.Single(shop.Bans.All()).Subject));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", secret, same));
    }

    [Fact]
    public async Task A_device_with_a_wrong_secret_does_not_ban_its_neighbours()
    {
        using var shop = new Shop(o => (o.BanFailures, o.BanAddressFailures) = (5, 50));
        var secret = await shop.AddAsync("a");
        for (var i = 0; i < 500; i++)
        {
            await shop.TryAsync("broken", "wrong");
        }

        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", secret));
    }

    [Fact]
    public void Memory_is_bounded_and_the_oldest_go_first()
    {
        var bans = new BanList(new AccessOptions { MaxTrackedFailures = 100, BanAddressFailures = 3, BanFailures = 0 }, TimeProvider.System);
        for (var i = 0; i < 50_000; i++)
        {
            bans.Fail(null, new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]));
        }

        for (var i = 0; i < 3; i++)
        {
            bans.Fail(null, IPAddress.Parse("198.51.100.1"));
        }

        Assert.True(bans.IsBanned(null, "c", IPAddress.Parse("198.51.100.1")));
        Assert.Single(bans.All());
    }

    [Fact]
    public async Task A_person_bans_addresses_prefixes_and_clients_and_lifts_that()
    {
        using var shop = new Shop();
        var secret = await shop.AddAsync("a");
        var login = (await shop.LoginAsync("a", secret)).Login;
        Assert.Null(await shop.Desk.BanAsync("203.0.113.0/24", "scan", null, "me", default));
        Assert.True(shop.Evictions[^1].Which("c", IPAddress.Parse("203.0.113.7"), login));
        Assert.False(shop.Evictions[^1].Which("c", IPAddress.Parse("203.0.114.7"), login));
        Assert.Equal(LoginOutcome.Banned, await shop.TryAsync("a", secret));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", secret, "203.0.114.1"));
        Assert.True(await shop.Desk.LiftAsync("203.0.113.0/24", default));
        Assert.False(await shop.Desk.LiftAsync("203.0.113.0/24", default));
        Assert.Null(await shop.Desk.BanAsync("client:c", "broken", TimeSpan.FromHours(1), "me", default));
        Assert.Equal(LoginOutcome.Banned, await shop.TryAsync("a", secret));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", secret, clientId: "d"));
        Assert.Equal("client:c", Assert.Single(shop.Store.Bans.Values).Subject);
        shop.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("a", secret));
        Assert.Equal("bad_ban", (await shop.Desk.BanAsync("everybody", "", null, "me", default))!.Code);
    }
}
