using System.Globalization;
using System.Net;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Three sensors in two districts with two days of hourly readings.</summary>
public sealed class PlanningCity : IAsyncLifetime
{
    /// <summary>The first reading's time, Unix milliseconds.</summary>
    public static readonly long StartMs = DateTimeOffset.Parse("2026-01-05T00:00:00+07:00", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private readonly TempDirectory _folder = new();
    /// <summary>The host that holds them.</summary>
    public HostProcess Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1", "Huyện Một", "District One").District("d2")
            .Sensor("d1", "environment", "s1", 3600, "pm25").Sensor("d1", "environment", "s2", 3600, "pm25").Sensor("d2", "environment", "s3", 3600, "pm25");
        Host = await HostProcess.StartAsync(_folder.Combine("data"), catalogue.Write());
        using var device = await RawMqtt.ConnectAsync(Host.MqttPort, "device");
        for (var hour = 0; hour < 48; hour++)
        {
            // The sensor's number plus the hour; the third one sends every second hour.
            foreach (var sensor in hour % 2 == 0 ? new[] { 1, 2, 3 } : [1, 2])
            {
                await device.PublishAsync($"ioc/v1/d{(sensor < 3 ? 1 : 2)}/environment/s{sensor}/telemetry", $$$"""{"ts":{{{StartMs + (hour * 3_600_000L)}}},"v":{"pm25":{{{(sensor * 100) + hour}}}}}""");
            }
        }

        await Eventually.HoldsAsync(async () => (await Host.GetAsync("/api/v1/history/series")).EnumerateArray().Sum(s => s.GetProperty("count").GetInt32()) == 120, "all readings in history");
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>Planners' questions over HTTP: windows and groups, files, the state at a moment, and clear refusals.</summary>
public sealed class PlanningTests(PlanningCity city) : IClassFixture<PlanningCity>
{
    private const string Range = "from=2026-01-05T00:00:00%2B07:00&to=2026-01-07T00:00:00%2B07:00";
    private readonly HostProcess _host = city.Host;

    [Fact]
    public async Task Days_of_districts_with_coverage_and_the_day_before()
    {
        var answer = await _host.GetAsync($"/api/v1/history/query?{Range}&properties=pm25&window=P1D&groupBy=district&measures=mean,max,p50,exceedance:150&compare=P1D");
        Assert.Equal(["mean", "max", "p50", "exceedance:150"], answer.GetProperty("measures").EnumerateArray().Select(m => m.GetString()));
        var groups = answer.GetProperty("groups").EnumerateArray().ToList();
        Assert.Equal(["d1", "d2"], groups.Select(g => g.GetProperty("district").GetString()));
        var second = groups[0].GetProperty("cells")[1];
        Assert.Equal((PlanningCity.StartMs + 86_400_000, 48, 1.0), (second.GetProperty("start").GetInt64(), second.GetProperty("count").GetInt32(), second.GetProperty("coverage").GetDouble()));
        // Hours 24 to 47 of both: 124..147 and 224..247; only the second sensor is above 150, all day.
        Assert.Equal([185.5, 247, 185.5, 12], second.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(161.5, second.GetProperty("before").GetProperty("values")[0].GetDouble());
        Assert.Equal(0.5, groups[1].GetProperty("cells")[0].GetProperty("coverage").GetDouble());
    }

    [Fact]
    public async Task A_file_for_a_spreadsheet_has_a_row_per_window_and_says_that_it_has_not_changed()
    {
        var address = $"/api/v1/history/query?{Range}&sensors=s1&window=P1D&format=csv&bom=true&measures=mean";
        using var first = await _host.Client.GetAsync(new Uri(_host.Http, address));
        Assert.Equal("text/csv", first.Content.Headers.ContentType!.MediaType);
        var bytes = await first.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal(
            [
                "property,unit,sensor,district,domain,start_local,start_utc,end_local,end_utc,hour,weekday,count,coverage,mean,filled",
                "pm25,ug/m3,s1,d1,environment,2026-01-05 00:00:00,2026-01-04T17:00:00Z,2026-01-06 00:00:00,2026-01-05T17:00:00Z,,,24,1,111.5,0",
                "pm25,ug/m3,s1,d1,environment,2026-01-06 00:00:00,2026-01-05T17:00:00Z,2026-01-07 00:00:00,2026-01-06T17:00:00Z,,,24,1,135.5,0",
                "",
            ],
            System.Text.Encoding.UTF8.GetString(bytes[3..]).Split("\r\n"));
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(_host.Http, address));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var unchanged = await _host.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task A_file_has_names_beside_its_codes_in_the_language_asked_for()
    {
        var answer = await LinesAsync($"/api/v1/history/query?{Range}&districts=d1&groupBy=district&window=P1D&format=csv&measures=mean&names=vi");
        Assert.EndsWith(",mean,filled,property_name,sensor_name,district_name", answer[0], StringComparison.Ordinal);
        Assert.EndsWith(",161.5,0,pm25,,Huyện Một", answer[1], StringComparison.Ordinal);
        var readings = await LinesAsync($"/api/v1/history/readings?{Range}&sensors=s1&format=csv&names=en");
        Assert.EndsWith(",value,quality,property_name,sensor_name,district_name", readings[0], StringComparison.Ordinal);
        Assert.EndsWith(",100,ok,pm25,s1,District One", readings[1], StringComparison.Ordinal);

        async Task<string[]> LinesAsync(string address) => (await _host.Client.GetStringAsync(new Uri(_host.Http, address))).Split("\r\n");
    }

    [Fact]
    public async Task Readings_come_in_pages_as_lines_and_thinned_out()
    {
        var sensors = new List<string?>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await _host.GetAsync($"/api/v1/history/readings?{Range}&limit=50&cursor={Uri.EscapeDataString(cursor)}");
            sensors.AddRange(page.GetProperty("series").EnumerateArray().SelectMany(s => s.GetProperty("points").EnumerateArray().Select(_ => s.GetProperty("sensor").GetString())));
            cursor = page.GetProperty("next").GetString();
        }

        Assert.Equal([("s1", 48), ("s2", 48), ("s3", 24)], sensors.GroupBy(s => s!).Select(g => (g.Key, g.Count())));
        var lines = (await _host.Client.GetStringAsync(new Uri(_host.Http, $"/api/v1/history/readings?{Range}&districts=d2&format=ndjson"))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(24, lines.Length);
        Assert.Equal(300, JsonDocument.Parse(lines[0]).RootElement.GetProperty("value").GetDouble());
        var thin = await _host.GetAsync($"/api/v1/history/readings?{Range}&sensors=s1&points=10");
        Assert.InRange(thin.GetProperty("series")[0].GetProperty("points").GetArrayLength(), 2, 10);
    }

    [Fact]
    public async Task A_file_of_json_has_every_reading_whatever_a_page_holds()
    {
        using var response = await _host.Client.GetAsync(new Uri(_host.Http, $"/api/v1/history/readings?{Range}&limit=50&format=json&file=true"));
        Assert.Equal("attachment; filename=\"ioc-readings.json\"", response.Content.Headers.ContentDisposition?.ToString());
        var file = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(JsonValueKind.Null, file.GetProperty("next").ValueKind);
        var series = file.GetProperty("series").EnumerateArray().ToList();
        Assert.Equal([("s1", 48), ("s2", 48), ("s3", 24)], series.Select(s => (s.GetProperty("sensor").GetString()!, s.GetProperty("points").GetArrayLength())));

        // In each series just as a page has it.
        var page = await _host.GetAsync($"/api/v1/history/readings?{Range}&limit=1000");
        Assert.Equal(page.GetProperty("series")[2].GetRawText(), series[2].GetRawText());
        var none = await _host.GetAsync($"/api/v1/history/readings?{Range}&sensors=nobody&file=true");
        Assert.Equal("""{"series":[],"next":null}""", none.GetRawText());
    }

    [Fact]
    public async Task The_state_at_a_moment_is_geojson_without_what_was_too_old()
    {
        var state = await _host.GetAsync("/api/v1/history/at?at=2026-01-05T10:30:00%2B07:00");
        Assert.Equal("FeatureCollection", state.GetProperty("type").GetString());
        Assert.Equal([110, 210, 310], state.GetProperty("features").EnumerateArray().Select(f => f.GetProperty("properties").GetProperty("values").GetProperty("pm25").GetProperty("value").GetDouble()));
        Assert.Equal(0, (await _host.GetAsync("/api/v1/history/at?at=2026-01-09T00:00:00%2B07:00")).GetProperty("features").GetArrayLength());
    }

    [Theory]
    [InlineData("/api/v1/history/query?from=2026-01-05&to=2026-01-07T00:00:00Z", "from")]
    [InlineData($"/api/v1/history/query?{Range}&measures=median", "p0..p100")]
    [InlineData($"/api/v1/history/query?{Range}&properties=dust", "dust")]
    [InlineData($"/api/v1/history/query?{Range}&window=1h", "PT1H")]
    [InlineData($"/api/v1/history/query?{Range}&window=PT0.001S", "windows")]
    [InlineData($"/api/v1/history/query?{Range}&groupBy=colour", "weekday")]
    [InlineData($"/api/v1/history/query?{Range}&zone=Mars", "IANA")]
    [InlineData($"/api/v1/history/query?{Range}&format=xml", "ndjson")]
    [InlineData($"/api/v1/history/query?{Range}&compare=soon", "ISO 8601")]
    [InlineData($"/api/v1/history/query?{Range}&format=csv&names=fr", "names")]
    [InlineData($"/api/v1/history/readings?{Range}&points=3", "points")]
    [InlineData($"/api/v1/history/readings?{Range}&cursor=x", "next")]
    [InlineData("/api/v1/history/at", "at")]
    public async Task A_question_that_cannot_be_answered_is_told_why_in_both_languages(string address, string hint)
    {
        using var response = await _host.Client.GetAsync(new Uri(_host.Http, address));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Contains(hint, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(problem.GetProperty("detail").GetString(), problem.GetProperty("detailVi").GetString());
    }
}
