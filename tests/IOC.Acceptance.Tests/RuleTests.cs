using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Rules of a running host: changed by file and API without a restart, and tried over history.</summary>
public sealed class RuleTests : IAsyncLifetime
{
    private const string Rule = """{ "id": "hot", "kind": "limit", "priority": "P2", "name": { "vi": "Nóng", "en": "Hot" }, "scope": { "property": "temp" }, "raise": { "above": LIMIT }, "hysteresis": 1 }""";
    private readonly TempDirectory _folder = new();
    private HostProcess _host = null!;
    private string _setting = null!;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("temp", "Cel", -50, 100).District("d").Sensor("d", "environment", "s1", 60, "temp").Sensor("d", "environment", "s2", 60, "temp");
        _setting = catalogue.Write();
        Directory.CreateDirectory(_folder.Combine("catalogue", "rules"));
        Write(Limit(50));
        _host = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_changed_file_is_in_force_without_a_restart_and_a_broken_one_leaves_the_rules_as_they_are()
    {
        await PublishAsync("s1", 45);
        Write(Limit(40));
        await Eventually.HoldsAsync(async () => (await StatusAsync()).GetProperty("set").GetProperty("number").GetInt32() == 2, "the second rule set");
        await Eventually.HoldsAsync(async () => (await StatusAsync()).GetProperty("partitions").EnumerateArray().All(p => p.GetInt32() == 2), "all partitions with it");
        await PublishAsync("s1", 45);
        await Eventually.HoldsAsync(async () => (await AlertsAsync()).Count == 1, "an alert by the new limit");

        Write(Limit(400));
        await Eventually.HoldsAsync(async () => (await StatusAsync()).GetProperty("files").GetProperty("errors").GetArrayLength() == 1, "the mistake told");
        Assert.Equal(40, (await _host.GetAsync("/api/v1/rules/hot")).GetProperty("raiseAbove").GetDouble());
        var health = await (await _host.Client.GetAsync("/health/dependencies")).Content.ReadAsStringAsync();
        Assert.Contains("never be reached", health, StringComparison.Ordinal);
        using var refused = await _host.Client.PostAsync("/api/v1/rules/reload", null);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        // A rule that is gone lets go of what it has open.
        Write("");
        await Eventually.HoldsAsync(async () => (await AlertsAsync()).All(a => a.GetProperty("state").GetString() != "unacknowledged"), "the alert withdrawn");

        // After a restart all is as it was.
        await _host.DisposeAsync();
        _host = await StartAsync();
        Assert.Equal(3, (await StatusAsync()).GetProperty("set").GetProperty("number").GetInt32());
        Assert.Empty((await _host.GetAsync("/api/v1/rules")).EnumerateArray());
    }

