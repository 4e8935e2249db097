namespace IOC.History.Analysis;

/// <summary>A group while it is being computed.</summary>
/// <param name="Key">What its series have in common.</param>
internal sealed record WorkingGroup(GroupKey Key)
{
    /// <summary>Sensors in it.</summary>
    public HashSet<string> Sensors { get; } = new(StringComparer.Ordinal);

    /// <summary>Readings due per millisecond from its registered sensors.</summary>
    public double DuePerMs { get; set; }

    /// <summary>Its totals in the range asked for.</summary>
    public GroupTotals? Totals { get; set; }

    /// <summary>Its totals in the earlier range.</summary>
    public GroupTotals? Before { get; set; }
}

/// <summary>What the series of a group have in common; null where they may differ.</summary>
internal readonly record struct GroupKey(string Property, string? District, string? Domain, string? Sensor)
{
    public static GroupKey Of(GroupBy groupBy, string property, string district, string domain, string sensor)
    {
        var bySensor = groupBy.HasFlag(GroupBy.Sensor);
        return new GroupKey(
            property,
            bySensor || groupBy.HasFlag(GroupBy.District) ? district : null,
            bySensor || groupBy.HasFlag(GroupBy.Domain) ? domain : null,
            bySensor ? sensor : null);
    }
}

/// <summary>Takes the readings of one range into the totals of their groups.</summary>
/// <param name="plan">The cells.</param>
/// <param name="measures">What is kept.</param>
/// <param name="quality">Which readings count.</param>
/// <param name="find">The totals that a series belongs to; null leaves it out.</param>
internal sealed class AnalysisScan(
    CellPlan plan, MeasurePlan measures, QualityFilter quality, Func<SeriesKey, SeriesTarget?> find) : IReadingSink
{
    private SeriesTarget _target;
    private int _series;
    private bool _hasPrevious;
    private Sample _previous;

    /// <summary>Readings gone through.</summary>
    public long Readings { get; private set; }

    public bool WantsEdges => measures.Edges;

    public bool Begin(SeriesKey series)
    {
        var target = find(series);
        (_target, _hasPrevious) = (target.GetValueOrDefault(), false);
        _series++;
        return target is not null;
    }

    public bool TryAdd(in RunTotals totals)
    {
        if (!measures.OfTotals || totals.FirstAtMs < plan.FromMs)
        {
            return false;
        }

        var cell = plan.Find(totals.FirstAtMs, out var end);
        if (totals.LastAtMs >= end)
        {
            return false;
        }

        Readings += totals.Count;
        _target.Totals.Add(cell, totals, _target.IsDue);
        return true;
    }

    public void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
    {
        Readings += samples.Length;
        var (totals, due) = (_target.Totals, _target.IsDue);
        for (var i = 0; i < samples.Length; i++)
        {
            if (quality == QualityFilter.Ok && qualities[i] != 0)
            {
                continue;
            }

            ref readonly var sample = ref samples[i];
            if (sample.AtMs >= plan.FromMs)
            {
                totals.Add(plan.Find(sample.AtMs, out _), sample.AtMs, sample.Value, due);
            }

            if (measures.OverTime)
            {
                Follow(sample);
            }
        }
    }

    public void End()
    {
        if (_hasPrevious && measures.OverTime)
        {
            Hold(_previous.AtMs, _previous.AtMs + _target.MaxHoldMs, _previous.Value);
        }
    }

    /// <summary>The reading before held until this one, unless that is too long ago to say so; so did the counter rise.</summary>
    private void Follow(in Sample sample)
    {
        if (_hasPrevious)
        {
            var (from, to) = (_previous.AtMs, sample.AtMs);
            Hold(from, Math.Min(to, from + _target.MaxHoldMs), _previous.Value);
            if (to - from <= _target.MaxHoldMs)
            {
                // A counter that fell began anew at 0.
                Rise(from, to, sample.Value >= _previous.Value ? sample.Value - _previous.Value : sample.Value);
            }
        }

        (_hasPrevious, _previous) = (true, sample);
    }

    private void Hold(long fromMs, long toMs, double value)
    {
        var until = Math.Min(toMs, plan.ToMs);
        for (var at = Math.Max(fromMs, plan.FromMs); at < until;)
        {
            var cell = plan.Find(at, out var end);
            end = Math.Min(end, until);
            _target.Totals.Hold(cell, _series, end - at, value);
            at = end;
        }
    }

    private void Rise(long fromMs, long toMs, double increase)
    {
        var until = Math.Min(toMs, plan.ToMs);
        for (var at = Math.Max(fromMs, plan.FromMs); at < until;)
        {
            var cell = plan.Find(at, out var end);
            end = Math.Min(end, until);
            _target.Totals.Rise(cell, end - at, increase * (end - at) / (toMs - fromMs));
            at = end;
        }
    }
}

/// <summary>Where the readings of a series go.</summary>
/// <param name="Totals">Totals of its group.</param>
/// <param name="IsDue">Whether readings are due from it.</param>
/// <param name="MaxHoldMs">How long a reading holds without a next one, in milliseconds.</param>
internal readonly record struct SeriesTarget(GroupTotals Totals, bool IsDue, long MaxHoldMs);
