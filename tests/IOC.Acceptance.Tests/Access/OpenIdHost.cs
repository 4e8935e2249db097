using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using IOC.Access.Accounts;
using IOC.Host;
using IOC.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IOC.Acceptance.Tests.Access;

/// <summary>A real host in this process that knows a provider of single sign-on: two districts, an alert in each, and a clock that can be moved on.</summary>
public sealed class OpenIdHost : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private WebApplication _app = null!;

    public ShiftedTimeProvider Time { get; } = new();

    public OpenIdServer Provider { get; private set; } = null!;

    public Uri Http { get; private set; } = null!;

    public AccountBook Book => _app.Services.GetRequiredService<AccountBook>();

    public async Task InitializeAsync()
    {
        Provider = await OpenIdServer.StartAsync(Time);

        // The host starts all the same.
        Provider.IsAway = true;
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5)
            .District("d1").District("d2").Sensor("d1", "environment", "air-d1", 60, "pm25").Sensor("d2", "environment", "air-d2", 60, "pm25");
        var secret = _folder.Combine("client-secret");
        await File.WriteAllTextAsync(secret, OpenIdServer.ClientSecret + "\n");
        string[] roles = ["operator-d1:operator:d1", "viewer-d2:viewer:d2", "chief:administrator:"];
        string[] args =
        [
            $"--data={_folder.Combine("data")}", "--http=127.0.0.1:0", "--mqtt=127.0.0.1:0", "--Ioc:Log:Level=Error", "--Ioc:Security:Accounts=Required", catalogue.Write(),
            $"--Ioc:Security:OpenId:Authority={Provider.Issuer}", $"--Ioc:Security:OpenId:ClientId={OpenIdServer.ClientId}", $"--Ioc:Security:OpenId:ClientSecretFile={secret}",
            $"--Ioc:Security:OpenId:Audience={OpenIdServer.Audience}", "--Ioc:Security:SecondFactorRoles=administrator",
            .. roles.SelectMany((role, i) => role.Split(':') is var parts ? new[]
            {
                $"--Ioc:Security:OpenId:RoleMap:{i}:Value={parts[0]}", $"--Ioc:Security:OpenId:RoleMap:{i}:Role={parts[1]}", $"--Ioc:Security:OpenId:RoleMap:{i}:Districts={parts[2]}",
            } : []),
        ];
        _app = await IocApplication.BuildAsync(args, Time);
        await _app.StartAsync();
        var endpoints = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.Combine("data", "run", "endpoints.json"))).RootElement;
        Http = new Uri(endpoints.GetProperty("http").GetString()!);
        AddAdministrator();
        using var device = await RawMqtt.ConnectAsync(int.Parse(endpoints.GetProperty("mqtt").GetString()!.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture), "device");
        foreach (var district in (string[])["d1", "d2"])
        {
            await device.PublishAsync($"ioc/v1/{district}/environment/air-{district}/telemetry", """{"v":{"pm25":180}}""");
        }

        using var admin = Administrator();
        await Eventually.HoldsAsync(async () => (await GetAsync(admin, "/api/v1/alerts")).GetProperty("items").GetArrayLength() == 2, "two alerts");
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Provider.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Somebody who has not signed in, with cookies of their own; follows nothing by itself.</summary>
    public HttpClient NewBrowser() => new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = Http };

    /// <summary>The administrator of this host, signed in just now.</summary>
    public HttpClient Administrator()
    {
        var key = AccountKeys.Generate();
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        Book.Put(new AccountSession { Id = Guid.NewGuid().ToString("N"), Hash = AccountKeys.HashOf(key), AccountId = "admin", CreatedAtMs = now, LastSeenMs = now, ExpiresAtMs = now + 36_000_000 });
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Http };
        client.DefaultRequestHeaders.Add("Cookie", $"ioc-session={key}");
        client.DefaultRequestHeaders.Add("X-IOC-CSRF", AccountKeys.CsrfOf(key));
        return client;
    }

    /// <summary>A program with a token.</summary>
    public HttpClient Program(string token)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Http };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Claims about somebody.</summary>
    public static Dictionary<string, object?> Claims(string subject, string name, params string[] roles) => new(StringComparer.Ordinal)
    {
        ["sub"] = subject,
        ["name"] = name,
        ["preferred_username"] = subject,
        ["roles"] = roles,
    };

    /// <summary>Leaves for the provider.</summary>
    /// <returns>Where the provider sends the browser back to.</returns>
    public async Task<Uri> LeaveAsync(HttpClient browser, string back = "/")
    {
        using var begun = await browser.GetAsync(new Uri($"/api/v1/session/openid?back={Uri.EscapeDataString(back)}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Found, begun.StatusCode);
        using var visitor = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        using var agreed = await visitor.GetAsync(begun.Headers.Location);
        return agreed.StatusCode == HttpStatusCode.Found ? agreed.Headers.Location! : throw new InvalidOperationException(await agreed.Content.ReadAsStringAsync());
    }

    /// <summary>Comes back from the provider.</summary>
    /// <returns>Where the host sends the browser then.</returns>
    public static async Task<string> ReturnAsync(HttpClient browser, Uri answer)
    {
        using var finished = await browser.GetAsync(answer);
        Assert.Equal(HttpStatusCode.Found, finished.StatusCode);
        return finished.Headers.Location!.ToString();
    }

    /// <summary>Signs somebody in by way of the provider.</summary>
    /// <returns>Where the host sends the browser then.</returns>
    public async Task<string> SignInAsync(HttpClient browser, Dictionary<string, object?> person, string back = "/")
    {
        Provider.Person = person;
        var place = await ReturnAsync(browser, await LeaveAsync(browser, back));
        var session = await GetAsync(browser, "/api/v1/session");
        browser.DefaultRequestHeaders.Remove("X-IOC-CSRF");
        if (session.GetProperty("csrfToken").GetString() is { } proof)
        {
            browser.DefaultRequestHeaders.Add("X-IOC-CSRF", proof);
        }

        return place;
    }

    public static async Task<JsonElement> GetAsync(HttpClient client, string path) => await client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative));

    /// <summary>Sends a request.</summary>
    public static async Task<(int Status, string Code, JsonElement Body)> SendAsync(HttpClient client, string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var json = text.Length > 0 ? JsonDocument.Parse(text).RootElement : default;
        return ((int)response.StatusCode, (int)response.StatusCode >= 400 ? json.GetProperty("title").GetString()! : "", json);
    }

    /// <summary>The provider answers, and the host has found out.</summary>
    public async Task BringProviderBackAsync()
    {
        Provider.IsAway = false;
        Time.Shift(TimeSpan.FromMinutes(6));
        using var admin = Administrator();
        Assert.Equal("Healthy", (await GetAsync(admin, "/health/dependencies")).GetProperty("checks").GetProperty("openid").GetProperty("status").GetString());
    }

    private void AddAdministrator() => Book.Put(new Account
    {
        Id = "admin",
        UserName = "admin",
        NormalizedUserName = "ADMIN",
        DisplayName = "Admin",
        PasswordHash = "x",
        TotpConfirmed = true,
        Grants = [Grant.Everywhere(Role.Administrator)],
    });
}
