using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using IOC.Access.Accounts;
using IOC.Testing;

namespace IOC.Acceptance.Tests.Access;

/// <summary>Accounts from the printed link on, through the API of a real host in a process of its own.</summary>
public sealed class AccountTests : IAsyncLifetime
{
    private const string Password = "trạm bơm nước số ba";
    private readonly TempDirectory _folder = new();
    private string[] _settings = [];
    private HostProcess _host = null!;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1").District("d2").Sensor("d1", "environment", "s1", 60, "pm25");
        _settings = [catalogue.Write(), "--Ioc:Security:Accounts=Required", "--Ioc:TimeZone=Asia/Tokyo"];
        _host = await HostProcess.StartAsync(_folder.Combine("data"), _settings);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task From_the_printed_link_to_an_operator_at_work()
    {
        // No account, no way in; the console has the link, the log files have not.
        using var stranger = NewClient();
        var first = await stranger.GetFromJsonAsync<JsonElement>("/api/v1/session");
        Assert.Equal((true, "Asia/Tokyo"), (first.GetProperty("setupNeeded").GetBoolean(), first.GetProperty("timeZone").GetString()));
        Assert.Equal(401, await StatusAsync(stranger, "GET", "/api/v1/sensors"));
        var token = await PrintedTokenAsync();
        Assert.All(Directory.GetFiles(_folder.Combine("data", "logs")), f => Assert.DoesNotContain(token, ReadShared(f), StringComparison.Ordinal));
        Assert.Equal("setup", (await SendAsync(stranger, "POST", "/api/v1/links/look", new { token })).Body.GetProperty("purpose").GetString());
        Assert.Equal((400, "bad_password"), await CodeAsync(stranger, "POST", "/api/v1/links/redeem", new { token, userName = "admin", password = "password1234" }));
        using var admin = NewClient();
        Assert.Equal(200, (await SendAsync(admin, "POST", "/api/v1/links/redeem", new { token, userName = "admin", displayName = "Quản trị", password = Password })).Status);
        Assert.Equal((404, "link_void"), await CodeAsync(stranger, "POST", "/api/v1/links/redeem", new { token, userName = "other", password = Password }));
        await SignedAsync(admin);

        // What a stranger tried in vain with links does not fill the audit; the link that was taken up is in it.
        var redeemed = (await SendAsync(admin, "GET", "/api/v1/audit?limit=1000", null)).Body.GetProperty("items").EnumerateArray().Where(i => i.GetProperty("action").GetString() == "POST /api/v1/links/redeem");
        Assert.Equal([200], redeemed.Select(i => i.GetProperty("status").GetInt32()));

        // An invitation, taken up by its owner.
        var (status, _, invited) = await SendAsync(admin, "POST", "/api/v1/accounts", new
        {
            userName = "lan",
            displayName = "Nguyễn Thị Lan",
            grants = new[] { new { role = "operator", districts = new[] { "d1" }, domains = Array.Empty<string>() } },
        });
        Assert.Equal((201, "invited"), (status, invited.GetProperty("account").GetProperty("state").GetString()));
        var url = new Uri(invited.GetProperty("link").GetProperty("url").GetString()!);
        Assert.Equal(("/setup/", ""), (url.AbsolutePath, url.Query));
        using var lan = NewClient();
        Assert.Equal(200, (await SendAsync(lan, "POST", "/api/v1/links/redeem", new { token = url.Fragment["#token=".Length..], password = "bốn con mèo trắng muốt" })).Status);
        var session = await SignedAsync(lan);
        Assert.Equal(["view", "monitor", "operate"], session.GetProperty("permissions").EnumerateArray().Select(p => p.GetString()));
        Assert.Equal(403, await StatusAsync(lan, "GET", "/api/v1/accounts"));

        // Acts go under the account's name.
        Assert.Equal((400, "not_you"), await CodeAsync(lan, "POST", "/api/v1/shifts/log", new { @operator = "Minh", text = "đã gọi" }));
        Assert.Equal("Nguyễn Thị Lan", (await SendAsync(lan, "POST", "/api/v1/shifts/log", new { text = "đã gọi" })).Body.GetProperty("operator").GetString());

        // Without what only its page knows, a change is refused, though the cookie is right.
        lan.DefaultRequestHeaders.Remove("X-IOC-CSRF");
        Assert.Equal((403, "csrf"), await CodeAsync(lan, "POST", "/api/v1/shifts/log", new { text = "giả mạo" }));
        lan.DefaultRequestHeaders.Add("X-IOC-CSRF", "wrong");
        Assert.Equal((403, "csrf"), await CodeAsync(lan, "DELETE", "/api/v1/session", null));

        // A session outlives the host; disabled, it ends at once.
        Assert.Equal(0, await _host.TerminateAsync());
        Assert.False(File.Exists(_folder.Combine("data", "run", "local.token")));
        await _host.DisposeAsync();
        _host = await HostProcess.StartAsync(_folder.Combine("data"), [.. _settings, $"--http=127.0.0.1:{_host.Http.Port}"]);
        Assert.Equal(200, await StatusAsync(lan, "GET", "/api/v1/sensors"));
        Assert.DoesNotContain("#token=", _host.Output, StringComparison.Ordinal);
        var id = invited.GetProperty("account").GetProperty("id").GetString();
        Assert.Equal(200, (await SendAsync(admin, "PATCH", $"/api/v1/accounts/{id}", new { disabled = true })).Status);
        Assert.Equal(401, await StatusAsync(lan, "GET", "/api/v1/sensors"));
        Assert.Equal((409, "last_administrator"), await CodeAsync(admin, "PATCH", $"/api/v1/accounts/{await IdAsync(admin, "admin")}", new { disabled = true }));
        Assert.Equal((409, "last_administrator"), await CodeAsync(admin, "DELETE", $"/api/v1/accounts/{await IdAsync(admin, "admin")}", null));
        Assert.Equal(204, (await SendAsync(admin, "DELETE", $"/api/v1/accounts/{id}", null)).Status);
    }

