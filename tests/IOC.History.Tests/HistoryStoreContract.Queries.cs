using IOC.Telemetry;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests;

/// <content>Pages, windows and their errors.</content>
public abstract partial class HistoryStoreContract
{
    [StoreTheory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Pages_follow_each_other_without_gap_or_overlap(int limit)
    {
        var expected = AppendDistrict(sensors: 4, readings: 300);
        var district = SeriesSelector.ForDistrict("viet-yen", "pm25");
        foreach (var (selector, count) in new[] { (district, 50), (SeriesSelector.ForSensor("d-2", "pm25"), 80) })
        {
            var from = T0 + (7 * Second);
            var wanted = expected.Raw(selector, from, Never, QualityFilter.Ok).Take(count * limit).ToList();
            var points = new List<HistoryPoint>();
            string? cursor = null;
            for (var page = 0; page < count; page++)
            {
                var answer = await Store.ReadRawAsync(new RawQuery(selector, from, Never, Limit: limit, Cursor: cursor));
                points.AddRange(answer.Points);
                cursor = answer.Next;
                if (cursor is null)
                {
                    break;
                }

                Assert.Equal(limit, answer.Points.Count);
            }

            Assert.Equal(wanted, points);
            Assert.Equal(wanted.Count < expected.Raw(selector, from, Never, QualityFilter.Ok).Count, cursor is not null);
        }
    }

    [StoreFact]
    public async Task A_district_is_aggregated_over_its_sensors_and_can_be_narrowed_to_a_domain()
    {
        var expected = AppendDistrict(sensors: 5, readings: 400);
        foreach (var selector in new[] { SeriesSelector.ForDistrict("viet-yen", "pm25"), SeriesSelector.ForDistrict("viet-yen", "pm25", "noise") })
        {
            foreach (var quality in new[] { QualityFilter.Ok, QualityFilter.All })
            {
                var from = T0 + (33 * Second);
                var to = T0 + (1111 * Second);
                var wanted = ExpectedHistory.Aggregate(expected.Raw(selector, from, to, quality), at => (at / 60_000 * 60_000, (at / 60_000 * 60_000) + 60_000));
                Assert.True(wanted.Count > 10);
                HistoryAssert.Same(wanted, await Store.ReadWindowsAsync(new WindowQuery(selector, from, to, "PT1M", "Asia/Ho_Chi_Minh", quality)));
            }
        }
    }

    [StoreFact]
    public async Task Windows_without_a_reading_are_left_out()
    {
        _log.Append(Store, Reading(0, 1), Reading(3 * 3600, 4), Reading(3 * 3600 + 1, 6), Reading(5 * 3600, 9, Quality.Implausible));
        var windows = await Store.ReadWindowsAsync(new WindowQuery(Air01, T0, T0 + Day, "PT1H", "UTC"));
        Assert.Equal(
            [
                new WindowAggregate(T0, T0 + Hour, 1, 1, 1, 1, 1, 1, 1),
                new WindowAggregate(T0 + (3 * Hour), T0 + (4 * Hour), 2, 5, 4, 6, 10, 4, 6),
            ],
            windows);
    }

    [StoreTheory]
    [InlineData("Asia/Ho_Chi_Minh", "P1D", "2026-03-01T00:00:00+07:00", "2026-04-05T12:00:00+07:00")]
    [InlineData("Europe/Berlin", "P1D", "2026-03-20T00:00:00+01:00", "2026-04-05T12:00:00+02:00")]
    [InlineData("Europe/Berlin", "P1M", "2026-01-15T00:00:00+01:00", "2026-12-05T12:00:00+01:00")]
    [InlineData("America/New_York", "P1W", "2026-02-15T00:00:00-05:00", "2026-12-05T12:00:00-05:00")]
    [InlineData("Asia/Kathmandu", "P1Y", "2024-02-15T00:00:00+05:45", "2026-12-05T12:00:00+05:45")]
    public async Task Days_weeks_months_and_years_are_those_of_the_zone(string zone, string window, string from, string to)
    {
        var expected = new ExpectedHistory();
        var (fromMs, toMs) = (Ms(from), Ms(to));
        var random = new Random(7);
        var readings = new List<TestReading>();
        for (var at = fromMs; at < toMs; at += random.Next(600_000, 10_800_000))
        {
            readings.Add(new TestReading(Sensor, Pm25, at, Math.Round(random.NextDouble() * 100, 1)));
            expected.Add(readings[^1]);
        }

        foreach (var part in readings.Chunk(500))
        {
            _log.Append(Store, part);
            await Store.CheckpointAsync(0);
        }

        var tz = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var wanted = ExpectedHistory.Aggregate(expected.Raw(Air01, fromMs, toMs, QualityFilter.Ok), at => NaiveWindow(tz, window, at));
        Assert.True(wanted.Count > 2);
        HistoryAssert.Same(wanted, await Store.ReadWindowsAsync(new WindowQuery(Air01, fromMs, toMs, window, zone)));
    }

    [StoreTheory]
    [InlineData("Mars/Olympus", "PT1H", 1, HistoryQueryError.UnknownZone, "unknown_zone")]
    [InlineData("", "PT1H", 1, HistoryQueryError.UnknownZone, "unknown_zone")]
    [InlineData("UTC", "1h", 1, HistoryQueryError.BadDuration, "bad_duration")]
    [InlineData("UTC", "P1M1D", 1, HistoryQueryError.BadDuration, "bad_duration")]
    [InlineData("UTC", "PT1S", 400, HistoryQueryError.TooManyWindows, "too_many_windows")]
    [InlineData("UTC", "PT1H", 0, HistoryQueryError.EmptyRange, "empty_range")]
    [InlineData("UTC", "PT1H", -1, HistoryQueryError.EmptyRange, "empty_range")]
    [InlineData("UTC", "P1Y", 100_000, HistoryQueryError.BadRange, "bad_range")]
    public async Task A_question_that_cannot_be_answered_says_how_to_mend_it(string zone, string window, int days, HistoryQueryError error, string type)
    {
        var thrown = await Assert.ThrowsAsync<HistoryQueryException>(
            () => Store.ReadWindowsAsync(new WindowQuery(Air01, T0, T0 + (days * Day), window, zone)));
        Assert.Equal((error, type), (thrown.Error, thrown.Type));
        Assert.True(thrown.Detail.Vi.Length > 20 && thrown.Detail.En.Length > 20 && thrown.Detail.Vi != thrown.Detail.En);
    }

    [StoreFact]
    public async Task A_bad_page_is_refused()
    {
        _log.Append(Store, Reading(0, 1));
        Assert.Equal(HistoryQueryError.BadLimit, await ErrorAsync(new RawQuery(Air01, 0, 1, Limit: 0)));
        Assert.Equal(HistoryQueryError.BadLimit, await ErrorAsync(new RawQuery(Air01, 0, 1, Limit: RawQuery.MaxLimit + 1)));
        Assert.Equal(HistoryQueryError.EmptyRange, await ErrorAsync(new RawQuery(Air01, 5, 5)));
        foreach (var cursor in new[] { "", "x", "12", "12~", "~air-01", "12~Not A Slug", "99999999999999999999~a" })
        {
            Assert.Equal(HistoryQueryError.BadCursor, await ErrorAsync(new RawQuery(Air01, 0, 1, Cursor: cursor)));
        }

        async Task<HistoryQueryError> ErrorAsync(RawQuery query) =>
            (await Assert.ThrowsAsync<HistoryQueryException>(() => Store.ReadRawAsync(query))).Error;
    }

    [StoreFact]
    public async Task Queries_see_every_reading_once_while_appends_and_checkpoints_go_on()
    {
        const int Readings = 6000;
        var appending = Task.Run(async () =>
        {
            for (var i = 0; i < Readings; i += 20)
            {
                _log.Append(Store, [.. Enumerable.Range(i, 20).Select(n => Reading(n, n))]);
                if (i % 300 == 0)
                {
                    await Store.CheckpointAsync(0);
                }
            }
        });

        // Every answer must be a gapless, doubleless beginning of the series, never shorter than the one before.
        var seen = 0L;
        while (seen < Readings)
        {
            if (appending.IsFaulted)
            {
                await appending;
            }

            var points = await HistoryAssert.AllAsync(Store, new RawQuery(Air01, 0, Never));
            Assert.Equal(Enumerable.Range(0, points.Count).Select(i => (double)i), points.Select(p => p.Value));
            Assert.InRange(points.Count, seen, Readings);
            var windows = await Store.ReadWindowsAsync(new WindowQuery(Air01, T0, T0 + Day, "P1D", "UTC"));
            var count = windows.Sum(w => w.Count);
            Assert.Equal(count * (count - 1) / 2.0, windows.Sum(w => w.Sum));
            Assert.InRange(count, points.Count, Readings);
            seen = count;
        }

        await appending;
    }

    private ExpectedHistory AppendDistrict(int sensors, int readings)
    {
        var expected = new ExpectedHistory();
        var random = new Random(3);
        for (var i = 0; i < readings; i++)
        {
            var batch = Enumerable.Range(0, sensors).Select(s => new TestReading(
                _book.GetOrAdd("viet-yen", s % 2 == 0 ? "environment" : "noise", $"d-{s}"), Pm25, T0 + (i * 4 * Second),
                Math.Round(random.NextDouble() * 50, 2), random.Next(20) == 0 ? Quality.Implausible : Quality.Ok)).ToList();
            batch.Add(new TestReading(_book.GetOrAdd("luc-ngan", "environment", "elsewhere"), Pm25, T0 + (i * Second), 1e6));
            _log.Append(Store, [.. batch]);
            batch.ForEach(r => expected.Add(r));
        }

        return expected;
    }

    private static (long Start, long End) NaiveWindow(TimeZoneInfo zone, string window, long atMs)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(atMs), zone).Date;
        var (start, end) = window switch
        {
            "P1D" => (local, local.AddDays(1)),
            "P1W" => (local.AddDays(-(((int)local.DayOfWeek + 6) % 7)), local.AddDays(7 - (((int)local.DayOfWeek + 6) % 7))),
            "P1M" => (new DateTime(local.Year, local.Month, 1), new DateTime(local.Year, local.Month, 1).AddMonths(1)),
            _ => (new DateTime(local.Year, 1, 1), new DateTime(local.Year + 1, 1, 1)),
        };
        return (Utc(start), Utc(end));

        long Utc(DateTime wall) => new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUnixTimeMilliseconds();
    }

    private static long Ms(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
