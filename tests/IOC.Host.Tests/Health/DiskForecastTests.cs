using IOC.Host.Health.Disk;

namespace IOC.Host.Tests.Health;

/// <summary>When the disk is full, from samples that are made up: no clock, no disk.</summary>
public sealed class DiskForecastTests
{
    private const long Gib = 1L << 30;
    private const long HourMs = 3_600_000;

    [Fact]
    public void A_disk_that_fills_steadily_is_full_when_its_free_bytes_are_used_up()
    {
        var outlook = DiskForecast.Of(Hours(72, h => (100 * Gib) - (h * Gib)), reserveBytes: 0);
        Assert.Equal(24.0 * Gib, outlook.BytesPerDay!.Value, 0.001 * Gib);
        Assert.Equal(TimeSpan.FromHours(29).TotalHours, outlook.FullIn!.Value.TotalHours, 0.01);
    }

    [Fact]
    public void The_reserve_counts_as_no_room()
    {
        var outlook = DiskForecast.Of(Hours(72, h => (100 * Gib) - (h * Gib)), reserveBytes: 5 * Gib);
        Assert.Equal(24, outlook.FullIn!.Value.TotalHours, 0.01);
        Assert.Equal(TimeSpan.Zero, DiskForecast.Of(Hours(1, _ => 4 * Gib), 5 * Gib).FullIn);
    }

    [Fact]
    public void Before_six_hours_nothing_is_said_and_a_disk_that_does_not_fill_is_never_full()
    {
        Assert.Null(DiskForecast.Of(Hours(6, h => (10 * Gib) - (h * Gib)), 0).FullIn);
        Assert.Equal(3, DiskForecast.Of(Hours(7, h => (10 * Gib) - (h * Gib)), 0).FullIn!.Value.TotalHours - 1, 0.01);
        Assert.Null(DiskForecast.Of(Hours(100, _ => 10 * Gib), 0).FullIn);
        Assert.Null(DiskForecast.Of(Hours(100, h => (10 * Gib) + (h * Gib)), 0).FullIn);
    }

    [Fact]
    public void A_nightly_backup_that_comes_and_goes_and_retention_by_the_day_do_not_change_the_trend()
    {
        // One GiB a day is used; at night 20 GiB for four hours; at noon half of the day's growth is given back by retention.
        var outlook = DiskForecast.Of(Hours(14 * 24, h => (100 * Gib) - (h * Gib / 24) - (h % 24 is >= 2 and < 6 ? 20 * Gib : 0) + (h % 24 >= 12 ? Gib / 2 : 0)), 0);
        Assert.InRange(outlook.BytesPerDay!.Value, 0.7 * Gib, 1.6 * Gib);
        Assert.InRange(outlook.FullIn!.Value.TotalDays, 50, 140);
    }

    [Fact]
    public void A_fleet_that_grew_tenfold_yesterday_is_told_from_its_last_day()
    {
        var outlook = DiskForecast.Of(Hours(14 * 24, h => h < 13 * 24 ? (100 * Gib) - (h * Gib / 24) : (100 * Gib) - (13 * Gib) - ((h - (13 * 24)) * 10 * Gib / 24)), 0);
        Assert.InRange(outlook.BytesPerDay!.Value, 9.5 * Gib, 10.5 * Gib);
    }

    [Fact]
    public void Big_files_that_were_removed_once_do_not_hide_that_the_disk_fills()
    {
        var outlook = DiskForecast.Of(Hours(14 * 24, h => (50 * Gib) - (h * Gib / 24) + (h > 100 ? 30 * Gib : 0)), 0);
        Assert.InRange(outlook.BytesPerDay!.Value, 0.9 * Gib, 1.1 * Gib);
    }

    [Fact]
    public void Each_stores_growth_is_told()
    {
        List<DiskSample> samples = [.. Enumerable.Range(0, 48).Select(h => new DiskSample(
            h * HourMs, 100 * Gib, new Dictionary<string, long>(StringComparer.Ordinal) { ["history"] = h * Gib / 24, ["mqtt"] = Gib }))];
        var growth = DiskForecast.Of(samples, 0).Growth;
        Assert.Equal(Gib, growth["history"], 0.001 * Gib);
        Assert.Equal(0, growth["mqtt"]);
    }

    [Fact]
    public void Theil_and_Sen_bear_with_a_quarter_of_nonsense()
    {
        List<(double, double)> points = [.. Enumerable.Range(0, 100).Select(i => ((double)i, i % 4 == 0 ? 1e9 : 3.0 * i))];
        Assert.Equal(3, TheilSen.Slope(points)!.Value, 0.5);
        Assert.Null(TheilSen.Slope([(1, 2), (1, 3)]));
        Assert.Null(TheilSen.Slope([]));
    }

    private static List<DiskSample> Hours(int count, Func<long, long> free) =>
        [.. Enumerable.Range(0, count).Select(h => new DiskSample(h * HourMs, free(h), new Dictionary<string, long>(StringComparer.Ordinal)))];
}
