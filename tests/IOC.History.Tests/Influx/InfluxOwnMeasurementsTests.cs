using IOC.History.Influx;
using IOC.History.Tests.Grafana;
using IOC.Telemetry;
using IOC.Testing;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests.Influx;

/// <summary>What is in the database and is no property: the host's own figures, and what other programs write there.</summary>
public sealed class InfluxOwnMeasurementsTests(InfluxFixture influx) : IClassFixture<InfluxFixture>, IHistoryRefusals, IDisposable
{
    private static readonly HostFigures s_figures = new("n1", 12.5, 40) { OpenAlerts = [1, 0, 2, 7], Connections = 3 };
    private readonly TempDirectory _folder = new();
    private readonly TestLog _log = new();

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    /// <inheritdoc/>
    void IHistoryRefusals.Refused(string line, string reason) => Assert.Fail($"{line}: {reason}");

    [NeedsProgramFact(InfluxServer.Program)]
    public async Task The_hosts_figures_are_no_series_and_no_removal_reaches_them()
    {
        var database = influx.NextDatabase;
        await using var store = Open(influx.Server.Url, database);
        Assert.Null(await store.WriteHostFiguresAsync(s_figures, T0));
        await WriteAsync(database, $"weather,sensor=s,district=viet-yen,domain=environment value=\"hot\" {T0}\nmem free=1 {T0}\npm25,host=other value=3 {T0}\n");
        Assert.Empty(await store.ListSeriesAsync(new SeriesFilter()));
        Assert.Empty(await store.FindSeriesAsync(SeriesSet.All));

        _log.Append(store, new TestReading(new AddressBook().GetOrAdd("viet-yen", "environment", "s"), Pm25, T0, 7));
        Assert.Equal("pm25", Assert.Single(await store.ListSeriesAsync(new SeriesFilter())).Property);
        Assert.Equal([new SeriesKey("s", "viet-yen", "environment", "pm25")], await store.FindSeriesAsync(SeriesSet.All));
        Assert.Equal([new SeriesKey("s", "viet-yen", "environment", "pm25")], await store.FindSeriesAsync(SeriesSet.All with { Districts = ["viet-yen"] }));

        Assert.Equal(1, await store.DeleteAsync(SeriesSet.All, 0, T0 + 1000));
        using var left = await InfluxAsk.AsJsonAsync(influx.Server.Url, database, "SELECT * FROM \"ioc_host\"");
        var series = Assert.Single(InfluxAsk.Series(left));
        var row = series.GetProperty("columns").EnumerateArray().Zip(series.GetProperty("values")[0].EnumerateArray()).ToDictionary(c => c.First.GetString()!, c => c.Second, StringComparer.Ordinal);
        Assert.Equal((T0, "n1", 12.5, 3, 7), (row["time"].GetInt64(), row["node"].GetString(), row["messages_per_second"].GetDouble(), row["connections"].GetInt64(), row["open_alerts_p4"].GetInt64()));
    }

    [NeedsProgramFact(InfluxServer.Program)]
    public async Task The_hosts_figures_get_no_hourly_ones()
    {
        var database = influx.NextDatabase;
        await using var store = Open(influx.Server.Url, database);
        Assert.Null(await store.WriteHostFiguresAsync(s_figures, T0));
        _log.Append(store, new TestReading(new AddressBook().GetOrAdd("viet-yen", "environment", "s"), Pm25, T0, 7));
        await store.CheckpointAsync(0);
        using var made = await InfluxAsk.AsJsonAsync(influx.Server.Url, database, InfluxProvisioning.HourlyFigures(database, $" AND time >= {T0}ms AND time < {T0 + 1000}ms"));
        using var hourly = await InfluxAsk.AsJsonAsync(influx.Server.Url, database, "SELECT * FROM \"rollup\"./.*/");
        Assert.Equal("pm25", Assert.Single(InfluxAsk.Series(hourly)).GetProperty("name").GetString());
    }

