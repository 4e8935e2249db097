namespace IOC.Detection;

/// <summary>
/// Learns how the properties of one station move together, and says of each frame (values that were measured together) how unusual
/// it is that one of them does not follow the others. The same for every station; properties may be missing from a frame.
/// </summary>
/// <remarks>
/// <para>Each value is put on a common scale by its running centre and mean deviation, and by asinh, so that skewed quantities
/// (concentrations, flows) relate in proportion and a wild value pulls little. The correlations of the scaled values are averaged
/// with exponential forgetting; from the inverse of those present follow, for each property, what the others foretell and how well
/// (a ridge regression of each on all others). A frame that fits badly teaches little (Huber's weight).</para>
/// <para>Two aspects per property: the studentised residual, and its mean over some dozen frames. Their return periods are
/// counted as those of a single series are (<see cref="PeakLog"/>) and divided by the number of properties judged, so that the score
/// is the station's. An episode is told once.</para>
/// <para>About 400 bytes per property for nine properties. Not thread-safe.</para>
/// </remarks>
public sealed partial class StationLearner
{
    private const int Aspects = 3;
    private const double ScoreBelow = 0.49;
    private const double Widths = 3;
    private const double LeastUnexplained = (1 - StationTuning.LeastShare) * (1 + StationTuning.Ridge);

    // A residual's mean over 32 frames is weighed against a single one as if frames were independent.
    private const double LastingWeight = 4;
    private readonly List<StationProperty> _properties = [];
    private readonly List<PeakLog> _logs = [];
    private double[] _pairs = [];
    private float[] _peaks = [];
    private int[] _peaksAt = [];
    private int _frames;
    private int _detectedAt = -LearnedTuning.Memory;
    private double _detectedPeriod;

    /// <summary>Properties that a station can have; more are not compared.</summary>
    public static int MaxProperties => StationTuning.MaxProperties;

    /// <summary>Frames learned.</summary>
    public int Frames => _frames;

    /// <summary>Number of properties.</summary>
    public int Count => _properties.Count;

    /// <summary>Bytes of memory of a station, without the runtime's object headers.</summary>
    /// <param name="properties">Number of its properties.</param>
    public static int StateBytes(int properties) =>
        (properties * ((Aspects * ((StationTuning.Peaks * (sizeof(float) + sizeof(int))) + 12)) + 64)) + (properties * (properties + 1) / 2 * sizeof(double)) + 64;

    /// <summary>Adds a property; its number is the count before.</summary>
    /// <param name="least">The lowest value that it can have, in its unit; finite.</param>
    /// <exception cref="InvalidOperationException">There are <see cref="MaxProperties"/> already.</exception>
    public int AddProperty(double least)
    {
        if (Count == StationTuning.MaxProperties)
        {
            throw new InvalidOperationException("A station's comparison has no place for another property.");
        }

        _properties.Add(new StationProperty { Origin = least });
        var places = Count * Aspects;
        Array.Resize(ref _pairs, Count * (Count + 1) / 2);
        Array.Resize(ref _peaks, places * StationTuning.Peaks);
        Array.Resize(ref _peaksAt, places * StationTuning.Peaks);
        _logs.AddRange(Enumerable.Repeat(PeakLog.Empty, Aspects));
        return Count - 1;
    }

    /// <summary>Judges a frame and learns it.</summary>
    /// <param name="values">A value per property; NaN where it is missing.</param>
    /// <exception cref="ArgumentException">The number of values is not that of the properties.</exception>
    public StationVerdict Observe(ReadOnlySpan<double> values)
    {
        var frame = new StationFrame(stackalloc int[StationTuning.MaxProperties], stackalloc double[StationTuning.MaxProperties * StationFrame.Columns]);
        Begin(ref frame, values);
        _frames = Math.Min(_frames + 1, int.MaxValue - 1);
        var verdict = default(StationVerdict);
        var worst = 0.0;
        if (frame.Count > 1)
        {
            Span<double> precision = stackalloc double[StationTuning.MaxProperties * StationTuning.MaxProperties];
            precision = precision[..(frame.Count * frame.Count)];
            if (TryInvert(in frame, precision))
            {
                verdict = Judge(in frame, precision, out worst);
            }
        }

        Learn(in frame, values, _frames > StationTuning.Settled && worst > StationTuning.Trusted ? StationTuning.Trusted / worst : 1);
        return verdict;
    }

