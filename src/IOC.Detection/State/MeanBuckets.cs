namespace IOC.Detection;

/// <summary>
/// Sums of readings by stretches of equal length, in bounded memory: what a mean over a long time is made of. A stretch's mean
/// counts as much as it has readings, but not more than one beyond those expected of it: a sensor that reports ten times as
/// often for a while does not outweigh the rest, nor does it make up for readings that are missing elsewhere.
/// </summary>
/// <remarks>Stretches are numbered; the newest and those before it are kept, as many as there is room for.</remarks>
internal sealed class MeanBuckets
{
    /// <summary>Stretches at most that a time is divided into.</summary>
    public const int MaxParts = 48;

    private const long None = long.MinValue;
    private readonly double[] _sums;
    private readonly ushort[] _counts;
    private double _closedSum;
    private double _closedWeight;

    /// <summary>Makes room for a number of stretches.</summary>
    /// <param name="room">Number of stretches kept.</param>
    /// <param name="expected">Readings expected in one.</param>
    public MeanBuckets(int room, double expected)
    {
        _sums = new double[room];
        _counts = new ushort[room];
        Expected = expected;
    }

    public int Room => _sums.Length;

    /// <summary>Readings expected in a stretch.</summary>
    public double Expected { get; }

    /// <summary>Number of the newest stretch with a reading; the least number when there is none.</summary>
    public long Newest { get; private set; } = None;

    public bool IsEmpty => Newest == None;

    /// <summary>Into how many stretches a time is divided: each long enough for a reading.</summary>
    public static int PartsOf(long lengthMs, long periodMs) => (int)Math.Clamp(lengthMs / Math.Max(1, periodMs), 1, MaxParts);

    public void Clear()
    {
        Array.Clear(_sums);
        Array.Clear(_counts);
        Newest = None;
        _closedSum = _closedWeight = 0;
    }

    /// <summary>Adds a reading. False when its stretch is older than what is kept.</summary>
    public bool TryAdd(long stretch, double value)
    {
        if (Newest == None || stretch > Newest)
        {
            Advance(stretch);
        }
        else if (Newest - stretch >= Room)
        {
            return false;
        }

        var at = At(stretch);
        if (_counts[at] < ushort.MaxValue)
        {
            _counts[at]++;
            _sums[at] += value;
        }

        if (stretch < Newest)
        {
            Sum();
        }

        return true;
    }

    /// <summary>Number of readings in a stretch, counted for no more than one beyond those expected; 0 when it is not kept.</summary>
    public double WeightOf(long stretch) =>
        Newest != None && stretch <= Newest && !IsForgotten(stretch) ? Math.Min(_counts[At(stretch)], Expected + 1) : 0;

    /// <summary>Whether a stretch is older than what is kept.</summary>
    public bool IsForgotten(long stretch) => Newest != None && Newest - stretch >= Room;

    /// <summary>Mean over everything kept, of the oldest stretch only this part; and the number of readings it is of.</summary>
    public double Mean(double ofOldest, out double weight)
    {
        if (Newest == None)
        {
            weight = 0;
            return double.NaN;
        }

        var (sum, all) = (_closedSum, _closedWeight);
        Take(At(Newest), 1, ref sum, ref all);
        if (Room > 1)
        {
            Take(At(Newest - Room + 1), ofOldest, ref sum, ref all);
        }

        weight = all;
        return sum / all;
    }

    public void Write(StateWriter writer)
    {
        writer.Byte((byte)Room);
        writer.Int64(Newest);
        for (var i = 0; i < Room && Newest != None; i++)
        {
            var at = At(Newest - i);
            writer.UInt16(_counts[at]);
            if (_counts[at] > 0)
            {
                writer.Double(_sums[at]);
            }
        }
    }

    /// <summary>Reads what was written. Of another division it is read and dropped: the rule or the period has changed.</summary>
    /// <returns>Whether it was kept.</returns>
    public bool Read(ref StateReader reader, bool keep)
    {
        int room = reader.Byte();
        var newest = reader.Int64();
        keep &= room == Room;
        if (keep)
        {
            Clear();
            Newest = newest;
        }

        for (var i = 0; i < room && newest != None; i++)
        {
            var count = reader.UInt16();
            var sum = count > 0 ? reader.Double() : 0;
            if (keep)
            {
                _counts[At(newest - i)] = count;
                _sums[At(newest - i)] = sum;
            }
        }

        if (keep && newest != None)
        {
            Sum();
        }

        return keep;
    }

    private void Advance(long stretch)
    {
        var steps = Newest == None ? Room : Math.Min(Room, stretch - Newest);
        for (var i = 0; i < steps; i++)
        {
            var at = At(stretch - i);
            _counts[at] = 0;
            _sums[at] = 0;
        }

        Newest = stretch;
        Sum();
    }

    /// <summary>Sums up what lies between the oldest and the newest stretch, always in the same order: a running sum would
    /// differ in its last digits after a restart.</summary>
    private void Sum()
    {
        _closedSum = _closedWeight = 0;
        for (var i = 1; i < Room - 1; i++)
        {
            Take(At(Newest - i), 1, ref _closedSum, ref _closedWeight);
        }
    }

    private void Take(int at, double share, ref double sum, ref double all)
    {
        if (_counts[at] > 0)
        {
            var weight = share * Math.Min(_counts[at], Expected + 1);
            sum += weight * (_sums[at] / _counts[at]);
            all += weight;
        }
    }

    private int At(long stretch) => (int)(((stretch % Room) + Room) % Room);
}
