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
    }

    public SensorAddress Sensor { get; }

    public SeriesRules Rules { get; }

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

    // A field: detectors change it in place.
    public SpikeBaseline Baseline;

    /// <summary>Whether a rule has something open.</summary>
    public bool HasOpen => OpenRules().Any();

    /// <summary>The rules that have something open.</summary>
    public IEnumerable<CompiledRule> OpenRules()
    {
        for (var i = 0; i < Limits.Length; i++)
        {
            if (Limits[i].Raised)
            {
                yield return Rules.Limits[i];
            }
        }

        for (var i = 0; i < Spikes.Length; i++)
        {
            if (Spikes[i].Raised)
            {
                yield return Rules.Spikes[i];
            }
        }

        for (var i = 0; i < Flatlines.Length; i++)
        {
            if (Flatlines[i].Raised)
            {
                yield return Rules.Flatlines[i];
            }
        }

        for (var i = 0; i < Implausibles.Length; i++)
        {
            if (Implausibles[i].Raised)
            {
                yield return Rules.Implausibles[i];
            }
        }

        for (var i = 0; i < Learned.Length; i++)
        {
            if (Learned[i].Raised)
            {
                yield return Rules.Learned[i];
            }
        }
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

    private static T[] Make<T>(int length) => length == 0 ? [] : new T[length];
}

/// <summary>Limit: which side of the limits the series is on, and since when.</summary>
internal struct LimitState
{
    public long SinceMs;
    public sbyte Side;
    public bool Raised;
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
