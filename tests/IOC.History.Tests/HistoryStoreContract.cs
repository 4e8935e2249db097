using IOC.Telemetry;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests;

/// <summary>What every history store must do. A kind of store runs it by saying how it is opened.</summary>
public abstract partial class HistoryStoreContract : IAsyncLifetime
{
    private const long Second = 1000;
    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;
    private const long Never = long.MaxValue;

    private readonly AddressBook _book = new();
    private readonly TestLog _log = new();
    private StoreHarness _harness = null!;

    private IHistoryStore Store => _harness.Store;

    private SensorAddress Sensor => _book.GetOrAdd("viet-yen", "environment", "air-01");

    private static SeriesSelector Air01 => SeriesSelector.ForSensor("air-01", "pm25");

    /// <summary>Makes a harness for a store that holds nothing.</summary>
    protected abstract StoreHarness NewHarness();

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _harness = NewHarness();
        await _harness.OpenAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [StoreFact]
    public async Task An_empty_store_has_no_checkpoint_and_no_readings()
    {
        Assert.Equal(0, Store.LoadCheckpoint(0));
        Assert.Empty((await Store.ReadRawAsync(new RawQuery(Air01, 0, Never))).Points);
        Assert.Empty(await Store.ReadWindowsAsync(new WindowQuery(Air01, T0, T0 + Day, "PT1H", "UTC")));
        Assert.Empty(await Store.ListSeriesAsync(new SeriesFilter()));
        Assert.Equal(0, Store.ReadFigures().Readings);
    }

    [StoreFact]
    public async Task Imported_readings_are_durable_at_once_and_once()
    {
        _log.Append(Store, [.. Enumerable.Range(500, 100).Select(i => Reading(i, i))]);
        await Store.CheckpointAsync(0);
        ImportedReading[] years = [.. Enumerable.Range(0, 3000).Select(i => new ImportedReading(Sensor, Pm25, T0 + (i * Second), i * 0.5, i % 100 == 7 ? Quality.Implausible : Quality.Ok))];
        await Store.ImportAsync(0, years[..2000]);
        await Store.ImportAsync(0, years[1500..]);
        await _harness.CrashAsync();
        await _harness.OpenAsync();
        _log.Replay(Store, Store.LoadCheckpoint(0));

        var all = await HistoryAssert.AllAsync(Store, new RawQuery(Air01, T0, Never, QualityFilter.All));
        Assert.Equal(years.Select(r => new HistoryPoint("air-01", r.MeasuredAtMs, r.Value, r.Quality)), all);

        // The log goes on where it was.
        _log.Append(Store, Reading(3000, 7));
        Assert.Equal(2, await Store.CheckpointAsync(0));
        Assert.Equal(3001, (await HistoryAssert.AllAsync(Store, new RawQuery(Air01, T0, Never, QualityFilter.All))).Count);
    }

    [StoreFact]
    public async Task What_was_kept_long_enough_goes_and_a_removal_may_begin_before_1970()
    {
        const long From1960 = -315_619_200_000;
        _log.Append(Store, [.. Enumerable.Range(0, 20).Select(i => Reading(i, i))]);
        await Store.ImportAsync(0, [.. Enumerable.Range(0, 5).Select(i => new ImportedReading(Sensor, Temperature, From1960 + (i * Second), i, Quality.Ok))]);
        await Store.CheckpointAsync(0);

        Assert.Equal(3, await Store.DeleteAsync(new SeriesSet(["air-01"], [], [], ["temperature"]), From1960, From1960 + (3 * Second)));
        Assert.Equal(10, await Store.DeleteAsync(new SeriesSet(["air-01"], [], [], ["pm25"]), From1960, T0 + (10 * Second)));
        Assert.Equal([10.0, 11, 12, 13, 14, 15, 16, 17, 18, 19], (await HistoryAssert.AllAsync(Store, new RawQuery(Air01, From1960, Never))).Select(p => p.Value));

        Assert.Equal(12, (await Store.MaintainAsync(new Dictionary<string, long> { ["pm25"] = T0 + Day, ["temperature"] = T0 })).Removed);
        Assert.Empty(await Store.ListSeriesAsync(new SeriesFilter()));
    }

    [StoreFact]
    public async Task Readings_are_answered_before_any_checkpoint()
    {
        _log.Append(Store, Reading(0, 12.3), Reading(1, 12.4, Quality.Fault), Reading(2, 12.5));

        var page = await Store.ReadRawAsync(new RawQuery(Air01, T0, T0 + Day));
        Assert.Equal([new HistoryPoint("air-01", T0, 12.3, Quality.Ok), new HistoryPoint("air-01", T0 + (2 * Second), 12.5, Quality.Ok)], page.Points);
        Assert.Null(page.Next);

        var all = await Store.ReadRawAsync(new RawQuery(Air01, T0, T0 + Day, QualityFilter.All));
        Assert.Equal([Quality.Ok, Quality.Fault, Quality.Ok], all.Points.Select(p => p.Quality));
    }

