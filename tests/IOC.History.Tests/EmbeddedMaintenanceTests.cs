using IOC.History.Embedded;
using IOC.Telemetry;
using IOC.Testing;
using Microsoft.Data.Sqlite;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests;

/// <summary>Deleting, keeping for a time and tidying up, while everything else goes on.</summary>
public sealed class EmbeddedMaintenanceTests : IDisposable
{
    private const long Minute = 60_000;
    private static readonly Dictionary<string, long> NoRetention = [];
    private readonly TempDirectory _folder = new();
    private readonly AddressBook _book = new();
    private readonly TestLog _log = new();
    private readonly ExpectedHistory _expected = new();
    private readonly Random _random = new(5);

    private static SeriesSelector District => SeriesSelector.ForDistrict("viet-yen", "pm25");

    private static SeriesSet Pm25 => new([], [], [], ["pm25"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Late_readings_are_put_where_they_belong_and_counted_once()
    {
        await using var store = Open();
        Fill(store, 0, 400);
        Fill(store, 100, 200);
        Fill(store, -300, 40);
        await AssertHoldsAllAsync(store);
        Assert.Equal(_expected.Series().Sum(s => s.Count) + (3 * (100 + 40)), store.ReadFigures().Readings);

        Assert.Equal(3, (await store.MaintainAsync(NoRetention)).Tidied);
        Assert.Equal(_expected.Series().Sum(s => s.Count), store.ReadFigures().Readings);
        await AssertHoldsAllAsync(store);
        Assert.Equal(0, (await store.MaintainAsync(NoRetention)).Tidied);
        Assert.Equal(0, Count("SELECT count(*) FROM blocks WHERE late = 1") + Count("SELECT count(*) FROM series WHERE has_late = 1"));
        Assert.Equal(0, Count("SELECT count(*) FROM payloads WHERE block NOT IN (SELECT block FROM blocks)"));
        Assert.Equal(store.ReadFigures().Blocks, Count("SELECT count(*) FROM blocks"));

        // What arrives late again wins again.
        Fill(store, 150, 160);
        await AssertHoldsAllAsync(store);
    }

    [Theory]
    [InlineData("late", "in the transaction")]
    [InlineData("late", "after the commit")]
    [InlineData("delete", "in the transaction")]
    [InlineData("delete", "after the commit")]
    [InlineData("pack", "in the transaction")]
    [InlineData("pack", "after the commit")]
    public async Task A_crash_in_the_middle_leaves_all_or_nothing(string what, string moment)
    {
        var before = new ExpectedHistory();
        string? copy = null;
        await using (var store = Open())
        {
            Fill(store, 0, 300, also: before);
            if (what != "pack")
            {
                Fill(store, 50, 250, also: before);
            }

            await store.CheckpointAsync(0);
            var transactions = 0;
            Action takeCopy = () => copy ??= ++transactions == 1 ? Copy() : null;

            // Nothing is left to write, so the only transaction is the edit itself.
            (store.HooksOf(0).InTransaction, store.HooksOf(0).Committed) = moment == "after the commit" ? ((Action?)null, takeCopy) : (takeCopy, null);
            await DoAsync(store, what);
        }

        Assert.NotNull(copy);
        await using var after = Open(copy);
        _log.Replay(after, Math.Max(0, after.LoadCheckpoint(0) - 5));
        await AssertHoldsAllAsync(after, moment == "after the commit" ? _expected : before);
    }

    [Theory]
    [InlineData("late")]
    [InlineData("delete")]
    [InlineData("pack")]
    public async Task Appends_and_queries_in_the_middle_see_everything_once(string what)
    {
        await using var store = Open();
        Fill(store, 0, 300);
        if (what != "pack")
        {
            Fill(store, 50, 250);
        }

        await store.CheckpointAsync(0);
        var (next, queries) = (300, 0);
        Action use = () =>
        {
            // New readings, late ones, and one that replaces what is being merged at this moment; none in the deleted range.
            Fill(store, next, next += 30);
            Fill(store, 240, 245);
            Fill(store, -20, -10);
            AssertHoldsAllAsync(store, what == "delete" && queries == 0 ? null : _expected).GetAwaiter().GetResult();
            queries++;
        };
        (store.HooksOf(0).InTransaction, store.HooksOf(0).Committed) = (use, use);
        await DoAsync(store, what);
        (store.HooksOf(0).InTransaction, store.HooksOf(0).Committed) = (null, null);
        Assert.True(queries >= 2);
        await AssertHoldsAllAsync(store);
        await store.MaintainAsync(NoRetention);
        await AssertHoldsAllAsync(store);
        Assert.Equal(_expected.Series().Sum(s => s.Count), store.ReadFigures().Readings);
    }

    [Fact]
    public async Task What_failed_can_be_done_again()
    {
        await using var store = Open();
        Fill(store, 0, 300);
        Fill(store, 50, 250);
        await store.CheckpointAsync(0);
        store.HooksOf(0).InTransaction = () => throw new HistoryStoreException("the disk is full");
        await Assert.ThrowsAsync<HistoryStoreException>(() => store.MaintainAsync(NoRetention));
        await AssertHoldsAllAsync(store);
        await Assert.ThrowsAsync<HistoryStoreException>(() => store.DeleteAsync(Pm25, T0 + (100 * Minute), T0 + (200 * Minute)));
        store.HooksOf(0).InTransaction = null;
        await DoAsync(store, "late");
        await DoAsync(store, "delete");
        await AssertHoldsAllAsync(store);
        Assert.Equal(_expected.Series().Sum(s => s.Count), store.ReadFigures().Readings);
    }

    [Fact]
    public async Task Readings_are_kept_for_as_long_as_asked_by_property()
    {
        await using var store = Open();
        Fill(store, 0, 1000);
        Fill(store, 0, 1000, property: Temperature);
        await store.CheckpointAsync(0);
        var keepFrom = T0 + (700 * Minute);
        var figures = await store.MaintainAsync(new Dictionary<string, long> { ["pm25"] = keepFrom });

        // Whole blocks only: at most one block of 16 reaches back beyond the instant, in each of three series.
        Assert.InRange(figures.Removed, 3 * (700 - 16), 3 * 700);
        foreach (var series in await store.ListSeriesAsync(new SeriesFilter()))
        {
            Assert.Equal(T0 + (999 * Minute), series.LastMs);
            Assert.InRange(series.FirstMs, series.Property == "pm25" ? keepFrom - (16 * Minute) : T0, series.Property == "pm25" ? keepFrom : T0);
        }
    }

    [Fact]
    public async Task A_series_that_fell_silent_long_ago_goes_wholly()
    {
        await using (var store = Open(tailBytes: 0))
        {
            Fill(store, 0, 100);
            await store.CheckpointAsync(0);
        }

        await using var again = Open(tailBytes: 0);
        Assert.Equal(300, (await again.MaintainAsync(new Dictionary<string, long> { ["pm25"] = long.MaxValue })).Removed);
        Assert.Empty(await again.ListSeriesAsync(new SeriesFilter()));
        Assert.Equal(0, Count("SELECT count(*) FROM blocks") + Count("SELECT count(*) FROM payloads") + Count("SELECT count(*) FROM tails"));

        // It may begin anew, at any time.
        _expected.Delete(null, "pm25", long.MinValue, long.MaxValue);
        Fill(again, -50, 60);
        await AssertHoldsAllAsync(again);
    }

    [Fact]
    public async Task The_file_gives_room_back()
    {
        await using var store = Open();
        for (var i = 0; i < 40; i++)
        {
            Fill(store, i * 500, (i + 1) * 500);
            await store.CheckpointAsync(0);
        }

        var before = Count("PRAGMA page_count");
        await store.DeleteAsync(Pm25, long.MinValue, long.MaxValue);
        await store.MaintainAsync(NoRetention);
        Assert.InRange(Count("PRAGMA page_count"), 1, before / 4);
    }

    [Theory]
    [InlineData(512, false)]
    [InlineData(16, false)]
    [InlineData(512, true)]
    [InlineData(16, true)]
    public async Task Rollups_answer_as_the_readings_do(int blockReadings, bool packed)
    {
        await using var store = Open(blockReadings: blockReadings);
        Fill(store, 0, 6000);
        Fill(store, 2000, 2003, quality: Quality.Fault);
        if (packed)
        {
            await store.MaintainAsync(NoRetention);
            Assert.InRange(store.ReadFigures().Blocks, 3, 12);
            await AssertHoldsAllAsync(store);
        }

        foreach (var (window, length, zone, offset) in new[]
        {
            ("PT1H", 60L, "UTC", 0L), ("P1D", 1440L, "Asia/Ho_Chi_Minh", 420L), ("P1D", 1440L, "UTC", 0L), ("P1D", 1440L, "Asia/Kolkata", 330L), ("PT1H", 60L, "Asia/Kolkata", 30L), ("PT15M", 15L, "UTC", 0L),
        })
        {
            // Bounds in the middle of an hour, so that rollups are cut.
            var (from, to) = (T0 + (1234 * Minute), T0 + (5678 * Minute));
            var wanted = _expected.Raw(District, from, to, QualityFilter.Ok);
            long Start(long at) => (((at / Minute) + offset) / length * length * Minute) - (offset * Minute);
            HistoryAssert.Same(
                ExpectedHistory.Aggregate(wanted, at => (Start(at), Start(at) + (length * Minute))),
                await store.ReadWindowsAsync(new WindowQuery(District, from, to, window, zone)));
        }
    }

    [Fact]
    public async Task Short_blocks_become_long_ones_whatever_else_happens()
    {
        await using var store = Open(blockReadings: 64);
        for (var round = 0; round < 12; round++)
        {
            Fill(store, round * 1500, (round + 1) * 1500);
            Fill(store, (round * 1500) - _random.Next(700), (round * 1500) + 100);
            await store.CheckpointAsync(0);
            await store.MaintainAsync(NoRetention);
            Assert.Equal(0, (await store.MaintainAsync(NoRetention)).Tidied);
            if (round % 4 == 3)
            {
                // Out of the middle of long blocks.
                var (from, to) = (T0 + (_random.Next(round * 1500) * Minute), T0 + (_random.Next(round * 1500) * Minute));
                (from, to) = (Math.Min(from, to), Math.Max(from, to) + 1);
                _expected.Delete(null, "pm25", from, to);
                await store.DeleteAsync(Pm25, from, to);
            }

            await AssertHoldsAllAsync(store);
        }

        Assert.Equal(_expected.Series().Sum(s => s.Count), store.ReadFigures().Readings);
        Assert.Equal(store.ReadFigures().Blocks, Count("SELECT count(*) FROM blocks"));
        Assert.Equal(0, Count("SELECT count(*) FROM payloads WHERE block NOT IN (SELECT block FROM blocks)"));
        Assert.InRange(Count("SELECT count(*) FROM blocks"), 3, 3 * 30);
        Assert.InRange(Count("SELECT max(length(data)) FROM payloads"), 3000, 4072);
    }

    [Fact]
    public async Task What_is_too_old_is_cut_from_long_blocks()
    {
        await using var store = Open(blockReadings: 64);
        Fill(store, 0, 5000);
        await store.CheckpointAsync(0);
        await store.MaintainAsync(NoRetention);
        var before = store.ReadFigures().Readings;
        var keepFrom = T0 + (2500 * Minute);
        var removed = (await store.MaintainAsync(new Dictionary<string, long> { ["pm25"] = keepFrom })).Removed;
        Assert.Equal(before - removed, store.ReadFigures().Readings);
        foreach (var series in await store.ListSeriesAsync(new SeriesFilter()))
        {
            Assert.InRange(series.FirstMs, keepFrom - (64 * Minute), keepFrom);
        }

        // A few minutes on, less than a block is too old: nothing is written anew for that.
        Assert.Equal(0, (await store.MaintainAsync(new Dictionary<string, long> { ["pm25"] = keepFrom + (20 * Minute) })).Removed);
    }

    private EmbeddedHistoryStore Open(string? folder = null, int blockReadings = 16, long tailBytes = 1 << 20) =>
        new(new EmbeddedHistoryOptions { Directory = folder ?? _folder.Combine("live"), BlockReadings = blockReadings, TailBytesPerPartition = tailBytes }, Properties);

    private async Task DoAsync(EmbeddedHistoryStore store, string what)
    {
        if (what is "late" or "pack")
        {
            await store.MaintainAsync(NoRetention);
            return;
        }

        var (from, to) = (T0 + (100 * Minute), T0 + (200 * Minute));
        _expected.Delete(null, "pm25", from, to);
        await store.DeleteAsync(Pm25, from, to);
    }

    private void Fill(EmbeddedHistoryStore store, int fromMinute, int toMinute, int property = TestCity.Pm25, Quality quality = Quality.Ok, ExpectedHistory? also = null)
    {
        foreach (var minutes in Enumerable.Range(fromMinute, toMinute - fromMinute).Chunk(50))
        {
            TestReading[] readings = [.. minutes.SelectMany(m => Enumerable.Range(0, 3).Select(i => new TestReading(
                _book.GetOrAdd("viet-yen", "environment", $"s-{i}"), property, T0 + (m * Minute), Math.Round(_random.NextDouble() * 90, 1), quality)))];
            foreach (var reading in readings)
            {
                _expected.Add(reading);
                also?.Add(reading);
            }

            _log.Append(store, readings);
        }
    }

    private static async Task AssertHoldsAllAsync(EmbeddedHistoryStore store, ExpectedHistory? expected)
    {
        if (expected is not null)
        {
            Assert.Equal(expected.Series(), await store.ListSeriesAsync(new SeriesFilter()));
            Assert.Equal(
                expected.Raw(District, long.MinValue, long.MaxValue, QualityFilter.All),
                await HistoryAssert.AllAsync(store, new RawQuery(District, long.MinValue, long.MaxValue, QualityFilter.All)));
        }
    }

    private Task AssertHoldsAllAsync(EmbeddedHistoryStore store) => AssertHoldsAllAsync(store, _expected);

    private string Copy()
    {
        var to = _folder.Combine("copy");
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(_folder.Combine("live"), "history-p*"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        return to;
    }

    private long Count(string sql)
    {
        using var file = new SqliteConnection($"Data Source={_folder.Combine("live", "history-p0.db")};Pooling=False");
        file.Open();
        using var command = file.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
