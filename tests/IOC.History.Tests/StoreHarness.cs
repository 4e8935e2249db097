using IOC.Telemetry;

namespace IOC.History.Tests;

/// <summary>How the contract suite opens, closes and crashes a kind of store.</summary>
public abstract class StoreHarness : IAsyncDisposable
{
    /// <summary>The store that is open.</summary>
    public abstract IHistoryStore Store { get; }

    /// <summary>Opens the store, again with what it held when it was closed or crashed.</summary>
    public abstract Task OpenAsync();

    /// <summary>Closes the store as its host does at a stop.</summary>
    public abstract Task CloseAsync();

    /// <summary>Loses everything that is not durable, as a crash does.</summary>
    public abstract Task CrashAsync();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Names used by the tests.</summary>
public static class TestCity
{
    /// <summary>Properties; the indices below are their places.</summary>
    public static readonly PropertyCatalogue Properties = new([
        Define("pm25", "ug/m3"), Define("temperature", "Cel"), Define("stage", "cm")]);

    public const int Pm25 = 0;
    public const int Temperature = 1;
    public const int Stage = 2;

    /// <summary>The time at which most tests begin: 2026-01-05 00:00 UTC.</summary>
    public const long T0 = 1_767_571_200_000;

    private static PropertyDefinition Define(string code, string unit) =>
        new(code, unit, new LocalText(code, code), -10_000, 100_000, 1, unit);
}

/// <summary>One reading as the tests write it.</summary>
public readonly record struct TestReading(SensorAddress Sensor, int Property, long AtMs, double Value, Quality Quality = Quality.Ok);

/// <summary>A log of one partition: makes batches with rising offsets and can repeat them.</summary>
public sealed class TestLog(int partition = 0)
{
    private readonly List<TestReading[]> _entries = [];

    /// <summary>Offset of the newest batch.</summary>
    public long Head => _entries.Count;

    /// <summary>Partition number.</summary>
    public int Partition => partition;

    /// <summary>Adds readings as one batch and gives it to a store.</summary>
    public void Append(IHistoryStore store, params TestReading[] readings)
    {
        _entries.Add(readings);
        Replay(store, Head - 1);
    }

    /// <summary>Gives every batch beyond an offset to a store.</summary>
    public void Replay(IHistoryStore store, long afterOffset)
    {
        var batch = new TelemetryBatch();
        for (var offset = afterOffset + 1; offset <= Head; offset++)
        {
            batch.Reset(partition, offset);
            batch.Add(MessageKind.Tick, null, TestCity.T0, TestCity.T0);
            foreach (var r in _entries[(int)offset - 1])
            {
                batch.BeginReadings(r.Sensor, r.AtMs, r.AtMs);
                batch.AddValue(r.Property, r.Quality, r.Value);
            }

            store.Append(batch);
        }
    }
}

/// <summary>What a store must hold, kept the simple way.</summary>
public sealed class ExpectedHistory
{
    private readonly Dictionary<(string District, string Domain, string Sensor, string Property), SortedDictionary<long, (double Value, Quality Quality)>> _series = [];

    /// <summary>Takes a reading; a later one of the same instant replaces it.</summary>
    public void Add(in TestReading r)
    {
        var key = (r.Sensor.District, r.Sensor.Domain, r.Sensor.Sensor, TestCity.Properties[r.Property].Code);
        if (!_series.TryGetValue(key, out var readings))
        {
            _series.Add(key, readings = []);
        }

        readings[r.AtMs] = (r.Value, r.Quality);
    }

    /// <summary>Removes readings of a property in [from, to).</summary>
    /// <param name="sensor">Sensor slug; null = of all sensors.</param>
    /// <param name="property">Property code.</param>
    /// <param name="fromMs">First instant.</param>
    /// <param name="toMs">First instant that stays.</param>
    public void Delete(string? sensor, string property, long fromMs, long toMs)
    {
        foreach (var (key, readings) in _series.Where(s => s.Key.Property == property && (sensor is null || s.Key.Sensor == sensor)).ToList())
        {
            foreach (var at in readings.Keys.Where(at => at >= fromMs && at < toMs).ToList())
            {
                readings.Remove(at);
            }

            if (readings.Count == 0)
            {
                _series.Remove(key);
            }
        }
    }

