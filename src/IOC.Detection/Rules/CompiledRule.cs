using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>A rule in the form that detectors compare with.</summary>
internal sealed class CompiledRule
{
    private const double DefaultSpikeFactor = 6;
    private const double DefaultSilencePeriods = 3;
    private const double DefaultLearnedScore = LearnedVerdict.Threshold;

    public CompiledRule(DetectionRule rule, int index)
    {
        Rule = rule;
        Index = index;
        Above = rule.RaiseAbove ?? double.PositiveInfinity;
        Below = rule.RaiseBelow ?? double.NegativeInfinity;
        var hysteresis = Math.Max(0, rule.Hysteresis);
        ClearAbove = hysteresis > 0 ? Above - hysteresis : double.BitDecrement(Above);
        ClearBelow = hysteresis > 0 ? Below + hysteresis : double.BitIncrement(Below);
        DurationMs = Math.Max(0, (long)rule.Duration.TotalMilliseconds);
        MinimumChange = Math.Max(0, rule.MinimumChange);
        Factor = rule.Factor > 0 ? rule.Factor : rule.Kind switch
        {
            FindingKind.Spike => DefaultSpikeFactor,
            FindingKind.Silence => DefaultSilencePeriods,
            FindingKind.Learned or FindingKind.Disagreement => DefaultLearnedScore,
            _ => 1,
        };
        InRow = (ushort)Math.Clamp(Math.Round(Factor), 1, ushort.MaxValue);
    }

    public DetectionRule Rule { get; }

    /// <summary>Place in the catalogue: findings of one value come in this order.</summary>
    public int Index { get; }

    public double Above { get; }

    public double Below { get; }

    /// <summary>At or below this, a value is back inside the upper limit.</summary>
    public double ClearAbove { get; }

    /// <summary>At or above this, a value is back inside the lower limit.</summary>
    public double ClearBelow { get; }

    public long DurationMs { get; }

    public double MinimumChange { get; }

    /// <summary>The rule's factor, or the default of its kind (spike 6, silence 3, implausible 1, learned and disagreement 0.5) when it is 0.</summary>
    public double Factor { get; }

    /// <summary>Implausible: <see cref="Factor"/> as a number of values in a row.</summary>
    public ushort InRow { get; }

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
}
