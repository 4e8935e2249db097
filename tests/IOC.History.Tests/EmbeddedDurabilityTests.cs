using IOC.History.Embedded;
using IOC.Telemetry;
using IOC.Testing;
using Microsoft.Data.Sqlite;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests;

/// <summary>What only the embedded store can be asked: failures in the middle, files copied as a crash leaves them.</summary>
public sealed class EmbeddedDurabilityTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly AddressBook _book = new();
    private readonly TestLog _log = new();
    private readonly ExpectedHistory _expected = new();
    private readonly Random _random = new(17);
    private long _second;

    private static SeriesSelector District => SeriesSelector.ForDistrict("viet-yen", "pm25");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_crash_in_the_middle_of_a_checkpoint_loses_and_doubles_nothing()
    {
        var copies = new List<(string Folder, long Offset)>();
        await using (var store = Open(_folder.Combine("live")))
        {
            for (var round = 0; round < 12; round++)
            {
                AppendSome(store, batches: 15);
                if (round % 2 == 0)
                {
                    // The blocks are in the file, the offset is not: exactly what a crash there leaves behind.
                    store.HooksOf(0).InTransaction = () => copies.Add((Copy($"mid-{round}"), store.LoadCheckpoint(0)));
                }

                await store.CheckpointAsync(0);
                store.HooksOf(0).InTransaction = null;
                copies.Add((Copy($"after-{round}"), _log.Head));
            }
        }

        foreach (var (folder, offset) in copies)
        {
            await using var store = Open(folder);
            Assert.Equal(offset, store.LoadCheckpoint(0));
            _log.Replay(store, Math.Max(0, offset - 4));
            await AssertHoldsAllAsync(store);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(60)]
    public async Task A_checkpoint_that_fails_is_made_up_for_by_the_next(int batchesBetween)
    {
        for (var round = 0; round < 4; round++)
        {
            await using var store = Open(_folder.Path);
            Assert.Equal(_log.Head, store.LoadCheckpoint(0));
            await AssertHoldsAllAsync(store);
            AppendSome(store, batches: 25);
            store.HooksOf(0).InTransaction = () => throw new HistoryStoreException("the disk is full");
            await Assert.ThrowsAsync<HistoryStoreException>(() => store.CheckpointAsync(0));
            await AssertHoldsAllAsync(store);
            Assert.True(store.LoadCheckpoint(0) < _log.Head);
            store.HooksOf(0).InTransaction = null;
            AppendSome(store, batchesBetween);
            Assert.Equal(_log.Head, await store.CheckpointAsync(0));
            await AssertHoldsAllAsync(store);
            store.Abandon();
        }
    }

    [Theory]
    [InlineData("in the transaction")]
    [InlineData("after the commit")]
    public async Task A_query_in_the_middle_of_a_checkpoint_sees_everything_once(string moment)
    {
        await using var store = Open(_folder.Path);
        var hooks = store.HooksOf(0);
        var queries = 0;
        Action query = () =>
        {
            AppendSome(store, batches: 3);
            AssertHoldsAllAsync(store).GetAwaiter().GetResult();
            queries++;
        };
        for (var round = 0; round < 8; round++)
        {
            AppendSome(store, batches: 12);
            (hooks.InTransaction, hooks.Committed) = moment == "after the commit" ? ((Action?)null, (Action?)query) : (query, null);
            await store.CheckpointAsync(0);
            (hooks.InTransaction, hooks.Committed) = (null, null);
            await AssertHoldsAllAsync(store);
        }

        Assert.Equal(8, queries);
    }

    [Fact]
    public async Task A_checkpoint_in_the_middle_of_a_query_hides_nothing()
    {
        await using var store = Open(_folder.Path);
        var hooks = store.HooksOf(0);
        for (var round = 0; round < 6; round++)
        {
            AppendSome(store, batches: 30);
            var checkpoints = 0;
            hooks.SnapshotBegun = () =>
            {
                if (checkpoints++ == 0)
                {
                    store.CheckpointAsync(0).GetAwaiter().GetResult();
                }
            };
            await AssertHoldsAllAsync(store);
            hooks.SnapshotBegun = null;
            Assert.True(checkpoints > 1, "the query did not look again");
        }
    }

    [Fact]
    public async Task Among_late_readings_of_one_instant_the_last_one_sent_wins()
    {
        var sensor = _book.GetOrAdd("viet-yen", "environment", "one");
        await using (var store = Open(_folder.Path))
        {
            Send(store, 0, 100, 0);
            for (var round = 1; round <= 5; round++)
            {
                // Sixteen late readings close a late block; the last round stays open.
                Send(store, 10, round == 5 ? 20 : 26, round);
                if (round == 3)
                {
                    await store.CheckpointAsync(0);
                }
            }

            await AssertHoldsAllAsync(store);
            Assert.True(store.ReadFigures().Blocks >= 5 + 4);
        }

        await using var again = Open(_folder.Path);
        await AssertHoldsAllAsync(again);

        void Send(EmbeddedHistoryStore store, int from, int to, int value) =>
            Append(store, [.. Enumerable.Range(from, to - from).Select(n => new TestReading(sensor, Pm25, T0 + (n * 1000), value))]);
    }

    [Fact]
    public async Task A_tail_is_continued_after_a_restart_and_not_begun_anew()
    {
        var sensor = _book.GetOrAdd("viet-yen", "environment", "one");
        for (var i = 0; i < 40; i++)
        {
            await using var store = Open(_folder.Path, blockReadings: 32);
            _log.Append(store, new TestReading(sensor, Pm25, T0 + i, i));
        }

        await using var last = Open(_folder.Path, blockReadings: 32);
        var figures = last.ReadFigures();
        Assert.Equal((40, 1, 1), (figures.Readings, figures.Blocks, figures.Series));
        Assert.Equal(40, (await last.ReadRawAsync(new RawQuery(District, 0, long.MaxValue))).Points.Count);
    }

    [Fact]
    public async Task Idle_tails_leave_memory_and_nothing_is_lost()
    {
        await using var store = Open(_folder.Path, blockReadings: 512, tailBytes: 20_000);
        for (var round = 0; round < 10; round++)
        {
            // A hundred sensors speak in turns: most are idle at any time.
            for (var s = 0; s < 10; s++)
            {
                AppendOne(store, _book.GetOrAdd("viet-yen", "environment", $"s-{((round % 5) * 10) + s}"), readings: 30);
            }

            await store.CheckpointAsync(0);
            await store.CheckpointAsync(0);
        }

        Assert.InRange(store.ReadFigures().OpenBytes, 0, 20_000);
        await AssertHoldsAllAsync(store);
    }

    [Fact]
    public async Task Busy_tails_are_closed_early_when_memory_is_short()
    {
        await using var store = Open(_folder.Path, blockReadings: 4096, tailBytes: 50_000);
        for (var round = 0; round < 6; round++)
        {
            for (var s = 0; s < 30; s++)
            {
                AppendOne(store, _book.GetOrAdd("viet-yen", "environment", $"s-{s}"), readings: 100);
            }

            await store.CheckpointAsync(0);
            Assert.InRange(store.ReadFigures().OpenBytes, 0, 50_000 + (30 * 64 * 17));
        }

        Assert.True(store.ReadFigures().Blocks > 30);
        await AssertHoldsAllAsync(store);
    }

    [Fact]
    public async Task A_gap_filled_later_reads_as_well_as_any_and_a_stray_late_reading_disturbs_one_block()
    {
        var sensor = _book.GetOrAdd("viet-yen", "environment", "one");
        await using var store = Open(_folder.Path, blockReadings: 64);
        Fill(0, 2000);
        Fill(6000, 8000);
        Fill(2000, 6000);
        foreach (var second in new[] { 17, 3000, 7001 })
        {
            Append(store, new TestReading(sensor, Pm25, T0 + (second * 1000) + 500, -second));
        }

        await AssertHoldsAllAsync(store);
        await store.CheckpointAsync(0);
        await AssertHoldsAllAsync(store);

        void Fill(int from, int to)
        {
            foreach (var part in Enumerable.Range(from, to - from).Chunk(100))
            {
                Append(store, [.. part.Select(n => new TestReading(sensor, Pm25, T0 + (n * 1000), n % 7))]);
            }
        }
    }

    [Fact]
    public async Task The_block_size_may_change_between_two_starts()
    {
        foreach (var size in new[] { 512, 16, 4096, 64 })
        {
            await using var store = Open(_folder.Path, blockReadings: size);
            AppendSome(store, batches: 40);
            await AssertHoldsAllAsync(store);
        }
    }

    [Fact]
    public async Task A_damaged_block_is_told_and_not_answered()
    {
        await using (var store = Open(_folder.Path))
        {
            AppendSome(store, batches: 100);
        }

        await using (var file = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "history-p0.db")};Pooling=False"))
        {
            await file.OpenAsync();
            await using var command = file.CreateCommand();
            command.CommandText = "UPDATE payloads SET data = zeroblob(length(data)) WHERE block = (SELECT min(block) FROM payloads)";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        await using var damaged = Open(_folder.Path);
        var error = await Assert.ThrowsAsync<HistoryStoreException>(() => HistoryAssert.AllAsync(damaged, new RawQuery(District, 0, long.MaxValue)));
        Assert.Contains("Block 1 ", error.Message, StringComparison.Ordinal);

        // The reader that failed must not keep the store from answering the next question.
        Assert.NotEmpty(await damaged.ListSeriesAsync(new SeriesFilter(Property: "temperature")));
    }

    [Fact]
    public async Task A_file_of_a_newer_program_is_left_alone()
    {
        await using (var store = Open(_folder.Path))
        {
            AppendSome(store, batches: 1);
        }

        await using (var file = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "history-p0.db")};Pooling=False"))
        {
            await file.OpenAsync();
            await using var command = file.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            await command.ExecuteNonQueryAsync();
        }

        Assert.Contains("schema version 99", Assert.Throws<HistoryStoreException>(() => Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_stores_cannot_share_a_folder()
    {
        await using var store = Open(_folder.Path);
        Assert.Throws<HistoryStoreException>(() => Open(_folder.Path));
    }

    [Fact]
    public async Task A_closed_store_refuses_work()
    {
        var store = Open(_folder.Path);
        AppendSome(store, batches: 1);
        await store.DisposeAsync();
        await store.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => AppendSome(store, batches: 1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CheckpointAsync(0));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ReadRawAsync(new RawQuery(District, 0, 1)));
    }

    [Theory]
    [InlineData("", 512, 0, 1, "Directory")]
    [InlineData("x", 15, 0, 1, "BlockReadings")]
    [InlineData("x", 5000, 0, 1, "BlockReadings")]
    [InlineData("x", 512, -1, 1, "TailBytesPerPartition")]
    [InlineData("x", 512, 0, 0, "MaxWindows")]
    public void A_setting_out_of_bounds_is_named(string directory, int block, long tail, int windows, string name)
    {
        var options = new EmbeddedHistoryOptions { Directory = directory, BlockReadings = block, TailBytesPerPartition = tail, MaxWindows = windows };
        Assert.Contains($"History:{name}", Assert.Throws<InvalidOperationException>(() => new EmbeddedHistoryStore(options, Properties)).Message, StringComparison.Ordinal);
    }

    private static EmbeddedHistoryStore Open(string folder, int blockReadings = 16, long tailBytes = 1 << 20) =>
        new(new EmbeddedHistoryOptions { Directory = folder, BlockReadings = blockReadings, TailBytesPerPartition = tailBytes }, Properties);

    private void AppendSome(EmbeddedHistoryStore store, int batches)
    {
        for (var b = 0; b < batches; b++)
        {
            Append(store, [.. Enumerable.Range(0, 8).Select(i => new TestReading(
                _book.GetOrAdd("viet-yen", "environment", $"s-{_random.Next(3)}"), i % 2, T0 + ((_second += _random.Next(-3, 10)) * 1000), Math.Round(_random.NextDouble() * 90, 1)))]);
        }
    }

    private void AppendOne(EmbeddedHistoryStore store, SensorAddress sensor, int readings) =>
        Append(store, [.. Enumerable.Range(0, readings).Select(_ => new TestReading(sensor, Pm25, T0 + (++_second * 1000), Math.Round(_random.NextDouble() * 90, 1)))]);

    private void Append(EmbeddedHistoryStore store, params TestReading[] readings)
    {
        foreach (var reading in readings)
        {
            _expected.Add(reading);
        }

        _log.Append(store, readings);
    }

    private async Task AssertHoldsAllAsync(EmbeddedHistoryStore store)
    {
        Assert.Equal(_expected.Series(), await store.ListSeriesAsync(new SeriesFilter()));
        var wanted = _expected.Raw(District, 0, long.MaxValue, QualityFilter.Ok);
        Assert.Equal(wanted, await HistoryAssert.AllAsync(store, new RawQuery(District, 0, long.MaxValue, Limit: 1000)));
        HistoryAssert.Same(
            ExpectedHistory.Aggregate(wanted, at => (at / 3_600_000 * 3_600_000, (at / 3_600_000 * 3_600_000) + 3_600_000)),
            await store.ReadWindowsAsync(new WindowQuery(District, T0 - 86_400_000, T0 + (10 * 86_400_000L), "PT1H", "UTC")));
    }

    private string Copy(string name)
    {
        var to = _folder.Combine(name);
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(_folder.Combine("live"), "history-p*"))
        {
            if (!file.EndsWith("-shm", StringComparison.Ordinal))
            {
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            }
        }

        return to;
    }
}
