using System.Net.WebSockets;
using System.Reflection;
using System.Text.Json;
using IOC.Access.Accounts;
using IOC.Host;
using IOC.Testing;

namespace IOC.Acceptance.Tests.Access;

/// <summary>The live stream: every role × inside and outside, and what changes while it is open.</summary>
public sealed class LiveAccessTests(AccessHost host) : IClassFixture<AccessHost>
{
    private static readonly Scope s_d1 = new(["d1"], []);

    [Fact]
    public void Every_hub_method_is_known_here()
    {
        // A new one has to be judged: the hub lets in whoever may view, and each method limits what it tells.
        var methods = typeof(IocApplication).Assembly.GetType("IOC.Host.Live.LiveHub", throwOnError: true)!
            .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(m => m.Name).Where(n => n != "OnDisconnectedAsync").Order();
        Assert.Equal(["Live", "Operator", "Shift"], methods);
    }

    [Fact]
    public async Task Nobody_gets_no_stream()
    {
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(host.Http));
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(host.Http, [("Authorization", "Bearer ioc_nonsense")]));
        Assert.Equal(401, (await host.SendAsync(TestCaller.Nobody, "POST", "/hub/live/negotiate?negotiateVersion=1")).Status);

        // A key in the address is in every log: it opens nothing.
        var key = host.NewSession(new TestCaller(Role.Administrator, Scope.Everywhere).Known());
        Assert.Equal(401, (await host.SendAsync(TestCaller.Nobody, "POST", $"/hub/live/negotiate?negotiateVersion=1&access_token={key}")).Status);
    }

    [Fact]
    public async Task A_stream_tells_what_lies_inside_and_nothing_from_outside()
    {
        foreach (var caller in TestCaller.All.Where(c => c.IsSomebody))
        {
            await using var hub = await ConnectAsync(caller, host.NewSession(caller));
            var update = await hub.NextAsync();
            var districts = update.GetProperty("districts").EnumerateArray().ToDictionary(d => d.GetProperty("id").GetString()!, StringComparer.Ordinal);
            foreach (var district in (string[])["d1", "d2"])
            {
                var expected = 0;
                foreach (var (domain, sensor) in new[] { ("environment", $"air-{district}"), ("traffic", $"dust-{district}"), ("lighting", $"lamp-{district}") })
                {
                    var sees = caller.Rights.May(Permission.View, district, domain);
                    Assert.Equal((caller.ToString(), sensor, sees), (caller.ToString(), sensor, update.GetProperty("sensors").EnumerateArray().Any(s => s.GetProperty("id").GetString() == sensor)));
                    Assert.Equal(sees && domain != "lighting", update.GetProperty("alerts").EnumerateArray().Any(a => a.GetProperty("sensor").GetString() == sensor));
                    expected += sees ? 1 : 0;
                }

                Assert.Equal(expected > 0, districts.ContainsKey(district));
                Assert.Equal(expected, districts.TryGetValue(district, out var known) ? known.GetProperty("sensors").GetProperty("total").GetInt32() : 0);
                Assert.All(districts.Values.Where(d => d.GetProperty("id").GetString() == district).SelectMany(d => d.GetProperty("aggregates").EnumerateArray()), a =>
                    Assert.True(caller.Rights.May(Permission.View, district, a.GetProperty("domain").GetString())));
            }

            Assert.Equal(districts.Values.Sum(d => d.GetProperty("sensors").GetProperty("total").GetInt32()), update.GetProperty("fleet").GetProperty("sensors").GetInt32());
        }
    }

    [Fact]
    public async Task Who_is_on_shift_is_told_to_whoever_may_look_and_nothing_else_with_it()
    {
        var onDuty = new TestCaller(Role.Operator, Scope.Everywhere).Known();
        await host.SendAsync(onDuty, "POST", "/api/v1/shifts/duties");
        foreach (var caller in TestCaller.All.Where(c => c.IsSomebody))
        {
            await using var hub = await OpenAsync(caller, host.NewSession(caller));
            await hub.StreamAsync("Shift");
            var told = await hub.NextAsync();
            Assert.Contains(host.AccountOf(onDuty).DisplayName, told.GetProperty("onDuty").EnumerateArray().Select(d => d.GetProperty("operator").GetString()));

            // It has no places. What is added has to be judged: everybody is told of it.
            Assert.Empty(told.EnumerateObject().Concat(told.GetProperty("onDuty").EnumerateArray().SelectMany(d => d.EnumerateObject())).Select(p => p.Name)
                .Except(["lastEntry", "onDuty", "handovers", "operator", "since"]));
        }
    }

    [Fact]
    public async Task Those_who_work_somewhere_are_taken_for_present_under_their_own_name()
    {
        var hubs = new List<HubClient>();
        try
        {
            foreach (var caller in TestCaller.All.Where(c => c.IsSomebody))
            {
                hubs.Add(await OpenAsync(caller, host.NewSession(caller)));
                await hubs[^1].CallAsync("Operator", "Somebody else");
            }

            var expected = TestCaller.All.Where(c => c.Rights.May(Permission.Operate)).Select(c => host.AccountOf(c).DisplayName).Order().ToList();
            List<string> present = [];
            await Eventually.HoldsAsync(
                async () => (present = [.. (await host.GetAsync("/api/v1/shifts/duties")).EnumerateArray().Select(d => d.GetProperty("operator").GetString()!).Order()]).Count >= expected.Count,
                "all who work to be on shift");
            Assert.Equal(expected, present);
        }
        finally
        {
            foreach (var hub in hubs)
            {
                await hub.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Grants_that_change_hold_for_the_open_stream()
    {
        var caller = new TestCaller(Role.Viewer, s_d1).Known();
        await using var hub = await ConnectAsync(caller, host.NewSession(caller));
        Assert.True(Has(await hub.NextAsync(), "air-d1"));
        var account = host.AccountOf(caller).Copy();
        try
        {
            account.Grants = [new Grant(Role.Viewer, new Scope(["d2"], []))];
            host.Book.Put(account);
            var anew = await hub.UntilAsync(u => u.GetProperty("full").GetBoolean(), "the stream to begin anew");
            Assert.True(Has(anew, "air-d2"));
            Assert.False(Has(anew, "air-d1"));
        }
        finally
        {
            host.Book.Put(host.AccountOf(caller));
        }
    }

    [Theory]
    [InlineData("Live")]
    [InlineData("Shift")]
    public async Task A_session_that_ends_ends_its_stream(string method)
    {
        var caller = new TestCaller(Role.Operator, Scope.Everywhere).Known();
        var key = host.NewSession(caller);
        await using var hub = await OpenAsync(caller, key);
        await hub.StreamAsync(method, method == "Live" ? [new { epoch = (string?)null, version = 0 }] : []);
        await hub.NextAsync();
        host.Book.Remove([host.Book.Session(AccountKeys.HashOf(key))!]);
        var end = await Assert.ThrowsAnyAsync<Exception>(() => hub.UntilAsync(_ => false, "the end of the stream"));
        Assert.IsNotType<TimeoutException>(end);
    }

    private static bool Has(JsonElement update, string sensor) => update.GetProperty("sensors").EnumerateArray().Any(s => s.GetProperty("id").GetString() == sensor);

    private Task<HubClient> ConnectAsync(TestCaller caller, string key)
    {
        Assert.True(caller.IsSomebody);
        return HubClient.ConnectAsync(host.Http, [("Cookie", $"ioc-session={key}")]);
    }

    private Task<HubClient> OpenAsync(TestCaller caller, string key)
    {
        Assert.True(caller.IsSomebody);
        return HubClient.OpenAsync(host.Http, [("Cookie", $"ioc-session={key}")]);
    }
}
