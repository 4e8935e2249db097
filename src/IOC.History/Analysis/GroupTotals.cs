using IOC.History.Windows;

namespace IOC.History.Analysis;

/// <summary>What is to be kept of each cell for a question's measures.</summary>
internal sealed class MeasurePlan
{
    public MeasurePlan(IReadOnlyList<Measure> measures)
    {
        Measures = measures;
        Deviation = measures.Any(m => m.Kind == MeasureKind.StandardDeviation);
        Percentiles = measures.Any(m => m.Kind == MeasureKind.Percentile);
        OverTime = measures.Any(m => m.IsOverTime);
        OfTotals = measures.All(m => m.IsOfTotals);
        Edges = measures.Any(m => m.Kind is MeasureKind.Min or MeasureKind.Max or MeasureKind.First or MeasureKind.Last);
        Limits = [.. measures.Where(m => m.Kind == MeasureKind.Exceedance).Select(m => m.Argument).Distinct()];
    }

    public IReadOnlyList<Measure> Measures { get; }

    public bool Deviation { get; }

    public bool Percentiles { get; }

    public bool OverTime { get; }

    /// <summary>Whether totals of runs of readings will do.</summary>
    public bool OfTotals { get; }

    /// <summary>Whether least, greatest, first or last values are asked for; else count and sum are kept alone.</summary>
    public bool Edges { get; }

    /// <summary>Limits of the exceedances, each once.</summary>
    public double[] Limits { get; }
}

/// <summary>Running figures of one group, per cell.</summary>
internal sealed class GroupTotals
{
    private const double HourMs = 3_600_000;

    private readonly MeasurePlan _plan;
    private readonly WindowTotal[] _totals;
    private readonly CountAndSum[] _sums;
    private long[]? _dueCounts;
    private readonly Spread[] _spreads;
    private readonly Distribution?[] _distributions;
    private readonly Held[] _held;
    private readonly double[] _aboveMs;
    private readonly int _cells;

    public GroupTotals(MeasurePlan plan, int cells)
    {
        _plan = plan;
        _totals = plan.Edges ? new WindowTotal[cells] : [];
        _sums = plan.Edges ? [] : new CountAndSum[cells];
        _cells = cells;
        _spreads = plan.Deviation ? new Spread[cells] : [];
        _distributions = plan.Percentiles ? new Distribution?[cells] : [];
        _held = plan.OverTime ? new Held[cells] : [];
        _aboveMs = new double[cells * plan.Limits.Length];
    }

    // A question over years has a million cells: what most ask for takes 16 bytes of each.
    private struct CountAndSum
    {
        public long Count;
        public double Sum;
    }

    /// <summary>Mean and sum of squared deviations, by Welford's recurrence (Technometrics 4, 1962).</summary>
    private struct Spread
    {
        public double Mean;
        public double SquaredDeviations;
    }

    private struct Held
    {
        public double Integral;
        public double CoveredMs;
        public double Increase;
        public double CountedMs;
        public int Sensors;
        public int LastSensor;
    }

    /// <summary>Whether there is anything to say of a cell: readings of its own, or one before it that still held.</summary>
    public bool IsKnown(int cell) => CountOf(cell) > 0 || (_plan.OverTime && (_held[cell].CoveredMs > 0 || _held[cell].CountedMs > 0));

    public long CountOf(int cell) => _plan.Edges ? _totals[cell].Count : _sums[cell].Count;

    /// <summary>Adds a reading.</summary>
    /// <param name="cell">Its cell.</param>
    /// <param name="atMs">Its time.</param>
    /// <param name="value">Its value.</param>
    public void Add(int cell, long atMs, double value)
    {
        if (_plan.Edges)
        {
            _totals[cell].Add(atMs, value);
        }
        else
        {
            ref var sum = ref _sums[cell];
            sum.Count++;
            sum.Sum += value;
        }

        if (_plan.Deviation)
        {
            ref var spread = ref _spreads[cell];
            var off = value - spread.Mean;
            spread.Mean += off / CountOf(cell);
            spread.SquaredDeviations += off * (value - spread.Mean);
        }

        if (_plan.Percentiles)
        {
            (_distributions[cell] ??= new Distribution()).Add(value);
        }
    }