    [StoreFact]
    public async Task A_range_holds_its_start_and_not_its_end()
    {
        _log.Append(Store, [.. Enumerable.Range(0, 5).Select(i => Reading(i, i))]);
        var page = await Store.ReadRawAsync(new RawQuery(Air01, T0 + Second, T0 + (3 * Second)));
        Assert.Equal([1.0, 2.0], page.Points.Select(p => p.Value));
    }

    [StoreFact]
    public async Task A_checkpoint_survives_a_crash_and_what_came_after_comes_again_from_the_log()
    {
        _log.Append(Store, Reading(0, 1), Reading(1, 2));
        Assert.Equal(1, await Store.CheckpointAsync(0));
        _log.Append(Store, Reading(2, 3));
        await _harness.CrashAsync();
        await _harness.OpenAsync();

        Assert.Equal(1, Store.LoadCheckpoint(0));
        Assert.Equal([1.0, 2.0], await ValuesAsync());
        _log.Replay(Store, Store.LoadCheckpoint(0));
        Assert.Equal([1.0, 2.0, 3.0], await ValuesAsync());
    }

    [StoreFact]
    public async Task A_replay_of_batches_that_the_store_has_changes_nothing()
    {
        _log.Append(Store, Reading(0, 1), Reading(1, 2));
        _log.Append(Store, Reading(1, 5));
        await Store.CheckpointAsync(0);
        _log.Replay(Store, 0);
        await _harness.CloseAsync();
        await _harness.OpenAsync();
        _log.Replay(Store, 0);

        Assert.Equal([1.0, 5.0], await ValuesAsync());
        Assert.Equal(2, Assert.Single(await Store.ListSeriesAsync(new SeriesFilter())).Count);
    }

    [StoreFact]
    public async Task A_stop_makes_everything_durable()
    {
        _log.Append(Store, Reading(0, 1), Reading(1, 2));
        await _harness.CloseAsync();
        await _harness.OpenAsync();
        Assert.Equal(1, Store.LoadCheckpoint(0));
        Assert.Equal([1.0, 2.0], await ValuesAsync());
    }

    [StoreFact]
    public async Task A_redelivery_is_one_reading_and_another_value_replaces_the_first()
    {
        _log.Append(Store, Reading(0, 1), Reading(0, 1));
        _log.Append(Store, Reading(0, 1));
        Assert.Equal([1.0], await ValuesAsync());
        _log.Append(Store, Reading(0, 7, Quality.Calibrating));
        var point = Assert.Single((await Store.ReadRawAsync(new RawQuery(Air01, 0, Never, QualityFilter.All))).Points);
        Assert.Equal((7.0, Quality.Calibrating), (point.Value, point.Quality));
        Assert.Empty(await ValuesAsync());
    }

    [StoreFact]
    public async Task A_late_value_replaces_one_of_long_ago_and_one_for_a_new_instant_is_added()
    {
        _log.Append(Store, [.. Enumerable.Range(0, 3000).Select(i => Reading(i * 10, i))]);
        await Store.CheckpointAsync(0);
        _log.Append(Store, Reading(100, -1), Reading(105, -2), Reading(-500, -3));
        await AssertHoldsAsync();
        await Store.CheckpointAsync(0);
        _log.Append(Store, Reading(100, -4));
        await AssertHoldsAsync();
        await _harness.CrashAsync();
        await _harness.OpenAsync();
        _log.Replay(Store, Store.LoadCheckpoint(0));
        await AssertHoldsAsync();

        async Task AssertHoldsAsync()
        {
            var expected = new SortedDictionary<long, double>(Enumerable.Range(0, 3000).ToDictionary(i => T0 + (i * 10 * Second), i => (double)i))
            {
                [T0 + (100 * Second)] = _log.Head == 2 ? -1 : -4,
                [T0 + (105 * Second)] = -2,
                [T0 - (500 * Second)] = -3,
            };
            Assert.Equal(expected.Values, await ValuesAsync());
            var info = Assert.Single(await Store.ListSeriesAsync(new SeriesFilter()));
            Assert.Equal((expected.Keys.First(), expected.Keys.Last(), (long)expected.Count), (info.FirstMs, info.LastMs, info.Count));
            var sum = await Store.ReadWindowsAsync(new WindowQuery(Air01, T0 - Day, T0 + (40 * Day), "P1Y", "UTC"));
            Assert.Equal(expected.Values.Sum(), sum.Sum(w => w.Sum));
        }
    }

