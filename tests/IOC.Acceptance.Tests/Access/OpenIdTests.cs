using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests.Access;

/// <summary>Single sign-on: a real host and a small real provider, by what browsers and programs send.</summary>
public sealed class OpenIdTests(OpenIdHost host) : IClassFixture<OpenIdHost>, IAsyncLifetime
{
    public Task InitializeAsync() => host.Provider.IsAway ? host.BringProviderBackAsync() : Task.CompletedTask;

    public Task DisposeAsync()
    {
        (host.Provider.IsDenied, host.Provider.OnlyInAccessToken, host.Provider.Bend) = (false, null, null);
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task A_token_of_the_provider_lets_a_program_in_and_its_roles_end_at_their_district(string algorithm)
    {
        using var program = host.Program(host.Provider.Sign(OpenIdHost.Claims($"program-{algorithm}", $"Chương trình {algorithm}", "operator-d1"), algorithm));
        Assert.Equal(["air-d1"], (await OpenIdHost.GetAsync(program, "/api/v1/sensors")).EnumerateArray().Select(s => s.GetProperty("id").GetString()));
        Assert.Equal(404, (await OpenIdHost.SendAsync(program, "GET", "/api/v1/sensors/air-d2")).Status);
        Assert.Equal(403, (await OpenIdHost.SendAsync(program, "GET", "/api/v1/accounts")).Status);
        var (ours, theirs) = await AlertsAsync();
        Assert.Equal(404, (await OpenIdHost.SendAsync(program, "POST", $"/api/v1/alerts/{theirs}/note", new { note = "?" })).Status);
        Assert.Equal(200, (await OpenIdHost.SendAsync(program, "POST", $"/api/v1/alerts/{ours}/note", new { note = algorithm })).Status);
        var session = await OpenIdHost.GetAsync(program, "/api/v1/session");
        Assert.Equal(("bearer", $"Chương trình {algorithm}"), (session.GetProperty("kind").GetString(), session.GetProperty("account").GetProperty("displayName").GetString()));

        // It makes no tokens, and has no password.
        Assert.Equal((403, "session_needed"), await CodeAsync(program, "POST", "/api/v1/tokens", new { name = "x", permissions = new[] { "view" }, days = 1 }));
        Assert.Equal((403, "session_needed"), await CodeAsync(program, "GET", "/api/v1/account", null));
    }

    [Fact]
    public async Task A_token_that_is_not_good_is_refused_with_the_reason_and_counted()
    {
        var good = OpenIdHost.Claims("refused", "Refused", "operator-d1");
        var now = host.Time.GetUtcNow().ToUnixTimeSeconds();
        string Sign(string claim, object? value, string algorithm = "RS256", string? kid = null, string type = "at+jwt") =>
            host.Provider.Sign(good.Append(new(claim, value)), algorithm, kid, type);
        var whole = Sign("x", 1);
        await using var other = await OpenIdServer.StartAsync(host.Time);
        (string Token, int Status, string Code)[] cases =
        [
            (Sign("exp", now - 120), 401, "openid_expired"),
            (Sign("exp", null), 401, "openid_expired"),
            (Sign("nbf", now + 120), 401, "openid_not_yet"),
            (Sign("aud", "somebody-else"), 401, "openid_audience"),
            (Sign("aud", OpenIdServer.ClientId), 401, "openid_audience"),
            (Sign("iss", "https://evil.example"), 401, "openid_issuer"),
            (Sign("sub", null), 401, "openid_malformed"),
            (Sign("x", 1, "none"), 401, "openid_algorithm"),
            (Sign("x", 1, "HS256"), 401, "openid_algorithm"),
            (Sign("x", 1, kid: "rsa-99"), 401, "openid_unknown_key"),
            (other.Sign(good.Append(new("iss", host.Provider.Issuer))), 401, "openid_signature"),
            (Sign("x", 1, "RS256", kid: "ec-1"), 401, "openid_signature"),
            (whole[..^8] + "AAAAAAAA", 401, "openid_signature"),
            (whole[..whole.IndexOf('.', StringComparison.Ordinal)], 401, "openid_malformed"),
            ("eyJub3RoaW5n", 401, "openid_malformed"),
            (Sign("nonce", "n"), 401, "openid_not_for_api"),
            (Sign("typ", "ID", type: "JWT"), 401, "openid_not_for_api"),
            (Sign("x", 1, type: "logout+jwt"), 401, "openid_not_for_api"),
            (Sign("roles", new[] { "operator-d2", "Operator-d1" }), 403, "openid_no_role"),
            (Sign("roles", "operator"), 403, "openid_no_role"),
        ];
        foreach (var (token, status, code) in cases)
        {
            using var program = host.Program(token);
            using var answer = await program.GetAsync(new Uri("/api/v1/sensors", UriKind.Relative));
            var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal((code, status), (problem.GetProperty("title").GetString()!, (int)answer.StatusCode));
            Assert.NotEqual(problem.GetProperty("detail").GetString(), problem.GetProperty("detailVi").GetString());
            Assert.Contains("Bearer", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.False((await OpenIdHost.GetAsync(program, "/api/v1/session")).GetProperty("signedIn").GetBoolean());
        }

        using var admin = host.Administrator();
        var figures = await admin.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Matches("""ioc_openid_refused_total\{(way="bearer",reason="expired"|reason="expired",way="bearer")\} [1-9]""", figures);
        Assert.DoesNotContain((await OpenIdHost.GetAsync(admin, "/api/v1/accounts")).EnumerateArray(), a => a.GetProperty("displayName").GetString() == "Refused");
    }

    [Fact]
    public async Task A_person_signs_in_by_the_code_flow_and_works_under_their_name()
    {
        using var browser = host.NewBrowser();
        Assert.Equal("/planner/?properties=pm25#x", await host.SignInAsync(browser, OpenIdHost.Claims("lan", "Nguyễn Thị Lan", "operator-d1", "viewer-d2"), "/planner/?properties=pm25#x"));
        var session = await OpenIdHost.GetAsync(browser, "/api/v1/session");
        Assert.Equal(("session", "Nguyễn Thị Lan", false), (session.GetProperty("kind").GetString(), session.GetProperty("account").GetProperty("displayName").GetString(), session.GetProperty("mustEnrol").GetBoolean()));
        Assert.NotEqual(session.GetProperty("singleSignOn").GetProperty("vi").GetString(), session.GetProperty("singleSignOn").GetProperty("en").GetString());
        var (ours, theirs) = await AlertsAsync();
        Assert.Equal(200, (await OpenIdHost.SendAsync(browser, "POST", $"/api/v1/alerts/{ours}/acknowledge", new { })).Status);
        Assert.Equal((403, "not_allowed_there"), await CodeAsync(browser, "POST", $"/api/v1/alerts/{theirs}/acknowledge", new { }));
        Assert.Contains("Nguyễn Thị Lan", (await OpenIdHost.GetAsync(browser, $"/api/v1/alerts/{ours}")).GetRawText(), StringComparison.Ordinal);

        // The administrator sees the account and its session, and ends it; what the provider decides stays with the provider.
        using var admin = host.Administrator();
        var account = await AccountAsync(admin, "Nguyễn Thị Lan");
        var id = account.GetProperty("id").GetString();
        Assert.Equal(("active", host.Provider.Issuer), (account.GetProperty("state").GetString(), account.GetProperty("provider").GetString()));
        Assert.Equal((409, "roles_from_provider"), await CodeAsync(admin, "PATCH", $"/api/v1/accounts/{id}", new { grants = new[] { new { role = "administrator" } } }));
        Assert.Equal((409, "signs_in_elsewhere"), await CodeAsync(admin, "POST", $"/api/v1/accounts/{id}/link", new { }));
        Assert.Equal(1, (await OpenIdHost.SendAsync(admin, "DELETE", $"/api/v1/accounts/{id}/sessions")).Body.GetProperty("ended").GetInt32());
        Assert.Equal(401, (await OpenIdHost.SendAsync(browser, "GET", "/api/v1/sensors")).Status);

        // With other roles at the provider the same account has other roles here.
        await host.SignInAsync(browser, OpenIdHost.Claims("lan", "Nguyễn Thị Lan", "viewer-d2"));
        Assert.Equal(["air-d2"], (await OpenIdHost.GetAsync(browser, "/api/v1/sensors")).EnumerateArray().Select(s => s.GetProperty("id").GetString()));
        Assert.Equal(id, (await AccountAsync(admin, "Nguyễn Thị Lan")).GetProperty("id").GetString());
        Assert.Equal(204, (await OpenIdHost.SendAsync(browser, "DELETE", "/api/v1/session")).Status);
        Assert.Equal(401, (await OpenIdHost.SendAsync(browser, "GET", "/api/v1/sensors")).Status);

        // It is all in the audit, with nothing that opens anything.
        var audit = (await OpenIdHost.GetAsync(admin, "/api/v1/audit?limit=1000&text=openid")).GetProperty("items").EnumerateArray().ToList();
        Assert.Contains(audit, a => a.GetProperty("who").GetString() == "Nguyễn Thị Lan" && a.GetProperty("by").GetString() == "session" && a.GetProperty("status").GetInt32() == 302);
        Assert.All(audit, a => Assert.DoesNotContain("code=", a.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Roles_are_found_where_Keycloak_puts_them()
    {
        using var browser = host.NewBrowser();
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal) { ["sub"] = "kc", ["name"] = "Keycloak" };
        host.Provider.OnlyInAccessToken = new(StringComparer.Ordinal) { ["realm_access"] = new { roles = new[] { "offline_access", "operator-d1" } }, ["aud"] = "account" };
        Assert.Equal("/", await host.SignInAsync(browser, claims));
        var grant = (await OpenIdHost.GetAsync(browser, "/api/v1/session")).GetProperty("grants")[0];
        Assert.Equal(("operator", "d1"), (grant.GetProperty("role").GetString(), grant.GetProperty("districts")[0].GetString()));
    }

    [Fact]
    public async Task Nobody_comes_in_without_a_role_or_with_a_disabled_account()
    {
        using var browser = host.NewBrowser();
        Assert.Equal("/signin/?trouble=openid_no_role", await host.SignInAsync(browser, OpenIdHost.Claims("guest", "Khách", "something")));
        Assert.Equal(401, (await OpenIdHost.SendAsync(browser, "GET", "/api/v1/sensors")).Status);
        using var admin = host.Administrator();
        Assert.DoesNotContain((await OpenIdHost.GetAsync(admin, "/api/v1/accounts")).EnumerateArray(), a => a.GetProperty("userName").GetString() == "guest");

        // Roles that are taken away end what they had opened, at the next sign-in.
        using var elsewhere = host.NewBrowser();
        await host.SignInAsync(elsewhere, OpenIdHost.Claims("minh", "Minh", "chief"));
        Assert.Equal(200, (await OpenIdHost.SendAsync(elsewhere, "GET", "/api/v1/accounts")).Status);
        Assert.Equal("/signin/?trouble=openid_no_role", await host.SignInAsync(browser, OpenIdHost.Claims("minh", "Minh")));
        Assert.Equal(401, (await OpenIdHost.SendAsync(elsewhere, "GET", "/api/v1/accounts")).Status);

        await host.SignInAsync(browser, OpenIdHost.Claims("minh", "Minh", "operator-d1"));
        var token = host.Provider.Sign(OpenIdHost.Claims("minh", "Minh", "operator-d1"));
        using var program = host.Program(token);
        Assert.Equal(200, (await OpenIdHost.SendAsync(program, "GET", "/api/v1/sensors")).Status);
        var id = (await AccountAsync(admin, "Minh")).GetProperty("id").GetString();
        Assert.Equal(200, (await OpenIdHost.SendAsync(admin, "PATCH", $"/api/v1/accounts/{id}", new { disabled = true })).Status);
        Assert.Equal(401, (await OpenIdHost.SendAsync(browser, "GET", "/api/v1/sensors")).Status);
        Assert.Equal((403, "openid_disabled"), await CodeAsync(program, "GET", "/api/v1/sensors", null));
        Assert.Equal("/signin/?trouble=openid_disabled", await host.SignInAsync(browser, OpenIdHost.Claims("minh", "Minh", "chief")));
        Assert.Contains((await OpenIdHost.GetAsync(admin, "/api/v1/audit?limit=1000&text=openid")).GetProperty("items").EnumerateArray(), a =>
            a.GetProperty("who").GetString() == "minh" && a.GetProperty("status").GetInt32() == 403 && a.GetProperty("detail").GetString()!.Contains("openid_disabled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_counts_once_and_only_in_the_browser_that_asked()
    {
        host.Provider.Person = OpenIdHost.Claims("state", "State", "operator-d1");
        using var browser = host.NewBrowser();
        using var stranger = host.NewBrowser();
        const string Refused = "/signin/?trouble=openid_state";

        // Somebody else's browser, another state, too late.
        Assert.Equal(Refused, await OpenIdHost.ReturnAsync(stranger, await host.LeaveAsync(browser)));
        Assert.Equal(Refused, await OpenIdHost.ReturnAsync(browser, new Uri(host.Http, "/api/v1/session/openid/callback?code=x&state=y")));
        var late = await host.LeaveAsync(browser);
        host.Time.Shift(TimeSpan.FromMinutes(11));
        Assert.Equal(Refused, await OpenIdHost.ReturnAsync(browser, late));

        // Another's code in one's own answer: the verifier is not the one that it was given for.
        var own = await host.LeaveAsync(browser);
        var foreign = await host.LeaveAsync(stranger);
        var mixed = new Uri(own.ToString().Replace(CodeOf(own), CodeOf(foreign), StringComparison.Ordinal));
        Assert.Equal("/signin/?trouble=openid_code", await OpenIdHost.ReturnAsync(browser, mixed));

        // A token for another sign-in, or for another client, or out of date.
        foreach (var (claim, value, code) in new (string, object, string)[] { ("nonce", "another", "openid_code"), ("aud", "other", "openid_audience"), ("azp", "other", "openid_code"), ("exp", 1000, "openid_expired") })
        {
            host.Provider.Bend = claims => claims[claim] = value;
            Assert.Equal($"/signin/?trouble={code}", await OpenIdHost.ReturnAsync(browser, await host.LeaveAsync(browser)));
        }

        host.Provider.IsDenied = true;
        Assert.Equal("/signin/?trouble=openid_denied", await OpenIdHost.ReturnAsync(browser, await host.LeaveAsync(browser)));
        host.Provider.IsDenied = false;
        Assert.Equal(401, (await OpenIdHost.SendAsync(browser, "GET", "/api/v1/sensors")).Status);

        // The same answer with the same cookie: once.
        var (answer, cookie) = await LeaveWithCookieAsync();
        Assert.Equal("/", await ReturnWithCookieAsync(answer, cookie));
        Assert.Equal(Refused, await ReturnWithCookieAsync(answer, cookie));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil")]
    public async Task Nobody_is_sent_elsewhere_afterwards(string back)
    {
        using var browser = host.NewBrowser();
        Assert.Equal("/", await host.SignInAsync(browser, OpenIdHost.Claims("back", "Back", "viewer-d2"), back));
    }

    [Fact]
    public async Task Keys_that_the_provider_changes_are_learned_and_strangers_do_not_make_the_host_ask_all_the_time()
    {
        using var before = host.Program(host.Provider.Sign(OpenIdHost.Claims("rotation", "Rotation", "operator-d1")));
        Assert.Equal(200, (await OpenIdHost.SendAsync(before, "GET", "/api/v1/sensors")).Status);
        host.Provider.RotateKeys();
        host.Time.Shift(TimeSpan.FromSeconds(11));
        var asked = host.Provider.KeysAsked;
        using var after = host.Program(host.Provider.Sign(OpenIdHost.Claims("rotation", "Rotation", "operator-d1")));
        Assert.Equal(200, (await OpenIdHost.SendAsync(after, "GET", "/api/v1/sensors")).Status);
        Assert.Equal((401, "openid_unknown_key"), await CodeAsync(before, "GET", "/api/v1/sensors", null));
        using var stranger = host.Program(host.Provider.Sign(OpenIdHost.Claims("rotation", "Rotation", "operator-d1"), kid: "made-up"));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(401, (await OpenIdHost.SendAsync(stranger, "GET", "/api/v1/sensors")).Status);
        }

        Assert.InRange(host.Provider.KeysAsked - asked, 1, 2);
    }

    [Fact]
    public async Task While_the_provider_is_away_the_host_says_so_and_its_own_accounts_work()
    {
        using var admin = host.Administrator();
        using var program = host.Program(host.Provider.Sign(OpenIdHost.Claims("away", "Away", "operator-d1")));
        Assert.Equal(200, (await OpenIdHost.SendAsync(program, "GET", "/api/v1/sensors")).Status);
        host.Provider.IsAway = true;
        host.Time.Shift(TimeSpan.FromMinutes(3));
        host.Time.Shift(TimeSpan.FromMinutes(3));
        var (_, _, health) = await OpenIdHost.SendAsync(admin, "GET", "/health/dependencies");
        Assert.Equal("Degraded", health.GetProperty("checks").GetProperty("openid").GetProperty("status").GetString());

        // Keys that are known go on counting; who signs in with a password is not concerned.
        using var another = host.Program(host.Provider.Sign(OpenIdHost.Claims("away", "Away", "operator-d1")));
        Assert.Equal(200, (await OpenIdHost.SendAsync(another, "GET", "/api/v1/sensors")).Status);
        var (_, _, invited) = await OpenIdHost.SendAsync(admin, "POST", "/api/v1/accounts", new { userName = "hoa", displayName = "Hoa", grants = new[] { new { role = "viewer" } } });
        var token = invited.GetProperty("link").GetProperty("url").GetString()!.Split("#token=")[1];
        using var browser = host.NewBrowser();
        const string Password = "mười hai con giáp quay vòng";
        Assert.Equal(200, (await OpenIdHost.SendAsync(browser, "POST", "/api/v1/links/redeem", new { token, password = Password })).Status);

        // Taking the link up was a sign-in.
        Assert.Equal(JsonValueKind.Number, (await AccountAsync(admin, "Hoa")).GetProperty("lastSignIn").ValueKind);
        using var again = host.NewBrowser();
        Assert.Equal(200, (await OpenIdHost.SendAsync(again, "POST", "/api/v1/session", new { userName = "hoa", password = Password })).Status);

        // Who comes back from the provider just now is told.
        host.Provider.IsAway = false;
        host.Provider.Person = OpenIdHost.Claims("away2", "Away 2", "viewer-d2");
        var answer = await host.LeaveAsync(again);
        host.Provider.IsAway = true;
        Assert.Equal("/signin/?trouble=openid_unavailable", await OpenIdHost.ReturnAsync(again, answer));

        // After a day nothing is believed of it.
        host.Time.Shift(TimeSpan.FromHours(25));
        using var old = host.Program(host.Provider.Sign(OpenIdHost.Claims("away", "Away", "operator-d1")));
        Assert.Equal((503, "openid_unavailable"), await CodeAsync(old, "GET", "/api/v1/sensors", null));
        using var begun = await again.GetAsync(new Uri("/api/v1/session/openid", UriKind.Relative));
        Assert.Equal("/signin/?trouble=openid_unavailable", begun.Headers.Location!.ToString());
        await host.BringProviderBackAsync();
    }

    [Fact]
    public async Task The_live_stream_takes_the_token_in_its_header_and_ends_with_it()
    {
        var now = host.Time.GetUtcNow().ToUnixTimeSeconds();
        var token = host.Provider.Sign(OpenIdHost.Claims("hub", "Hub", "operator-d1").Append(new("exp", now + 600)));
        await using var hub = await HubClient.ConnectAsync(host.Http, [("Authorization", $"Bearer {token}")]);
        Assert.Equal(["air-d1"], (await hub.NextAsync()).GetProperty("sensors").EnumerateArray().Select(s => s.GetProperty("id").GetString()));
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(host.Http, [("Authorization", $"Bearer {token}x")]));

        // In an address it would stand in every log.
        using var stranger = host.NewBrowser();
        Assert.Equal(401, (await OpenIdHost.SendAsync(stranger, "POST", $"/hub/live/negotiate?negotiateVersion=1&access_token={token}")).Status);
        host.Time.Shift(TimeSpan.FromMinutes(11));
        Assert.IsNotType<TimeoutException>(await Assert.ThrowsAnyAsync<Exception>(() => hub.UntilAsync(_ => false, "the end of the stream")));
    }

    [Fact]
    public async Task A_name_that_another_has_links_nothing()
    {
        using var admin = host.Administrator();
        using var browser = host.NewBrowser();
        var claims = OpenIdHost.Claims("imposter", "Admin", "viewer-d2");
        claims["preferred_username"] = "admin";
        await host.SignInAsync(browser, claims);
        var session = await OpenIdHost.GetAsync(browser, "/api/v1/session");
        Assert.Equal(["view", "monitor"], session.GetProperty("permissions").EnumerateArray().Select(p => p.GetString()));
        Assert.Matches(@"^Admin \([0-9a-f]{6}\)$", session.GetProperty("account").GetProperty("displayName").GetString());
        Assert.Matches("^admin-[0-9a-f]{6}$", session.GetProperty("account").GetProperty("userName").GetString());
    }

    [Fact]
    public async Task Tokens_of_who_does_not_sign_in_any_more_end()
    {
        using var browser = host.NewBrowser();
        await host.SignInAsync(browser, OpenIdHost.Claims("leaver", "Leaver", "operator-d1"));
        var (_, _, made) = await OpenIdHost.SendAsync(browser, "POST", "/api/v1/tokens", new { name = "cli", permissions = new[] { "view" }, days = 300 });
        using var program = host.Program(made.GetProperty("token").GetString()!);
        Assert.Equal(200, (await OpenIdHost.SendAsync(program, "GET", "/api/v1/sensors")).Status);
        var account = host.Book.Accounts.Single(e => e.Account.DisplayName == "Leaver").Account.Copy();
        account.LastSignInMs -= (long)TimeSpan.FromDays(30).TotalMilliseconds;
        host.Book.Put(account);
        Assert.Equal(401, (await OpenIdHost.SendAsync(program, "GET", "/api/v1/sensors")).Status);
    }

    private static string CodeOf(Uri answer) => answer.Query.TrimStart('?').Split('&').Single(p => p.StartsWith("code=", StringComparison.Ordinal))["code=".Length..];

    private static async Task<JsonElement> AccountAsync(HttpClient admin, string name) =>
        (await OpenIdHost.GetAsync(admin, "/api/v1/accounts")).EnumerateArray().Single(a => a.GetProperty("displayName").GetString() == name);

    private static async Task<(int Status, string Code)> CodeAsync(HttpClient client, string method, string path, object? body)
    {
        var (status, code, _) = await OpenIdHost.SendAsync(client, method, path, body);
        return (status, code);
    }

    private async Task<(string Ours, string Theirs)> AlertsAsync()
    {
        using var admin = host.Administrator();
        var alerts = (await OpenIdHost.GetAsync(admin, "/api/v1/alerts")).GetProperty("items").EnumerateArray().ToDictionary(a => a.GetProperty("sensor").GetString()!, a => a.GetProperty("id").GetString()!, StringComparer.Ordinal);
        return (alerts["air-d1"], alerts["air-d2"]);
    }

    private async Task<(Uri Answer, string Cookie)> LeaveWithCookieAsync()
    {
        using var bare = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        using var begun = await bare.GetAsync(new Uri(host.Http, "/api/v1/session/openid"));
        var cookie = begun.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        using var agreed = await bare.GetAsync(begun.Headers.Location);
        return (agreed.Headers.Location!, cookie.Split(';')[0]);
    }

    private static async Task<string> ReturnWithCookieAsync(Uri answer, string cookie)
    {
        using var bare = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, answer);
        request.Headers.Add("Cookie", cookie);
        using var finished = await bare.SendAsync(request);
        Assert.Equal(HttpStatusCode.Found, finished.StatusCode);
        return finished.Headers.Location!.ToString();
    }
}