    /// <summary>Adds readings by their totals.</summary>
    public void Add(int cell, in RunTotals run)
    {
        if (_plan.Edges)
        {
            _totals[cell].Add(run.FirstAtMs, run.LastAtMs, run.Count, run.Sum, run.Min, run.Max, run.First, run.Last);
        }
        else
        {
            ref var sum = ref _sums[cell];
            sum.Count += run.Count;
            sum.Sum += run.Sum;
        }
    }

    /// <summary>Adds readings that were due of a registered sensor, no more than were.</summary>
    public void AddDue(int cell, long readings) => (_dueCounts ??= new long[_cells])[cell] += readings;

    /// <summary>Adds a time for which a value held.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="sensor">Number of the series, rising from 1, to count each once.</param>
    /// <param name="milliseconds">How long.</param>
    /// <param name="value">The value.</param>
    public void Hold(int cell, int sensor, double milliseconds, double value)
    {
        ref var held = ref _held[cell];
        held.Integral += milliseconds * value;
        held.CoveredMs += milliseconds;
        held.Sensors += held.LastSensor == sensor ? 0 : 1;
        held.LastSensor = sensor;
        for (var i = 0; i < _plan.Limits.Length; i++)
        {
            if (value > _plan.Limits[i])
            {
                _aboveMs[(cell * _plan.Limits.Length) + i] += milliseconds;
            }
        }
    }

    /// <summary>Adds what a counter rose by in a time.</summary>
    public void Rise(int cell, double milliseconds, double increase)
    {
        _held[cell].Increase += increase;
        _held[cell].CountedMs += milliseconds;
    }

    /// <summary>The figures of a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="dueCount">Readings due from registered sensors; 0 = none.</param>
    public CellFigures Figures(int cell, double dueCount)
    {
        // Less than one reading due says nothing about a share.
        var coverage = dueCount >= 1 ? Math.Round(Math.Min(1, (_dueCounts?[cell] ?? 0) / dueCount), 4) : (double?)null;
        var values = new double?[_plan.Measures.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ValueOf(_plan.Measures[i], cell);
        }

        return new CellFigures(CountOf(cell), coverage, values);
    }

    private double? ValueOf(Measure measure, int cell)
    {
        if (measure.IsOverTime)
        {
            return OverTime(measure, cell);
        }

        var (count, sum) = _plan.Edges ? (_totals[cell].Count, _totals[cell].Sum) : (_sums[cell].Count, _sums[cell].Sum);
        return measure.Kind switch
        {
            MeasureKind.Count => count,
            _ when count == 0 => null,
            MeasureKind.Mean => sum / count,
            MeasureKind.Min => _totals[cell].Min,
            MeasureKind.Max => _totals[cell].Max,
            MeasureKind.Sum => sum,
            MeasureKind.First => _totals[cell].First,
            MeasureKind.Last => _totals[cell].Last,
            MeasureKind.StandardDeviation => count > 1 ? Math.Sqrt(_spreads[cell].SquaredDeviations / (count - 1)) : null,
            _ => _distributions[cell]!.Percentile(measure.Argument),
        };
    }

    private double? OverTime(Measure measure, int cell)
    {
        ref readonly var held = ref _held[cell];
        return measure.Kind switch
        {
            MeasureKind.Rate => held.CountedMs > 0 ? held.Increase * held.Sensors / (held.CountedMs / HourMs) : null,
            _ when held.CoveredMs <= 0 => null,
            MeasureKind.TimeWeightedMean => held.Integral / held.CoveredMs,
            _ => _aboveMs[(cell * _plan.Limits.Length) + Array.IndexOf(_plan.Limits, measure.Argument)] / HourMs / held.Sensors,
        };
    }
}
