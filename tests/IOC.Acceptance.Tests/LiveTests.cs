using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>The live stream: publish to alert, and a client that was away misses nothing and sees nothing twice.</summary>
public sealed class LiveTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private HostProcess _host = null!;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue"))
            .Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5, "P1").District("d1");
        for (var i = 0; i < 20; i++)
        {
            catalogue.Sensor("d1", "environment", Sensor(i), 60, "pm25");
        }

        _host = await HostProcess.StartAsync(_folder.Combine("data"), catalogue.Write());
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_publish_reaches_the_page_as_state_and_as_an_alert_that_can_be_acknowledged()
    {
        await using var hub = await HubClient.ConnectAsync(_host.Http);
        var first = await hub.NextAsync();
        Assert.True(first.GetProperty("full").GetBoolean());
        Assert.Equal(20, first.GetProperty("sensors").GetArrayLength());

        using var device = await RawMqtt.ConnectAsync(_host.MqttPort, "device");
        await PublishAsync(device, 0, 180);
        var update = await hub.UntilAsync(u => u.GetProperty("alerts").GetArrayLength() > 0, "the alert");
        var alert = Assert.Single(update.GetProperty("alerts").EnumerateArray());
        Assert.Equal("unacknowledged", alert.GetProperty("state").GetString());
        Assert.Equal(1, alert.GetProperty("severity").GetInt32());
        Assert.Equal(180, alert.GetProperty("value").GetDouble());
        Assert.Equal(50, alert.GetProperty("limit").GetDouble());
        Assert.Equal("pm25-high vi", alert.GetProperty("title").GetProperty("vi").GetString());

        var id = alert.GetProperty("id").GetString();
        var (status, _) = await _host.PostAsync($"/api/v1/alerts/{id}/acknowledge", new { @operator = "vh01" });
        Assert.Equal(200, status);
        await hub.UntilAsync(u => u.GetProperty("alerts").EnumerateArray().Any(a => a.GetProperty("acknowledgedBy").GetString() == "vh01"), "the act to show");
        (status, var refused) = await _host.PostAsync($"/api/v1/alerts/{id}/acknowledge", new { @operator = "vh02" });
        Assert.Equal(409, status);
        Assert.Equal("vh01", refused.GetProperty("alert").GetProperty("acknowledgedBy").GetString());
        (status, _) = await _host.PostAsync("/api/v1/alerts/n1-0-99999-0/acknowledge", new { @operator = "vh02" });
        Assert.Equal(404, status);

        await Eventually.HoldsAsync(
            async () => (await _host.GetAsync($"/api/v1/sensors/{Sensor(0)}")).GetProperty("values").TryGetProperty("pm25", out var v) && v.GetDouble() == 180,
            "the sensor's value");
    }

    [Fact]
    public async Task A_client_that_was_away_gets_exactly_what_it_missed()
    {
        using var device = await RawMqtt.ConnectAsync(_host.MqttPort, "device");
        string epoch;
        long version;
        await using (var hub = await HubClient.ConnectAsync(_host.Http))
        {
            await PublishAsync(device, 1, 100);
            var seen = await hub.UntilAsync(u => Alerts(u).Contains(Sensor(1)), "the first alert");
            (epoch, version) = (seen.GetProperty("epoch").GetString()!, seen.GetProperty("version").GetInt64());
        }

        // Away: three alerts and a return to normal.
        foreach (var i in new[] { 2, 3, 4 })
        {
            await PublishAsync(device, i, 100);
        }

        await PublishAsync(device, 1, 10, later: 1);
        await Eventually.HoldsAsync(
            async () => (await _host.GetAsync("/api/v1/alerts?state=open")).GetProperty("items").EnumerateArray()
                .Count(a => a.GetProperty("state").GetString() == "returned" || a.GetProperty("sensor").GetString() != Sensor(1)) >= 4,
            "the alerts to be there");

        await using var back = await HubClient.ConnectAsync(_host.Http, epoch, version);
        var missed = new List<string>();
        await back.UntilAsync(
            u =>
            {
                Assert.False(u.GetProperty("full").GetBoolean());
                missed.AddRange(u.GetProperty("alerts").EnumerateArray().Select(a => $"{a.GetProperty("sensor").GetString()} {a.GetProperty("state").GetString()}"));
                return missed.Count >= 4;
            },
            "what was missed");
        await back.NextAsync();
        string[] expected = [$"{Sensor(1)} returned", .. new[] { 2, 3, 4 }.Select(i => $"{Sensor(i)} unacknowledged")];
        Assert.Equal(expected.Order(StringComparer.Ordinal), missed.Order(StringComparer.Ordinal));

        await using var stranger = await HubClient.ConnectAsync(_host.Http, "another-epoch", version);
        Assert.True((await stranger.NextAsync()).GetProperty("full").GetBoolean());
    }

    [Fact]
    public async Task A_page_of_another_origin_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.Http, "/api/v1/alerts/acknowledge"));
        request.Headers.Add("Origin", "http://evil.example");
        request.Content = new StringContent("""{"ids":[],"operator":"x"}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await _host.Client.SendAsync(request);
        Assert.Equal(403, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("/hub/live")]
    [InlineData("/HUB/live")]
    public async Task A_page_of_another_origin_gets_no_live_stream(string path)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "http://evil.example");
        var address = new UriBuilder(new Uri(_host.Http, path)) { Scheme = "ws" }.Uri;
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, CancellationToken.None));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Alerts(JsonElement update) =>
        update.GetProperty("alerts").EnumerateArray().Select(a => a.GetProperty("sensor").GetString());

    private static string Sensor(int i) => string.Create(CultureInfo.InvariantCulture, $"air-{i:D2}");

    private static Task PublishAsync(RawMqtt device, int sensor, int value, long later = 0)
    {
        var ts = DateTimeOffset.UtcNow.AddMinutes(-1 + later).ToUnixTimeMilliseconds();
        return device.PublishAsync(
            $"ioc/v1/d1/environment/{Sensor(sensor)}/telemetry", string.Create(CultureInfo.InvariantCulture, $"{{\"ts\":{ts},\"v\":{{\"pm25\":{value}}}}}"));
    }
}