    [Fact]
    public async Task A_second_factor_and_its_recovery()
    {
        using var admin = await SetUpAsync();
        Assert.Equal((403, "wrong_password"), await CodeAsync(admin, "POST", "/api/v1/account/totp", new { password = "wrong wrong wrong" }));
        var (_, _, begun) = await SendAsync(admin, "POST", "/api/v1/account/totp", new { password = Password });
        Assert.StartsWith("<svg", begun.GetProperty("svg").GetString(), StringComparison.Ordinal);
        var secret = FromBase32(begun.GetProperty("secret").GetString()!);
        Assert.Equal((400, "wrong_code"), await CodeAsync(admin, "POST", "/api/v1/account/totp/confirm", new { code = "000000" }));
        var code = Totp.CodeAt(secret, Totp.StepAt(DateTimeOffset.UtcNow));
        var (status, _, confirmed) = await SendAsync(admin, "POST", "/api/v1/account/totp/confirm", new { code });
        Assert.Equal((200, 10), (status, confirmed.GetProperty("codes").GetArrayLength()));

        // The database alone gives neither the secret nor the recovery codes away.
        var recovery = confirmed.GetProperty("codes")[0].GetString()!;
        var stored = File.ReadAllBytes(_folder.Combine("data", "registry", "registry.db")).Concat(File.Exists(_folder.Combine("data", "registry", "registry.db-wal")) ? ReadSharedBytes(_folder.Combine("data", "registry", "registry.db-wal")) : []).ToArray();
        Assert.True(stored.AsSpan().IndexOf("totp_secret"u8) >= 0);
        Assert.Equal(-1, stored.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(recovery.Replace("-", "", StringComparison.Ordinal))));
        Assert.Equal(-1, stored.AsSpan().IndexOf(secret));

