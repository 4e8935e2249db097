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
        Limits = [.. measures.Where(m => m.Kind == MeasureKind.Exceedance).Select(m => m.Argument).Distinct()];
    }

    public IReadOnlyList<Measure> Measures { get; }

    public bool Deviation { get; }

    public bool Percentiles { get; }

    public bool OverTime { get; }

    /// <summary>Whether totals of runs of readings will do.</summary>
    public bool OfTotals { get; }

    /// <summary>Limits of the exceedances, each once.</summary>
    public double[] Limits { get; }
}

/// <summary>Running figures of one group, per cell.</summary>
internal sealed class GroupTotals
{
    private const double HourMs = 3_600_000;

    private readonly MeasurePlan _plan;
    private readonly WindowTotal[] _totals;
    private readonly long[] _dueCounts;
    private readonly Spread[] _spreads;
    private readonly Distribution?[] _distributions;
    private readonly Held[] _held;
    private readonly double[] _aboveMs;

    public GroupTotals(MeasurePlan plan, int cells)
    {
        _plan = plan;
        _totals = new WindowTotal[cells];
        _dueCounts = new long[cells];
        _spreads = plan.Deviation ? new Spread[cells] : [];
        _distributions = plan.Percentiles ? new Distribution?[cells] : [];
        _held = plan.OverTime ? new Held[cells] : [];
        _aboveMs = new double[cells * plan.Limits.Length];
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

    public long CountOf(int cell) => _totals[cell].Count;

    /// <summary>Adds a reading.</summary>
    /// <param name="cell">Its cell.</param>
    /// <param name="atMs">Its time.</param>
    /// <param name="value">Its value.</param>
    /// <param name="due">Whether it is of a registered sensor, from which readings are due.</param>
    public void Add(int cell, long atMs, double value, bool due)
    {
        ref var total = ref _totals[cell];
        total.Add(atMs, value);
        _dueCounts[cell] += due ? 1 : 0;
        if (_plan.Deviation)
        {
            ref var spread = ref _spreads[cell];
            var off = value - spread.Mean;
            spread.Mean += off / total.Count;
            spread.SquaredDeviations += off * (value - spread.Mean);
        }

        if (_plan.Percentiles)
        {
            (_distributions[cell] ??= new Distribution()).Add(value);
        }
    }

    /// <summary>Adds readings by their totals.</summary>
    public void Add(int cell, in RunTotals run, bool due)
    {
        _totals[cell].Add(run.FirstAtMs, run.LastAtMs, run.Count, run.Sum, run.Min, run.Max, run.First, run.Last);
        _dueCounts[cell] += due ? run.Count : 0;
    }

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
        var coverage = dueCount >= 1 ? Math.Round(Math.Min(1, _dueCounts[cell] / dueCount), 4) : (double?)null;
        return new CellFigures(_totals[cell].Count, coverage, [.. _plan.Measures.Select(m => ValueOf(m, cell))]);
    }

    private double? ValueOf(Measure measure, int cell)
    {
        if (measure.IsOverTime)
        {
            return OverTime(measure, cell);
        }

        ref readonly var t = ref _totals[cell];
        return measure.Kind switch
        {
            MeasureKind.Count => t.Count,
            _ when t.Count == 0 => null,
            MeasureKind.Mean => t.Sum / t.Count,
            MeasureKind.Min => t.Min,
            MeasureKind.Max => t.Max,
            MeasureKind.Sum => t.Sum,
            MeasureKind.First => t.First,
            MeasureKind.Last => t.Last,
            MeasureKind.StandardDeviation => t.Count > 1 ? Math.Sqrt(_spreads[cell].SquaredDeviations / (t.Count - 1)) : null,
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
