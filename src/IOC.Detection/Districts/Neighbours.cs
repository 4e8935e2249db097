using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>The series of one property and domain in a district.</summary>
internal sealed class NeighbourGroup
{
    /// <summary>A median gains little from more of them, and this bounds what a judgement costs.</summary>
    public const int Most = 32;

    private readonly List<MemberSeries> _series = [];

    /// <summary>Rises with every series that joins.</summary>
    public int Version { get; private set; }

    public void Add(MemberSeries series)
    {
        _series.Add(series);
        Version++;
    }

    /// <summary>The neighbours of a series: the nearest at most <see cref="Most"/> others. Where it is not known how far away one is,
    /// it comes last, or not at all when the rule names a distance.</summary>
    public MemberSeries[] Of(MemberSeries series, double? radiusMetres) =>
    [
        .. _series.Where(other => other != series)
            .Select(other => (Other: other, Metres: Distance(series.Member.Definition, other.Member.Definition)))
            .Where(n => radiusMetres is null || n.Metres <= radiusMetres)
            .OrderBy(n => n.Metres).ThenBy(n => n.Other.Member.Address.Path, StringComparer.Ordinal)
            .Take(Most).Select(n => n.Other),
    ];

    private static double Distance(SensorDefinition? a, SensorDefinition? b) =>
        a is null || b is null ? double.PositiveInfinity : GreatCircle.Metres(a.Longitude, a.Latitude, b.Longitude, b.Latitude);
}

/// <summary>Neighbour: on which side of its neighbours a series is, and since when.</summary>
internal sealed class NeighbourState(DistrictRule rule)
{
    public DistrictRule Rule { get; } = rule;

    public bool Raised { get; set; }

    /// <summary>1 above, -1 below, 0 among them or not known.</summary>
    public sbyte Side { get; set; }

    public long SinceMs { get; set; }

    /// <summary>Event time of the last judgement.</summary>
    public long LastMs { get; set; } = Series.Never;

    /// <summary>The neighbours, as of <see cref="Version"/> of their group.</summary>
    public MemberSeries[] Neighbours { get; set; } = [];

    public int Version { get; set; } = -1;
}

/// <summary>What a series' neighbours say of it.</summary>
/// <param name="Count">Neighbours with a current good value; 0 when there are too few.</param>
/// <param name="Median">Their median.</param>
/// <param name="Threshold">Distance from the median beyond which a value is far.</param>
/// <param name="Low">Lowest value of those that agree with the median.</param>
/// <param name="High">Highest value of those that agree with the median.</param>
/// <param name="Agree">Whether at least three quarters of them are within the threshold: where they are not, there is no "usual"
/// that one could be singled out against.</param>
internal readonly record struct NeighbourVerdict(int Count, double Median, double Threshold, double Low, double High, bool Agree);

/// <summary>
/// A value far from the median of its neighbours for the rule's duration (event time): further than the rule's factor times their
/// robust standard deviation (1.4826 times the median absolute deviation, which equals the standard deviation of normal values;
/// Rousseeuw and Croux 1993), and further than the rule's minimum change. A series is judged at most once per period, by at most
/// <see cref="NeighbourGroup.Most"/> neighbours, so what it costs depends neither on the size of the district nor on how often
/// a device sends.
/// </summary>
internal sealed class NeighbourDetector(PropertyCatalogue properties, DistrictFindings findings)
{
    private const double NormalConsistency = 1.4826;
    private const double MostDisagreeing = 0.25;

    /// <summary>Share of the period after which a series is judged again: reports do not come on the dot.</summary>
    private const double JudgeShare = 0.9;
    private readonly double[] _values = new double[NeighbourGroup.Most];

