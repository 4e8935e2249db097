namespace IOC.History.Analysis;

/// <summary>
/// The distribution of a window's values, for percentiles. Up to <see cref="ExactCount"/> values all are kept, and percentiles
/// are exact; beyond, a merging t-digest (T. Dunning, O. Ertl, "Computing extremely accurate quantiles using t-digests",
/// 2019) with scale function k1 and compression 200 keeps about 1 % of rank in the middle and far less at the ends.
/// </summary>
internal sealed class Distribution
{
    /// <summary>Values that are kept as they are.</summary>
    public const int ExactCount = 2048;

    private const double Compression = 200;

    private double[] _fresh = new double[16];
    private int _freshCount;
    private Centroid[] _centroids = [];
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;

    private readonly record struct Centroid(double Mean, double Weight);

    public void Add(double value)
    {
        if (_freshCount == ExactCount)
        {
            Compress();
        }

        if (_freshCount == _fresh.Length)
        {
            Array.Resize(ref _fresh, Math.Min(ExactCount, _fresh.Length * 2));
        }

        _fresh[_freshCount++] = value;
        _min = Math.Min(_min, value);
        _max = Math.Max(_max, value);
    }

    /// <summary>A percentile, interpolated between the nearest ranks (type 7 of R. Hyndman, Y. Fan, "Sample quantiles in
    /// statistical packages", 1996; PERCENTILE.INC of spreadsheets). At least one value must have been added.</summary>
    /// <param name="percent">0 to 100.</param>
    public double Percentile(double percent)
    {
        var share = percent / 100;
        if (_centroids.Length > 0)
        {
            Compress();
            return Estimate(share);
        }

        Array.Sort(_fresh, 0, _freshCount);
        var rank = share * (_freshCount - 1);
        var below = (int)rank;
        var above = Math.Min(below + 1, _freshCount - 1);
        return _fresh[below] + ((_fresh[above] - _fresh[below]) * (rank - below));
    }

    private void Compress()
    {
        if (_freshCount == 0)
        {
            return;
        }

        var all = new Centroid[_centroids.Length + _freshCount];
        _centroids.CopyTo(all, 0);
        for (var i = 0; i < _freshCount; i++)
        {
            all[_centroids.Length + i] = new Centroid(_fresh[i], 1);
        }

        _freshCount = 0;
        Array.Sort(all, static (a, b) => a.Mean.CompareTo(b.Mean));
        var total = all.Sum(c => c.Weight);
        var merged = new List<Centroid>();
        var current = all[0];
        var before = 0.0;
        var limit = total * Limit(0);
        foreach (var next in all.AsSpan(1))
        {
            if (before + current.Weight + next.Weight <= limit)
            {
                var weight = current.Weight + next.Weight;
                current = new Centroid(current.Mean + ((next.Mean - current.Mean) * next.Weight / weight), weight);
                continue;
            }

            merged.Add(current);
            before += current.Weight;
            limit = total * Limit(before / total);
            current = next;
        }

        merged.Add(current);
        _centroids = [.. merged];
    }

    /// <summary>Share up to which a centroid that begins at a share may reach: one step of k1.</summary>
    private static double Limit(double share)
    {
        var k = (Compression / (2 * Math.PI) * Math.Asin((2 * share) - 1)) + 1;
        var angle = Math.Min(k * 2 * Math.PI / Compression, Math.PI / 2);
        return (Math.Sin(angle) + 1) / 2;
    }

    /// <summary>On the line between the middles of neighbouring centroids, and to the extremes at the ends.</summary>
    private double Estimate(double share)
    {
        var total = _centroids.Sum(c => c.Weight);
        var rank = share * total;
        var (lastRank, lastValue) = (0.0, _min);
        var before = 0.0;
        foreach (var centroid in _centroids)
        {
            var middle = before + (centroid.Weight / 2);
            if (rank <= middle)
            {
                return Between(lastRank, lastValue, middle, centroid.Mean, rank);
            }

            (lastRank, lastValue) = (middle, centroid.Mean);
            before += centroid.Weight;
        }

        return Between(lastRank, lastValue, total, _max, rank);
    }

    private static double Between(double fromRank, double fromValue, double toRank, double toValue, double rank) =>
        toRank > fromRank ? fromValue + ((toValue - fromValue) * (rank - fromRank) / (toRank - fromRank)) : toValue;
}
