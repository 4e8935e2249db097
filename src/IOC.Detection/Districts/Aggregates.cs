using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>An aggregate rule in one district: whose values it is worked out from, and its state.</summary>
internal sealed class Aggregate(DistrictRule rule, string district)
{
    public DistrictRule Rule { get; } = rule;

    public Subject Subject { get; } = Subject.OfDistrict(district, rule.Rule.Domain);

    /// <summary>Whether it counts silent sensors: it then has members, not series, and its time is that of ticks.</summary>
    public bool IsSilence => Rule.Rule.Aggregate!.Function == AggregateFunction.ShareSilent;

    public List<MemberSeries> Series { get; } = [];

    public List<Member> Members { get; } = [];

    public bool Raised { get; set; }

    /// <summary>Whether values came since the last judgement.</summary>
    public bool HasNews { get; set; }

    /// <summary>1 beyond the upper limit, -1 beyond the lower, 0 inside or not known.</summary>
    public sbyte Side { get; set; }

    public long SinceMs { get; set; }

    /// <summary>Time of the last judgement.</summary>
    public long LastMs { get; set; } = IOC.Detection.Series.Never;

    /// <summary>Figure at the last judgement; NaN when it was not known.</summary>
    public double Figure { get; set; } = double.NaN;

    /// <summary>How long that figure counts as current, ms.</summary>
    public long HoldMs { get; set; }

    /// <summary>Mean of the figure over the rule's window; null without one.</summary>
    public TimeMean? Mean { get; } = rule.WindowMs > 0 ? new TimeMean(rule.WindowMs) : null;
}

/// <summary>
/// A figure over the current good values of a district at or beyond a limit for the rule's duration. It is worked out anew at
/// the first tick in each <see cref="StepMs"/> when values came since the last time, which mostly lets sensors that report at the same instant all be heard first; and where event
/// time runs faster than ticks (a replay), with the first value <see cref="StepMs"/> after the last time. So a value costs nothing
/// in between. Shares of silent sensors are worked out at those ticks. Clears when it is back inside by the hysteresis. Too few values say nothing: what was raised
/// stays, and the duration begins anew.
/// </summary>
internal sealed class AggregateDetector(PropertyCatalogue properties, DistrictFindings findings)
{
    /// <summary>Time between two judgements, of ticks or of events, ms.</summary>
    public const long StepMs = 10_000;

    /// <summary>Share of a window that must be known, as regulations ask for of averages.</summary>
    private const double LeastCoverage = 0.75;
    private double[] _values = new double[64];

    /// <summary>Whether a judgement is due. What came before the last one belongs to a device that catches up.</summary>
    public static bool IsDue(Aggregate aggregate, long atMs) => aggregate.LastMs == Series.Never || atMs >= aggregate.LastMs + StepMs;

    /// <summary>Time was set back, or nothing could be received for a while: what is pending begins anew.</summary>
    public static void BeginAnew(Aggregate aggregate, long nowMs)
    {
        if (aggregate.LastMs > nowMs)
        {
            aggregate.LastMs = Series.Never;
            aggregate.Side = aggregate.Raised ? aggregate.Side : (sbyte)0;
            aggregate.Figure = double.NaN;
        }

        if (aggregate.IsSilence && !aggregate.Raised)
        {
            aggregate.Side = 0;
        }
    }

    public void Judge(Aggregate aggregate, in DistrictEvent at)
    {
        aggregate.HasNews = false;
        var (count, figure, holdMs) = aggregate.IsSilence ? ShareSilent(aggregate) : Current(aggregate, at.EventMs);
        var known = count >= Math.Max(1, aggregate.Rule.Rule.Aggregate!.Minimum);
        var sinceLast = aggregate.LastMs == Series.Never ? long.MaxValue : at.EventMs - aggregate.LastMs;
        if (aggregate.Mean is { } mean && !double.IsNaN(aggregate.Figure) && sinceLast <= aggregate.HoldMs)
        {
            mean.Add(aggregate.LastMs, at.EventMs, aggregate.Figure);
        }

        if (sinceLast > Math.Max(holdMs, StepMs) && !aggregate.Raised)
        {
            aggregate.Side = 0;
        }

        (aggregate.LastMs, aggregate.Figure, aggregate.HoldMs) = (at.EventMs, known ? figure : double.NaN, holdMs);
        var judged = aggregate.Figure;
        if (known && aggregate.Mean is { } over)
        {
            judged = over.At(at.EventMs, LeastCoverage);
        }

        Step(aggregate, judged, count, in at);
    }