    /// <summary>Judges a series by its newest value, which is good.</summary>
    public void Judge(MemberSeries series, in DistrictEvent at)
    {
        if (at.EventMs < series.NextNeighbourMs && at.EventMs > series.NextNeighbourMs - (2 * series.Member.PeriodMs))
        {
            return;
        }

        series.NextNeighbourMs = at.EventMs + (long)(JudgeShare * series.Member.PeriodMs);
        foreach (var state in series.Neighbours)
        {
            Step(series, state, in at);
        }
    }

    private void Step(MemberSeries series, NeighbourState state, in DistrictEvent at)
    {
        var gap = state.LastMs == Series.Never || at.EventMs - state.LastMs > series.Member.CurrentMs;
        state.LastMs = at.EventMs;
        var verdict = default(NeighbourVerdict);
        if (!state.Rule.IsInForce(at.EventMs))
        {
            if (state.Raised)
            {
                Report(FindingTransition.Cleared, series, state, in verdict, in at);
            }

            (state.Raised, state.Side) = (false, 0);
            return;
        }

        verdict = Compare(series, state, at.EventMs);
        var deviation = Math.Abs(series.Value - verdict.Median);
        if (state.Raised)
        {
            if (verdict.Count > 0 && deviation <= Math.Max(0, verdict.Threshold - state.Rule.Hysteresis))
            {
                Report(FindingTransition.Cleared, series, state, in verdict, in at);
                (state.Raised, state.Side) = (false, 0);
            }

            return;
        }

        if (verdict.Count == 0 || !verdict.Agree || deviation <= verdict.Threshold)
        {
            state.Side = 0;
            return;
        }

        var side = series.Value > verdict.Median ? (sbyte)1 : (sbyte)-1;
        if (side != state.Side || gap)
        {
            (state.Side, state.SinceMs) = (side, at.EventMs);
        }

        if (at.EventMs - state.SinceMs >= state.Rule.DurationMs)
        {
            state.Raised = true;
            Report(FindingTransition.Raised, series, state, in verdict, in at);
        }
    }

    private NeighbourVerdict Compare(MemberSeries series, NeighbourState state, long atMs)
    {
        var asked = state.Rule.Rule.Neighbours!;
        if (state.Version != series.Group!.Version)
        {
            state.Version = series.Group.Version;
            state.Neighbours = series.Group.Of(series, asked.RadiusMetres);
        }

        var count = 0;
        foreach (var neighbour in state.Neighbours)
        {
            if (neighbour.IsCurrent(atMs))
            {
                _values[count++] = neighbour.Value;
            }
        }

        if (count < Math.Max(1, asked.Minimum))
        {
            return default;
        }

        var values = _values.AsSpan(0, count);
        values.Sort();
        var median = Robust.Median(values);
        var spread = NormalConsistency * Robust.MedianDeviation(values, median);
        var threshold = Math.Max(state.Rule.Factor * spread, state.Rule.MinimumChange);
        var first = 0;
        var last = count - 1;
        while (median - values[first] > threshold)
        {
            first++;
        }

        while (values[last] - median > threshold)
        {
            last--;
        }

        var agree = count - (last - first + 1) <= MostDisagreeing * count;
        return new NeighbourVerdict(count, median, threshold, values[first], values[last], agree);
    }

    private void Report(FindingTransition transition, MemberSeries series, NeighbourState state, in NeighbourVerdict verdict, in DistrictEvent at)
    {
        var property = properties[series.Property];
        var known = verdict.Count > 0;
        var above = state.Side > 0;
        findings.Add(at.Message, at.Value, state.Rule, state.Rule.Finding(transition, series.Member.Address, property.Code, at.EventMs, at.ReceivedAtMs) with
        {
            Value = series.Value,
            Limit = known ? verdict.Median + (above ? verdict.Threshold : -verdict.Threshold) : null,
            ExpectedLow = known ? verdict.Low : null,
            ExpectedHigh = known ? verdict.High : null,
            Reason = transition == FindingTransition.Raised ? DistrictTexts.Neighbour(property, series.Value, in verdict) : null,
        });
    }
}
