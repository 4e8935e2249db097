using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>From a device's reading to a receiver's request, through the API that people set it up with, and over a kill.</summary>
public sealed class NotificationTests : IAsyncLifetime
{
    private const string Secret = "b1-m4t-cua-kenh";
    private readonly TempDirectory _folder = new();
    private readonly int _port = MosquittoBroker.FreePort();
    private string[] _settings = [];
    private HostProcess _host = null!;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5, "P1").District("d1")
            .Sensor("d1", "environment", "s1", 60, "pm25").Sensor("d1", "environment", "s2", 60, "pm25");
        _settings = [catalogue.Write(), "--Ioc:Notification:FirstWait=00:00:00.2", "--Ioc:Notification:LongestWait=00:00:01", "--Ioc:Notification:MaxAttempts=1000"];
        _host = await HostProcess.StartAsync(_folder.Combine("data"), _settings);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_kill_between_the_alert_and_its_message_loses_nothing()
    {
        await SetUpAsync();
        await PublishAsync("s1", 180);
        await Eventually.HoldsAsync(async () => (await DeliveriesAsync()).Any(d => d.GetProperty("attempts").GetInt32() > 0), "a try at the receiver that is away");
        await PublishAsync("s2", 190);
        await Eventually.HoldsAsync(async () => (await _host.GetAsync("/api/v1/alerts?state=open")).GetProperty("items").GetArrayLength() == 2, "the second alert");
        await _host.KillAsync();
        await _host.DisposeAsync();
        await using var receiver = new Receiver(_port);
        _host = await HostProcess.StartAsync(_folder.Combine("data"), _settings);
        await Eventually.HoldsAsync(async () => (await DeliveriesAsync()).Count(d => d.GetProperty("state").GetString() == "sent") == 2, "both messages to be sent");
        var sent = (await DeliveriesAsync()).Select(d => d.GetProperty("id").GetString()!).Order(StringComparer.Ordinal);
        Assert.Equal(sent, receiver.Requests.Select(r => r.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(receiver.Requests, r => Assert.Equal($"Bearer {Secret}", r.Authorization));
        Assert.Contains(receiver.Requests, r => r.Body.Contains("\"subject\":\"s2\"", StringComparison.Ordinal));
        var figures = (await _host.GetAsync("/api/v1/status")).GetProperty("notification");
        Assert.Equal((2, 0), (figures.GetProperty("sent").GetInt32(), figures.GetProperty("pending").GetInt32()));
    }

    [Fact]
    public async Task The_test_button_tells_how_it_went_and_the_secret_is_told_nowhere()
    {
        await SetUpAsync();
        var (status, answer) = await _host.PostAsync("/api/v1/notifications/channels/hook/test", new { language = "vi" });
        Assert.Equal((200, false), (status, answer.GetProperty("ok").GetBoolean()));
        Assert.False(string.IsNullOrEmpty(answer.GetProperty("deliveries")[0].GetProperty("error").GetString()));
        await using var receiver = new Receiver(_port);
        (_, answer) = await _host.PostAsync("/api/v1/notifications/channels/hook/test", new { });
        Assert.True(answer.GetProperty("ok").GetBoolean());
        var request = Assert.Single(receiver.Requests);
        Assert.Equal($"Bearer {Secret}", request.Authorization);
        (status, _) = await _host.PostAsync($"/api/v1/notifications/deliveries/{request.Key}/retry", new { });
        Assert.Equal(409, status);
        (status, _) = await _host.PostAsync("/api/v1/notifications/deliveries/n1-1-1/retry", new { });
        Assert.Equal(404, status);
        foreach (var path in new[] { "channels", "channels/hook", "routes", "calendars", "deliveries", $"deliveries/{request.Key}", "templates" })
        {
            Assert.DoesNotContain(Secret, (await _host.GetAsync($"/api/v1/notifications/{path}")).GetRawText(), StringComparison.Ordinal);
        }

        var token = (await _host.GetAsync("/api/v1/notifications/channels/hook")).GetProperty("webhook").GetProperty("token");
        Assert.True(token.GetProperty("stored").GetBoolean());
        Assert.DoesNotContain(Secret, _host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_in_both_languages_and_what_is_used_stays()
    {
        await SetUpAsync();
        var (status, body) = await PutAsync("channels/bad", new { webhook = new { url = "ftp://x/y", template = "nothing", headers = new { Host = "x" } } });
        Assert.Equal(400, status);
        Assert.Equal(3, body.GetProperty("problems").GetArrayLength());
        Assert.Contains("webhook.url", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("phải là địa chỉ http", body.GetProperty("detailVi").GetString(), StringComparison.Ordinal);
        (status, body) = await PutAsync("routes/r", new { channels = new[] { "hook" }, severities = new[] { "P9" }, districts = new[] { "nowhere" } });
        Assert.Equal((400, 2), (status, body.GetProperty("problems").GetArrayLength()));
        (status, body) = await PutAsync("channels/hook", new { webhook = new { url = "http://elsewhere.example/", template = "generic" } });
        Assert.Equal(400, status);
        Assert.Contains("give it again", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await _host.Client.DeleteAsync(new Uri("/api/v1/notifications/channels/hook", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _host.Client.DeleteAsync(new Uri("/api/v1/notifications/routes/all", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _host.Client.DeleteAsync(new Uri("/api/v1/notifications/channels/hook", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task What_is_set_comes_back_as_it_was_set()
    {
        await SetUpAsync();
        var (status, calendar) = await PutAsync("calendars/dem", new
        {
            windows = new[] { new { days = new[] { "mon", "sun" }, from = "22:00", to = "06:00" } },
            exceptions = new[] { new { from = "2026-02-16", to = "2026-02-20", note = "Tết" } },
        });
        Assert.Equal(200, status);
        Assert.Equal("22:00", calendar.GetProperty("windows")[0].GetProperty("from").GetString());
        var route = new
        {
            order = 5,
            severities = new[] { "P1", "P2" },
            districts = new[] { "d1" },
            kinds = new[] { "limit", "silence" },
            events = new[] { "raised", "closed" },
            calendar = "dem",
            channels = new[] { "hook" },
            groupBy = new[] { "district", "rule" },
            groupWaitSeconds = 30,
            repeatEverySeconds = 3600,
            quiet = new { calendar = "dem", through = new[] { "P1" } },
            language = "en",
        };
        (status, _) = await PutAsync("routes/night", route);
        Assert.Equal(200, status);
        var sent = JsonSerializer.SerializeToElement(route);
        var got = await _host.GetAsync("/api/v1/notifications/routes/night");
        Assert.All(sent.EnumerateObject(), p => Assert.Equal(p.Value.GetRawText(), got.GetProperty(p.Name).GetRawText()));
        Assert.Equal(HttpStatusCode.Conflict, (await _host.Client.DeleteAsync(new Uri("/api/v1/notifications/calendars/dem", UriKind.Relative))).StatusCode);
    }

    private async Task SetUpAsync()
    {
        var (status, body) = await PutAsync("channels/hook", new
        {
            webhook = new { url = $"http://127.0.0.1:{_port}/", template = "generic", headers = new { Authorization = "Bearer {{secret}}" }, token = new { value = Secret } },
            by = "vh01",
        });
        Assert.True(status == 200, body.GetRawText());
        (status, body) = await PutAsync("routes/all", new { channels = new[] { "hook" } });
        Assert.True(status == 200, body.GetRawText());
    }

    private async Task<(int Status, JsonElement Body)> PutAsync(string path, object body)
    {
        using var response = await _host.Client.PutAsJsonAsync(new Uri($"/api/v1/notifications/{path}", UriKind.Relative), body);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    private async Task<JsonElement[]> DeliveriesAsync() => [.. (await _host.GetAsync("/api/v1/notifications/deliveries")).GetProperty("items").EnumerateArray()];

    private async Task PublishAsync(string sensor, double value)
    {
        using var device = await RawMqtt.ConnectAsync(_host.MqttPort, $"device-{sensor}");
        await device.PublishAsync($"ioc/v1/d1/environment/{sensor}/telemetry", JsonSerializer.Serialize(new { v = new { pm25 = value } }));
    }

    /// <summary>An HTTP receiver that takes everything.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly List<(string Key, string? Authorization, string Body)> _requests = [];
        private readonly Task _taking;

        public Receiver(int port)
        {
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            _listener.Start();
            _taking = TakeAsync();
        }

        public IReadOnlyList<(string Key, string? Authorization, string Body)> Requests
        {
            get
            {
                lock (_requests)
                {
                    return [.. _requests];
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Close();
            await _taking;
        }

        private async Task TakeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream);
                    var body = await reader.ReadToEndAsync();
                    lock (_requests)
                    {
                        _requests.Add((context.Request.Headers["Idempotency-Key"]!, context.Request.Headers["Authorization"], body));
                    }

                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Closed.
            }
        }
    }
}
