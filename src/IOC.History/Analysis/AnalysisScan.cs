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
/// <param name="timed">The cells.</param>
/// <param name="measures">What is kept.</param>
/// <param name="quality">Which readings count.</param>
/// <param name="find">The totals that a series belongs to; null leaves it out.</param>
internal sealed class AnalysisScan(
    TimedPlan timed, MeasurePlan measures, QualityFilter quality, Func<SeriesKey, SeriesTarget?> find) : IReadingSink
{
    private readonly CellPlan _plan = timed.Plan;
    private readonly List<int> _ownCells = [];
    private long[]? _ownCounts;
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
        if (!measures.OfTotals || totals.FirstAtMs < _plan.FromMs)
        {
            return false;
        }

        var cell = _plan.Find(totals.FirstAtMs, out var end);
        if (totals.LastAtMs >= end)
        {
            return false;
        }

        Readings += totals.Count;
        _target.Totals.Add(cell, totals);
        CountDue(cell, totals.Count);
        return true;
    }

    public void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
    {
        Readings += samples.Length;
        var totals = _target.Totals;
        for (var i = 0; i < samples.Length; i++)
        {
            if (quality == QualityFilter.Ok && qualities[i] != 0)
            {
                continue;
            }

            ref readonly var sample = ref samples[i];
            if (sample.AtMs >= _plan.FromMs)
            {
                var cell = _plan.Find(sample.AtMs, out _);
                totals.Add(cell, sample.AtMs, sample.Value);
                CountDue(cell, 1);
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

        foreach (var cell in _ownCells)
        {
            // One that sends more often than it should must not stand in for one that is silent.
            _target.Totals.AddDue(cell, Math.Min(_ownCounts![cell], (long)Math.Max(1, Math.Ceiling(timed.DurationsMs[cell] / (double)_target.DuePeriodMs))));
            _ownCounts[cell] = 0;
        }

        _ownCells.Clear();
    }

    private void CountDue(int cell, long readings)
    {
        if (_target.DuePeriodMs == 0)
        {
            return;
        }

        ref var count = ref (_ownCounts ??= new long[_plan.Count])[cell];
        if (count == 0)
        {
            _ownCells.Add(cell);
        }

        count += readings;
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
        // What is to come is not known to hold.
        var until = Math.Min(toMs, timed.UntilMs);
        for (var at = Math.Max(fromMs, _plan.FromMs); at < until;)
        {
            var cell = _plan.Find(at, out var end);
            end = Math.Min(end, until);
            _target.Totals.Hold(cell, _series, end - at, value);
            at = end;
        }
    }

    private void Rise(long fromMs, long toMs, double increase)
    {
        var until = Math.Min(toMs, _plan.ToMs);
        for (var at = Math.Max(fromMs, _plan.FromMs); at < until;)
        {
            var cell = _plan.Find(at, out var end);
            end = Math.Min(end, until);
            _target.Totals.Rise(cell, end - at, increase * (end - at) / (toMs - fromMs));
            at = end;
        }
    }
}

/// <summary>Where the readings of a series go.</summary>
/// <param name="Totals">Totals of its group.</param>
/// <param name="DuePeriodMs">How often readings are due from it, in milliseconds; 0 = none are.</param>
/// <param name="MaxHoldMs">How long a reading holds without a next one, in milliseconds.</param>
internal readonly record struct SeriesTarget(GroupTotals Totals, long DuePeriodMs, long MaxHoldMs);