    [NeedsProgramFact(InfluxServer.Program)]
    public async Task What_its_keepers_changed_on_the_server_is_left_as_it_is()
    {
        var database = influx.NextDatabase;
        await using (var first = Open(influx.Server.Url, database))
        {
            Assert.Null(await first.WriteHostFiguresAsync(s_figures, T0));
        }

        foreach (var change in new[]
        {
            $"ALTER RETENTION POLICY \"raw\" ON \"{database}\" DURATION 5000d",
            $"ALTER RETENTION POLICY \"rollup\" ON \"{database}\" DURATION 9000d DEFAULT",
            $"DROP CONTINUOUS QUERY \"ioc_hourly\" ON \"{database}\"",
            $"CREATE CONTINUOUS QUERY \"ioc_hourly\" ON \"{database}\" BEGIN SELECT mean(\"value\") INTO \"rollup\".\"pm25\" FROM \"raw\".\"pm25\" GROUP BY time(1h), * END",
        })
        {
            using var done = await InfluxAsk.AsJsonAsync(influx.Server.Url, database, change);
        }

        await using var again = Open(influx.Server.Url, database);
        Assert.Null(await again.WriteHostFiguresAsync(s_figures, T0 + 1));
        using var policies = await InfluxAsk.AsJsonAsync(influx.Server.Url, database, $"SHOW RETENTION POLICIES ON \"{database}\"");
        Assert.Equal(
            ["autogen 0s False", "raw 120000h0m0s False", "rollup 216000h0m0s True"],
            Assert.Single(InfluxAsk.Series(policies)).GetProperty("values").EnumerateArray().Select(p => $"{p[0]} {p[1]} {p[4]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Figures_that_cannot_be_written_are_counted_and_let_go()
    {
        await using var store = Open(new Uri($"http://127.0.0.1:{MosquittoBroker.FreePort()}"), "ioc");
        Assert.Contains("cannot be reached", await store.WriteHostFiguresAsync(s_figures, T0), StringComparison.Ordinal);
        Assert.Contains("cannot be reached", await store.WriteHostFiguresAsync(s_figures, T0 + 1), StringComparison.Ordinal);
        Assert.Equal((2, 0), (store.HostFigureFailures, store.WriteFailures));
        Assert.Null(store.ReadFigures().Failure);
    }

    [Fact]
    public async Task Figures_that_the_server_refuses_are_sent_once_and_are_no_dead_letters()
    {
        await using var server = new InfluxStandIn("1.8.10") { Answer = r => r.Line.StartsWith("POST /write", StringComparison.Ordinal) ? new StandInAnswer(400, """{"error":"field type conflict"}""") : null };
        await using var store = Open(server.Url, "ioc");
        Assert.EndsWith("answered 400: field type conflict", await store.WriteHostFiguresAsync(s_figures, T0), StringComparison.Ordinal);
        var write = Assert.Single(server.Seen, r => r.Line.StartsWith("POST /write", StringComparison.Ordinal));
        Assert.StartsWith("ioc_host,node=n1 messages_per_second=12.5,readings_per_second=40,", write.Body, StringComparison.Ordinal);
        Assert.EndsWith($",open_alerts_p1=1i,open_alerts_p2=0i,open_alerts_p3=2i,open_alerts_p4=7i {T0}\n", write.Body, StringComparison.Ordinal);
    }

    private InfluxHistoryStore Open(Uri url, string database) => new(
        new InfluxOptions { Url = url, Directory = _folder.Path, Database = database, Timeout = TimeSpan.FromSeconds(10) }, Properties, this, TimeProvider.System);

    private async Task WriteAsync(string database, string lines)
    {
        using var client = new HttpClient { BaseAddress = influx.Server.Url };
        using var answer = await client.PostAsync(new Uri($"/write?db={database}&precision=ms", UriKind.Relative), new StringContent(lines));
        answer.EnsureSuccessStatusCode();
    }
}
