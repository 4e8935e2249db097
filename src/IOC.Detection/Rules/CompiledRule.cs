using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>A rule in the form that detectors compare with.</summary>
internal sealed class CompiledRule
{
    private const double DefaultSpikeFactor = 6;
    private const double DefaultSilencePeriods = 3;
    private const double DefaultLearnedScore = LearnedVerdict.Threshold;
    private static readonly LimitSet NoLimits = LimitSet.None;
    private readonly long _validFromMs;
    private readonly long _validToMs;
    private readonly bool _always;
    private readonly (long FromMs, long ToMs)[] _periods;
    private readonly LimitSet[] _periodLimits;
    private readonly LimitSet _limits;

    public CompiledRule(DetectionRule rule, int index)
    {
        Rule = rule;
        Index = index;
        _limits = LimitSet.Of(rule.RaiseAbove, rule.RaiseBelow, rule.Hysteresis);
        _periods = [.. rule.Periods.Select(p => (FromOf(p.From), ToOf(p.To)))];
        _periodLimits = [.. rule.Periods.Select(p => LimitSet.Of(p.RaiseAbove, p.RaiseBelow, rule.Hysteresis))];
        _validFromMs = FromOf(rule.ValidFrom);
        _validToMs = ToOf(rule.ValidTo);
        _always = rule.ValidFrom is null && rule.ValidTo is null && _periods.Length == 0;
        DurationMs = Milliseconds(rule.Duration);
        WindowMs = Milliseconds(rule.Window);
        MinimumChange = Math.Max(0, rule.MinimumChange);
        Factor = rule.Factor > 0 ? rule.Factor : rule.Kind switch
        {
            FindingKind.Spike => DefaultSpikeFactor,
            FindingKind.Silence => DefaultSilencePeriods,
            FindingKind.Learned or FindingKind.Disagreement => DefaultLearnedScore,
            _ => 1,
        };
        InRow = (ushort)Math.Clamp(Math.Round(Factor), 1, ushort.MaxValue);
        Detector = DetectorOf(rule);
    }

    public DetectionRule Rule { get; }

    /// <summary>Which detector of a series judges by it; none for kinds that look at several series.</summary>
    public Detector Detector { get; }

    /// <summary>Place in the catalogue: findings of one value come in this order.</summary>
    public int Index { get; }

    public long DurationMs { get; }

    /// <summary>Time looked back over; 0 for none.</summary>
    public long WindowMs { get; }

    public double MinimumChange { get; }

    /// <summary>The rule's factor, or the default of its kind (spike 6, silence 3, implausible 1, learned and disagreement 0.5) when it is 0.</summary>
    public double Factor { get; }

    /// <summary>Implausible: <see cref="Factor"/> as a number of values in a row.</summary>
    public ushort InRow { get; }

    /// <summary>Whether the rule counts for what was measured at an instant.</summary>
    public bool IsInForce(long atMs) => atMs >= _validFromMs && atMs < _validToMs;

    /// <summary>The limits for what was measured at an instant; none when the rule does not count then.</summary>
    public ref readonly LimitSet LimitsAt(long atMs)
    {
        if (_always)
        {
            return ref _limits;
        }

        if (!IsInForce(atMs))
        {
            return ref NoLimits;
        }

        if (_periods.Length == 0)
        {
            return ref _limits;
        }

        for (var i = 0; i < _periods.Length; i++)
        {
            if (atMs >= _periods[i].FromMs && atMs < _periods[i].ToMs)
            {
                return ref _periodLimits[i];
            }
        }

        return ref NoLimits;
    }

    public Finding Finding(FindingTransition transition, SensorAddress sensor, string? property, long atMs, long receivedAtMs) => new()
    {
        Subject = sensor,
        RuleId = Rule.Id,
        Kind = Rule.Kind,
        Transition = transition,
        Severity = Rule.Severity,
        Property = property,
        AtMs = atMs,
        ReceivedAtMs = receivedAtMs,
    };

    private static Detector DetectorOf(DetectionRule rule) => rule.Kind switch
    {
        FindingKind.Limit => rule.Average is null ? Detector.Limit : Detector.Average,
        FindingKind.Spike => Detector.Spike,
        FindingKind.Flatline => Detector.Flatline,
        FindingKind.Implausible => Detector.Implausible,
        FindingKind.Learned => Detector.Learned,
        FindingKind.RateOfChange => Detector.RateOfChange,
        FindingKind.Schedule => rule.Schedule is null ? Detector.None : Detector.Schedule,
        FindingKind.MissingShare => rule.Property is null ? Detector.MissingOfSensor : Detector.Missing,
        FindingKind.Silence => rule.Property is null ? Detector.SilenceOfSensor : Detector.Silence,
        _ => Detector.None,
    };

    private static long Milliseconds(TimeSpan time) => Math.Max(0, (long)time.TotalMilliseconds);

    private static long FromOf(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds() ?? long.MinValue;

    private static long ToOf(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds() ?? long.MaxValue;
}

/// <summary>The detectors of single series and single sensors.</summary>
internal enum Detector
{
    /// <summary>No detector of a series: the rule looks at several.</summary>
    None,
    Limit,
    Average,
    Spike,
    Flatline,
    Implausible,
    Learned,
    RateOfChange,
    Schedule,
    Missing,
    MissingOfSensor,
    Silence,
    SilenceOfSensor,
}
