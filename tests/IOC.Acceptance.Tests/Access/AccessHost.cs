using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using IOC.Access.Accounts;
using IOC.Host;
using IOC.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IOC.Acceptance.Tests.Access;

/// <summary>Who calls in a test of the matrix.</summary>
/// <param name="Grants">What they may, and where; none = nobody.</param>
public sealed record TestCaller(IReadOnlyList<Grant> Grants)
{
    /// <summary>Somebody with one role.</summary>
    public TestCaller(Role role, Scope scope)
        : this([new Grant(role, scope)])
    {
    }

    public static TestCaller Nobody { get; } = new([]);

    /// <summary>Nobody; every role without limits, in one district, and in one domain of it; and those who may look where they may not act.</summary>
    public static IReadOnlyList<TestCaller> All { get; } =
    [
        Nobody,
        .. RoleNames.All.SelectMany(r => new[] { new TestCaller(r, Scope.Everywhere), new TestCaller(r, new Scope(["d1"], [])), new TestCaller(r, new Scope(["d1"], ["environment"])) }),
        new([new Grant(Role.Engineer, new Scope(["d1"], [])), new Grant(Role.Planner, new Scope(["d1"], [])), new Grant(Role.Viewer, new Scope(["d2"], []))]),
        new([new Grant(Role.Operator, new Scope(["d1"], ["environment"])), Grant.Everywhere(Role.Viewer)]),
    ];

    public bool IsSomebody => Grants.Count > 0;

    public Rights Rights => Rights.Of(Grants);

    public override string ToString() => IsSomebody
        ? string.Join(" and ", Grants.Select(g => $"{g.Role.Name()} of {(g.Scope.IsEverywhere ? "everything" : string.Join(' ', [.. g.Scope.Districts, .. g.Scope.Domains]))}"))
        : "nobody";
}

