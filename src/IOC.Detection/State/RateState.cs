namespace IOC.Detection;

/// <summary>
/// What a series was a while ago, to tell how fast it changes: a mark every sixteenth of the window, each the median of three
/// readings in a row, so that one wrong reading moves neither end of the comparison.
/// </summary>
internal sealed class RateState(long windowMs)
{
    private const int Readings = 3;
    private const int MarksPerWindow = 16;

    /// <summary>Marks kept: one and a half windows of them, as the comparison may be that far back, and one more.</summary>
    private const int Room = (MarksPerWindow * 3 / 2) + 1;
    private const double NearestPart = 0.75;
    private const double FarthestPart = 1.5;
    private readonly (long AtMs, double Value)[] _marks = new (long, double)[Room];
    private readonly (long AtMs, double Value)[] _last = new (long, double)[Readings];
    private int _have;
    private int _count;
    private int _newest = -1;

    // A field: it is changed in place.
    public LimitState Limit;

    public long WindowMs { get; } = Math.Max(1, windowMs);

    public bool IsSaid => _have > 0 || _count > 0 || Limit.Side != 0;

    /// <summary>Takes a reading.</summary>
    /// <param name="atMs">When it was measured.</param>
    /// <param name="value">Its value.</param>
    /// <param name="afterGap">Whether readings are missing before it: the median is of three in a row.</param>
    /// <param name="perHour">Change per hour since about a window ago.</param>
    /// <returns>False while there is nothing to compare with.</returns>
    public bool TryTake(long atMs, double value, bool afterGap, out double perHour)
    {
        perHour = 0;
        _have = afterGap ? 0 : _have;
        _last[0] = _last[1];
        _last[1] = _last[2];
        _last[2] = (atMs, value);
        _have = Math.Min(Readings, _have + 1);
        if (_have < Readings)
        {
            return false;
        }

        var now = (_last[1].AtMs, Value: Median(_last[0].Value, _last[1].Value, _last[2].Value));
        var known = TryFind(now.AtMs, out var then);
        if (known)
        {
            perHour = (now.Value - then.Value) / ((now.AtMs - then.AtMs) / 3_600_000.0);
        }

        if (_newest < 0 || now.AtMs - _marks[_newest].AtMs >= WindowMs / MarksPerWindow)
        {
            _newest = (_newest + 1) % Room;
            _marks[_newest] = now;
            _count = Math.Min(Room, _count + 1);
        }

        return known;
    }

    public void Write(StateWriter writer)
    {
        writer.Byte((byte)Limit.Side);
        writer.Int64(Limit.SinceMs);
        writer.Int64(WindowMs);
        writer.Byte((byte)_have);
        for (var i = Readings - _have; i < Readings; i++)
        {
            Write(writer, _last[i]);
        }

        writer.Byte((byte)_count);
        for (var i = _count - 1; i >= 0; i--)
        {
            Write(writer, _marks[(_newest - i + Room) % Room]);
        }
    }

    /// <summary>Reads what was written; a rule with another window begins anew.</summary>
    public static void Read(ref StateReader reader, RateState? into, bool raised)
    {
        var limit = new LimitState { Raised = raised, Side = (sbyte)reader.Byte(), SinceMs = reader.Int64() };
        var same = reader.Int64() == into?.WindowMs;
        int have = reader.Byte();
        for (var i = 0; i < have; i++)
        {
            var reading = (reader.Int64(), reader.Double());
            if (same && have <= Readings)
            {
                into!._last[Readings - have + i] = reading;
            }
        }

        int count = reader.Byte();
        for (var i = 0; i < count; i++)
        {
            var mark = (reader.Int64(), reader.Double());
            if (same && i < Room)
            {
                into!._marks[i] = mark;
            }
        }

        if (into is not null)
        {
            into.Limit = limit;
            (into._have, into._count, into._newest) = same ? (have, count, count - 1) : (0, 0, -1);
        }
    }

    /// <summary>The mark that is nearest to a window ago.</summary>
    private bool TryFind(long nowMs, out (long AtMs, double Value) then)
    {
        then = default;
        var best = long.MaxValue;
        for (var i = 0; i < _count; i++)
        {
            ref var mark = ref _marks[i];
            var age = nowMs - mark.AtMs;
            var off = Math.Abs(age - WindowMs);
            if (age >= NearestPart * WindowMs && age <= FarthestPart * WindowMs && (off < best || (off == best && mark.AtMs > then.AtMs)))
            {
                best = off;
                then = mark;
            }
        }

        return best < long.MaxValue;
    }

    private static void Write(StateWriter writer, (long AtMs, double Value) reading)
    {
        writer.Int64(reading.AtMs);
        writer.Double(reading.Value);
    }

    private static double Median(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