    private void Step(Aggregate aggregate, double figure, int count, in DistrictEvent at)
    {
        var rule = aggregate.Rule;
        if (!rule.IsInForce(at.EventMs))
        {
            if (aggregate.Raised)
            {
                Report(FindingTransition.Cleared, aggregate, figure, limit: null, count, in at);
            }

            (aggregate.Raised, aggregate.Side) = (false, 0);
            return;
        }

        if (double.IsNaN(figure))
        {
            aggregate.Side = aggregate.Raised ? aggregate.Side : (sbyte)0;
            return;
        }

        var (above, below) = rule.LimitsAt(at.EventMs);
        var side = figure >= above ? (sbyte)1 : figure <= below ? (sbyte)-1 : (sbyte)0;
        if (aggregate.Raised)
        {
            if (side == 0 && figure <= above - rule.Hysteresis && figure >= below + rule.Hysteresis)
            {
                Report(FindingTransition.Cleared, aggregate, figure, aggregate.Side > 0 ? above : below, count, in at);
                (aggregate.Raised, aggregate.Side) = (false, 0);
            }

            return;
        }

        if (side != aggregate.Side)
        {
            (aggregate.Side, aggregate.SinceMs) = (side, at.EventMs);
        }

        if (side != 0 && at.EventMs - aggregate.SinceMs >= rule.DurationMs)
        {
            aggregate.Raised = true;
            Report(FindingTransition.Raised, aggregate, figure, side > 0 ? above : below, count, in at);
        }
    }

    private (int Count, double Figure, long HoldMs) Current(Aggregate aggregate, long atMs)
    {
        if (_values.Length < aggregate.Series.Count)
        {
            _values = new double[aggregate.Series.Count * 2];
        }

        var count = 0;
        long hold = 0;
        foreach (var series in aggregate.Series)
        {
            if (series.IsCurrent(atMs))
            {
                _values[count++] = series.Value;
                hold = Math.Max(hold, series.Member.CurrentMs);
            }
        }

        return (count, count == 0 ? double.NaN : Figure(aggregate.Rule.Rule.Aggregate!, _values.AsSpan(0, count)), hold);
    }

    private static double Figure(RuleAggregate asked, Span<double> values)
    {
        // Sorted also for sums: they must not depend on the order in which sensors were first heard.
        values.Sort();
        double sum = 0;
        var beyond = 0;
        foreach (var value in values)
        {
            sum += value;
            beyond += (asked.BeyondIsBelow ? value <= asked.Beyond : value >= asked.Beyond) ? 1 : 0;
        }

        return asked.Function switch
        {
            AggregateFunction.Mean => sum / values.Length,
            AggregateFunction.Median => Robust.Median(values),
            AggregateFunction.Min => values[0],
            AggregateFunction.Max => values[^1],
            AggregateFunction.Sum => sum,
            AggregateFunction.ShareBeyond => (double)beyond / values.Length,
            _ => double.NaN,
        };
    }

    private static (int Count, double Figure, long HoldMs) ShareSilent(Aggregate aggregate)
    {
        var silent = 0;
        foreach (var member in aggregate.Members)
        {
            silent += member.Silent > 0 ? 1 : 0;
        }

        // Ticks tell the time whoever is silent; only a start of the host interrupts them, and that begins anew.
        return (aggregate.Members.Count, aggregate.Members.Count == 0 ? double.NaN : (double)silent / aggregate.Members.Count, long.MaxValue);
    }

    private void Report(FindingTransition transition, Aggregate aggregate, double figure, double? limit, int count, in DistrictEvent at)
    {
        var rule = aggregate.Rule;
        PropertyDefinition? property = null;
        if (rule.Rule.Property is { } code)
        {
            _ = properties.TryGet(code, out property);
        }

        findings.Add(at.Message, at.Value, rule, rule.Finding(transition, aggregate.Subject, rule.Rule.Property, at.EventMs, at.ReceivedAtMs) with
        {
            Value = double.IsNaN(figure) ? null : figure,
            Limit = limit is { } l && double.IsFinite(l) ? l : null,
            Reason = transition == FindingTransition.Raised ? DistrictTexts.Aggregate(rule, property, figure, count) : null,
        });
    }
}