/// <summary>A real host with accounts, in this process, with things in two districts and two domains.</summary>
public sealed class AccessHost : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private readonly Dictionary<TestCaller, Account> _accounts = [];
    private WebApplication _app = null!;

    public Uri Http { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public string DataDirectory => _folder.Combine("data");

    public AccountBook Book => _app.Services.GetRequiredService<AccountBook>();

    /// <summary>Everything that was mapped: method, pattern, and what it is.</summary>
    public IReadOnlyList<(string Key, RouteEndpoint Endpoint)> Endpoints =>
    [
        .. _app.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(m => ($"{m} /{e.RoutePattern.RawText!.Trim('/')}", e))),
    ];

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Property("dim", "%", 0, 100).Limit("pm25-high", "pm25", 50, 5)
            .District("d1").District("d2");
        foreach (var district in (string[])["d1", "d2"])
        {
            catalogue.Sensor(district, "environment", $"air-{district}", 60, "pm25").Sensor(district, "lighting", $"lamp-{district}", 60, "dim").Sensor(district, "traffic", $"dust-{district}", 60, "pm25")
                .Asset(district, "environment", $"post-air-{district}").Asset(district, "traffic", $"post-dust-{district}").Asset(district, "lighting", $"post-lamp-{district}");
        }

        string[] args = [$"--data={DataDirectory}", "--http=127.0.0.1:0", "--mqtt=127.0.0.1:0", "--Ioc:Log:Level=Error", "--Ioc:Security:Accounts=Required",
            // More is asked here than people ask; the limits have tests of their own.
            "--Ioc:Http:Limits:RequestsPerSecondPerAddress=0", "--Ioc:Http:Limits:RequestsPerSecondPerUser=0", catalogue.Write()];
        _app = await IocApplication.BuildAsync(args, TimeProvider.System);
        await _app.StartAsync();
        var endpoints = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(DataDirectory, "run", "endpoints.json"))).RootElement;
        Http = new Uri(endpoints.GetProperty("http").GetString()!);
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Http };
        foreach (var caller in TestCaller.All.Where(c => c.IsSomebody))
        {
            var account = new Account
            {
                Id = Guid.NewGuid().ToString("N"),
                UserName = $"user{_accounts.Count}",
                NormalizedUserName = $"USER{_accounts.Count}",
                DisplayName = $"User {_accounts.Count}",
                Grants = [.. caller.Grants],
            };
            _accounts.Add(caller, account);
            Book.Put(account);
        }

        // A receiver that is away: what would be sent to it is there to be asked for.
        await SendAsync(AccessProbes.Administrator, "PUT", "/api/v1/notifications/channels/hook", new { webhook = new { url = "http://127.0.0.1:9/", template = "generic" } });
        await SendAsync(AccessProbes.Administrator, "PUT", "/api/v1/notifications/routes/all", new { channels = new[] { "hook" } });
        using var device = await RawMqtt.ConnectAsync(int.Parse(endpoints.GetProperty("mqtt").GetString()!.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture), "device");
        foreach (var district in (string[])["d1", "d2"])
        {
            var before = DateTimeOffset.UtcNow.AddSeconds(-5).ToUnixTimeMilliseconds();
            await device.PublishAsync($"ioc/v1/{district}/traffic/dust-{district}/telemetry", $$$"""{"ts":{{{before}}},"v":{"pm25":180}}""");
            await device.PublishAsync($"ioc/v1/{district}/environment/air-{district}/telemetry", """{"v":{"pm25":180}}""");
            await device.PublishAsync($"ioc/v1/{district}/lighting/lamp-{district}/telemetry", """{"v":{"dim":40}}""");
        }

        await Eventually.HoldsAsync(async () => (await GetAsync("/api/v1/alerts")).GetProperty("items").GetArrayLength() == 4, "four alerts");
        await Eventually.HoldsAsync(async () => (await GetAsync("/api/v1/notifications/deliveries")).GetProperty("items").GetArrayLength() == 4, "a message of each alert");
        await Eventually.HoldsAsync(
            async () => (await GetAsync("/api/v1/history/series")).GetArrayLength() == 6, "six series in history");
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A new session of a caller, as the browser holds it.</summary>
    public string NewSession(TestCaller caller)
    {
        var key = AccountKeys.Generate();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Book.Put(new AccountSession
        {
            Id = Guid.NewGuid().ToString("N"),
            Hash = AccountKeys.HashOf(key),
            AccountId = _accounts[caller].Id,
            CreatedAtMs = now,
            LastSeenMs = now,
            ExpiresAtMs = now + 3_600_000,
        });
        return key;
    }

    public Account AccountOf(TestCaller caller) => _accounts[caller];

    /// <summary>Sends a request as somebody who is signed in.</summary>
    public async Task<(int Status, string Code, JsonElement Body)> SendAsync(TestCaller caller, string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null || method is "POST" or "PUT" or "PATCH")
        {
            request.Content = body is string text ? new StringContent(text, MediaTypeHeaderValue.Parse("text/csv")) : JsonContent.Create(body ?? new { });
        }

        if (caller.IsSomebody)
        {
            var key = NewSession(caller);
            request.Headers.Add("Cookie", $"ioc-session={key}");
            request.Headers.Add("X-IOC-CSRF", AccountKeys.CsrfOf(key));
        }

        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var answer = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json" or "application/geo+json" ? await response.Content.ReadAsStringAsync() : "";
        var json = answer.Length > 0 ? JsonDocument.Parse(answer).RootElement : default;
        var code = (int)response.StatusCode >= 400 && json.ValueKind == JsonValueKind.Object && json.TryGetProperty("title", out var title) ? title.GetString()! : "";
        return ((int)response.StatusCode, code, json);
    }

    public async Task<JsonElement> GetAsync(string path, TestCaller? caller = null)
    {
        var (status, code, body) = await SendAsync(caller ?? new TestCaller(Role.Administrator, Scope.Everywhere).Known(), "GET", path);
        return status == 200 ? body : throw new InvalidOperationException($"GET {path}: {status} {code}");
    }
}

internal static class TestCallers
{
    /// <summary>The same caller out of the list: records with lists in them are not equal by what is in the lists.</summary>
    public static TestCaller Known(this TestCaller caller) => TestCaller.All.First(c => c.ToString() == caller.ToString());
}
