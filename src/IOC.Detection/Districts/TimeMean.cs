namespace IOC.Detection;

/// <summary>
/// Mean of a figure over the last stretch of time, each value weighted by how long it held. Kept in 60 parts of the window (of a second
/// at least), so it is exact to a sixtieth of it and bounded in size.
/// </summary>
internal sealed class TimeMean
{
    private const int Parts = 60;
    private const long LeastPartMs = 1000;
    private readonly long _windowMs;
    private readonly long _partMs;
    private readonly double[] _sums;
    private readonly double[] _weights;

    public TimeMean(long windowMs)
    {
        _windowMs = windowMs;
        _partMs = Math.Max(LeastPartMs, (windowMs + Parts - 1) / Parts);
        var parts = (int)((windowMs + _partMs - 1) / _partMs);
        _sums = new double[parts];
        _weights = new double[parts];
    }

    /// <summary>Number of the newest part since 1970; <see cref="Series.Never"/> before the first.</summary>
    private long _newest = Series.Never;

    /// <summary>Adds a figure that held from one instant to another, ms; not before what was added last.</summary>
    public void Add(long fromMs, long toMs, double figure)
    {
        for (var at = Math.Max(fromMs, toMs - _windowMs); at < toMs;)
        {
            var part = Math.DivRem(at, _partMs, out var within);
            var length = Math.Min(_partMs - within, toMs - at);
            MoveTo(part);
            var slot = (int)(part % _sums.Length);
            _sums[slot] += figure * length;
            _weights[slot] += length;
            at += length;
        }
    }

    /// <summary>The mean up to an instant; NaN when less than a share of the window is known.</summary>
    public double At(long nowMs, double leastShare)
    {
        MoveTo(nowMs / _partMs);
        var (sum, weight) = (_sums.Sum(), _weights.Sum());

        // The parts hold up to one part less than the window, since the newest has only begun.
        return weight >= leastShare * _windowMs ? sum / weight : double.NaN;
    }

    public void Write(StateWriter writer)
    {
        writer.Int64(_partMs);
        writer.Byte((byte)_sums.Length);
        writer.Int64(_newest);
        for (var i = 0; i < _sums.Length; i++)
        {
            writer.Double(_sums[i]);
            writer.Double(_weights[i]);
        }
    }

    /// <summary>Reads what was written; that of another window says nothing and is passed over.</summary>
    public static void Read(ref StateReader reader, TimeMean? into)
    {
        var partMs = reader.Int64();
        var parts = reader.Byte();
        var newest = reader.Int64();
        var fits = into is not null && into._partMs == partMs && into._sums.Length == parts;
        for (var i = 0; i < parts; i++)
        {
            var (sum, weight) = (reader.Double(), reader.Double());
            if (fits)
            {
                (into!._sums[i], into._weights[i]) = (sum, weight);
            }
        }

        if (fits)
        {
            into!._newest = newest;
        }
    }

    private void MoveTo(long part)
    {
        if (_newest == Series.Never || part - _newest >= _sums.Length || part < _newest)
        {
            Array.Clear(_sums);
            Array.Clear(_weights);
        }
        else
        {
            for (var next = _newest + 1; next <= part; next++)
            {
                var slot = (int)(next % _sums.Length);
                (_sums[slot], _weights[slot]) = (0, 0);
            }
        }

        _newest = part;
    }
}