        // From now on the password is not enough, a code counts once, and each recovery code once.
        using var other = NewClient();
        Assert.Equal((401, "code_needed"), await CodeAsync(other, "POST", "/api/v1/session", new { userName = "admin", password = Password }));
        Assert.Equal((401, "wrong_code"), await CodeAsync(other, "POST", "/api/v1/session", new { userName = "admin", password = Password, code }));
        Assert.Equal(200, (await SendAsync(other, "POST", "/api/v1/session", new { userName = "ADMIN", password = Password, code = recovery.ToUpperInvariant() })).Status);
        Assert.Equal((401, "wrong_code"), await CodeAsync(other, "POST", "/api/v1/session", new { userName = "admin", password = Password, code = recovery }));
        await SignedAsync(other);
        Assert.Equal(9, (await SendAsync(other, "GET", "/api/v1/account", null)).Body.GetProperty("recoveryCodesLeft").GetInt32());

        // Where the role must have one, nothing else is to be had before it is set up.
        Assert.Equal(204, (await SendAsync(other, "POST", "/api/v1/account/totp/remove", new { password = Password })).Status);
        await _host.TerminateAsync();
        await _host.DisposeAsync();
        _host = await HostProcess.StartAsync(_folder.Combine("data"), [.. _settings, "--Ioc:Security:SecondFactorRoles=administrator", $"--http=127.0.0.1:{_host.Http.Port}"]);
        Assert.True((await SignedAsync(other)).GetProperty("mustEnrol").GetBoolean());
        Assert.Equal((403, "second_factor_required"), await CodeAsync(other, "GET", "/api/v1/sensors", null));
        Assert.Equal((403, "second_factor_required"), await CodeAsync(other, "POST", "/api/v1/tokens", new { name = "t", permissions = new[] { "view" }, days = 1 }));
        (_, _, begun) = await SendAsync(other, "POST", "/api/v1/account/totp", new { password = Password });
        code = Totp.CodeAt(FromBase32(begun.GetProperty("secret").GetString()!), Totp.StepAt(DateTimeOffset.UtcNow));
        Assert.Equal(200, (await SendAsync(other, "POST", "/api/v1/account/totp/confirm", new { code })).Status);
        Assert.Equal(200, await StatusAsync(other, "GET", "/api/v1/sensors"));
        Assert.Equal((409, "second_factor_required"), await CodeAsync(other, "POST", "/api/v1/account/totp/remove", new { password = Password }));
    }

    [Fact]
    public async Task Wrong_tries_wait_longer_whether_there_is_such_an_account_or_not()
    {
        using var admin = await SetUpAsync();
        using var stranger = NewClient();
        foreach (var name in (string[])["admin", "nobody-of-that-name"])
        {
            for (var i = 0; i < 6; i++)
            {
                Assert.Equal((401, "wrong_sign_in"), await CodeAsync(stranger, "POST", "/api/v1/session", new { userName = name, password = $"wrong number {i}" }));
            }

            using var response = await stranger.PostAsJsonAsync("/api/v1/session", new { userName = name, password = Password });
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        }

        var id = await IdAsync(admin, "admin");
        Assert.NotEqual(JsonValueKind.Null, (await SendAsync(admin, "GET", $"/api/v1/accounts/{id}", null)).Body.GetProperty("lockedUntil").ValueKind);
        Assert.Equal(204, (await SendAsync(admin, "POST", $"/api/v1/accounts/{id}/unlock", null)).Status);
        Assert.Equal(200, (await SendAsync(stranger, "POST", "/api/v1/session", new { userName = "admin", password = Password })).Status);
    }

    [Fact]
    public async Task A_token_does_what_it_is_for_and_no_more()
    {
        using var admin = await SetUpAsync();
        Assert.Equal((400, "bad_days"), await CodeAsync(admin, "POST", "/api/v1/tokens", new { name = "grafana", permissions = new[] { "view" }, days = 5000 }));
        Assert.Equal((400, "bad_permissions"), await CodeAsync(admin, "POST", "/api/v1/tokens", new { name = "grafana", permissions = new[] { "everything" }, days = 5 }));
        var (status, _, made) = await SendAsync(admin, "POST", "/api/v1/tokens", new { name = "grafana", permissions = new[] { "view" }, districts = new[] { "d2" }, days = 30 });
        Assert.Equal(201, status);
        var token = made.GetProperty("token").GetString()!;
        Assert.StartsWith("ioc_", token, StringComparison.Ordinal);
        using var program = NewClient();
        program.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal(0, (await SendAsync(program, "GET", "/api/v1/sensors", null)).Body.GetArrayLength());
        Assert.Equal(404, await StatusAsync(program, "GET", "/api/v1/sensors/s1"));
        Assert.Equal((403, "not_allowed"), await CodeAsync(program, "GET", "/api/v1/status", null));
        Assert.Equal((403, "session_needed"), await CodeAsync(program, "POST", "/api/v1/tokens", new { name = "more", permissions = new[] { "view" }, days = 1 }));
        Assert.Equal((403, "session_needed"), await CodeAsync(program, "GET", "/api/v1/account", null));
        using (var address = NewClient())
        {
            Assert.Equal(401, await StatusAsync(address, "GET", $"/api/v1/sensors?access_token={token}"));
        }

        var listed = (await SendAsync(admin, "GET", "/api/v1/tokens", null)).Body[0];
        Assert.Equal(("grafana", true, false), (listed.GetProperty("name").GetString(), listed.GetProperty("lastUsed").ValueKind == JsonValueKind.Number, listed.GetRawText().Contains(token, StringComparison.Ordinal)));
        Assert.Equal(204, (await SendAsync(admin, "DELETE", $"/api/v1/tokens/{listed.GetProperty("id").GetString()}", null)).Status);
        Assert.Equal(401, await StatusAsync(program, "GET", "/api/v1/sensors"));
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended()
    {
        using var admin = await SetUpAsync();
        using var other = NewClient();
        Assert.Equal(200, (await SendAsync(other, "POST", "/api/v1/session", new { userName = "admin", password = Password })).Status);
        await SignedAsync(other);
        var sessions = (await SendAsync(admin, "GET", "/api/v1/account/sessions", null)).Body.EnumerateArray().ToList();
        Assert.Equal([false, true], sessions.Select(s => s.GetProperty("current").GetBoolean()));
        Assert.Equal(204, (await SendAsync(admin, "DELETE", $"/api/v1/account/sessions/{sessions[0].GetProperty("id").GetString()}", null)).Status);
        Assert.Equal(401, await StatusAsync(other, "GET", "/api/v1/sensors"));

        // A new password ends the other sessions, and is the only good one.
        Assert.Equal(200, (await SendAsync(other, "POST", "/api/v1/session", new { userName = "admin", password = Password })).Status);
        Assert.Equal((400, "bad_password"), await CodeAsync(admin, "POST", "/api/v1/account/password", new { present = Password, @new = "short" }));
        Assert.Equal(204, (await SendAsync(admin, "POST", "/api/v1/account/password", new { present = Password, @new = "chín cái nồi đồng cũ" })).Status);
        Assert.Equal(401, await StatusAsync(other, "GET", "/api/v1/sensors"));
        Assert.Equal(200, await StatusAsync(admin, "GET", "/api/v1/sensors"));
        Assert.Equal((401, "wrong_sign_in"), await CodeAsync(other, "POST", "/api/v1/session", new { userName = "admin", password = Password }));
        Assert.Equal(204, (await SendAsync(admin, "DELETE", "/api/v1/session", null)).Status);
        Assert.Equal(401, await StatusAsync(admin, "GET", "/api/v1/sensors"));
    }

    [Fact]
    public async Task A_video_wall_lasts_only_looks_on_and_is_listed_and_revoked_like_any_session()
    {
        using var admin = await SetUpAsync();
        using var wall = NewClient();
        var (_, _, begun) = await SendAsync(wall, "POST", "/api/v1/session", new { userName = "admin", password = Password, wall = true });
        var days = DateTimeOffset.FromUnixTimeMilliseconds(begun.GetProperty("expiresAt").GetInt64()) - DateTimeOffset.UtcNow;
        Assert.InRange(days.TotalDays, 89, 90);
        Assert.Equal((true, JsonValueKind.Null), (begun.GetProperty("wall").GetBoolean(), begun.GetProperty("idleSeconds").ValueKind));
        Assert.Equal(["view", "monitor"], begun.GetProperty("permissions").EnumerateArray().Select(p => p.GetString()));
        await SignedAsync(wall);
        Assert.Equal(200, await StatusAsync(wall, "GET", "/api/v1/sensors"));

        // Whoever finds its keyboard can neither act nor make themselves another way in, nor end the sessions of its account's owner.
        foreach (var (method, path, code) in new[]
        {
            ("POST", "/api/v1/shifts/log", "not_allowed"), ("GET", "/api/v1/accounts", "not_allowed"), ("GET", "/api/v1/account", "wall_only_looks"), ("POST", "/api/v1/account/password", "wall_only_looks"),
            ("POST", "/api/v1/account/totp", "wall_only_looks"), ("GET", "/api/v1/account/sessions", "wall_only_looks"), ("DELETE", "/api/v1/account/sessions", "wall_only_looks"),
            ("GET", "/api/v1/tokens", "wall_only_looks"), ("POST", "/api/v1/tokens", "wall_only_looks"),
        })
        {
            var refused = await CodeAsync(wall, method, path, method == "POST" ? new { } : null);
            Assert.Equal((path, (403, code)), (path, refused));
        }

        var sessions = (await SendAsync(admin, "GET", "/api/v1/account/sessions", null)).Body.EnumerateArray().ToList();
        Assert.Equal([(false, true), (true, false)], sessions.Select(s => (s.GetProperty("current").GetBoolean(), s.GetProperty("wall").GetBoolean())));
        var entry = (await SendAsync(admin, "GET", "/api/v1/audit?limit=1000", null)).Body.GetProperty("items").EnumerateArray().Single(i => i.GetProperty("action").GetString() == "POST /api/v1/session");
        Assert.Equal((200, true), (entry.GetProperty("status").GetInt32(), JsonDocument.Parse(entry.GetProperty("detail").GetString()!).RootElement.GetProperty("wall").GetBoolean()));

        // It outlives the host, and goes when it is revoked.
        Assert.Equal(0, await _host.TerminateAsync());
        await _host.DisposeAsync();
        _host = await HostProcess.StartAsync(_folder.Combine("data"), [.. _settings, $"--http=127.0.0.1:{_host.Http.Port}"]);
        Assert.Equal((200, 403), (await StatusAsync(wall, "GET", "/api/v1/sensors"), await StatusAsync(wall, "GET", "/api/v1/accounts")));
        Assert.Equal(204, (await SendAsync(admin, "DELETE", $"/api/v1/account/sessions/{sessions[0].GetProperty("id").GetString()}", null)).Status);
        Assert.Equal(401, await StatusAsync(wall, "GET", "/api/v1/sensors"));
    }

    [Fact]
    public async Task Who_sees_to_the_accounts_of_a_district_reaches_no_further()
    {
        using var admin = await SetUpAsync();
        using var local = await InviteAsync(admin, "local", new { role = "administrator", districts = new[] { "d1" } });
        using var _ = await InviteAsync(admin, "viewer", new { role = "viewer", districts = Array.Empty<string>() });
        Assert.Equal((403, "not_yours_to_give"), await CodeAsync(local, "POST", "/api/v1/accounts", new { userName = "x", grants = new[] { new { role = "viewer", districts = new[] { "d2" } } } }));
        Assert.Equal((403, "not_yours_to_give"), await CodeAsync(local, "POST", "/api/v1/accounts", new { userName = "x", grants = new[] { new { role = "viewer" } } }));
        Assert.Equal(201, (await SendAsync(local, "POST", "/api/v1/accounts", new { userName = "x", grants = new[] { new { role = "engineer", districts = new[] { "d1" } } } })).Status);
        Assert.Equal(["local", "x"], (await SendAsync(local, "GET", "/api/v1/accounts", null)).Body.EnumerateArray().Select(a => a.GetProperty("userName").GetString()));
        var foreign = await IdAsync(admin, "viewer");
        foreach (var (method, path) in new[] { ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/link"), ("POST", "/second-factor/reset"), ("POST", "/unlock"), ("GET", "/sessions"), ("DELETE", "/sessions") })
        {
            Assert.Equal((method, path, 404), (method, path, (await SendAsync(local, method, $"/api/v1/accounts/{foreign}{path}", method == "GET" ? null : new { })).Status));
        }

        Assert.Equal((403, "not_allowed"), await CodeAsync(local, "POST", "/api/v1/accounts/setup-link", null));
        Assert.Equal((400, "bad_district"), await CodeAsync(admin, "POST", "/api/v1/accounts", new { userName = "y", grants = new[] { new { role = "viewer", districts = new[] { "nowhere" } } } }));
        Assert.Equal((400, "bad_role"), await CodeAsync(admin, "POST", "/api/v1/accounts", new { userName = "y", grants = new[] { new { role = "king" } } }));
        Assert.Equal((400, "bad_user_name"), await CodeAsync(admin, "POST", "/api/v1/accounts", new { userName = "a b", displayName = "Y", grants = new[] { new { role = "viewer" } } }));
        Assert.Equal((409, "user_name_taken"), await CodeAsync(admin, "POST", "/api/v1/accounts", new { userName = "VIEWER", displayName = "Y", grants = new[] { new { role = "viewer" } } }));
        Assert.Equal((409, "display_name_taken"), await CodeAsync(admin, "POST", "/api/v1/accounts", new { userName = "y", displayName = "Viewer", grants = new[] { new { role = "viewer" } } }));
    }

    [Fact]
    public async Task The_command_line_comes_in_by_the_key_of_the_data_folder()
    {
        var data = _folder.Combine("data");
        foreach (var secret in new[] { Path.Combine(data, "run", "local.token"), Path.Combine(data, "keys", "accounts.key") })
        {
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(secret) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), secret);
        }

        var (code, output, error) = await HostProcess.CommandAsync("en", "accounts", "invite", "lan", "--name", "Lan", "--role", "operator", "--district", "d1", "--data", data);
        Assert.True(code == 0, error);
        Assert.Contains("/setup/#token=", output, StringComparison.Ordinal);
        (code, output, _) = await HostProcess.CommandAsync("vi", "accounts", "list", "--data", data);
        Assert.Equal(0, code);
        Assert.Contains("lan", output, StringComparison.Ordinal);
        (code, output, _) = await HostProcess.CommandAsync("en", "accounts", "setup-link", "--data", data);
        Assert.Equal(0, code);
        using var admin = NewClient();
        var token = output.Split("#token=")[1].Split()[0];
        Assert.Equal(200, (await SendAsync(admin, "POST", "/api/v1/links/redeem", new { token, userName = "admin", password = Password })).Status);
        await SignedAsync(admin);
        Assert.Equal(0, (await HostProcess.CommandAsync("en", "accounts", "disable", "lan", "--data", data)).ExitCode);
        Assert.Equal("disabled", (await SendAsync(admin, "GET", $"/api/v1/accounts/{await IdAsync(admin, "lan")}", null)).Body.GetProperty("state").GetString());

        // Somewhere else a token of an account is needed, from a file or the environment.
        var (_, _, made) = await SendAsync(admin, "POST", "/api/v1/tokens", new { name = "cli", permissions = new[] { "engineer" }, days = 1 });
        var file = _folder.Combine("token");
        await File.WriteAllTextAsync(file, made.GetProperty("token").GetString() + "\n");
        Assert.Equal(0, (await HostProcess.CommandAsync("en", "devices", "list", "--server", _host.Http.ToString(), "--token-file", file)).ExitCode);
        (code, _, error) = await HostProcess.CommandAsync("en", "devices", "list", "--server", _host.Http.ToString());
        Assert.Equal(1, code);
        Assert.Contains("IOC_TOKEN", error, StringComparison.Ordinal);
        (code, output, _) = await HostProcess.CommandAsync("en", "tokens", "list", "--data", data);
        Assert.True(code == 0 && output.Contains("cli", StringComparison.Ordinal));
    }

    private static string ReadShared(string file) => System.Text.Encoding.UTF8.GetString(ReadSharedBytes(file));

    private static byte[] ReadSharedBytes(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }

    private static async Task<int> StatusAsync(HttpClient client, string method, string path) => (await SendAsync(client, method, path, null)).Status;

    private static async Task<(int Status, string Code)> CodeAsync(HttpClient client, string method, string path, object? body)
    {
        var (status, code, _) = await SendAsync(client, method, path, body);
        return (status, code);
    }

    private static async Task<(int Status, string Code, JsonElement Body)> SendAsync(HttpClient client, string method, string path, object? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var json = text.Length > 0 && response.Content.Headers.ContentType!.MediaType!.EndsWith("json", StringComparison.Ordinal) ? JsonDocument.Parse(text).RootElement : default;
        return ((int)response.StatusCode, (int)response.StatusCode >= 400 ? json.GetProperty("title").GetString()! : "", json);
    }

    // Who is signed in, and what its page has to send along from now on.
    private static async Task<JsonElement> SignedAsync(HttpClient client)
    {
        var session = await client.GetFromJsonAsync<JsonElement>("/api/v1/session");
        Assert.True(session.GetProperty("signedIn").GetBoolean());
        client.DefaultRequestHeaders.Remove("X-IOC-CSRF");
        client.DefaultRequestHeaders.Add("X-IOC-CSRF", session.GetProperty("csrfToken").GetString());
        return session;
    }

    private static async Task<string> IdAsync(HttpClient client, string userName) =>
        (await SendAsync(client, "GET", "/api/v1/accounts", null)).Body.EnumerateArray().First(a => a.GetProperty("userName").GetString() == userName).GetProperty("id").GetString()!;

    private HttpClient NewClient() => new(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = _host.Http };

    private async Task<string> PrintedTokenAsync()
    {
        await Eventually.HoldsAsync(() => _host.Output.Contains("#token=", StringComparison.Ordinal), "the link on the console");
        return _host.Output.Split("#token=")[1].Split()[0];
    }

    private async Task<HttpClient> SetUpAsync()
    {
        var client = NewClient();
        Assert.Equal(200, (await SendAsync(client, "POST", "/api/v1/links/redeem", new { token = await PrintedTokenAsync(), userName = "admin", displayName = "Admin", password = Password })).Status);
        await SignedAsync(client);
        return client;
    }

    private async Task<HttpClient> InviteAsync(HttpClient admin, string name, object grant)
    {
        var (_, _, invited) = await SendAsync(admin, "POST", "/api/v1/accounts", new { userName = name, grants = new[] { grant } });
        var client = NewClient();
        var token = invited.GetProperty("link").GetProperty("url").GetString()!.Split("#token=")[1];
        Assert.Equal(200, (await SendAsync(client, "POST", "/api/v1/links/redeem", new { token, password = "mười hai con giáp quay vòng" })).Status);
        await SignedAsync(client);
        return client;
    }
}
