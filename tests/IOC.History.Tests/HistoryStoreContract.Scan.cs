using IOC.Telemetry;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests;

/// <content>Scans over many series.</content>
public abstract partial class HistoryStoreContract
{
    [StoreFact]
    public async Task A_scan_goes_through_each_series_of_the_set_in_order()
    {
        var expected = AppendDistrict(sensors: 4, readings: 300);
        var sets = new[]
        {
            SeriesSet.All, SeriesSet.Of("d-2", "pm25"), new SeriesSet(["d-1", "d-3", "nobody"], [], [], []), new SeriesSet([], ["viet-yen"], ["noise"], ["pm25"]),
            new SeriesSet([], ["elsewhere"], [], []),
        };
        foreach (var set in sets)
        {
            var wanted = expected.Series().Where(s => set.Holds(s.Sensor, s.District, s.Domain, s.Property)).ToList();
            var (from, to) = (T0 + (33 * Second), T0 + (1111 * Second));
            foreach (var totals in new[] { true, false })
            {
                var sink = new CollectingSink(totals);
                await Store.ScanAsync(set, from, to, sink);
                Assert.Equal(wanted.Select(s => (s.Sensor, s.Property)), sink.Series.Select(s => (s.Key.Sensor, s.Key.Property)));
                Assert.Equal(wanted.Select(s => new SeriesKey(s.Sensor, s.District, s.Domain, s.Property)), await Store.FindSeriesAsync(set));
                foreach (var (key, points, runs) in sink.Series)
                {
                    var readings = expected.Raw(SeriesSelector.ForSensor(key.Sensor, key.Property), from, to, QualityFilter.All);
                    Assert.Equal(readings.Count, points.Count + runs.Sum(r => r.Count));
                    Assert.Equal(readings.Sum(r => r.Value), points.Sum(p => p.Value) + runs.Sum(r => r.Sum), 1e-6);
                    Assert.Subset(readings.ToHashSet(), points.ToHashSet());
                    Assert.Equal(points.OrderBy(p => p.MeasuredAtMs), points);
                }
            }
        }
    }

    [StoreFact]
    public async Task A_scan_ends_when_nobody_waits_for_it()
    {
        AppendDistrict(sensors: 4, readings: 300);
        using var stop = new CancellationTokenSource();
        var sink = new CollectingSink(totals: false) { OnBegin = stop.Cancel };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ScanAsync(SeriesSet.All, T0, Never, sink, stop.Token));
        Assert.Single(sink.Series);
    }

    private sealed class CollectingSink(bool totals) : IReadingSink
    {
        private List<HistoryPoint> _points = [];
        private List<RunTotals> _runs = [];
        private SeriesKey? _open;

        public List<(SeriesKey Key, List<HistoryPoint> Points, List<RunTotals> Runs)> Series { get; } = [];

        public Action OnBegin { get; init; } = () => { };

        public bool Begin(SeriesKey series)
        {
            Assert.Null(_open);
            (_open, _points, _runs) = (series, [], []);
            Series.Add((series, _points, _runs));
            OnBegin();
            return true;
        }

        public bool TryAdd(in RunTotals run)
        {
            if (totals)
            {
                _runs.Add(run);
            }

            return totals;
        }

        public void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
        {
            Assert.True(samples.Length > 0 && samples.Length == qualities.Length);
            for (var i = 0; i < samples.Length; i++)
            {
                _points.Add(new HistoryPoint(_open!.Sensor, samples[i].AtMs, samples[i].Value, (Quality)qualities[i]));
            }
        }

        public void End()
        {
            Assert.NotNull(_open);
            _open = null;
        }
    }
}