    /// <summary>Learns a frame that arrives after newer ones: what moves together. Nothing is judged.</summary>
    /// <param name="values">A value per property; NaN where it is missing.</param>
    /// <exception cref="ArgumentException">The number of values is not that of the properties.</exception>
    public void ObserveLate(ReadOnlySpan<double> values)
    {
        var frame = new StationFrame(stackalloc int[StationTuning.MaxProperties], stackalloc double[StationTuning.MaxProperties * StationFrame.Columns]);
        Begin(ref frame, values);
        Learn(in frame, values, 1);
    }

    /// <summary>Puts on the common scale what is present and known well enough.</summary>
    private void Begin(ref StationFrame frame, ReadOnlySpan<double> values)
    {
        if (values.Length != Count)
        {
            throw new ArgumentException("A frame needs a value for each property.", nameof(values));
        }

        for (var i = 0; i < Count; i++)
        {
            ref readonly var p = ref At(i);
            if (double.IsFinite(values[i]) && p.Seen >= StationTuning.WarmUp && p.Centre > 0)
            {
                frame.Add(i, p.Scaled(values[i]) - p.Mean, Math.Sqrt(_pairs[Row(i) + i]), Rate(p.Seen - StationTuning.WarmUp + 1));
            }
        }
    }

    /// <summary>The inverse of the correlations; false when they are so weak that no property could be judged by it. They were
    /// averaged over different frames where properties are missing, and may contradict each other then: they are drawn towards none
    /// until they do not.</summary>
    private bool TryInvert(in StationFrame frame, Span<double> precision)
    {
        var trust = 1.0;
        var most = Correlations(in frame, precision, trust);

        // By Gershgorin's theorem no eigenvalue is less than the diagonal without the others of its row, so nothing on the inverse's
        // diagonal, of which 1/(1 - the share that the others tell) is made, is more than the inverse of that. Most stations end here,
        // and the inversion is what a frame costs.
        if (1 + StationTuning.Ridge - most > LeastUnexplained)
        {
            return false;
        }

        while (!Precision.TryInvert(precision, frame.Count, StationTuning.Ridge / 2))
        {
            trust = Math.Max(0, trust - 0.1);
            Correlations(in frame, precision, trust);
        }

        return true;
    }

    /// <summary>Fills in the correlations; returns the greatest sum of absolute values of a row beside the diagonal.</summary>
    private double Correlations(in StationFrame frame, Span<double> matrix, double trust)
    {
        var n = frame.Count;
        double most = 0;
        for (var i = 0; i < n; i++)
        {
            var row = Row(frame.Property[i]);
            for (var j = 0; j < i; j++)
            {
                var r = _pairs[row + frame.Property[j]] * frame.PerDeviation[i] * frame.PerDeviation[j];
                matrix[(i * n) + j] = matrix[(j * n) + i] = trust * Math.Clamp(r, -1, 1);
            }

            matrix[(i * n) + i] = 1 + StationTuning.Ridge;
        }

        for (var i = 0; i < n; i++)
        {
            double sum = 0;
            foreach (var r in matrix.Slice(i * n, n))
            {
                sum += Math.Abs(r);
            }

            most = Math.Max(most, sum - matrix[(i * n) + i]);
        }

        return most;
    }

    private StationVerdict Judge(in StationFrame frame, ReadOnlySpan<double> precision, out double worst)
    {
        var n = frame.Count;
        var episode = _frames - _detectedAt < LearnedTuning.EpisodeMemory ? _detectedAt : int.MaxValue;
        var (rarest, at, worstKey, judged) = (0.0, -1, 0.0, 0);
        worst = 0;
        for (var i = 0; i < n; i++)
        {
            var own = precision[(i * n) + i];
            if (1 / own > LeastUnexplained)
            {
                continue;
            }

            judged++;
            double sum = 0;
            for (var j = 0; j < n; j++)
            {
                sum += precision[(i * n) + j] * frame.Relative[j];
            }

            var residual = sum / Math.Sqrt(own);
            ref var p = ref At(frame.Property[i]);
            var change = p.Judged < StationTuning.Lasting ? 0 : Math.Abs(residual - p.Recent);
            p.Follow(residual);
            var period = Math.Max(
                Math.Max(Take(frame.Property[i], 0, Math.Abs(residual), episode), Take(frame.Property[i], 1, change, episode)),
                Take(frame.Property[i], 2, p.Judged < StationTuning.Lasting ? 0 : Math.Abs(p.Lasting), episode));
            worst = Math.Max(worst, Math.Abs(residual));
            rarest = Math.Max(rarest, period);

            // Of several that are as rare, the one furthest away disagrees: the others are compared with it.
            var key = Math.Max(Math.Abs(residual), LastingWeight * Math.Abs(p.Lasting));
            if (at < 0 || (period >= StationTuning.LogPeriod && key > worstKey))
            {
                (at, worstKey) = (i, period >= StationTuning.LogPeriod ? key : 0);
            }
        }

        return at < 0 ? default : Tell(rarest - Math.Log(judged), Explain(in frame, precision, at));
    }

