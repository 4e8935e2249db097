using IOC.History.Influx;
using IOC.Telemetry;
using IOC.Testing;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests.Influx;

/// <summary>The requests of all three versions, byte by byte, against a stand-in.</summary>
public sealed class InfluxWriteFormTests : IDisposable
{
    private const string Lines =
        "pm25,district=viet-yen,domain=environment,sensor=s-1 quality=0i,value=12.3 1767571200000\n"
        + "stage,district=viet-yen,domain=environment,sensor=s-1 quality=2i,value=-0.1 1767571200000\n"
        + "pm25,district=viet-yen,domain=environment,sensor=s-1 quality=3i,value=1E+22 1767571201000\n";

    private readonly TempDirectory _folder = new();
    private readonly TestLog _log = new();
    private readonly List<(string Line, string Reason)> _refused = [];
    private readonly ManualTimeProvider _time = new();
    private string? _secret = "t0ken";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1.8.10", InfluxVersion.Auto, null, "/write?db=my%20city&precision=ms", "Token t0ken")]
    [InlineData("1.6.7~rc0", InfluxVersion.Auto, "an", "/write?db=my%20city&precision=ms", "Basic YW46dDBrZW4=")]
    [InlineData("v2.7.12", InfluxVersion.Auto, null, "/api/v2/write?org=b%E1%BA%AFc%20giang&bucket=my%20city&precision=ms", "Token t0ken")]
    [InlineData("3.4.1", InfluxVersion.Auto, null, "/api/v2/write?org=b%E1%BA%AFc%20giang&bucket=my%20city&precision=ms", "Token t0ken")]
    [InlineData("", InfluxVersion.V2, null, "/api/v2/write?org=b%E1%BA%AFc%20giang&bucket=my%20city&precision=ms", "Token t0ken")]
    public async Task A_write_has_the_form_of_its_version(string says, InfluxVersion version, string? user, string address, string authorization)
    {
        await using var server = new InfluxStandIn(says) { Answer = Provisioned };
        var store = Open(server, version, user);
        Append(store);
        Assert.Equal(1, await store.CheckpointAsync(0));

        var write = Assert.Single(server.Seen, r => r.Line.Contains("write", StringComparison.Ordinal));
        Assert.Equal(new SeenRequest($"POST {address}", authorization, "text/plain; charset=utf-8", "gzip", Lines), write);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_bucket_and_its_mapping_are_made_once()
    {
        await using var server = new InfluxStandIn("v2.7.12");
        server.Answer = r => r.Line switch
        {
            "GET /api/v2/orgs?org=b%E1%BA%AFc%20giang" => new StandInAnswer(200, """{"orgs":[{"id":"o1"}]}"""),
            "GET /api/v2/buckets?org=b%E1%BA%AFc%20giang&name=my%20city" => new StandInAnswer(200, """{"buckets":[]}"""),
            "POST /api/v2/buckets" => new StandInAnswer(201, """{"id":"b1"}"""),
            "GET /api/v2/dbrps?orgID=o1&db=my%20city" => new StandInAnswer(200, """{"content":[]}"""),
            "POST /api/v2/dbrps" => new StandInAnswer(201, "{}"),
            _ => null,
        };
        var store = Open(server);
        Append(store);
        await store.CheckpointAsync(0);
        Append(store);
        await store.CheckpointAsync(0);
        Assert.Equal(
            ["GET /api/v2/orgs", "GET /api/v2/buckets", "POST /api/v2/buckets", "GET /api/v2/dbrps", "POST /api/v2/dbrps", "POST /api/v2/write", "POST /api/v2/write"],
            server.Seen.Select(r => r.Line.Split('?')[0]));
        Assert.Equal("""{"orgID":"o1","name":"my city","retentionRules":[]}""", server.Seen[2].Body);
        Assert.Equal("""{"bucketID":"b1","database":"my city","default":true,"orgID":"o1","retention_policy":"raw"}""", server.Seen[4].Body);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_asks_for_patience_gets_it()
    {
        await using var server = new InfluxStandIn("v2.7.12");
        var busy = true;
        server.Answer = r => busy && r.Line.Contains("write", StringComparison.Ordinal) ? new StandInAnswer(429, """{"code":"too many requests","message":"slow down"}""", "90") : Provisioned(r);
        var store = Open(server);
        Append(store);
        Assert.Contains("slow down", (await Assert.ThrowsAsync<HistoryStoreException>(() => store.CheckpointAsync(0))).Message, StringComparison.Ordinal);
        busy = false;

        // Not before: no request at all.
        _time.Advance(TimeSpan.FromSeconds(89));
        Assert.Contains("left alone", (await Assert.ThrowsAsync<HistoryStoreException>(() => store.CheckpointAsync(0))).Message, StringComparison.Ordinal);
        Assert.Single(server.Seen, r => r.Line.Contains("write", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, await store.CheckpointAsync(0));
        Assert.Equal(Lines, server.Seen[^1].Body);
        await store.DisposeAsync();
    }

    [Theory]
    [InlineData(400, """{"error":"partial write: points beyond retention policy dropped=1"}""")]
    [InlineData(422, """{"code":"unprocessable entity","message":"failure writing points: field type conflict"}""")]
    [InlineData(413, """{"code":"request too large","message":"too large"}""")]
    public async Task A_request_that_is_refused_is_split_until_the_bad_reading_is_found(int status, string body)
    {
        await using var server = new InfluxStandIn("v2.7.12");
        server.Answer = r => r.Line.Contains("write", StringComparison.Ordinal) && r.Body.Contains("stage", StringComparison.Ordinal) ? new StandInAnswer(status, body) : Provisioned(r);
        var store = Open(server);
        Append(store);
        Assert.Equal(1, await store.CheckpointAsync(0));
        Assert.Equal(Lines.Split('\n')[1], Assert.Single(_refused).Line);
        var stored = string.Concat(server.Seen.Where(r => r.Line.Contains("write", StringComparison.Ordinal) && !r.Body.Contains("stage", StringComparison.Ordinal)).Select(r => r.Body));
        Assert.Equal(Lines.Split('\n').Where((l, i) => i is 0 or 2), stored.TrimEnd('\n').Split('\n'));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_secret_may_change_and_is_never_told()
    {
        await using var server = new InfluxStandIn("v2.7.12");
        server.Answer = r => r.Authorization == "Token new" ? Provisioned(r) : new StandInAnswer(401, """{"code":"unauthorized","message":"unauthorized access"}""");
        var store = Open(server);
        Append(store);
        var error = await Assert.ThrowsAsync<HistoryStoreException>(() => store.CheckpointAsync(0));
        Assert.Contains("Ioc:History:Influx", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", error.ToString(), StringComparison.Ordinal);
        _secret = "new";
        Assert.Equal(1, await store.CheckpointAsync(0));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_is_no_influxdb_is_told()
    {
        await using var server = new InfluxStandIn("");
        var store = Open(server);
        Append(store);
        Assert.Contains("Ioc:History:Influx:Version", (await Assert.ThrowsAsync<HistoryStoreException>(() => store.CheckpointAsync(0))).Message, StringComparison.Ordinal);
        store.Abandon();
    }

    private static StandInAnswer? Provisioned(SeenRequest r) =>
        r.Line.StartsWith("GET /api/v2/orgs", StringComparison.Ordinal) ? new StandInAnswer(200, """{"orgs":[{"id":"o1"}]}""")
        : r.Line.StartsWith("GET /api/v2/buckets", StringComparison.Ordinal) ? new StandInAnswer(200, """{"buckets":[{"id":"b1"}]}""")
        : r.Line.StartsWith("GET /api/v2/dbrps", StringComparison.Ordinal) ? new StandInAnswer(200, """{"content":[{"id":"d1"}]}""")
        : null;

    private InfluxHistoryStore Open(InfluxStandIn server, InfluxVersion version = InfluxVersion.Auto, string? user = null) => new(
        new InfluxOptions { Url = server.Url, Directory = _folder.Path, Database = "my city", Organisation = "bắc giang", Version = version, User = user, Secret = () => _secret },
        Properties, new Refusals(_refused), _time);

    private void Append(InfluxHistoryStore store)
    {
        var sensor = new AddressBook().GetOrAdd("viet-yen", "environment", "s-1");
        _log.Append(
            store, new TestReading(sensor, Pm25, T0, 12.3), new TestReading(sensor, Stage, T0, -0.1, Quality.Fault), new TestReading(sensor, Pm25, T0 + 1000, 1e22, Quality.Implausible));
    }

    private sealed class Refusals(List<(string, string)> refused) : IHistoryRefusals
    {
        public void Refused(string line, string reason) => refused.Add((line, reason));
    }
}
