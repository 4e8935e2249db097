using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Who may connect to the real host, and what they may do, from the socket and the API.</summary>
public sealed class DeviceTests
{
    private const string Credentials = "--Ioc:Mqtt:Authentication=Credentials";
    private const string Payload = """{"v":{"pm25":12.5}}""";

    [Fact]
    public async Task A_device_does_what_it_may_and_nothing_else()
    {
        using var folder = new TempDirectory();
        await using var host = await HostProcess.StartAsync(folder.Combine("data"), Credentials);
        var secret = await AddAsync(host, new { name = "aq-1", by = "tester" });
        Assert.Equal((4, 5), (await CodeAsync(host, "aq-1", "wrong", v5: false), await CodeAsync(host, null, null, v5: false)));
        Assert.Equal((0x86, 0x87), (await CodeAsync(host, "aq-1", "wrong"), await CodeAsync(host, null, null)));
        Assert.Equal((0x86, 0x86), (await CodeAsync(host, "aq-2", secret), await CodeAsync(host, "aq-1", null)));
        Assert.Equal((0x87, 5), (await CodeAsync(host, "aq-1", secret, will: "ioc/v1/x/air/aq-2/status"), await CodeAsync(host, "aq-1", secret, v5: false, will: "other")));

        using var v5 = await DeviceSocket.OpenAsync(host.MqttPort, "a", "aq-1", secret, willTopic: "ioc/v1/viet-yen/air/aq-1/status");
        using var v3 = await DeviceSocket.OpenAsync(host.MqttPort, "b", "aq-1", secret, v5: false);
        Assert.Equal((0, 0), (v5.Code, v3.Code));
        foreach (var device in new[] { v5, v3 })
        {
            Assert.Equal(0, await device.PublishAsync("ioc/v1/viet-yen/air/aq-1/telemetry", Payload));
            Assert.Equal(1, await device.SubscribeAsync("ioc/v1/viet-yen/air/aq-1/cmd"));
        }

        Assert.Equal((0x87, 0), (await v5.PublishAsync("ioc/v1/viet-yen/air/aq-2/telemetry", Payload), await v3.PublishAsync("ioc/v1/viet-yen/air/aq-2/telemetry", Payload)));
        Assert.Equal((0x87, 0x80), (await v5.SubscribeAsync("ioc/v1/+/+/+/cmd"), await v3.SubscribeAsync("#")));
        Assert.Equal(0x87, await v5.SubscribeAsync("$share/g/ioc/v1/#"));

        // What is refused is seen; what is not was stored, once for each of the two.
        Assert.Equal(2, (await host.GetAsync("/api/v1/status")).GetProperty("ingest").GetProperty("accepted").GetInt64());
        var refusals = (await host.GetAsync("/api/v1/device-refusals")).GetProperty("items").EnumerateArray().Select(r => $"{r.GetProperty("what")} {r.GetProperty("reason")}").ToList();
        Assert.Equal(2, refusals.Count(r => r == "publish not_allowed"));
        Assert.Equal(3, refusals.Count(r => r == "subscribe not_allowed"));
        Assert.Equal(2, refusals.Count(r => r == "will not_allowed"));
        Assert.Equal(2, refusals.Count(r => r == "connect no_credential"));
        Assert.Contains("connect bad_credential", refusals);
        var connections = await host.GetAsync("/api/v1/device-connections?device=aq-1");
        Assert.Equal([("a", "5.0", 1), ("b", "3.1.1", 1)], connections.GetProperty("items").EnumerateArray()
            .Select(c => (c.GetProperty("clientId").GetString()!, c.GetProperty("protocol").GetString()!, c.GetProperty("refused").GetInt32())));
        Assert.DoesNotContain(secret, host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_rotated_without_downtime_and_revoked_at_once()
    {
        using var folder = new TempDirectory();
        string second;
        await using (var host = await HostProcess.StartAsync(folder.Combine("data"), Credentials))
        {
            var first = await AddAsync(host, new { name = "aq-1" });
            using var device = await DeviceSocket.OpenAsync(host.MqttPort, "a", "aq-1", first);
            second = Secret((await PostAsync(host, "/api/v1/devices/aq-1/rotate", new { graceSeconds = 3600 })).Body);
            Assert.Equal((0, 0), (await CodeAsync(host, "aq-1", first), await CodeAsync(host, "aq-1", second)));
            Assert.Equal(0, await device.PublishAsync("ioc/v1/viet-yen/air/aq-1/telemetry", Payload));
            second = Secret((await PostAsync(host, "/api/v1/devices/aq-1/rotate", new { graceSeconds = 0 })).Body);
            Assert.Equal([0xE0, 0x87], Ends(await device.ReceiveAsync()));
            Assert.Equal((0x86, 0), (await CodeAsync(host, "aq-1", first), await CodeAsync(host, "aq-1", second)));
        }

        // A kill forgets nothing: it was stored before it was told.
        await using var again = await HostProcess.StartAsync(folder.Combine("data"), Credentials);
        using var back = await DeviceSocket.OpenAsync(again.MqttPort, "a", "aq-1", second);
        Assert.Equal(0, back.Code);
        using var patched = await again.Client.PatchAsJsonAsync(new Uri("/api/v1/devices/aq-1", UriKind.Relative), new { disabled = true });
        Assert.Equal(HttpStatusCode.OK, patched.StatusCode);
        Assert.Equal([0xE0, 0x98], Ends(await back.ReceiveAsync()));
        Assert.Equal(0x87, await CodeAsync(again, "aq-1", second));
        using var enabled = await again.Client.PatchAsJsonAsync(new Uri("/api/v1/devices/aq-1", UriKind.Relative), new { disabled = false });
        using var old = await DeviceSocket.OpenAsync(again.MqttPort, "a", "aq-1", second, v5: false);
        Assert.Equal(0, old.Code);
        using var deleted = await again.Client.DeleteAsync(new Uri("/api/v1/devices/aq-1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Null(await old.ReceiveAsync());
        Assert.Equal(0x86, await CodeAsync(again, "aq-1", second));
        Assert.Equal(0, await again.TerminateAsync());
    }

    [Fact]
    public async Task Failures_ban_and_a_person_lifts_it()
    {
        using var folder = new TempDirectory();
        await using var host = await HostProcess.StartAsync(folder.Combine("data"), Credentials, "--Ioc:Mqtt:Access:BanFailures=3");
        var secret = await AddAsync(host, new { name = "aq-1" });
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(0x86, await CodeAsync(host, "aq-1", "guess"));
        }

        Assert.Equal((0x8A, 5), (await CodeAsync(host, "aq-1", secret), await CodeAsync(host, "aq-1", secret, v5: false)));
        var ban = Assert.Single((await host.GetAsync("/api/v1/device-bans")).EnumerateArray());
        Assert.Equal("aq-1@127.0.0.1", ban.GetProperty("subject").GetString());
        using var lifted = await host.Client.DeleteAsync(new Uri("/api/v1/device-bans?subject=aq-1%40127.0.0.1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, lifted.StatusCode);
        using var device = await DeviceSocket.OpenAsync(host.MqttPort, "a", "aq-1", secret);
        Assert.Equal(0, device.Code);
        await PostAsync(host, "/api/v1/device-bans", new { subject = "127.0.0.0/8", reason = "test", seconds = 600 });
        Assert.Equal([0xE0, 0x98], Ends(await device.ReceiveAsync()));
        Assert.Equal(0x8A, await CodeAsync(host, "aq-1", secret));
    }

    [Fact]
    public async Task A_quota_of_connections_is_kept()
    {
        using var folder = new TempDirectory();
        await using var host = await HostProcess.StartAsync(folder.Combine("data"), Credentials);
        var secret = await AddAsync(host, new { name = "aq-1", limits = new { maxConnections = 1, maxPacketSize = 200, maxInFlight = 3 } });
        using var one = await DeviceSocket.OpenAsync(host.MqttPort, "a", "aq-1", secret);
        Assert.Equal(0, one.Code);
        Assert.Equal((0x97, 3), (await CodeAsync(host, "aq-1", secret), await CodeAsync(host, "aq-1", secret, v5: false)));
        using var takeOver = await DeviceSocket.OpenAsync(host.MqttPort, "a", "aq-1", secret);
        Assert.Equal(0, takeOver.Code);
    }

    [Fact]
    public async Task Without_a_setting_this_machine_needs_no_credential_but_a_credentials_name_needs_its_secret()
    {
        using var folder = new TempDirectory();
        await using var host = await HostProcess.StartAsync(folder.Combine("data"));
        Assert.Equal((0, 0, 0), (await CodeAsync(host, null, null), await CodeAsync(host, "aq-1", "whatever"), await CodeAsync(host, "aq-1", "whatever", v5: false)));
        var secret = await AddAsync(host, new { name = "aq-1" });
        Assert.Equal((0x86, 4), (await CodeAsync(host, "aq-1", "whatever"), await CodeAsync(host, "aq-1", "whatever", v5: false)));
        using var device = await DeviceSocket.OpenAsync(host.MqttPort, "a", "aq-1", secret);
        Assert.Equal(0x87, await device.PublishAsync("ioc/v1/viet-yen/air/aq-2/telemetry", Payload));

        // An identifier whose session is a device's is nobody else's.
        using var thief = await DeviceSocket.OpenAsync(host.MqttPort, "a", null, null);
        Assert.Equal(0x85, thief.Code);
    }

    [Fact]
    public async Task The_API_tells_what_is_wrong_in_both_languages()
    {
        using var folder = new TempDirectory();
        await using var host = await HostProcess.StartAsync(folder.Combine("data"), Credentials);
        await AddAsync(host, new { name = "aq-1" });
        (string Path, object Body, int Status, string Code)[] bad =
        [
            ("/api/v1/devices", new { name = "aq-1" }, 409, "exists"),
            ("/api/v1/devices", new { name = "a b" }, 400, "bad_name"),
            ("/api/v1/devices", new { name = "x", secret = "short" }, 400, "bad_secret"),
            ("/api/v1/devices", new { name = "x", rules = new[] { "allow everything" } }, 400, "bad_rule"),
            ("/api/v1/devices/nobody/rotate", new { }, 404, "not_found"),
            ("/api/v1/devices/aq-1/rotate", new { graceSeconds = -1 }, 400, "bad_grace"),
            ("/api/v1/devices/aq-1/check", new { action = "fly", topic = "x" }, 400, "bad_question"),
            ("/api/v1/devices/import", new { devices = Array.Empty<object>() }, 400, "bad_import"),
            ("/api/v1/device-bans", new { subject = "everybody" }, 400, "bad_ban"),
        ];
        foreach (var (path, body, status, code) in bad)
        {
            var answer = await PostAsync(host, path, body);
            Assert.Equal((status, code), (answer.Status, answer.Body.GetProperty("title").GetString()));
            Assert.NotEqual(answer.Body.GetProperty("detail").GetString(), answer.Body.GetProperty("detailVi").GetString());
        }

        var imported = await PostAsync(host, "/api/v1/devices/import", new { devices = new object[] { new { name = "aq-2" }, new { name = "aq-1" } } });
        Assert.Equal("aq-2", Assert.Single(imported.Body.GetProperty("made").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal("exists", Assert.Single(imported.Body.GetProperty("refused").EnumerateArray()).GetProperty("code").GetString());
        var allowed = await PostAsync(host, "/api/v1/devices/aq-1/check", new { action = "publish", topic = "ioc/v1/viet-yen/air/aq-1/telemetry" });
        Assert.True(allowed.Body.GetProperty("allowed").GetBoolean());
        var page = await host.GetAsync("/api/v1/devices?limit=1");
        Assert.Equal((2, "aq-1"), (page.GetProperty("total").GetInt32(), page.GetProperty("next").GetString()));
        Assert.Contains("/api/v1/devices/{name}/rotate", (await host.GetAsync("/openapi/v1.json")).GetProperty("paths").EnumerateObject().Select(p => p.Name));
    }

    internal static async Task<string> AddAsync(HostProcess host, object device)
    {
        var (status, body) = await PostAsync(host, "/api/v1/devices", device);
        Assert.Equal(201, status);
        return Secret(body);
    }

    private static string Secret(JsonElement body) => body.GetProperty("secret").GetString()!;

    // Reason of a DISCONNECT.
    private static byte[] Ends(byte[]? packet) => [packet![0], packet[2]];

    private static async Task<byte> CodeAsync(HostProcess host, string? name, string? secret, bool v5 = true, string? will = null)
    {
        using var device = await DeviceSocket.OpenAsync(host.MqttPort, "probe", name, secret, v5, will);
        return device.Code;
    }

    private static async Task<(int Status, JsonElement Body)> PostAsync(HostProcess host, string path, object body)
    {
        using var response = await host.Client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}
