using IOC.History.Analysis;
using IOC.Telemetry;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests.Analysis;

/// <summary>Questions answered from a store, compared with what a reader of the same readings works out step by step.</summary>
public sealed class HistoryAnalystTests : IAsyncLifetime
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;
    private const long Never = T0 + (100_000 * Day);
    private const string Hanoi = "Asia/Ho_Chi_Minh";

    private readonly EmbeddedHarness _harness = new(32, 128L << 20);
    private readonly AddressBook _book = new();
    private readonly TestLog _log = new();
    private readonly List<SensorDefinition> _sensors = [];
    private readonly List<TestReading> _readings = [];

    public async Task InitializeAsync() => await _harness.OpenAsync();

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task Every_measure_is_what_a_plain_computation_gives()
    {
        FillRandomly(seed: 1);
        var measures = Measures("count", "mean", "min", "max", "sum", "first", "last", "stddev", "p50", "p95");
        foreach (var quality in new[] { QualityFilter.Ok, QualityFilter.All })
        {
            var (from, to) = (T0 + (5 * Minute), T0 + (2 * Day) + (7 * Minute));
            var answer = await AskAsync(new AnalysisQuery { Set = SeriesSet.All, FromMs = from, ToMs = to, Zone = Hanoi, Window = "PT3H", Measures = measures, Quality = quality });
            Assert.Equal(4, answer.Groups.Count);
            foreach (var group in answer.Groups)
            {
                var readings = _readings.Where(r => r.Sensor.Sensor == group.Sensor && Properties[r.Property].Code == group.Property)
                    .Where(r => r.AtMs >= from && r.AtMs < to && (quality == QualityFilter.All || r.Quality == Quality.Ok));
                var expected = readings.GroupBy(r => (r.AtMs + (7 * Hour)) / (3 * Hour)).OrderBy(g => g.Key).ToList();
                Assert.Equal(expected.Select(g => (g.Key * 3 * Hour) - (7 * Hour)), group.Cells.Select(c => c.StartMs));
                foreach (var (e, cell) in expected.Zip(group.Cells))
                {
                    var values = e.Select(r => r.Value).ToList();
                    Same([values.Count, values.Average(), values.Min(), values.Max(), values.Sum(), values[0], values[^1], Deviation(values), Percentile(values, 0.5), Percentile(values, 0.95)], cell.Values.Values);
                }
            }
        }
    }

    [Fact]
    public async Task Sensors_are_put_together_by_district_by_domain_and_all()
    {
        FillRandomly(seed: 2);
        foreach (var (groupBy, key) in new (GroupBy, Func<SensorAddress, string>)[]
        {
            (GroupBy.District, a => a.District), (GroupBy.Domain, a => a.Domain), (GroupBy.District | GroupBy.Domain, a => a.District + a.Domain), (GroupBy.None, _ => ""),
        })
        {
            var answer = await AskAsync(new AnalysisQuery
            {
                Set = new SeriesSet([], [], [], ["pm25"]),
                FromMs = T0,
                ToMs = T0 + Day,
                Zone = "UTC",
                Window = "PT6H",
                Measures = Measures("mean", "stddev"),
                GroupBy = groupBy,
            });
            var expected = _readings.Where(r => r.Property == Pm25 && r.Quality == Quality.Ok && r.AtMs < T0 + Day)
                .GroupBy(r => (Key: key(r.Sensor), Window: (r.AtMs - T0) / (6 * Hour)))
                .ToDictionary(g => g.Key, g => g.Select(r => r.Value).ToList());
            Assert.Equal(expected.Keys.Select(k => k.Key).Distinct().Count(), answer.Groups.Count);
            foreach (var group in answer.Groups)
            {
                Assert.Null(group.Sensor);
                foreach (var cell in group.Cells)
                {
                    var values = expected[(group.District + group.Domain, (cell.StartMs - T0) / (6 * Hour))];
                    Same([values.Average(), Deviation(values)], cell.Values.Values);
                }
            }
        }
    }

    [Fact]
    public async Task Hours_and_weekdays_are_those_of_the_zone()
    {
        FillRandomly(seed: 3, days: 9);
        var answer = await AskAsync(new AnalysisQuery
        {
            Set = SeriesSet.Of("a-1", "pm25"),
            FromMs = T0,
            ToMs = T0 + (9 * Day),
            Zone = Hanoi,
            Measures = Measures("mean"),
            GroupBy = GroupBy.Sensor | GroupBy.HourOfDay | GroupBy.DayOfWeek,
        });
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Hanoi);
        var expected = _readings.Where(r => r.Sensor.Sensor == "a-1" && r.Property == Pm25 && r.Quality == Quality.Ok)
            .GroupBy(r => Local(r.AtMs, zone)).OrderBy(g => g.Key.Weekday).ThenBy(g => g.Key.Hour).ToList();
        var cells = answer.Groups.Single().Cells;
        Assert.Equal(expected.Select(g => g.Key), cells.Select(c => (c.Weekday!.Value, c.Hour!.Value)));
        Assert.All(expected.Zip(cells), p => Same([p.First.Average(r => r.Value)], p.Second.Values.Values));
    }

    [Fact]
    public async Task The_hour_that_a_clock_change_repeats_counts_twice_and_the_skipped_one_not_at_all()
    {
        var sensor = Register("hanoi", "traffic", "berlin", Minute);
        var spring = At("2026-03-28T23:00:00Z");
        Append([.. Enumerable.Range(0, 26 * 60).Select(i => new TestReading(sensor, Pm25, spring + (i * Minute), 1))]);
        var autumn = At("2026-10-24T22:00:00Z");
        Append([.. Enumerable.Range(0, 26 * 60).Select(i => new TestReading(sensor, Pm25, autumn + (i * Minute), 1))]);
        foreach (var (from, hour, count) in new[] { (spring, 2, 0), (spring, 3, 60), (autumn, 2, 120), (autumn, 3, 60) })
        {
            var answer = await AskAsync(new AnalysisQuery
            {
                Set = SeriesSet.All,
                FromMs = from,
                ToMs = from + Day,
                Zone = "Europe/Berlin",
                Measures = Measures("count"),
                GroupBy = GroupBy.HourOfDay,
                Fill = Fill.Null,
            });
            var cell = answer.Groups.Single().Cells.Single(c => c.Hour == hour);
            Assert.Equal(count, cell.Values.Count);
            Assert.Equal(count == 0 ? null : 1.0, cell.Values.Coverage);
        }
    }

    [Fact]
    public async Task A_reading_holds_until_the_next_but_not_over_a_gap()
    {
        var lamp = Register("viet-yen", "lighting", "lamp", 10 * Minute);
        // 100 from 0:00, 40 from 1:00; each holds for three periods of 10 minutes at most; the one before the range counts too.
        Append(Reading(lamp, T0 - (10 * Minute), 60), Reading(lamp, T0 + (20 * Minute), 100), Reading(lamp, T0 + (40 * Minute), 40), Reading(lamp, T0 + (3 * Hour), 10));
        var answer = await AskAsync(new AnalysisQuery
        {
            Set = SeriesSet.All,
            FromMs = T0,
            ToMs = T0 + (2 * Hour),
            Zone = "UTC",
            Window = "PT1H",
            Measures = Measures("twmean", "exceedance:50", "exceedance:39"),
        });
        var cells = answer.Groups.Single(g => g.Property == "pm25").Cells;
        // 60 for 20 min, 100 for 20 min, 40 for 20 min; then 40 for 10 min more.
        Same([(60.0 + 100 + 40) / 3, 40.0 / 60, 1], cells[0].Values.Values);
        Same([40, 0, 10.0 / 60], cells[1].Values.Values);
        Assert.Equal((2, 0L), (cells.Count, cells[1].Values.Count));
    }

    [Fact]
    public async Task A_window_in_which_a_reading_only_held_is_there_with_what_it_held()
    {
        var hourly = Register("viet-yen", "environment", "hourly", Hour);
        Append(Reading(hourly, T0, 60), Reading(hourly, T0 + Hour, 40), Reading(hourly, T0 + (6 * Hour), 80));
        var query = new AnalysisQuery
        {
            Set = SeriesSet.Of("hourly", "pm25"),
            FromMs = T0,
            ToMs = T0 + (7 * Hour),
            Zone = "UTC",
            Window = "PT30M",
            Measures = Measures("exceedance:50", "twmean", "mean"),
        };
        var cells = (await AskAsync(query)).Groups.Single().Cells;
        // Of 60 for an hour, 40 for three, and 80 for one.
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 12, 13], cells.Select(c => (c.StartMs - T0) / (30 * Minute)));
        Assert.Equal(2, cells.Sum(c => c.Values.Values[0]));

        // Filling does not write over it; what is to come is no part of it.
        var filled = (await AskAsync(query with { Fill = Fill.Linear })).Groups.Single().Cells;
        Assert.Equal([60, 60, 40, 40, 40, 40, 40, 40, 48, 56, 64, 72, 80, 80], filled.Select(c => c.Values.Values[1]));
        Assert.Equal(["60", "50", "40", "44", "48", "52", "56", "60", "64", "68", "72", "76", "80", ""], filled.Select(c => $"{c.Values.Values[2]}"));
        Assert.Equal([false, true, false, true, true, true, true, true, true, true, true, true, false, false], filled.Select(c => c.Values.Filled));
        var now = await AnalystOf().AnswerAsync(query, T0 + (90 * Minute));
        Assert.Equal([0L, 1, 2, 12], now.Groups.Single().Cells.Select(c => (c.StartMs - T0) / (30 * Minute)));
    }

    [Fact]
    public async Task Exceedance_of_several_sensors_is_their_mean_and_rates_add_up()
    {
        var (one, two) = (Register("viet-yen", "power", "m-1", 10 * Minute), Register("viet-yen", "power", "m-2", 10 * Minute));
        for (var i = 0; i <= 6; i++)
        {
            Append(Reading(one, T0 + (i * 10 * Minute), 100 + (2 * i)), Reading(two, T0 + (i * 10 * Minute), i < 3 ? i : i - 3));
        }

        var answer = await AskAsync(new AnalysisQuery
        {
            Set = SeriesSet.All,
            FromMs = T0,
            ToMs = T0 + Hour + Minute,
            Zone = "UTC",
            Measures = Measures("rate", "exceedance:100"),
            GroupBy = GroupBy.District,
        });
        // The first rises by 2 each ten minutes; the second by 1, but for a new start from 0 (which adds 0).
        Same([12 + 5, 51.0 / 60 / 2], answer.Groups.Single(g => g.Property == "pm25").Cells.Single().Values.Values);
    }

    [Fact]
    public async Task Coverage_is_the_share_of_the_readings_that_were_due()
    {
        var (full, half) = (Register("viet-yen", "environment", "full", Minute), Register("viet-yen", "environment", "half", Minute));
        Register("viet-yen", "environment", "silent", Minute);
        var stranger = _book.GetOrAdd("viet-yen", "environment", "stranger");
        for (var i = 0; i < 120; i++)
        {
            Append(Reading(full, T0 + (i * Minute), 1), Reading(stranger, T0 + (i * Minute), 1));
            if (i % 2 == 0)
            {
                Append(Reading(half, T0 + (i * Minute), 1));
            }
        }

        var query = new AnalysisQuery { Set = new SeriesSet([], [], [], ["pm25"]), FromMs = T0, ToMs = T0 + (2 * Hour), Zone = "UTC", Window = "PT1H", Measures = Measures("mean"), Fill = Fill.Null };
        var bySensor = await AskAsync(query);
        Assert.Equal(
            [("full", 1.0), ("half", 0.5), ("silent", 0.0), ("stranger", null)],
            bySensor.Groups.Select(g => (g.Sensor!, g.Cells[0].Values.Coverage)));
        var district = (await AskAsync(query with { GroupBy = GroupBy.District })).Groups.Single();
        Assert.Equal((0.5, 4), (district.Cells[1].Values.Coverage, district.Sensors));
        // One that sends twice as often as it should does not stand in for those that are silent.
        Append([.. Enumerable.Range(0, 120).Select(i => Reading(full, T0 + (i * Minute) + 30_000, 1))]);
        Assert.Equal(0.5, (await AskAsync(query with { GroupBy = GroupBy.District })).Groups.Single().Cells[1].Values.Coverage);
        // Of the hour that has only begun, only what is past was due.
        var now = await AnalystOf().AnswerAsync(query, T0 + Hour + (30 * Minute));
        Assert.Equal(1.0, now.Groups[0].Cells[1].Values.Coverage);
    }

    [Fact]
    public async Task Empty_windows_are_filled_as_asked()
    {
        var sensor = Register("viet-yen", "environment", "s", Minute);
        Append(Reading(sensor, T0 + Hour, 10), Reading(sensor, T0 + (4 * Hour), 40));
        foreach (var (fill, expected) in new (Fill, double?[])[]
        {
            (Fill.None, [10, 40]), (Fill.Null, [null, 10, null, null, 40, null]), (Fill.Previous, [null, 10, 10, 10, 40, 40]), (Fill.Linear, [null, 10, 20, 30, 40, null]),
        })
        {
            var answer = await AskAsync(new AnalysisQuery
            {
                Set = SeriesSet.Of("s", "pm25"),
                FromMs = T0,
                ToMs = T0 + (6 * Hour),
                Zone = "UTC",
                Window = "PT1H",
                Measures = Measures("mean", "count"),
                Fill = fill,
            });
            var cells = answer.Groups.Single().Cells;
            Assert.Equal(expected, cells.Select(c => c.Values.Values[0]));
            Assert.Equal(2, cells.Sum(c => c.Values.Values[1]));
            Assert.All(cells, c => Assert.Equal(c.Values.Count == 0 && c.Values.Values[0] is not null, c.Values.Filled));
        }
    }

    [Fact]
    public async Task Each_window_is_compared_with_the_one_so_much_earlier_in_the_calendar()
    {
        var sensor = Register("viet-yen", "environment", "s", Hour);
        var start = At("2023-01-01T00:00:00+07:00");
        Append([.. Enumerable.Range(0, 800).Select(d => Reading(sensor, start + (d * Day) + (12 * Hour), d))]);
        var answer = await AskAsync(new AnalysisQuery
        {
            Set = SeriesSet.Of("s", "pm25"),
            FromMs = At("2024-02-01T00:00:00+07:00"),
            ToMs = At("2024-04-01T00:00:00+07:00"),
            Zone = Hanoi,
            Window = "P1M",
            Measures = Measures("mean", "count"),
            Compare = "P1Y",
        });
        var cells = answer.Groups.Single().Cells;
        Same([396 + 14, 29], cells[0].Values.Values);
        Same([31 + 13.5, 28], cells[0].Before!.Values);
        Same([425 + 15, 31], cells[1].Values.Values);
        Same([59 + 15, 31], cells[1].Before!.Values);
    }

    [Fact]
    public async Task A_leap_day_has_nothing_before_it()
    {
        var sensor = Register("viet-yen", "environment", "s", Hour);
        Append([.. Enumerable.Range(0, 800).Select(d => Reading(sensor, At("2023-01-01T12:00:00Z") + (d * Day), d))]);
        var answer = await AskAsync(new AnalysisQuery
        {
            Set = SeriesSet.Of("s", "pm25"),
            FromMs = At("2024-02-28T00:00:00Z"),
            ToMs = At("2024-03-02T00:00:00Z"),
            Zone = "UTC",
            Window = "P1D",
            Measures = Measures("mean"),
            Compare = "P1Y",
        });
        Assert.Equal([58.0, null, 59.0], answer.Groups.Single().Cells.Select(c => c.Before!.Values[0]));
    }

    [Fact]
    public async Task What_costs_too_much_is_refused_with_how_to_narrow_it()
    {
        FillRandomly(seed: 4);
        var query = new AnalysisQuery { Set = SeriesSet.All, FromMs = T0, ToMs = T0 + Day, Zone = "UTC", Window = "PT1M", Measures = Measures("mean") };
        await RefusedAsync(query, new AnalysisLimits(MaxCells: 1000), HistoryQueryError.TooManyWindows);
        await RefusedAsync(query, new AnalysisLimits(MaxCells: 2 * 1440), HistoryQueryError.TooManyCells);
        await RefusedAsync(query with { Measures = Measures("p50") }, new AnalysisLimits(MaxDistributionCells: 100), HistoryQueryError.TooManyCells);
        await RefusedAsync(query with { Measures = Measures("stddev") }, new AnalysisLimits(MaxReadings: 10), HistoryQueryError.TooCostly);
        await RefusedAsync(query with { Zone = "Mars/Olympus" }, new AnalysisLimits(), HistoryQueryError.UnknownZone);
        await RefusedAsync(query with { Compare = "P1" }, new AnalysisLimits(), HistoryQueryError.BadDuration);
        await RefusedAsync(query with { ToMs = T0, Window = null }, new AnalysisLimits(), HistoryQueryError.EmptyRange);
    }

    private async Task RefusedAsync(AnalysisQuery query, AnalysisLimits limits, HistoryQueryError error)
    {
        var refused = await Assert.ThrowsAsync<HistoryQueryException>(() => AnalystOf(limits).AnswerAsync(query, Never));
        Assert.Equal(error, refused.Error);
        Assert.NotEqual(refused.Detail.Vi, refused.Detail.En);
    }

    private Task<AnalysisResult> AskAsync(AnalysisQuery query) => AnalystOf().AnswerAsync(query, Never);

    private HistoryAnalyst AnalystOf(AnalysisLimits? limits = null) =>
        new(_harness.Store, new Catalogue(Properties, [], _sensors, []), limits ?? new AnalysisLimits());

    /// <summary>Three sensors in two districts and two domains, with gaps, late readings and readings of other quality.</summary>
    private void FillRandomly(int seed, int days = 2)
    {
        var random = new Random(seed);
        var sensors = new[] { Register("viet-yen", "environment", "a-1", Minute), Register("viet-yen", "traffic", "a-2", Minute), Register("luc-ngan", "environment", "b-1", Minute) };
        var all = new List<TestReading>();
        foreach (var sensor in sensors)
        {
            for (var i = 0; i < days * 24 * 20; i++)
            {
                if (random.Next(10) > 0)
                {
                    var quality = random.Next(25) == 0 ? (Quality)random.Next(1, 4) : Quality.Ok;
                    all.Add(new TestReading(sensor, Pm25, T0 + (i * 3 * Minute), Math.Round(random.NextDouble() * 100, 1), quality));
                    if (sensor == sensors[0])
                    {
                        all.Add(new TestReading(sensor, Temperature, T0 + (i * 3 * Minute), random.NextDouble(), quality));
                    }
                }
            }
        }

        foreach (var batch in all.OrderBy(r => r.AtMs + (random.Next(20) == 0 ? 5 * Hour : 0)).Chunk(100))
        {
            _log.Append(_harness.Store, batch);
        }

        _readings.AddRange(all.OrderBy(r => r.AtMs));
    }

    private SensorAddress Register(string district, string domain, string sensor, long periodMs)
    {
        var address = _book.GetOrAdd(district, domain, sensor);
        string[] properties = sensor == "a-1" ? ["pm25", "temperature"] : ["pm25"];
        _sensors.Add(new SensorDefinition(address, new LocalText(sensor, sensor), 106, 21, properties, TimeSpan.FromMilliseconds(periodMs), null));
        return address;
    }

    private void Append(params TestReading[] readings)
    {
        foreach (var batch in readings.Chunk(200))
        {
            _log.Append(_harness.Store, batch);
        }
    }

    private static TestReading Reading(SensorAddress sensor, long atMs, double value) => new(sensor, Pm25, atMs, value);

    private static Measure[] Measures(params string[] names) =>
        [.. names.Select(n => Measure.TryParse(n, out var measure) ? measure : throw new ArgumentException(n, nameof(names)))];

    private static long At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static (int Weekday, int Hour) Local(long atMs, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(atMs), zone);
        return (local.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)local.DayOfWeek, local.Hour);
    }

    private static double? Deviation(List<double> values)
    {
        var mean = values.Average();
        return values.Count > 1 ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1)) : null;
    }

    private static double Percentile(List<double> values, double share)
    {
        var sorted = values.Order().ToList();
        var rank = share * (sorted.Count - 1);
        return sorted[(int)rank] + ((sorted[Math.Min((int)rank + 1, sorted.Count - 1)] - sorted[(int)rank]) * (rank % 1));
    }

    private static void Same(double?[] expected, IReadOnlyList<double?> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        foreach (var (e, a) in expected.Zip(actual))
        {
            Assert.Equal(e.HasValue, a.HasValue);
            Assert.Equal(e ?? 0, a ?? 0, 1e-9 * Math.Max(1, Math.Abs(e ?? 0)));
        }
    }
}
