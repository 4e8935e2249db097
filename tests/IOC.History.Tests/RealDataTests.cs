using System.Globalization;
using IOC.History.Embedded;
using IOC.Telemetry;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.History.Tests;

/// <summary>Three years of hourly air measurements of four stations, in and out again.</summary>
public sealed class RealDataTests(ITestOutputHelper output)
{
    private static readonly string[] Stations = ["aotizhongxin", "changping", "dongsi", "wanliu"];
    private static readonly string[] Columns = ["pm25_ugm3", "pm10_ugm3", "so2_ugm3", "no2_ugm3", "co_ugm3", "o3_ugm3", "temp_c", "pressure_hpa", "dewpoint_c", "rain_mm", "wind_ms"];
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    private readonly PropertyCatalogue _properties = new(Columns.Select(c => new PropertyDefinition(c, "1", new LocalText(c, c), -1e6, 1e6, 1, "")));

    [SharedDataFact]
    public async Task Every_row_is_stored_once_and_means_equal_those_of_the_file()
    {
        using var folder = new TempDirectory();
        var rows = Stations.ToDictionary(s => s, s => ReadStation(s).ToList());
        await using (var store = Open(folder.Path))
        {
            await FillAsync(store, rows);
            await AssertEqualAsync(store, rows);
        }

        await using var again = Open(folder.Path);
        await AssertEqualAsync(again, rows);
        var figures = again.ReadFigures();
        Assert.Equal(rows.Values.Sum(r => r.Count), figures.Readings);
        output.WriteLine($"{figures.Readings} readings, {figures.Blocks} blocks, {figures.Bytes} bytes: {(double)figures.Bytes / figures.Readings:F2} bytes a reading");
    }

    private async Task FillAsync(EmbeddedHistoryStore store, Dictionary<string, List<(int Property, long AtMs, double Value)>> rows)
    {
        var book = new AddressBook();
        var batch = new TelemetryBatch();
        var offset = 0L;
        var order = rows.SelectMany(s => s.Value.Select(r => (Station: s.Key, r.Property, r.AtMs, r.Value))).GroupBy(r => r.AtMs).OrderBy(g => g.Key);
        foreach (var day in order.Chunk(24))
        {
            batch.Reset(0, ++offset);
            foreach (var message in day.SelectMany(h => h.GroupBy(r => r.Station)))
            {
                var at = message.First().AtMs;
                batch.BeginReadings(book.GetOrAdd("beijing", "environment", message.Key), at, at);
                foreach (var row in message)
                {
                    batch.AddValue(row.Property, Quality.Ok, row.Value);
                }
            }

            store.Append(batch);
            store.Append(batch);
            if (offset % 50 == 0)
            {
                await store.CheckpointAsync(0);
            }
        }
    }

    private static async Task AssertEqualAsync(EmbeddedHistoryStore store, Dictionary<string, List<(int Property, long AtMs, double Value)>> rows)
    {
        foreach (var station in Stations)
        {
            foreach (var property in new[] { "pm25_ugm3", "temp_c", "rain_mm" })
            {
                var expected = Points(rows, station, property);
                Assert.Equal(expected, await HistoryAssert.AllAsync(store, new RawQuery(SeriesSelector.ForSensor(station, property), 0, long.MaxValue)));
                await AssertWindowsAsync(store, SeriesSelector.ForSensor(station, property), expected);
            }
        }

        foreach (var property in new[] { "pm25_ugm3", "co_ugm3" })
        {
            var expected = Stations.SelectMany(s => Points(rows, s, property)).OrderBy(p => p.MeasuredAtMs).ThenBy(p => p.Sensor, StringComparer.Ordinal).ToList();
            await AssertWindowsAsync(store, SeriesSelector.ForDistrict("beijing", property), expected);
        }

        Assert.Equal(
            rows.OrderBy(s => s.Key, StringComparer.Ordinal).SelectMany(s => Columns.Order(StringComparer.Ordinal).Select(c => (s.Key, c, (long)Points(rows, s.Key, c).Count))),
            (await store.ListSeriesAsync(new SeriesFilter())).Select(s => (s.Sensor, s.Property, s.Count)));
    }

    private static async Task AssertWindowsAsync(EmbeddedHistoryStore store, SeriesSelector selector, List<HistoryPoint> points)
    {
        var (from, to) = (points[0].MeasuredAtMs, points[^1].MeasuredAtMs + 1);
        foreach (var (window, next) in new (string, Func<DateTime, (DateTime, DateTime)>)[]
        {
            ("P1D", d => (d.Date, d.Date.AddDays(1))),
            ("P1M", d => (new DateTime(d.Year, d.Month, 1), new DateTime(d.Year, d.Month, 1).AddMonths(1))),
            ("P1Y", d => (new DateTime(d.Year, 1, 1), new DateTime(d.Year + 1, 1, 1))),
        })
        {
            var expected = ExpectedHistory.Aggregate(points, at =>
            {
                var (start, end) = next(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), Zone).DateTime);
                return (Utc(start), Utc(end));
            });
            HistoryAssert.Same(expected, await store.ReadWindowsAsync(new WindowQuery(selector, from, to, window, "Asia/Shanghai")));
        }
    }

    private static List<HistoryPoint> Points(Dictionary<string, List<(int Property, long AtMs, double Value)>> rows, string station, string property) =>
        [.. rows[station].Where(r => Columns[r.Property] == property).Select(r => new HistoryPoint(station, r.AtMs, r.Value, Quality.Ok))];

    private static IEnumerable<(int Property, long AtMs, double Value)> ReadStation(string station)
    {
        var lines = File.ReadLines(Path.Combine(Repository.SharedData, "replay", "air_beijing", station + ".csv"));
        var header = lines.First().Split(',');
        var places = Columns.Select(c => Array.IndexOf(header, c)).ToArray();
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split(',');
            var at = Utc(DateTime.ParseExact(fields[0], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
            for (var property = 0; property < Columns.Length; property++)
            {
                if (fields[places[property]].Length > 0)
                {
                    yield return (property, at, double.Parse(fields[places[property]], CultureInfo.InvariantCulture) + 0.0);
                }
            }
        }
    }

    private static long Utc(DateTime wall) => new DateTimeOffset(wall, Zone.GetUtcOffset(wall)).ToUnixTimeMilliseconds();

    private EmbeddedHistoryStore Open(string folder) => new(new EmbeddedHistoryOptions { Directory = folder }, _properties);
}
