namespace IOC.Detection;

/// <summary>When the series of one stream fall due: what in them waits for time to pass. Series that wait for nothing are not in it.</summary>
internal sealed class SeriesTimers
{
    private Series?[] _series = new Series?[16];
    private long[] _dueAt = new long[16];
    private int _count;
    private long _earliest = long.MaxValue;

    /// <summary>All series in it, in no order that means anything.</summary>
    public ReadOnlySpan<Series?> All => _series.AsSpan(0, _count);

    /// <summary>Whether something may be due at an instant.</summary>
    public bool MayBeDue(long nowMs) => nowMs >= _earliest;

    public void Add(Series series, long dueAtMs)
    {
        if (_count == _series.Length)
        {
            Array.Resize(ref _series, _count * 2);
            Array.Resize(ref _dueAt, _count * 2);
        }

        series.Timer = _count;
        _series[_count++] = series;
        Set(series, dueAtMs);
    }

    public void Remove(Series series)
    {
        var last = _series[--_count]!;
        _series[series.Timer] = last;
        _dueAt[series.Timer] = _dueAt[_count];
        last.Timer = series.Timer;
        _series[_count] = null;
        series.Timer = -1;
    }

    public void Set(Series series, long dueAtMs)
    {
        _dueAt[series.Timer] = dueAtMs;
        _earliest = Math.Min(_earliest, dueAtMs);
    }

    /// <summary>Adds the series whose time has come. One pass over an array of numbers, and only when one may be due.</summary>
    public void TakeDue(long nowMs, List<Series> due)
    {
        if (nowMs < _earliest)
        {
            return;
        }

        var earliest = long.MaxValue;
        for (var i = 0; i < _count; i++)
        {
            if (_dueAt[i] <= nowMs)
            {
                _dueAt[i] = long.MaxValue;
                due.Add(_series[i]!);
            }
            else
            {
                earliest = Math.Min(earliest, _dueAt[i]);
            }
        }

        _earliest = earliest;
    }
}
