using System.Globalization;
using System.Net;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Three sensors in two districts, with a limit.</summary>
public sealed class PastCity : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();

    /// <summary>The host that holds them.</summary>
    public HostProcess Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1").District("d2")
            .Sensor("d1", "environment", "s1", 60, "pm25").Sensor("d1", "environment", "s2", 3600, "pm25").Sensor("d2", "environment", "s3", 60, "pm25")
            .Limit("high", "pm25", 100, 5);
        Host = await HostProcess.StartAsync(_folder.Combine("data"), catalogue.Write());
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>What operators see of the past: /api/v1/replay.</summary>
public sealed class PastTests(PastCity city) : IClassFixture<PastCity>
{
    // Whole minutes, an hour and a half ago.
    private static readonly long Start = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 60_000 * 60_000) - (90 * 60_000);

    private readonly HostProcess _host = city.Host;

    [Fact]
    public async Task Sensors_are_as_they_were_at_each_moment()
    {
        await ImportAsync(
            [.. Enumerable.Range(0, 20).Select(m => ("s1", Start + (m * 60_000) - 10_000, 10.0 + m, "")), ("s2", Start - (40 * 60_000), 7.25, ""), ("s3", Start + 60_000, 5, "fault")]);
        var answer = await _host.GetAsync(Address(Start, Start + (30 * 60_000)));
        Assert.Equal((Start, Start + (30 * 60_000), 60_000, 31), (Long(answer, "from"), Long(answer, "to"), Long(answer, "step"), Long(answer, "moments")));
        var states = States(answer);

        // The last one 18:50 in: late after one and a half periods, stale after three, forgotten after five.
        Assert.Equal("oooooooooooooooooooo" + "o" + "l" + "ss" + "nnnnnnn", states["s1"]);
        // Once an hour is enough for who reports once an hour.
        Assert.Equal(new string('o', 31), states["s2"]);
        // A capital where a value is not to be trusted.
        Assert.Equal("nOOLLSSnn", states["s3"][..9]);

        var values = Values(answer);
        Assert.Equal(Enumerable.Range(0, 20).Select(m => (double?)(10 + m)), values["s1"].Take(20));
        Assert.Null(values["s1"][^1]);
        Assert.All(values["s2"], v => Assert.Equal(7.25, v));
    }

    [Fact]
    public async Task Alerts_go_through_the_states_that_they_went_through()
    {
        using (var device = await RawMqtt.ConnectAsync(_host.MqttPort, "device"))
        {
            await device.PublishAsync("ioc/v1/d1/environment/s1/telemetry", $$$"""{"ts":{{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}}},"v":{"pm25":150}}""");
        }

        JsonElement alert = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                var items = (await _host.GetAsync("/api/v1/alerts?state=open&sensor=s1")).GetProperty("items");
                alert = items.GetArrayLength() > 0 ? items[0] : default;
                return items.GetArrayLength() > 0;
            },
            "the alert");
        var id = alert.GetProperty("id").GetString()!;
        Assert.Equal(200, (await _host.PostAsync($"/api/v1/alerts/{id}/acknowledge", new { @operator = "vh-07" })).Status);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var found = Assert.Single((await _host.GetAsync(Address(now - (10 * 60_000), now))).GetProperty("alerts").EnumerateArray());
        Assert.Equal(("s1", "d1", 2), (found.GetProperty("sensor").GetString(), found.GetProperty("district").GetString(), found.GetProperty("severity").GetInt32()));
        Assert.Equal(["unacknowledged", "acknowledged"], found.GetProperty("phases").EnumerateArray().Select(p => p[1].GetString()));
        Assert.Empty((await _host.GetAsync(Address(now - (10 * 60_000), now) + "&districts=d2")).GetProperty("alerts").EnumerateArray());
        Assert.Empty((await _host.GetAsync(Address(Start, Start + 60_000))).GetProperty("alerts").EnumerateArray());
    }

    [Theory]
    [InlineData(0, 60, "step=5", "step")]
    [InlineData(0, -1, "", "must not lie after")]
    [InlineData(0, 24 * 60, "", "in the future")]
    [InlineData(-240, 0, "", "More than 181 moments")]
    [InlineData(0, 10, "properties=none", "no property")]
    public async Task What_cannot_be_answered_is_refused_with_a_reason(int fromMinutes, int toMinutes, string more, string reason)
    {
        using var response = await _host.Client.GetAsync(new Uri(Address(Start + (fromMinutes * 60_000L), Start + (toMinutes * 60_000L)) + "&" + more, UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(reason, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static string Address(long from, long to) => $"/api/v1/replay?from={Iso(from)}&to={Iso(to)}";

    private static string Iso(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static long Long(JsonElement answer, string name) => answer.GetProperty(name).GetInt64();

    private static Dictionary<string, string> States(JsonElement answer) => answer.GetProperty("sensors").EnumerateArray().Select(s => s.GetString()!)
        .Zip(answer.GetProperty("states").EnumerateArray().Select(s => s.GetString()!)).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);

    private static Dictionary<string, double?[]> Values(JsonElement answer)
    {
        var sensors = answer.GetProperty("sensors").EnumerateArray().Select(s => s.GetString()!).ToArray();
        var properties = answer.GetProperty("properties").EnumerateArray().ToArray();
        return answer.GetProperty("values").EnumerateArray().ToDictionary(
            row => sensors[row[0].GetInt32()],
            row =>
            {
                var (sum, scale) = (0L, Math.Pow(10, properties[row[1].GetInt32()].GetProperty("decimals").GetInt32()));
                return row.EnumerateArray().Skip(2).Select(v => v.ValueKind == JsonValueKind.Null ? (double?)null : (sum += v.GetInt64()) / scale).ToArray();
            },
            StringComparer.Ordinal);
    }

    private async Task ImportAsync(IReadOnlyList<(string Sensor, long AtMs, double Value, string Quality)> readings)
    {
        var lines = readings.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Sensor},pm25,{r.AtMs},{r.Value},{r.Quality}"));
        using var body = new StringContent(string.Join('\n', ["sensor,property,time,value,quality", .. lines]), System.Text.Encoding.UTF8, "text/csv");
        using var response = await _host.Client.PostAsync(new Uri("/api/v1/history/import", UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