    private double Take(int property, int aspect, double height, int episode)
    {
        var log = (property * Aspects) + aspect;
        var first = log * StationTuning.Peaks;
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_logs)[log].Take(
            _peaks.AsSpan(first, StationTuning.Peaks), _peaksAt.AsSpan(first, StationTuning.Peaks), (float)height, _frames, episode, LearnedTuning.PeakGrowth);
    }

    /// <summary>What the others suggest of one, in its own unit.</summary>
    private StationVerdict Explain(in StationFrame frame, ReadOnlySpan<double> precision, int at)
    {
        var n = frame.Count;
        var own = precision[(at * n) + at];
        double suggested = 0, most = -1;
        var partner = -1;
        for (var j = 0; j < n; j++)
        {
            if (j == at)
            {
                continue;
            }

            var weight = precision[(at * n) + j];
            suggested -= weight / own * frame.Relative[j];
            var tie = Math.Abs(weight) / Math.Sqrt(precision[(j * n) + j]);
            if (tie > most)
            {
                (most, partner) = (tie, frame.Property[j]);
            }
        }

        // A mean deviation is 0.8 standard deviations of a normal quantity; the range is three of them, as for single series.
        var width = Widths * Math.Sqrt(2 / Math.PI) / Math.Sqrt(own);
        ref readonly var p = ref At(frame.Property[at]);
        var low = p.Value(p.Mean + (frame.Deviation[at] * (suggested - width)));
        var high = p.Value(p.Mean + (frame.Deviation[at] * (suggested + width)));
        return new StationVerdict(0, frame.Property[at], partner, n - 1, low, high, Extreme: false);
    }

    private StationVerdict Tell(double period, in StationVerdict verdict)
    {
        var score = 1 / (1 + Math.Exp(StationTuning.LogPeriod - period));
        if (_frames < LearnedTuning.WarmUp || period < StationTuning.LogPeriod)
        {
            return verdict with { Score = Math.Min(score, ScoreBelow) };
        }

        if (_frames - _detectedAt >= LearnedTuning.Hold || period > _detectedPeriod + LearnedTuning.Escalation)
        {
            _detectedAt = _frames;
            _detectedPeriod = period;
            return verdict with { Score = score, Extreme = true };
        }

        _detectedAt = Math.Max(_detectedAt, _frames - (LearnedTuning.Hold - LearnedTuning.Prolong));
        return verdict with { Score = ScoreBelow, Extreme = true };
    }

    private void Learn(in StationFrame frame, ReadOnlySpan<double> values, double weight)
    {
        for (var i = 0; i < frame.Count; i++)
        {
            var row = Row(frame.Property[i]);
            for (var j = 0; j <= i; j++)
            {
                // The pair has been seen as often as the one of the two that is newer.
                ref var pair = ref _pairs[row + frame.Property[j]];
                pair += weight * Math.Max(frame.Rate[i], frame.Rate[j]) * ((frame.Scaled[i] * frame.Scaled[j]) - pair);
            }
        }

        var compared = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var known = compared < frame.Count && frame.Property[compared] == i;
            if (double.IsFinite(values[i]))
            {
                At(i).Learn(values[i], known ? frame.Scaled[compared] : null, weight);
            }

            compared += known ? 1 : 0;
        }
    }

    private static double Rate(int seen) => Math.Max(1.0 / Math.Max(1, seen), 1 / StationTuning.Memory);

    private ref StationProperty At(int property) => ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_properties)[property];

    // Where a property's pairs with those before it begin; its own follows them.
    private static int Row(int property) => property * (property + 1) / 2;
}
