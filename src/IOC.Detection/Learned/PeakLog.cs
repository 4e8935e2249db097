namespace IOC.Detection;

/// <summary>
/// The highest peaks that an aspect of a series had within memory, and from them how rarely it is as high as now: a
/// return period, as hydrology has it for floods. Peaks close together are one event.
/// </summary>
/// <remarks>With n readings seen and m events at least as high, one in (n + 1) / (m + 1) readings is as high (rank of an
/// exchangeable sequence). Between two known peaks, and beyond the highest, the count is carried on by a Pareto tail. No
/// distribution is assumed where there are peaks to count, so series of every kind share one threshold.</remarks>
internal struct PeakLog
{
    private const int SweepMask = 255;
    private const double FarthestBeyond = 8;

    /// <summary>Number of peaks known.</summary>
    public byte Count;

    /// <summary>Index of the newest event's peak; -1 when it is none of those known.</summary>
    public sbyte Newest;

    /// <summary>Reading at which the newest event's peak was.</summary>
    public int NewestAt;

    /// <summary>The lowest peak when all places are taken; else 0.</summary>
    public float Least;

    /// <summary>An empty log.</summary>
    public static PeakLog Empty => new() { Newest = -1 };

    /// <summary>Takes a reading's height; returns the logarithm of its return period, 0 when it is nothing special.</summary>
    /// <param name="peaks">The peaks' heights.</param>
    /// <param name="at">The reading at which each was.</param>
    /// <param name="height">Height, 0 or more.</param>
    /// <param name="now">Number of the reading, from 1.</param>
    /// <param name="episode">Peaks since this reading are one event.</param>
    /// <param name="growth">A new peak counts at most this many times the highest before it.</param>
    public double Take(Span<float> peaks, Span<int> at, float height, int now, int episode, float growth)
    {
        if ((now & SweepMask) == 0)
        {
            Forget(peaks, at, now);
        }

        if (height <= 0 || (Count == peaks.Length && height <= Least))
        {
            return 0;
        }

        var same = Newest >= 0 && (now - NewestAt <= LearnedTuning.PeakGap || NewestAt >= episode);
        var higher = 0;
        float below = 0, top = 0;
        for (var i = 0; i < Count; i++)
        {
            if (same && i == Newest)
            {
                continue;
            }

            var peak = peaks[i];
            higher += peak >= height ? 1 : 0;
            below = peak < height && peak > below ? peak : below;
            top = Math.Max(top, peak);
        }

        Remember(peaks, at, top > 0 ? Math.Min(height, top * growth) : height, now, same);
        var period = Math.Log(Math.Min(now, LearnedTuning.Memory) + 1) - Math.Log(1 + higher);
        if (below > 0)
        {
            var beyond = LearnedTuning.TailExponent * Math.Log(height / below);
            period += Math.Min(beyond, higher > 0 ? Math.Log((1.0 + higher) / higher) : FarthestBeyond);
        }

        return period;
    }

    /// <summary>Writes number of peaks (1), the newest (1, signed), its reading (4), the least (4, single), and per peak height (4, single)
    /// and reading (4).</summary>
    public readonly void Write(StateWriter writer, ReadOnlySpan<float> peaks, ReadOnlySpan<int> at)
    {
        writer.Byte(Count);
        writer.Byte((byte)Newest);
        writer.Int32(NewestAt);
        writer.Single(Least);
        for (var i = 0; i < Count; i++)
        {
            writer.Single(peaks[i]);
            writer.Int32(at[i]);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It cannot be.</exception>
    public static PeakLog Read(ref StateReader reader, Span<float> peaks, Span<int> at)
    {
        var log = new PeakLog { Count = reader.Byte(), Newest = (sbyte)reader.Byte(), NewestAt = reader.Int32(), Least = reader.Single() };
        if (log.Count > peaks.Length || log.Newest < -1 || log.Newest >= log.Count)
        {
            throw new InvalidDataException("The learned detector's state holds an impossible number of peaks.");
        }

        for (var i = 0; i < log.Count; i++)
        {
            peaks[i] = reader.Single();
            at[i] = reader.Int32();
        }

        return log;
    }

    private void Remember(Span<float> peaks, Span<int> at, float height, int now, bool same)
    {
        int place;
        if (same)
        {
            place = Newest;
            if (height <= peaks[place])
            {
                return;
            }
        }
        else if (Count < peaks.Length)
        {
            place = Count++;
        }
        else
        {
            place = peaks.IndexOf(Least);
        }

        peaks[place] = height;
        at[place] = now;
        Newest = (sbyte)place;
        NewestAt = now;
        Least = Count == peaks.Length ? Lowest(peaks) : 0;
    }

    private void Forget(Span<float> peaks, Span<int> at, int now)
    {
        for (var i = 0; i < Count; i++)
        {
            if (now - at[i] <= LearnedTuning.Memory)
            {
                continue;
            }

            var last = --Count;
            peaks[i] = peaks[last];
            at[i] = at[last];
            Newest = Newest == i ? (sbyte)-1 : Newest == last ? (sbyte)i : Newest;
            Least = 0;
            i--;
        }
    }

    private static float Lowest(Span<float> peaks)
    {
        var lowest = peaks[0];
        foreach (var peak in peaks)
        {
            lowest = Math.Min(lowest, peak);
        }

        return lowest;
    }
}
