using IOC.History.Analysis;
using IOC.Telemetry;

namespace IOC.History.Tests.Analysis;

public sealed class DownsamplerTests
{
    [Theory]
    [InlineData(Downsampling.MinMax, 100)]
    [InlineData(Downsampling.Lttb, 100)]
    [InlineData(Downsampling.Lttb, 7)]
    [InlineData(Downsampling.MinMax, 4)]
    public void A_long_series_becomes_short_and_keeps_its_ends_and_its_highest_peak(Downsampling method, int points)
    {
        var random = new Random(5);
        var series = Enumerable.Range(0, 10_000).Select(i => Point(i, (20 * Math.Sin(i / 500.0)) + random.NextDouble())).ToArray();
        series[6_543] = Point(6_543, 500);
        var kept = Thin(method, points, series);
        Assert.InRange(kept.Count, 3, points);
        Assert.Equal((series[0], series[^1]), (kept[0], kept[^1]));
        Assert.Contains(series[6_543], kept);
        Assert.Equal(kept.OrderBy(p => p.MeasuredAtMs).Distinct(), kept);
        Assert.Subset(series.ToHashSet(), kept.ToHashSet());
    }

    [Theory]
    [InlineData(Downsampling.MinMax)]
    [InlineData(Downsampling.Lttb)]
    public void A_short_series_stays_as_it_is(Downsampling method)
    {
        Assert.Empty(Thin(method, 100, []));
        var one = new[] { Point(3, 1) };
        Assert.Equal(one, Thin(method, 100, one));
        var few = Enumerable.Range(0, 20).Select(i => Point(i * 500, i % 3)).ToArray();
        Assert.Equal(few, Thin(method, 100, few));
    }

    [Fact]
    public void Lowest_and_highest_of_each_stretch_stay()
    {
        var random = new Random(6);
        var series = Enumerable.Range(0, 10_000).Select(i => Point(i, random.NextDouble())).ToArray();
        var kept = Thin(Downsampling.MinMax, 102, series);
        for (var stretch = 0; stretch < 50; stretch++)
        {
            var inside = series[(stretch * 200)..((stretch + 1) * 200)];
            Assert.Contains(inside.MinBy(p => p.Value), kept);
            Assert.Contains(inside.MaxBy(p => p.Value), kept);
        }
    }

    private static HistoryPoint Point(int at, double value) => new("s", at, value, Quality.Ok);

    private static IReadOnlyList<HistoryPoint> Thin(Downsampling method, int points, HistoryPoint[] series)
    {
        var downsampler = new Downsampler(method, points, 0, 10_000);
        foreach (var point in series)
        {
            downsampler.Add(point);
        }

        return downsampler.Finish();
    }
}