    [Fact]
    public async Task A_rule_is_changed_over_the_api_with_versions_conflicts_and_a_way_back()
    {
        using var put = await _host.Client.PutAsJsonAsync("/api/v1/rules/hot", new { rule = Json(Limit(30)), @operator = "An", note = "summer", version = 1 });
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        await PublishAsync("s1", 35);
        await Eventually.HoldsAsync(async () => (await AlertsAsync()).Count == 1, "an alert by the new limit");

        using var late = await _host.Client.PutAsJsonAsync("/api/v1/rules/hot", new { rule = Json(Limit(20)), @operator = "Bình", version = 1 });
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        using var unnamed = await _host.Client.PutAsJsonAsync("/api/v1/rules/hot", new { rule = Json(Limit(20)) });
        Assert.Equal(HttpStatusCode.BadRequest, unnamed.StatusCode);
        using var wrong = await _host.Client.PostAsJsonAsync("/api/v1/rules/validate", new { rule = Json(Limit(20).Replace("hysteresis", "hysterese", StringComparison.Ordinal)) });
        var problem = await wrong.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("hysterese", Assert.Single(problem.GetProperty("errors").EnumerateArray()).GetProperty("column").GetString());
        Assert.Contains("không có trường", problem.GetProperty("detailVi").GetString(), StringComparison.Ordinal);

        using var revert = await _host.Client.PostAsJsonAsync("/api/v1/rules/hot/revert", new { @operator = "An" });
        Assert.Equal(HttpStatusCode.OK, revert.StatusCode);
        var versions = (await _host.GetAsync("/api/v1/rules/hot/versions")).EnumerateArray().ToList();
        Assert.Equal([(3, "An"), (2, "An"), (1, "rules/a.json")], versions.Select(v => (v.GetProperty("version").GetInt32(), v.GetProperty("by").GetString())));
        Assert.Equal("summer", versions[1].GetProperty("note").GetString());

        using var made = await _host.Client.PostAsJsonAsync("/api/v1/rules", new { rule = Json(Limit(60).Replace("\"hot\"", "\"hotter\"", StringComparison.Ordinal)), @operator = "An" });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var disabled = await _host.Client.PostAsJsonAsync("/api/v1/rules/hotter/disable", new { @operator = "An" });
        Assert.Equal(["hot"], (await _host.GetAsync("/api/v1/rules")).EnumerateArray().Select(r => r.GetProperty("id").GetString()!));
        Assert.Equal(2, (await _host.GetAsync("/api/v1/rules?all=true")).GetArrayLength());
        using var gone = await _host.Client.DeleteAsync("/api/v1/rules/hotter?operator=An");
        Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (await _host.GetAsync("/api/v1/rules/schema")).GetProperty("$schema").GetString());
    }

    [Fact]
    public async Task A_rule_tells_what_it_would_have_raised_over_history()
    {
        // Two hours by minutes: s1 is hot twice for ten minutes, s2 never.
        var end = DateTimeOffset.UtcNow.AddMinutes(-1);
        using (var device = await RawMqtt.ConnectAsync(_host.MqttPort, "device"))
        {
            for (var i = 0; i < 120; i++)
            {
                var at = end.AddMinutes(i - 120).ToUnixTimeMilliseconds();
                await device.PublishAsync("ioc/v1/d/environment/s1/telemetry", $$"""{"ts":{{at}},"v":{"temp":{{(i is >= 30 and < 40 or >= 70 and < 80 ? 33 : 20)}} } }""");
                await device.PublishAsync("ioc/v1/d/environment/s2/telemetry", $$"""{"ts":{{at}},"v":{"temp":20} }""");
            }
        }

        var ask = new { rule = Json(Limit(30)), from = end.AddHours(-3).ToString("O"), to = end.ToString("O") };
        JsonElement answer = default;
        await Eventually.HoldsAsync(async () =>
        {
            using var response = await _host.Client.PostAsJsonAsync("/api/v1/rules/test", ask);
            answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            return response.IsSuccessStatusCode && answer.GetProperty("readings").GetInt64() == 240;
        }, "all readings in history");
        var candidate = answer.GetProperty("candidate");
        Assert.Equal((2, 0, 1_200_000), (candidate.GetProperty("alerts").GetInt32(), candidate.GetProperty("openAtEnd").GetInt32(), candidate.GetProperty("activeMs").GetInt64()));
        Assert.Equal("d/environment/s1", Assert.Single(candidate.GetProperty("subjects").EnumerateArray()).GetProperty("subject").GetString());
        Assert.Equal(1_200_000 / (2 * 3 * 3_600_000.0), candidate.GetProperty("share").GetDouble(), 9);
        Assert.Equal(2, candidate.GetProperty("findings").GetArrayLength());
        Assert.Equal(0, answer.GetProperty("present").GetProperty("alerts").GetInt32());

        using var silence = await _host.Client.PostAsJsonAsync("/api/v1/rules/test", new
        {
            rule = Json("""{ "id": "quiet", "kind": "silence", "priority": "P3", "name": { "vi": "a", "en": "b" }, "missed": 5 }"""),
            from = end.AddHours(-3).ToString("O"),
            to = end.AddMinutes(1).ToString("O"),
            sensors = new[] { "s2" },
        });
        Assert.Equal(0, (await silence.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("candidate").GetProperty("alerts").GetInt32());

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/rules/test") { Content = JsonContent.Create(new { id = "hot", ask.from, ask.to }) };
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var streamed = await _host.Client.SendAsync(request);
        var lines = (await streamed.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("\"progress\":1", lines[^2], StringComparison.Ordinal);
        Assert.Equal(0, JsonSerializer.Deserialize<JsonElement>(lines[^1]).GetProperty("result").GetProperty("candidate").GetProperty("alerts").GetInt32());

        using var bad = await _host.Client.PostAsJsonAsync("/api/v1/rules/test", new { id = "hot", from = "2026-01-01", to = "2026-02-01" });
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    private static string Limit(double limit) => Rule.Replace("LIMIT", limit.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    private void Write(string rule) => File.WriteAllText(_folder.Combine("catalogue", "rules", "a.json"), $"{{ \"rules\": [ {rule} ] }}");

    private Task<HostProcess> StartAsync() => HostProcess.StartAsync(_folder.Combine("data"), _setting, "--Ioc:Rules:PollSeconds=1", "--Ioc:Rules:SettleMilliseconds=100");

    private Task<JsonElement> StatusAsync() => _host.GetAsync("/api/v1/rules/status");

    private async Task<List<JsonElement>> AlertsAsync() => [.. (await _host.GetAsync("/api/v1/alerts")).GetProperty("items").EnumerateArray()];

    private async Task PublishAsync(string sensor, double value)
    {
        using var device = await RawMqtt.ConnectAsync(_host.MqttPort, $"device-of-{sensor}");
        await device.PublishAsync($"ioc/v1/d/environment/{sensor}/telemetry", $$"""{"ts":{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}},"v":{"temp":{{value}} } }""");
    }
}
