using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace IOC.Host.Metrics.Exposition;

/// <summary>All that was measured with an instrument. Safe for use from any thread.</summary>
internal sealed class MetricFamily
{
    /// <summary>Most combinations of labels kept of one instrument: what comes beyond is left out and counted.</summary>
    public const int MaxSeries = 2000;

    // Of OpenTelemetry's specification, for durations in seconds.
    private static readonly double[] s_bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly double[] _bounds;
    private readonly bool _adds;
    private long _leftOut;

    public MetricFamily(Instrument instrument, MetricKind kind)
    {
        Name = MetricName.Of(instrument, kind);
        Kind = kind;
        Help = instrument.Description ?? "";
        IsObserved = instrument.IsObservable;
        _bounds = Bounds(instrument);

        // Counters and up-down counters tell what is to be added; gauges, and all that is observed, tell what is.
        _adds = !instrument.IsObservable && instrument.GetType().GetGenericTypeDefinition() != typeof(Gauge<>);
    }

    /// <summary>Name without _total.</summary>
    public string Name { get; }

    public MetricKind Kind { get; }

    public string Help { get; }

    /// <summary>Measured when asked for: what was measured before does not count.</summary>
    public bool IsObserved { get; }

    /// <summary>Measurements left out because of too many labels.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>What there is, by labels.</summary>
    public IReadOnlyList<(string Labels, Series Series)> Read() =>
        [.. _series.Select(s => (s.Key, s.Value)).OrderBy(s => s.Key, StringComparer.Ordinal)];

    public void Clear() => _series.Clear();

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = MetricName.Labels(tags);
        if (!_series.TryGetValue(labels, out var series))
        {
            if (_series.Count >= MaxSeries)
            {
                Interlocked.Increment(ref _leftOut);
                return;
            }

            series = _series.GetOrAdd(labels, _ => new Series(Kind == MetricKind.Histogram ? _bounds : []));
        }

        if (Kind == MetricKind.Histogram)
        {
            series.Observe(value);
        }
        else
        {
            series.Set(value, _adds);
        }
    }

    private static double[] Bounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { Count: > 0 } b } => [.. b],
        Histogram<long> { Advice.HistogramBucketBoundaries: { Count: > 0 } b } => [.. b],
        Histogram<int> { Advice.HistogramBucketBoundaries: { Count: > 0 } b } => [.. b],
        _ => s_bounds,
    };
}

/// <summary>A value, or a histogram, with its labels.</summary>
internal sealed class Series(double[] bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _value;
    private long _count;

    public void Set(double value, bool add)
    {
        lock (_gate)
        {
            _value = add ? _value + value : value;
        }
    }

    public void Observe(double value)
    {
        lock (_gate)
        {
            var at = Array.BinarySearch(bounds, value);
            _counts[at >= 0 ? at : ~at]++;
            _value += value;
            _count++;
        }
    }

    /// <summary>The value, or a histogram's sum, and its number of measurements with those up to each bound.</summary>
    public (double Value, long Count, IReadOnlyList<(double Bound, long Count)> Buckets) Read()
    {
        lock (_gate)
        {
            var (buckets, sum) = (new (double, long)[bounds.Length], 0L);
            for (var i = 0; i < bounds.Length; i++)
            {
                buckets[i] = (bounds[i], sum += _counts[i]);
            }

            return (_value, _count, buckets);
        }
    }
}
