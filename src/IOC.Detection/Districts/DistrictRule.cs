using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>A rule about several series in the form that its detector compares with.</summary>
internal sealed class DistrictRule
{
    private const double DefaultNeighbourFactor = 5;
    private readonly (long FromMs, long ToMs, double Above, double Below)[] _periods;
    private readonly long _fromMs;
    private readonly long _toMs;

    public DistrictRule(DetectionRule rule, int index)
    {
        Rule = rule;
        Index = index;
        DurationMs = Milliseconds(rule.Duration);
        WindowMs = Milliseconds(rule.Window);
        Hysteresis = Math.Max(0, rule.Hysteresis);
        MinimumChange = Math.Max(0, rule.MinimumChange);
        Factor = rule.Factor > 0 ? rule.Factor : DefaultNeighbourFactor;
        _fromMs = FromOf(rule.ValidFrom);
        _toMs = ToOf(rule.ValidTo);
        _periods = [.. rule.Periods.Select(p => (FromOf(p.From), ToOf(p.To), AboveOf(p.RaiseAbove), BelowOf(p.RaiseBelow)))];
    }

    public DetectionRule Rule { get; }

    /// <summary>Place in the catalogue: findings of one place in the log come in this order.</summary>
    public int Index { get; }

    public long DurationMs { get; }

    public long WindowMs { get; }

    public double Hysteresis { get; }

    public double MinimumChange { get; }

    /// <summary>Neighbour: robust standard deviations; 5 when the rule says 0.</summary>
    public double Factor { get; }

    /// <summary>Whether it counts for what was measured at an instant.</summary>
    public bool IsInForce(long atMs) => atMs >= _fromMs && atMs < _toMs;

    /// <summary>The limits at an instant; infinite where there is none.</summary>
    public (double Above, double Below) LimitsAt(long atMs)
    {
        if (_periods.Length == 0)
        {
            return (AboveOf(Rule.RaiseAbove), BelowOf(Rule.RaiseBelow));
        }

        foreach (var period in _periods)
        {
            if (atMs >= period.FromMs && atMs < period.ToMs)
            {
                return (period.Above, period.Below);
            }
        }

        return (double.PositiveInfinity, double.NegativeInfinity);
    }

    public Finding Finding(FindingTransition transition, Subject subject, string? property, long atMs, long receivedAtMs) => new()
    {
        Subject = subject,
        RuleId = Rule.Id,
        Kind = Rule.Kind,
        Transition = transition,
        Severity = Rule.Severity,
        Property = property,
        AtMs = atMs,
        ReceivedAtMs = receivedAtMs,
    };

    private static double AboveOf(double? limit) => limit ?? double.PositiveInfinity;

    private static double BelowOf(double? limit) => limit ?? double.NegativeInfinity;

    private static long Milliseconds(TimeSpan time) => Math.Max(0, (long)time.TotalMilliseconds);

    private static long FromOf(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds() ?? long.MinValue;

    private static long ToOf(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds() ?? long.MaxValue;
}
