using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>A mean on its way, and whether it is beyond its limit.</summary>
internal sealed class AverageState
{
    private readonly long _partMs;
    private readonly double _needed;

    public AverageState(RuleAverage average, long periodMs)
    {
        LengthMs = Math.Max(1, (long)average.Length.TotalMilliseconds);
        Clock = average.Clock;
        var parts = MeanBuckets.PartsOf(LengthMs, periodMs);
        _partMs = Math.Max(1, LengthMs / parts);

        // A rolling mean has one stretch more: the oldest leaves as the newest fills.
        var expected = (double)LengthMs / parts / periodMs;
        Buckets = new MeanBuckets(Clock ? parts : parts + 1, expected);
        _needed = Math.Min(1, average.MinimumShare) * parts * expected;
    }

    // A field: it is changed in place.
    public LimitState Limit;

    public MeanBuckets Buckets { get; }

    public long LengthMs { get; }

    public bool Clock { get; }

    /// <summary>Clock windows: the one that is open; equal to <see cref="ToMs"/> when none is.</summary>
    public long FromMs { get; set; }

    public long ToMs { get; set; }

    /// <summary>Clock windows: what was measured before this is judged.</summary>
    public long JudgedToMs { get; set; } = Series.Never;

    /// <summary>Clock windows: when a tick closes the one that is open.</summary>
    public long DueAtMs { get; set; } = long.MaxValue;

    public bool IsOpen => FromMs < ToMs;

    public bool IsSaid => Limit.Side != 0 || !Buckets.IsEmpty || JudgedToMs != Series.Never;

    /// <summary>Stretch of a rolling mean that an instant lies in.</summary>
    public long StretchOf(long atMs) => CityZone.FloorDivide(atMs, _partMs);

    /// <summary>The mean over the time up to an instant. False when there are too few readings for one.</summary>
    public bool TryRollingMean(long atMs, out double mean)
    {
        // Of the oldest stretch as much is left as of the newest is still to come.
        var passed = (double)(atMs - (Buckets.Newest * _partMs)) / _partMs;
        mean = Buckets.Mean(Math.Clamp(1 - passed, 0, 1), out var weight);
        return weight >= _needed;
    }

    /// <summary>Adds to the window that is open. Stretches are parts of it, so that all have their place.</summary>
    public void AddToWindow(long atMs, double value) =>
        Buckets.TryAdd((long)((double)(atMs - FromMs) / (ToMs - FromMs) * Buckets.Room), value);

    /// <summary>The mean of the window that is open. False when there are too few readings for one.</summary>
    public bool TryWindowMean(out double mean)
    {
        mean = Buckets.Mean(1, out var weight);
        return weight >= _needed;
    }

    public void CloseWindow()
    {
        JudgedToMs = ToMs;
        FromMs = ToMs;
        DueAtMs = long.MaxValue;
        Buckets.Clear();
    }

    public void Write(StateWriter writer)
    {
        writer.Byte((byte)Limit.Side);
        writer.Int64(Limit.SinceMs);
        writer.Byte(Clock ? (byte)1 : (byte)0);
        writer.Int64(LengthMs);
        writer.Int64(FromMs);
        writer.Int64(ToMs);
        writer.Int64(JudgedToMs);
        writer.Int64(DueAtMs);
        Buckets.Write(writer);
    }

    /// <summary>Reads what was written; a rule with another length begins its mean anew.</summary>
    public static void Read(ref StateReader reader, AverageState? into, bool raised)
    {
        var limit = new LimitState { Raised = raised, Side = (sbyte)reader.Byte(), SinceMs = reader.Int64() };
        var clock = reader.Byte() != 0;
        var length = reader.Int64();
        var (from, to, judged, due) = (reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64());
        var same = into is not null && into.Clock == clock && into.LengthMs == length;
        var buckets = into?.Buckets ?? new MeanBuckets(1, 1);
        var kept = buckets.Read(ref reader, same);
        if (into is null)
        {
            return;
        }

        into.Limit = limit;
        if (kept)
        {
            (into.FromMs, into.ToMs, into.JudgedToMs, into.DueAtMs) = (from, to, judged, due);
        }
    }
}
