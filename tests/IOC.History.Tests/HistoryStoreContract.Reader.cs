using IOC.History.Analysis;
using IOC.Telemetry;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests;

/// <content>Readings of many series.</content>
public abstract partial class HistoryStoreContract
{
    [StoreFact]
    public async Task Readings_of_many_series_stream_one_series_after_another_and_go_on_behind_any_of_them()
    {
        var expected = AppendDistrict(sensors: 4, readings: 150);
        var reader = new HistoryReader(Store);
        var (from, to) = (T0 + (33 * Second), T0 + (999 * Second));
        var wanted = expected.Series()
            .SelectMany(s => expected.Raw(SeriesSelector.ForSensor(s.Sensor, s.Property), from, to, QualityFilter.Ok).Select(p => (s.Property, p))).ToList();
        var all = await ToListAsync(reader.StreamAsync(SeriesSet.All, from, to, QualityFilter.Ok));
        Assert.Equal(wanted, all.Select(r => (r.Series.Property, r.Point)));
        foreach (var at in new[] { 0, 1, all.Count / 3, all.Count / 2, all.Count - 1 })
        {
            Assert.Equal(all[(at + 1)..], await ToListAsync(reader.StreamAsync(SeriesSet.All, from, to, QualityFilter.Ok, HistoryReader.CursorOf(all[at]))));
        }

        await Assert.ThrowsAsync<HistoryQueryException>(() => ToListAsync(reader.StreamAsync(SeriesSet.All, from, to, QualityFilter.Ok, "x")));
    }

    [StoreFact]
    public async Task Each_series_is_thinned_out_on_its_own()
    {
        AppendDistrict(sensors: 3, readings: 300);
        var reader = new HistoryReader(Store);
        var all = await ToListAsync(reader.StreamAsync(SeriesSet.All, T0, Never, QualityFilter.Ok));
        var thin = await ToListAsync(reader.ThinAsync(SeriesSet.All, T0, T0 + (400 * Second), QualityFilter.Ok, Downsampling.Lttb, 20));
        Assert.Equal(all.Select(r => r.Series).Distinct(), thin.Select(r => r.Series).Distinct());
        Assert.All(thin.GroupBy(r => r.Series), g => Assert.InRange(g.Count(), 2, 20));
        Assert.Subset(all.ToHashSet(), thin.ToHashSet());
    }

    [StoreFact]
    public async Task The_state_at_a_moment_is_the_newest_reading_of_each_series_that_is_young_enough()
    {
        var expected = AppendDistrict(sensors: 5, readings: 200);
        var reader = new HistoryReader(Store);
        foreach (var at in new[] { T0 - Second, T0, T0 + (77 * Second), T0 + (1500 * Second), T0 + (100_000 * Second) })
        {
            foreach (var quality in new[] { QualityFilter.Ok, QualityFilter.All })
            {
                var wanted = expected.Series()
                    .Select(s => (s.Sensor, s.Property, Newest: expected.Raw(SeriesSelector.ForSensor(s.Sensor, s.Property), T0 - Second, at + 1, quality).LastOrDefault()))
                    .Where(s => s.Newest.Sensor is not null && s.Newest.MeasuredAtMs >= at - (30 * Second)).ToList();
                var found = await reader.AtAsync(SeriesSet.All, at, _ => 30 * Second, quality);
                Assert.Equal(wanted, found.Select(f => (f.Series.Sensor, f.Series.Property, f.Point)));
            }
        }
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }
}
