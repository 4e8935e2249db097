namespace IOC.History.Analysis;

/// <summary>How a long series is thinned out for a chart.</summary>
public enum Downsampling
{
    /// <summary>Lowest and highest reading of each stretch of time: no peak is lost.</summary>
    MinMax = 0,

    /// <summary>Largest-Triangle-Three-Buckets (S. Steinarsson, "Downsampling Time Series for Visual Representation", 2013), over
    /// the lowest and highest readings of four times as many stretches (J. Van Der Donckt et al., "MinMaxLTTB", 2023): keeps the
    /// shape that an eye sees.</summary>
    Lttb = 1,
}

/// <summary>Thins out one series to about a number of readings as they stream by. The first and last always stay.</summary>
internal sealed class Downsampler
{
    private const int Preselection = 4;

    private readonly Downsampling _method;
    private readonly int _points;
    private readonly long _fromMs;
    private readonly double _bucketMs;
    private readonly List<HistoryPoint> _kept = [];
    private long _bucket = long.MinValue;
    private HistoryPoint _low;
    private HistoryPoint _high;
    private HistoryPoint _last;
    private bool _any;

    /// <summary>Begins a series.</summary>
    /// <param name="method">How.</param>
    /// <param name="points">Most readings to keep, 4 or more.</param>
    /// <param name="fromMs">Start of the range.</param>
    /// <param name="toMs">End of the range.</param>
    public Downsampler(Downsampling method, int points, long fromMs, long toMs)
    {
        (_method, _points, _fromMs) = (method, points, fromMs);
        var buckets = method == Downsampling.Lttb ? points * Preselection / 2 : Math.Max(1, (points - 2) / 2);
        _bucketMs = (double)(toMs - fromMs) / buckets;
    }

    /// <summary>Takes the next reading in order of time.</summary>
    public void Add(in HistoryPoint point)
    {
        var bucket = (long)((point.MeasuredAtMs - _fromMs) / _bucketMs);
        if (!_any)
        {
            (_any, _bucket, _low, _high) = (true, bucket, point, point);
            _kept.Add(point);
        }
        else if (bucket != _bucket)
        {
            CloseBucket();
            (_bucket, _low, _high) = (bucket, point, point);
        }
        else
        {
            _low = point.Value < _low.Value ? point : _low;
            _high = point.Value > _high.Value ? point : _high;
        }

        _last = point;
    }

    /// <summary>The readings kept, in order of time.</summary>
    public IReadOnlyList<HistoryPoint> Finish()
    {
        if (!_any)
        {
            return [];
        }

        CloseBucket();
        Keep(_last);
        return _method == Downsampling.Lttb && _kept.Count > _points ? LargestTriangles(_kept, _points) : _kept;
    }

    private void CloseBucket()
    {
        var (first, second) = _low.MeasuredAtMs <= _high.MeasuredAtMs ? (_low, _high) : (_high, _low);
        Keep(first);
        Keep(second);
    }

    private void Keep(in HistoryPoint point)
    {
        if (point.MeasuredAtMs > _kept[^1].MeasuredAtMs)
        {
            _kept.Add(point);
        }
    }

    private static List<HistoryPoint> LargestTriangles(List<HistoryPoint> points, int keep)
    {
        var result = new List<HistoryPoint>(keep) { points[0] };
        var width = (double)(points.Count - 2) / (keep - 2);
        for (var i = 0; i < keep - 2; i++)
        {
            var (start, end) = ((int)(i * width) + 1, (int)((i + 1) * width) + 1);
            var nextEnd = Math.Min((int)((i + 2) * width) + 1, points.Count);
            var (meanAt, meanValue) = Mean(points, end, Math.Max(nextEnd, end + 1));
            result.Add(Largest(points, start, end, result[^1], meanAt, meanValue));
        }

        result.Add(points[^1]);
        return result;
    }

    private static (double AtMs, double Value) Mean(List<HistoryPoint> points, int start, int end)
    {
        var (at, value) = (0.0, 0.0);
        for (var i = start; i < end; i++)
        {
            at += points[i].MeasuredAtMs - points[start].MeasuredAtMs;
            value += points[i].Value;
        }

        return (points[start].MeasuredAtMs + (at / (end - start)), value / (end - start));
    }

    private static HistoryPoint Largest(List<HistoryPoint> points, int start, int end, in HistoryPoint left, double rightAt, double rightValue)
    {
        var (best, bestArea) = (points[start], -1.0);
        for (var i = start; i < end; i++)
        {
            var area = Math.Abs(((left.MeasuredAtMs - rightAt) * (points[i].Value - left.Value)) - ((left.MeasuredAtMs - points[i].MeasuredAtMs) * (rightValue - left.Value)));
            if (area > bestArea)
            {
                (best, bestArea) = (points[i], area);
            }
        }

        return best;
    }
}
