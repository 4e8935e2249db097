namespace IOC.Detection;

/// <summary>How many readings came in each part of a window, and whether too many are missing.</summary>
internal sealed class MissingState
{
    private const int MaxParts = 24;

    /// <summary>Parts kept beyond a window: the one that is filling, and one for a device whose clock is a little ahead.</summary>
    private const int Ahead = 2;
    private const double LeastKnown = 0.5;
    private readonly int _parts;
    private readonly long _partMs;
    private readonly long _periodMs;
    private readonly MeanBuckets _readings;
    private long _fromMs = Series.Never;
    private long _judged;

    public MissingState(long windowMs, long periodMs)
    {
        WindowMs = Math.Max(1, windowMs);
        _periodMs = Math.Max(1, periodMs);
        _parts = Math.Min(MaxParts, MeanBuckets.PartsOf(WindowMs, _periodMs));
        _partMs = Math.Max(1, WindowMs / _parts);
        _readings = new MeanBuckets(_parts + Ahead, (double)_partMs / _periodMs);
    }

    // A field: it is changed in place.
    public LimitState Limit;

    public long WindowMs { get; }

    public bool IsSaid => _fromMs != Series.Never;

    /// <summary>The end of the next part, and a period more for its last reading to arrive.</summary>
    public long DueAtMs => _fromMs == Series.Never ? long.MaxValue : ((_judged + 1) * _partMs) + _periodMs;

    /// <summary>Counts a reading.</summary>
    public void Take(long atMs, long receivedAtMs)
    {
        if (_fromMs == Series.Never)
        {
            Begin(Math.Max(atMs, receivedAtMs));
        }

        _readings.TryAdd(CityZone.FloorDivide(atMs, _partMs), 0);
    }

    /// <summary>The share missing over the window that ended last, when one has since it was asked before.</summary>
    /// <param name="nowMs">Time by the ticks.</param>
    /// <param name="clock">Knows when the host could not hear.</param>
    /// <param name="endMs">End of the window.</param>
    /// <param name="share">Share of the expected readings, 0 to 1.</param>
    public bool TryJudge(long nowMs, PartitionClock clock, out long endMs, out double share)
    {
        var end = CityZone.FloorDivide(nowMs - _periodMs, _partMs);
        endMs = end * _partMs;
        share = 0;
        if (end <= _judged)
        {
            return false;
        }

        _judged = end;
        if (endMs - WindowMs < _fromMs)
        {
            return false;
        }

        var (known, came) = (0.0, 0.0);
        for (var part = end - _parts; part < end; part++)
        {
            if (!_readings.IsForgotten(part))
            {
                known += _partMs - clock.DeafBetween(part * _partMs, (part + 1) * _partMs);
                came += _readings.WeightOf(part);
            }
        }

        share = known > 0 ? Math.Max(0, 1 - (came / (known / _periodMs))) : 0;
        return known >= LeastKnown * WindowMs;
    }

    /// <summary>Begins anew when the clock was set back to before what is judged.</summary>
    public void SetBack(long nowMs)
    {
        if (_fromMs != Series.Never && nowMs < _judged * _partMs)
        {
            _readings.Clear();
            Begin(nowMs);
        }
    }

    public void Write(StateWriter writer)
    {
        writer.Byte((byte)Limit.Side);
        writer.Int64(Limit.SinceMs);
        writer.Int64(_partMs);
        writer.Int64(_fromMs);
        writer.Int64(_judged);
        _readings.Write(writer);
    }

    /// <summary>Reads what was written; with another window or period it begins anew.</summary>
    public static void Read(ref StateReader reader, MissingState? into, bool raised)
    {
        var limit = new LimitState { Raised = raised, Side = (sbyte)reader.Byte(), SinceMs = reader.Int64() };
        var part = reader.Int64();
        var (from, judged) = (reader.Int64(), reader.Int64());
        var readings = into?._readings ?? new MeanBuckets(1, 1);
        var kept = readings.Read(ref reader, part == into?._partMs);
        if (into is null)
        {
            return;
        }

        into.Limit = limit;
        if (kept)
        {
            (into._fromMs, into._judged) = (from, judged);
        }
        else if (from != Series.Never)
        {
            into.Begin(judged * part);
        }
    }

    private void Begin(long atMs)
    {
        _fromMs = atMs;
        _judged = CityZone.FloorDivide(atMs, _partMs);
    }
}
