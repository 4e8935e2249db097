using IOC.Telemetry;

namespace IOC.Access.Tests;

public class DeskTests
{
    [Fact]
    public async Task Rows_of_an_import_fail_one_by_one()
    {
        using var shop = new Shop();
        await shop.AddAsync("there");
        var made = await shop.Desk.AddAsync(
            [
                new DeviceDraft { Name = "good" },
                new DeviceDraft { Name = "there" },
                new DeviceDraft { Name = "good" },
                new DeviceDraft { Name = "has space" },
                new DeviceDraft { Name = "p", Profile = "nothing" },
                new DeviceDraft { Name = "s", Secret = "short" },
                new DeviceDraft { Name = "r", Secret = "chosen, not random", SecretIsRandom = true },
                new DeviceDraft { Name = "t", Rules = ["allow publish a/#/b"] },
                new DeviceDraft { Name = "f", Fingerprints = ["12"] },
                new DeviceDraft { Name = "n", WithoutSecret = true },
                new DeviceDraft { Name = "l", Limits = new DeviceLimits { MaxConnections = 0 } },
                new DeviceDraft { Name = "x", Sensors = ["Not A Slug"] },
            ],
            "test", default);
        Assert.Equal(
            [null, "exists", "exists", "bad_name", "no_profile", "bad_secret", "bad_secret", "bad_rule", "bad_fingerprint", "no_secret", "bad_limit", "bad_sensor"],
            made.Select(m => m.Problem?.Code));
        Assert.All(made.Where(m => m.Problem is not null), m => Assert.NotEqual(m.Problem!.Text.Vi, m.Problem.Text.En));
        Assert.Equal(["good", "there"], shop.Book.All.Select(e => e.Credential.Name));
    }

    [Fact]
    public async Task A_change_of_rights_ends_the_connections()
    {
        using var shop = new Shop();
        var login = (await shop.LoginAsync("a", await shop.AddAsync("a"))).Login;
        await shop.Desk.ChangeAsync("a", new DeviceChange { Note = "roof" }, "me", default);
        Assert.Empty(shop.Evictions);
        await shop.Desk.ChangeAsync("a", new DeviceChange { Rules = ["allow publish x/%u"] }, "me", default);
        Assert.True(Assert.Single(shop.Evictions).Which("c", null, login));
        var credential = shop.Store.Credentials["a"];
        Assert.Equal(("test", "me", "roof"), (credential.Audit.CreatedBy, credential.Audit.ChangedBy, credential.Note));
    }

    [Fact]
    public async Task A_removed_credential_takes_connections_and_sessions_with_it()
    {
        using var shop = new Shop();
        var secret = await shop.AddAsync("a");
        var login = (await shop.LoginAsync("a", secret)).Login;
        Assert.True(await shop.Desk.RemoveAsync("a", default));
        Assert.False(await shop.Desk.RemoveAsync("a", default));
        var eviction = Assert.Single(shop.Evictions);
        Assert.True(eviction.Which("c", null, login) && eviction.EndSessionsOf == "a");
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("a", secret));
    }

    [Fact]
    public async Task A_profile_rules_its_credentials()
    {
        using var shop = new Shop();
        Assert.Null(await shop.Desk.SaveProfileAsync("pumps", new LocalText("Bơm", "Pumps"), ["allow publish p/%u"], new DeviceLimits { MaxConnections = 3 }, "me", default));
        var secret = await shop.AddAsync(new DeviceDraft { Name = "a", Profile = "pumps", Limits = new DeviceLimits { MaxInFlight = 5 } });
        var login = (await shop.LoginAsync("a", secret)).Login!;
        Assert.True(login.Entry.Acl.MayPublish(login.Subject, "p/a"u8, retain: false));
        Assert.Equal((3, 5), (login.Entry.Limits.MaxConnections!.Value, login.Entry.Limits.MaxInFlight!.Value));
        Assert.Equal("profile_in_use", (await shop.Desk.RemoveProfileAsync("pumps", default))!.Code);
        await shop.Desk.SaveProfileAsync("pumps", new LocalText("Bơm", "Pumps"), ["deny all #"], new DeviceLimits(), "me", default);
        Assert.True(shop.Evictions[^1].Which("c", null, login));
        var now = (await shop.LoginAsync("a", secret)).Login!;
        Assert.False(now.Entry.Acl.MayPublish(now.Subject, "p/a"u8, retain: false));
        await shop.Desk.RemoveAsync("a", default);
        Assert.Null(await shop.Desk.RemoveProfileAsync("pumps", default));
        Assert.Equal("profile_in_use", (await shop.Desk.RemoveProfileAsync(BuiltInProfiles.Default, default))!.Code);
    }
}
