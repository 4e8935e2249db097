using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using IOC.Testing;

namespace IOC.Acceptance.Tests.Hardening;

/// <summary>People sign in, programs and devices prove who they are, messages are sent: no secret of theirs is in what the host logs.</summary>
public sealed partial class LogSecretsTests
{
    private const string Password = "Mat-khau-dung-cua-quan-tri-1";
    private const string WrongPassword = "Mat-khau-sai-hoan-toan-2";
    private const string ChannelSecret = "b1-m4t-cua-kenh-3";
    private const string SettingSecret = "b1-m4t-trong-cau-hinh-4";
    private const string FileSecret = "b1-m4t-trong-tep-5";
    private const string DeviceSecret = "b1-m4t-cua-thiet-bi-6";
    private const string WrongBearer = "ioc_abcdefghijklmnopqrstuvwxyz0123456789";

    [Fact]
    public async Task No_secret_is_in_any_log()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.Combine("secret"), FileSecret + "\n");
        var catalogue = new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1").Sensor("d1", "environment", "s1", 60, "pm25").Write();
        var host = await HostProcess.StartAsync(
            folder.Combine("data"), catalogue, "--Ioc:Security:Accounts=Required", "--Ioc:Log:Level=Verbose", "--Ioc:Mqtt:Authentication=Credentials",
            "--Ioc:Notification:Secrets:0:Name=one", $"--Ioc:Notification:Secrets:0:Value={SettingSecret}", "--Ioc:Notification:Secrets:0:Hosts=127.0.0.1",
            "--Ioc:Notification:Secrets:1:Name=two", $"--Ioc:Notification:Secrets:1:File={folder.Combine("secret")}", "--Ioc:Notification:Secrets:1:Hosts=127.0.0.1");
        var secrets = new List<string> { Password, WrongPassword, ChannelSecret, SettingSecret, FileSecret, DeviceSecret, WrongBearer };
        string link;
        await using (host)
        {
            await Eventually.HoldsAsync(() => Link().IsMatch(host.Output), "the one-time link on the console");
            link = Link().Match(host.Output).Groups["token"].Value;
            var (session, csrf) = await SignInAsync(host, link);
            secrets.AddRange([session.Split('=', 2)[1], csrf]);
            secrets.Add(await UseAsync(host, session, csrf));
            await Eventually.HoldsAsync(() => Logs(host).Contains("\"Level\":\"Debug\"", StringComparison.Ordinal), "something to be logged");
            Assert.Equal(0, await host.TerminateAsync());
        }

        var logs = Logs(host);
        Assert.All([.. secrets, link], s => Assert.DoesNotContain(s, logs, StringComparison.Ordinal));
        // The console shows the one-time link, which is made for it, and nothing else.
        Assert.All(secrets, s => Assert.DoesNotContain(s, host.Output, StringComparison.Ordinal));
    }

    private static async Task<(string Session, string Csrf)> SignInAsync(HostProcess host, string link)
    {
        using (var redeemed = await host.Client.PostAsJsonAsync(new Uri("/api/v1/links/redeem", UriKind.Relative), new { token = link, password = Password, userName = "quantri", displayName = "Quản trị" }))
        {
            Assert.True(redeemed.IsSuccessStatusCode, await redeemed.Content.ReadAsStringAsync());
        }

        using var refused = await host.Client.PostAsJsonAsync(new Uri("/api/v1/session", UriKind.Relative), new { userName = "quantri", password = WrongPassword });
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var response = await host.Client.PostAsJsonAsync(new Uri("/api/v1/session", UriKind.Relative), new { userName = "quantri", password = Password });
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, body.GetRawText());
        return (response.Headers.GetValues("Set-Cookie").First().Split(';')[0], body.GetProperty("csrfToken").GetString()!);
    }

    // All that takes a secret; returns the one that was made on the way.
    private static async Task<string> UseAsync(HostProcess host, string session, string csrf)
    {
        async Task<JsonElement> SendAsync(HttpMethod method, string path, object body, params HttpStatusCode[] statuses)
        {
            using var request = new HttpRequestMessage(method, path) { Content = body as HttpContent ?? JsonContent.Create(body) };
            request.Headers.Add("Cookie", session);
            request.Headers.Add("X-IOC-CSRF", csrf);
            using var response = await host.Client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(statuses.Contains(response.StatusCode), $"{method} {path}: {(int)response.StatusCode} {text}");
            return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
        }

        var made = await SendAsync(HttpMethod.Post, "/api/v1/tokens", new { name = "may", permissions = new[] { "view" }, days = 1 }, HttpStatusCode.Created);
        var token = made.GetProperty("token").GetString()!;
        Assert.Equal(HttpStatusCode.OK, await BearerAsync(host, "/api/v1/sensors", token));
        Assert.Equal(HttpStatusCode.Unauthorized, await BearerAsync(host, "/api/v1/sensors", WrongBearer));
        Assert.Equal(HttpStatusCode.Unauthorized, await BearerAsync(host, $"/api/v1/sensors?access_token={token}", WrongBearer));

        await SendAsync(HttpMethod.Post, "/api/v1/devices", new { name = "aq-1", secret = DeviceSecret }, HttpStatusCode.Created);
        foreach (var secret in new[] { DeviceSecret, WrongPassword })
        {
            // Right for aq-1 only: both are refused, and neither is told on.
            using var device = await DeviceSocket.OpenAsync(host.MqttPort, "x", "aq-2", secret);
        }

        foreach (var (name, part) in new (string, object)[] { ("stored", new { value = ChannelSecret }), ("setting", new { setting = "one" }), ("file", new { setting = "two" }) })
        {
            await SendAsync(
                HttpMethod.Put, $"/api/v1/notifications/channels/{name}",
                new { webhook = new { url = "http://127.0.0.1:9/", template = "generic", headers = new { Authorization = "Bearer {{secret}}" }, token = part } }, HttpStatusCode.OK);
            await SendAsync(HttpMethod.Post, $"/api/v1/notifications/channels/{name}/test", new { }, HttpStatusCode.OK);
        }

        // What cannot be read has a secret in it, too.
        using var broken = new StringContent($$"""{"userName":"quantri","password":"{{Password}}",""", Encoding.UTF8, "application/json");
        await SendAsync(HttpMethod.Post, "/api/v1/session", broken, HttpStatusCode.BadRequest);
        return token;
    }

    private static async Task<HttpStatusCode> BearerAsync(HostProcess host, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", token);
        using var response = await host.Client.SendAsync(request);
        return response.StatusCode;
    }

    // The host may be writing.
    private static string Logs(HostProcess host)
    {
        var all = new StringBuilder();
        foreach (var file in Directory.GetFiles(Path.Combine(host.DataDirectory, "logs"), "*", SearchOption.AllDirectories))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            all.Append(reader.ReadToEnd());
        }

        return all.ToString();
    }

    [GeneratedRegex(@"/setup/#token=(?<token>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