    [StoreFact]
    public async Task Partitions_have_checkpoints_of_their_own()
    {
        var other = new TestLog(3);
        _log.Append(Store, Reading(0, 1));
        other.Append(Store, new TestReading(_book.GetOrAdd("luc-ngan", "water", "w-1"), Stage, T0, 5));
        other.Append(Store, new TestReading(_book.GetOrAdd("luc-ngan", "water", "w-1"), Stage, T0 + 1, 6));
        await Store.CheckpointAsync(3);
        await _harness.CrashAsync();
        await _harness.OpenAsync();

        Assert.Equal((0, 2), (Store.LoadCheckpoint(0), Store.LoadCheckpoint(3)));
        Assert.Equal("w-1", Assert.Single(await Store.ListSeriesAsync(new SeriesFilter())).Sensor);
        Assert.Contains(new HistoryPartitionFigures(3, 2, 2), Store.ReadFigures().Partitions);
    }

    [StoreFact]
    public async Task A_batch_without_readings_moves_the_checkpoint()
    {
        _log.Append(Store);
        Assert.Equal(1, await Store.CheckpointAsync(0));
        await _harness.CrashAsync();
        await _harness.OpenAsync();
        Assert.Equal(1, Store.LoadCheckpoint(0));
    }

    [StoreFact]
    public async Task A_cancelled_query_stops()
    {
        _log.Append(Store, Reading(0, 1));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadRawAsync(new RawQuery(Air01, 0, Never), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.ReadWindowsAsync(new WindowQuery(Air01, T0, T0 + Day, "PT1H", "UTC"), cancelled.Token));
    }

    [StoreFact]
    public async Task Series_are_listed_and_narrowed()
    {
        var noise = _book.GetOrAdd("viet-yen", "noise", "n-1");
        var far = _book.GetOrAdd("luc-ngan", "environment", "air-02");
        _log.Append(Store, Reading(0, 1), Reading(5, 1), new TestReading(Sensor, Temperature, T0, 20), new TestReading(noise, Temperature, T0, 21), new TestReading(far, Pm25, T0, 9, Quality.Fault));

        Assert.Equal(
            [
                new SeriesInfo("air-01", "viet-yen", "environment", "pm25", T0, T0 + (5 * Second), 2),
                new SeriesInfo("air-01", "viet-yen", "environment", "temperature", T0, T0, 1),
                new SeriesInfo("air-02", "luc-ngan", "environment", "pm25", T0, T0, 1),
                new SeriesInfo("n-1", "viet-yen", "noise", "temperature", T0, T0, 1),
            ],
            await Store.ListSeriesAsync(new SeriesFilter()));
        Assert.Equal(["air-01", "air-02"], (await Store.ListSeriesAsync(new SeriesFilter(Property: "pm25"))).Select(s => s.Sensor));
        Assert.Equal(["n-1"], (await Store.ListSeriesAsync(new SeriesFilter(District: "viet-yen", Domain: "noise"))).Select(s => s.Sensor));
        Assert.Equal(["pm25", "temperature"], (await Store.ListSeriesAsync(new SeriesFilter(Sensor: "air-01"))).Select(s => s.Property));
        Assert.Empty(await Store.ListSeriesAsync(new SeriesFilter(Sensor: "air-09")));
    }

    [StoreFact]
    public async Task A_sensor_that_moved_is_one_sensor_and_counts_where_it_stood()
    {
        var moved = _book.GetOrAdd("luc-ngan", "environment", "air-01");
        var other = new TestLog(1);
        _log.Append(Store, Reading(0, 1), Reading(1, 2), Reading(2, 3));
        other.Append(Store, new TestReading(moved, Pm25, T0 + (3 * Second), 4), new TestReading(moved, Pm25, T0 + (4 * Second), 5));

        Assert.Equal([1.0, 2.0, 3.0, 4.0, 5.0], await ValuesAsync());
        Assert.Equal([new SeriesInfo("air-01", "luc-ngan", "environment", "pm25", T0, T0 + (4 * Second), 5)], await Store.ListSeriesAsync(new SeriesFilter()));
        Assert.Equal(15, Assert.Single(await Store.ReadWindowsAsync(new WindowQuery(Air01, T0, T0 + Hour, "PT1H", "UTC"))).Sum);
        var before = await Store.ReadWindowsAsync(new WindowQuery(SeriesSelector.ForDistrict("viet-yen", "pm25"), T0, T0 + Hour, "PT1H", "UTC"));
        Assert.Equal(6, Assert.Single(before).Sum);
    }

    private TestReading Reading(long second, double value, Quality quality = Quality.Ok) => new(Sensor, Pm25, T0 + (second * Second), value, quality);

    private async Task<IEnumerable<double>> ValuesAsync() =>
        (await HistoryAssert.AllAsync(Store, new RawQuery(Air01, 0, Never))).Select(p => p.Value);
}
