namespace IOC.Detection;

/// <summary>
/// The learned detector of one series: takes its readings in the order of measurement and says of each how unusual it is,
/// from what came before it only. The same for every series: no unit, no period, no parameter.
/// </summary>
/// <remarks>
/// <para>Each <see cref="LearnedAspect"/> turns the reading into one number that is 0 when all is well, and keeps the highest
/// of them (<see cref="PeakLog"/>). The rarest aspect's return period makes the score, and others that are rare as well add to it. What is usual for one series, a pump's
/// jump or a night without traffic, has happened often before and is nothing special, whatever its size.</para>
/// <para>An episode is told once: after a detection, what follows within <see cref="LearnedTuning.Hold"/> readings is told
/// only when it is far rarer still.</para>
/// <para>State is about 3 kB whatever the length of the series; a reading allocates nothing. Not thread-safe.</para>
/// </remarks>
public sealed partial class SeriesLearner
{
    private const int Aspects = 8;
    private const double RelativeFloor = 1e-9;
    private const double AbsoluteFloor = 1e-12;
    private const double ScoreBelow = 0.49;
    private const int MillisecondsPerHour = 3_600_000;
    private readonly float[] _peaks = new float[Aspects * LearnedTuning.Peaks];
    private readonly int[] _peaksAt = new int[Aspects * LearnedTuning.Peaks];
    private readonly float[] _cells = new float[SeasonProfile.Cells];
    private readonly ushort[] _counts = new ushort[SeasonProfile.Counters];
    private PeakLogs _logs;
    private SeasonProfile _profile;
    private Averages _averages;
    private int _readings;
    private int _run;
    private bool _moves;
    private int _detectedAt = -LearnedTuning.Memory;
    private double _detectedPeriod;

    // A field: the gate changes it in place.
    internal ReadingGaps Gaps;

    /// <summary>Makes the learner of a series of which nothing is known.</summary>
    public SeriesLearner()
    {
        for (var i = 0; i < Aspects; i++)
        {
            _logs[i] = PeakLog.Empty;
        }
    }

    /// <summary>Readings learned, at most 2,147,483,647.</summary>
    public int Readings => _readings;

    /// <summary>Bytes of memory of one series, without the runtime's object headers.</summary>
    public static int StateBytes => (Aspects * LearnedTuning.Peaks * (sizeof(float) + sizeof(int)))
        + (SeasonProfile.Cells * sizeof(float)) + (SeasonProfile.Counters * sizeof(ushort)) + (Aspects * 12) + (ReadingGaps.Places * 2 * sizeof(long)) + 168;

    /// <summary>Judges a reading and learns it.</summary>
    /// <param name="localMs">When it was measured, as milliseconds of local time: hours are hours of the place.</param>
    /// <param name="value">A finite value; others are passed over with score 0.</param>
    /// <param name="rest">Whether people rest that day: a weekend or holiday.</param>
    /// <param name="afterGap">Whether readings are missing before it, so that the step to it says nothing.</param>
    public LearnedVerdict Observe(long localMs, double value, bool rest = false, bool afterGap = false)
    {
        if (!double.IsFinite(value) || _readings == int.MaxValue)
        {
            return default;
        }

        _readings++;
        var hour = HourOf(localMs);
        if (_readings == 1)
        {
            _averages = new Averages { Last = value, Short = value, Medium = value };
            return default;
        }

        if (afterGap)
        {
            _averages.Last = value;
        }

        var usual = _profile.Usual(_cells, _counts, hour, rest, _readings);
        var expected = Expected(usual, hour);
        var period = Judge(value, usual, out var aspect);
        _profile.Learn(_cells, _counts, hour, rest, value, _readings);
        _averages.Last = value;
        return _readings < LearnedTuning.WarmUp ? default : Tell(period, aspect, expected);
    }

    /// <summary>Learns a reading that arrives after newer ones: what is usual at its hour, and how much that varies. Nothing else can
    /// be learned out of order (steps and means follow time), and nothing is judged.</summary>
    /// <param name="localMs">When it was measured, as milliseconds of local time.</param>
    /// <param name="value">A finite value; others are passed over.</param>
    /// <param name="rest">Whether people rest that day.</param>
    public void ObserveLate(long localMs, double value, bool rest = false)
    {
        if (double.IsFinite(value) && _readings > 0)
        {
            _profile.Learn(_cells, _counts, HourOf(localMs), rest, value, _readings);
        }
    }

    private static int HourOf(long localMs) =>
        (int)(((localMs / MillisecondsPerHour % SeasonProfile.Hours) + SeasonProfile.Hours) % SeasonProfile.Hours);

