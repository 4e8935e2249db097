using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// What the detectors know of one series (a property of a sensor). Its size depends on the rules only, never on the
/// number of values seen. Scales are single precision, in memory as on disk, so that a restart changes nothing.
/// </summary>
internal sealed class Series
{
    public const long Never = long.MinValue;

    public Series(SensorAddress sensor, long periodMs, SeriesRules rules)
    {
        Sensor = sensor;
        PeriodMs = periodMs;
        Rules = rules;
        Limits = Make<LimitState>(rules.Limits.Length);
        Spikes = Make<SpikeState>(rules.Spikes.Length);
        Flatlines = Make<FlatlineState>(rules.Flatlines.Length);
        Implausibles = Make<ImplausibleState>(rules.Implausibles.Length);
        Learned = Make<LearnedState>(rules.Learned.Length);
        Learner = Learned.Length == 0 ? null : new SeriesLearner();
        Past = rules.NeedPast ? new PastStates(rules, periodMs) : null;
        Silences = Make<bool>(rules.Silences.Length);
        TakesLate = Learner is not null || rules.TakeLate;
    }

    public SensorAddress Sensor { get; }

    public SeriesRules Rules { get; }

    /// <summary>Code of its property; null when it is a whole sensor.</summary>
    public string? Code => ReferenceEquals(Rules.Property, SeriesRules.OfWholeSensor) ? null : Rules.Property.Code;

    /// <summary>Registered or default period, ms.</summary>
    public long PeriodMs { get; }

    /// <summary>Measured-at of the newest value of any quality; what is not newer is late or redelivered.</summary>
    public long NewestMs { get; set; } = Never;

    /// <summary>Measured-at of the newest good value.</summary>
    public long LastGoodMs { get; set; } = Never;

    /// <summary>Usual time between good values as seen, ms; 0 = not known yet.</summary>
    public float IntervalMs { get; set; }

    public LimitState[] Limits { get; }

    public SpikeState[] Spikes { get; }

    public FlatlineState[] Flatlines { get; }

    public ImplausibleState[] Implausibles { get; }

    public LearnedState[] Learned { get; }

    /// <summary>What learned rules judge by, one for all of them; null when there is none.</summary>
    public SeriesLearner? Learner { get; set; }

    /// <summary>What detectors need that look back; null when none does.</summary>
    public PastStates? Past { get; }

    /// <summary>Which silence rules of the property are raised.</summary>
    public bool[] Silences { get; }

    /// <summary>Receipt from which the property's silence counts; <see cref="Never"/> when it was never heard.</summary>
    public long HeardMs { get; set; } = Never;

    /// <summary>Whether late readings count for something.</summary>
    public bool TakesLate { get; }

    /// <summary>Number of its sensor, while it is in memory.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>Place among the timers of its stream; -1 when it waits for nothing.</summary>
    public int Timer { get; set; } = -1;

    /// <summary>The stretches from which readings are missing.</summary>
    public ref ReadingGaps Gaps
    {
        get
        {
            if (Learner is { } learner)
            {
                return ref learner.Gaps;
            }

            return ref _gaps;
        }
    }

    // Fields: detectors change them in place.
    public SpikeBaseline Baseline;
    private ReadingGaps _gaps;

    /// <summary>Whether a rule has something open.</summary>
    public bool HasOpen => OpenRules().Any();

    /// <summary>The rules that have something open.</summary>
    public IEnumerable<CompiledRule> OpenRules()
    {
        var open = Open(Rules.Limits, Limits, s => s.Raised)
            .Concat(Open(Rules.Spikes, Spikes, s => s.Raised))
            .Concat(Open(Rules.Flatlines, Flatlines, s => s.Raised))
            .Concat(Open(Rules.Implausibles, Implausibles, s => s.Raised))
            .Concat(Open(Rules.Learned, Learned, s => s.Raised))
            .Concat(Open(Rules.Silences, Silences, raised => raised));
        return Past is null
            ? open
            : open.Concat(Open(Rules.Averages, Past.Averages, s => s.Limit.Raised))
                .Concat(Open(Rules.Rates, Past.Rates, s => s.Limit.Raised))
                .Concat(Open(Rules.Missing, Past.Missing, s => s.Limit.Raised))
                .Concat(Open(Rules.Schedules, Past.Schedules, s => s.Limit.Raised));
    }

    /// <summary>Goes on from what another series of the same property was last.</summary>
    public void Continue(Series other)
    {
        if (NewestMs == Never)
        {
            NewestMs = other.NewestMs;
            LastGoodMs = other.LastGoodMs;
        }

        IntervalMs = IntervalMs == 0 ? other.IntervalMs : IntervalMs;
    }

    private static IEnumerable<CompiledRule> Open<T>(CompiledRule[] rules, T[] states, Func<T, bool> isRaised) =>
        rules.Where((_, i) => isRaised(states[i]));

    private static T[] Make<T>(int length) => length == 0 ? [] : new T[length];
}

/// <summary>Spike: whether it is raised, and how many values in a row were back inside.</summary>
internal struct SpikeState
{
    public byte Inside;
    public bool Raised;
}

/// <summary>What a series usually does: a level, the usual distance from it, and the run of values beyond it.</summary>
internal struct SpikeBaseline
{
    public double Level;
    public double Last;
    public double RunLevel;
    public float Scale;
    public float Step;
    public float RunSpread;
    public ushort Learned;
    public ushort RunLength;
}

/// <summary>Flatline: the value repeated, since when and how often.</summary>
internal struct FlatlineState
{
    public double Anchor;
    public long SinceMs;
    public int Count;
    public bool Raised;
}

/// <summary>Implausible: values in a row, bad until it is raised and good from then on.</summary>
internal struct ImplausibleState
{
    public ushort InRow;
    public bool Raised;
}

/// <summary>Learned: whether it is raised, and how many readings in a row were usual since.</summary>
internal struct LearnedState
{
    public byte Quiet;
    public bool Raised;
}
