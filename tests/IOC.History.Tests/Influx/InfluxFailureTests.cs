using IOC.History.Influx;
using IOC.Telemetry;
using IOC.Testing;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests.Influx;

/// <summary>A real InfluxDB that dies, and one that refuses.</summary>
public sealed class InfluxFailureTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private readonly AddressBook _book = new();
    private readonly TestLog _log = new();
    private readonly List<(string Line, string Reason)> _refused = [];
    private InfluxServer? _server;

    private static SeriesSelector District => SeriesSelector.ForDistrict("viet-yen", "pm25");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    [NeedsProgramFact(InfluxServer.Program)]
    public async Task A_server_that_is_killed_in_the_middle_of_writes_gets_everything_when_it_is_back()
    {
        _server = await InfluxServer.StartAsync(_folder.Combine("server"));
        await using var store = Open(_server.Url, batchReadings: 500);
        var expected = new ExpectedHistory();
        var offset = 0L;
        for (var round = 0; round < 4; round++)
        {
            var kill = Task.CompletedTask;
            for (var b = 0; b < 60; b++)
            {
                TestReading[] batch = [.. Enumerable.Range(0, 50).Select(i => new TestReading(_book.GetOrAdd("viet-yen", "environment", $"s-{i % 5}"), Pm25, T0 + ((((round * 60) + b) * 50) + i) * 1000, i))];
                Array.ForEach(batch, r => expected.Add(r));
                if (b == 20)
                {
                    kill = Task.Run(_server.KillAsync);
                }

                // As the log's reader does: the same batch again until it is taken.
                var pending = batch;
                if (!TryAppend(store, pending))
                {
                    await kill;
                    await _server.StartAsync();
                    kill = Task.CompletedTask;
                    await Eventually.HoldsAsync(() => TryReplay(store), "the batch to be taken");
                }
            }

            await kill;
            if (round < 3)
            {
                await _server.KillAsync();
            }

            await _server.StartAsync();
            await Eventually.HoldsAsync(async () => (offset = await TryCheckpointAsync(store)) == _log.Head, "the checkpoint");
        }

        Assert.Equal(_log.Head, offset);
        Assert.Equal(expected.Raw(District, 0, long.MaxValue, QualityFilter.All), await HistoryAssert.AllAsync(store, new RawQuery(District, 0, long.MaxValue, QualityFilter.All)));
        Assert.Empty(_refused);
    }

    [Fact]
    public async Task While_the_server_is_away_no_more_than_one_request_is_held_and_nothing_is_acknowledged()
    {
        var store = Open(new Uri($"http://127.0.0.1:{MosquittoBroker.FreePort()}"), batchReadings: 100);
        Assert.Equal(0, store.LoadCheckpoint(0));
        var taken = 0;
        for (var b = 0; b < 20; b++)
        {
            taken += TryAppend(store, [.. Enumerable.Range(0, 10).Select(i => new TestReading(_book.GetOrAdd("viet-yen", "environment", "s"), Pm25, T0 + (b * 10) + i, i))]) ? 1 : 0;
        }

        Assert.Equal(10, taken);
        Assert.Contains("cannot be reached", (await Assert.ThrowsAsync<HistoryStoreException>(() => store.CheckpointAsync(0))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HistoryStoreException>(() => store.ReadRawAsync(new RawQuery(District, 0, 1)));
        Assert.Equal(0, store.LoadCheckpoint(0));
        await store.DisposeAsync();
        await store.DisposeAsync();
    }

    [NeedsProgramFact(InfluxServer.Program)]
    public async Task What_the_server_never_takes_is_told_reading_by_reading_and_the_rest_is_stored()
    {
        _server = await InfluxServer.StartAsync(_folder.Combine("server"));
        using (var client = new HttpClient { BaseAddress = _server.Url })
        {
            // Somebody else's points made a text of the value: numbers do not fit any more in that day's shard.
            await client.PostAsync(new Uri("/query", UriKind.Relative), new FormUrlEncodedContent([new("q", "CREATE DATABASE \"ioc\"")]));
            await client.PostAsync(new Uri("/query", UriKind.Relative), new FormUrlEncodedContent([new("q", "CREATE RETENTION POLICY \"raw\" ON \"ioc\" DURATION INF REPLICATION 1 DEFAULT")]));
            (await client.PostAsync(new Uri("/write?db=ioc&precision=ms", UriKind.Relative), new StringContent($"temperature,sensor=x value=\"hot\" {T0}"))).EnsureSuccessStatusCode();
        }

        await using var store = Open(_server.Url, batchReadings: 100);
        var sensor = _book.GetOrAdd("viet-yen", "environment", "s");
        TestReading[] batch = [.. Enumerable.Range(0, 60).Select(i => new TestReading(sensor, i is 7 or 33 ? Temperature : Pm25, T0 + i, i))];
        _log.Append(store, batch);
        Assert.Equal(1, await store.CheckpointAsync(0));

        Assert.Equal(58, (await HistoryAssert.AllAsync(store, new RawQuery(District, 0, long.MaxValue))).Count);
        Assert.Equal([$"value=7 {T0 + 7}", $"value=33 {T0 + 33}"], _refused.Select(r => r.Line[(r.Line.IndexOf(',', r.Line.IndexOf(' ', StringComparison.Ordinal)) + 1)..]));
        Assert.All(_refused, r => Assert.Contains("field type conflict", r.Reason, StringComparison.Ordinal));
    }

    [NeedsProgramFact(InfluxServer.Program)]
    public async Task Database_policies_and_hourly_figures_are_made_and_survive_another_start()
    {
        _server = await InfluxServer.StartAsync(_folder.Combine("server"));
        for (var start = 0; start < 2; start++)
        {
            await using var store = Open(_server.Url, batchReadings: 100);
            _log.Append(store, new TestReading(_book.GetOrAdd("viet-yen", "environment", "s"), Pm25, T0 + start, 1));
            await store.CheckpointAsync(0);
        }

        var policies = (await AskAsync("SHOW RETENTION POLICIES ON \"ioc\"")).Split('\n');
        Assert.True(policies.Any(l => l.StartsWith(",,raw,0s,", StringComparison.Ordinal) && l.EndsWith(",true", StringComparison.Ordinal)), string.Join("|", policies));
        Assert.Contains("rollup,0s", await AskAsync("SHOW RETENTION POLICIES ON \"ioc\""), StringComparison.Ordinal);
        Assert.Contains("ioc_hourly", await AskAsync("SHOW CONTINUOUS QUERIES"), StringComparison.Ordinal);

        // Dropped by somebody: made again, and the reading after that is stored.
        await AskAsync("DROP DATABASE \"ioc\"");
        await using var again = Open(_server.Url, batchReadings: 100);
        _log.Append(again, new TestReading(_book.GetOrAdd("viet-yen", "environment", "s"), Pm25, T0 + 9, 9));
        await Eventually.HoldsAsync(async () => await TryCheckpointAsync(again) == _log.Head, "the checkpoint");
        Assert.Equal(9, Assert.Single(await HistoryAssert.AllAsync(again, new RawQuery(District, T0 + 9, long.MaxValue))).Value);
    }

    private async Task<string> AskAsync(string influxQl)
    {
        using var client = new HttpClient { BaseAddress = _server!.Url };
        client.DefaultRequestHeaders.Add("Accept", "application/csv");
        using var answer = await client.PostAsync(new Uri("/query", UriKind.Relative), new FormUrlEncodedContent([new("q", influxQl)]));
        return await answer.Content.ReadAsStringAsync();
    }

    private InfluxHistoryStore Open(Uri url, int batchReadings) => new(
        new InfluxOptions { Url = url, Directory = _folder.Combine("checkpoints"), BatchReadings = batchReadings, Timeout = TimeSpan.FromSeconds(10) },
        Properties, new Refusals(_refused), TimeProvider.System);

    private bool TryAppend(InfluxHistoryStore store, TestReading[] batch)
    {
        try
        {
            _log.Append(store, batch);
            return true;
        }
        catch (HistoryStoreException)
        {
            return false;
        }
    }

    private bool TryReplay(InfluxHistoryStore store)
    {
        try
        {
            _log.Replay(store, _log.Head - 1);
            return true;
        }
        catch (HistoryStoreException)
        {
            return false;
        }
    }

    private static async Task<long> TryCheckpointAsync(InfluxHistoryStore store)
    {
        try
        {
            return await store.CheckpointAsync(0);
        }
        catch (HistoryStoreException)
        {
            return -1;
        }
    }

    private sealed class Refusals(List<(string, string)> refused) : IHistoryRefusals
    {
        public void Refused(string line, string reason) => refused.Add((line, reason));
    }
}
