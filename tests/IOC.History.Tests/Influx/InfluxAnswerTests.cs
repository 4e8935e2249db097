using System.Text;
using IOC.History.Influx;
using IOC.Telemetry;
using IOC.Testing;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests.Influx;

/// <summary>Answers in chunks, and those that are errors or end too early: neither may look like one without readings.</summary>
public sealed class InfluxAnswerTests
{
    private const string First = """{"results":[{"statement_id":0,"series":[{"name":"pm25","tags":{"district":"d","sensor":"s1"},"columns":["time","value","quality"],"values":[[-5,1.5,0],[7,2e-7,3]],"partial":true}],"partial":true}]}""";
    private const string Last = """{"results":[{"statement_id":0,"series":[{"name":"pm25","tags":{"district":"d","sensor":"s1"},"columns":["time","value","quality"],"values":[[8,null,0]]},{"name":"pm25","tags":{"district":"d","sensor":"s2"},"columns":["time","value","quality"],"values":[[9,4,0]]}]}]}""";

    [Fact]
    public async Task Rows_of_all_chunks_come_one_after_the_other()
    {
        using var answer = Of($"{First}\n\n{Last}\n");
        var rows = new List<string>();
        while (await answer.NextAsync(default))
        {
            var at = answer.Long();
            rows.Add(answer.TryReading(out var value, out var quality) ? FormattableString.Invariant($"{InfluxAnswer.TagOf(answer.Tags, "sensor")} {at} {value} {quality}") : $"{at} half");
        }

        Assert.Equal(["s1 -5 1.5 0", "s1 7 2E-07 3", "8 half", "s2 9 4 0"], rows);
    }

    [Theory]
    [InlineData($"{First}\n", "ends before its end")]
    [InlineData(First + "\n{\"results\":[{\"series\":", "no JSON")]
    [InlineData(First + "\n{\"results\":[{\"statement_id\":0,\"error\":\"shut down\"}]}\n", "shut down")]
    [InlineData("{\"results\":[{\"statement_id\":0,\"error\":\"max-select-series limit exceeded: (2/1)\"}]}\n", "max-select-series")]
    [InlineData("{\"error\":\"timeout\"}\n", "timeout")]
    public async Task What_is_not_whole_is_an_error(string text, string said)
    {
        using var answer = Of(text);
        var error = await Assert.ThrowsAsync<HistoryStoreException>(async () =>
        {
            while (await answer.NextAsync(default))
            {
                Assert.Equal("pm25", answer.Name);
            }
        });
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"results\":[{\"statement_id\":0}]}\n")]
    [InlineData("{\"results\":[{\"statement_id\":0,\"error\":\"database not found: ioc\"}]}\n")]
    public async Task No_rows_are_no_readings(string text)
    {
        using var answer = Of(text);
        Assert.False(await answer.NextAsync(default));
    }

    [Fact]
    public async Task A_question_that_the_server_refuses_is_no_question_without_readings()
    {
        using var folder = new TempDirectory();
        await using var server = new InfluxStandIn("1.6.7");
        server.Answer = seen => seen.Line.Contains("/query", StringComparison.Ordinal) ? new StandInAnswer(200, "{\"results\":[{\"statement_id\":0,\"error\":\"max-select-point limit exceeded\"}]}\n") : null;
        await using var store = new InfluxHistoryStore(
            new InfluxOptions { Url = server.Url, Directory = folder.Combine("checkpoints") }, Properties, new NoRefusals(), TimeProvider.System);
        var error = await Assert.ThrowsAsync<HistoryStoreException>(() => store.ReadRawAsync(new RawQuery(SeriesSelector.ForDistrict("viet-yen", "pm25"), 0, 1)));
        Assert.Contains("max-select-point", error.Message, StringComparison.Ordinal);
    }

    [NeedsProgramFact(InfluxServer.Program)]
    public async Task The_real_server_says_so_in_this_form()
    {
        using var folder = new TempDirectory();
        await using var server = await InfluxServer.StartAsync(folder.Combine("server"));
        using var connection = new InfluxConnection(new InfluxOptions { Url = server.Url, Directory = folder.Combine("checkpoints") }, new NoRefusals(), TimeProvider.System);
        await connection.ExecuteAsync("CREATE DATABASE \"ioc\"", default);
        var error = await Assert.ThrowsAsync<HistoryStoreException>(() => connection.ExecuteAsync("SELECT nonsense(\"value\") FROM \"pm25\"", default));
        Assert.Contains("nonsense", error.Message, StringComparison.Ordinal);
    }

    private static InfluxAnswer Of(string text) => new(new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes(text))));

    private sealed class NoRefusals : IHistoryRefusals
    {
        public void Refused(string line, string reason) => Assert.Fail(reason);
    }
}