    private double Judge(double value, double usual, out LearnedAspect aspect)
    {
        var rarest = new Rarest { Episode = _readings - _detectedAt < LearnedTuning.EpisodeMemory ? _detectedAt : int.MaxValue };
        ref var a = ref _averages;
        var floor = (RelativeFloor * Math.Abs(value)) + AbsoluteFloor;
        var step = Math.Abs(value - a.Last);
        Take(ref rarest, LearnedAspect.Step, step / (a.Step + floor));
        a.Step = Average(a.Step, step, LearnedTuning.StepMemory);

        a.Short = Average(a.Short, value, LearnedTuning.Short);
        a.Medium = Average(a.Medium, value, LearnedTuning.Medium);
        Take(ref rarest, LearnedAspect.Shift, Math.Abs(a.Short - a.Medium));
        var distance = Math.Abs(value - a.Medium);
        Take(ref rarest, LearnedAspect.Level, distance / (a.Distance + floor));
        a.Distance = Average(a.Distance, distance, LearnedTuning.Long);

        a.ShortStep = Average(a.ShortStep, step, LearnedTuning.Short);
        a.MediumStep = Average(a.MediumStep, step, LearnedTuning.Medium);
        a.LongStep = Average(a.LongStep, step, LearnedTuning.Long);
        Take(ref rarest, LearnedAspect.Burst, Unrest(a.ShortStep, a.MediumStep));
        Take(ref rarest, LearnedAspect.Unrest, Unrest(a.MediumStep, a.LongStep));

        _moves |= step > 0;
        _run = step > 0 ? 0 : _run + 1;
        // A run grows by one with each reading: it is one event, whatever its length.
        Take(ref rarest, LearnedAspect.Frozen, _moves ? _run : 0, least: LearnedTuning.FrozenLeast, growth: float.MaxValue);
        if (!double.IsNaN(usual))
        {
            // A departure from the season lasts: what it does within an episode counts by itself.
            rarest.Episode = int.MaxValue;
            var residual = value - usual;
            Take(ref rarest, LearnedAspect.Hour, Math.Abs(residual), LearnedTuning.SeasonCost);
            a.Residual = Average(a.Residual, residual, LearnedTuning.Medium);
            Take(ref rarest, LearnedAspect.Season, Math.Abs(a.Residual), LearnedTuning.SeasonCost);
        }

        aspect = rarest.Aspect;
        return rarest.LogPeriod;
    }

    private void Take(ref Rarest rarest, LearnedAspect aspect, double height, double cost = 0, double least = 0, float growth = LearnedTuning.PeakGrowth)
    {
        var first = (int)aspect * LearnedTuning.Peaks;
        var peaks = _peaks.AsSpan(first, LearnedTuning.Peaks);
        var at = _peaksAt.AsSpan(first, LearnedTuning.Peaks);
        var period = _logs[(int)aspect].Take(peaks, at, (float)height, _readings, rarest.Episode, growth) - cost;
        if (period > 0 && period >= least)
        {
            rarest.Add(period, aspect);
        }
    }

    /// <summary>From the return period to the verdict: an episode is told once.</summary>
    private LearnedVerdict Tell(double period, LearnedAspect aspect, in Expectation expected)
    {
        var (low, high) = expected.Range(aspect);
        var score = 1 / (1 + Math.Exp(LearnedTuning.LogPeriod - period));
        if (period < LearnedTuning.LogPeriod)
        {
            return new LearnedVerdict(Math.Min(score, ScoreBelow), aspect, low, high, Extreme: false);
        }

        if (_readings - _detectedAt >= LearnedTuning.Hold || period > _detectedPeriod + LearnedTuning.Escalation)
        {
            _detectedAt = _readings;
            _detectedPeriod = period;
            return new LearnedVerdict(score, aspect, low, high, Extreme: true);
        }

        _detectedAt = Math.Max(_detectedAt, _readings - (LearnedTuning.Hold - LearnedTuning.Prolong));
        return new LearnedVerdict(ScoreBelow, aspect, low, high, Extreme: true);
    }

    /// <summary>Base 2 logarithm by which steps have grown; 0 when they have not.</summary>
    private static double Unrest(double now, double before) => Math.Max(0, Math.Log2((now + AbsoluteFloor) / (before + AbsoluteFloor)));

    /// <summary>Exponentially weighted mean over about this many readings; the plain mean as long as there are fewer.</summary>
    private double Average(double mean, double value, double span) => mean + (Math.Max(2 / (span + 1), 1.0 / _readings) * (value - mean));

    /// <summary>What was usual, before the reading is learned.</summary>
    private Expectation Expected(double usual, int hour)
    {
        var spread = SeasonProfile.SpreadAt(_cells, hour);
        return new Expectation(_averages.Medium, _averages.Distance, _averages.Last, _averages.Step, double.IsNaN(usual) ? _averages.Medium : usual, spread);
    }
}