    /// <summary>The readings that a query asks for, in its order.</summary>
    public List<HistoryPoint> Raw(SeriesSelector selector, long fromMs, long toMs, QualityFilter quality) =>
        [.. _series.Where(s => s.Key.Property == selector.Property
                && (selector.Sensor is null || s.Key.Sensor == selector.Sensor)
                && (selector.District is null || s.Key.District == selector.District)
                && (selector.Domain is null || s.Key.Domain == selector.Domain))
            .SelectMany(s => s.Value.Select(r => new HistoryPoint(s.Key.Sensor, r.Key, r.Value.Value, r.Value.Quality)))
            .Where(p => p.MeasuredAtMs >= fromMs && p.MeasuredAtMs < toMs && (quality == QualityFilter.All || p.Quality == Quality.Ok))
            .OrderBy(p => p.MeasuredAtMs).ThenBy(p => p.Sensor, StringComparer.Ordinal)];

    /// <summary>All series in order of sensor and property.</summary>
    public List<SeriesInfo> Series() =>
        [.. _series.OrderBy(s => s.Key.Sensor, StringComparer.Ordinal).ThenBy(s => s.Key.Property, StringComparer.Ordinal)
            .Select(s => new SeriesInfo(s.Key.Sensor, s.Key.District, s.Key.Domain, s.Key.Property, s.Value.Keys.First(), s.Value.Keys.Last(), s.Value.Count))];

    /// <summary>Aggregates by a naive grouping.</summary>
    /// <param name="readings">Readings in order of time, then of sensor.</param>
    /// <param name="windowOf">Start and end of the window that holds an instant.</param>
    public static List<WindowAggregate> Aggregate(IEnumerable<HistoryPoint> readings, Func<long, (long Start, long End)> windowOf) =>
        [.. readings.GroupBy(p => windowOf(p.MeasuredAtMs)).OrderBy(g => g.Key.Start).Select(g => new WindowAggregate(
            g.Key.Start, g.Key.End, g.Count(), g.Average(p => p.Value), g.Min(p => p.Value), g.Max(p => p.Value), g.Sum(p => p.Value),
            g.First().Value, g.Where(p => p.MeasuredAtMs == g.Last().MeasuredAtMs).First().Value))];
}

/// <summary>Comparisons with messages that help.</summary>
public static class HistoryAssert
{
    /// <summary>Equal but for the rounding of sums, which depends on the order of addition.</summary>
    public static void Same(IReadOnlyList<WindowAggregate> expected, IReadOnlyList<WindowAggregate> actual)
    {
        Assert.Equal(expected.Select(w => (w.StartMs, w.EndMs, w.Count)), actual.Select(w => (w.StartMs, w.EndMs, w.Count)));
        for (var i = 0; i < expected.Count; i++)
        {
            var (e, a) = (expected[i], actual[i]);
            Assert.Equal((e.Min, e.Max, e.First, e.Last), (a.Min, a.Max, a.First, a.Last));
            var tolerance = 1e-9 * Math.Max(1, Math.Max(Math.Abs(e.Min), Math.Abs(e.Max)));
            Assert.Equal(e.Mean, a.Mean, tolerance);
            Assert.Equal(e.Sum, a.Sum, tolerance * e.Count);
        }
    }

    /// <summary>Reads all pages of a query.</summary>
    public static async Task<List<HistoryPoint>> AllAsync(IHistoryStore store, RawQuery query)
    {
        var points = new List<HistoryPoint>();
        await foreach (var point in store.StreamRawAsync(query))
        {
            points.Add(point);
        }

        return points;
    }
}
