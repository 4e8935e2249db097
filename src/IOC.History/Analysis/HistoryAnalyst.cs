using IOC.History.Windows;
using IOC.Telemetry;

namespace IOC.History.Analysis;

/// <summary>Answers planners' questions on any store: windows and groups, with the share of readings that came.</summary>
/// <param name="store">Where the readings are.</param>
/// <param name="catalogue">The sensors from which readings are due.</param>
/// <param name="limits">What one question may cost.</param>
public sealed class HistoryAnalyst(IHistoryStore store, Catalogue catalogue, AnalysisLimits limits)
{
    // A reading holds for three periods: one that is late or lost does not make a gap, a silent sensor does.
    private const int HeldPeriods = 3;
    // Totals by minute, hour and day lie beside each block.
    private const int ReadingsPerSummary = 100;
    private const long UnknownPeriodMs = 20 * 60_000;

    private readonly Dictionary<string, SensorDefinition> _registered =
        catalogue.Sensors.ToDictionary(s => s.Address.Sensor, StringComparer.Ordinal);

    /// <summary>Answers a question.</summary>
    /// <param name="query">The question.</param>
    /// <param name="nowMs">Now, Unix milliseconds: nothing is due from the time after it.</param>
    /// <param name="cancellationToken">Ends the work when nobody waits for the answer any more.</param>
    /// <exception cref="HistoryQueryException">It cannot be answered as asked, or costs too much.</exception>
    public async Task<AnalysisResult> AnswerAsync(AnalysisQuery query, long nowMs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var clock = ZoneClock.Find(query.Zone);
        var windows = query.Window is null
            ? CalendarWindows.Whole(query.FromMs, query.ToMs)
            : CalendarWindows.Build(query.FromMs, query.ToMs, query.Window, query.Zone, (int)Math.Min(limits.MaxCells, int.MaxValue));
        var plan = new CellPlan(windows, clock, query.GroupBy, query.FromMs, query.ToMs);
        var measures = new MeasurePlan(query.Measures);
        var series = await store.FindSeriesAsync(query.Set, cancellationToken);
        var groups = Groups(query, series);
        Check(query, plan, measures, groups.Count, series);

        CellPlan? before = null;
        if (query.Compare is { } compare)
        {
            var shift = IsoDuration.Parse(compare);
            before = new CellPlan(windows.Earlier(clock, shift), clock, query.GroupBy, clock.Earlier(query.FromMs, shift), clock.Earlier(query.ToMs, shift));
        }

        var (timed, timedBefore) = (TimedPlan.Of(plan, nowMs), before is null ? null : TimedPlan.Of(before, nowMs));
        var readings = await ScanAsync(query, timed, measures, groups, earlier: false, cancellationToken);
        if (timedBefore is not null && before!.FromMs < before.ToMs)
        {
            readings += await ScanAsync(query, timedBefore, measures, groups, earlier: true, cancellationToken);
        }

        var answer = groups.Values
            .OrderBy(g => g.Key.Property, StringComparer.Ordinal).ThenBy(g => g.Key.District, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Domain, StringComparer.Ordinal).ThenBy(g => g.Key.Sensor, StringComparer.Ordinal)
            .Select(g => new AnalysisGroup(g.Key.Property, g.Key.Sensor, g.Key.District, g.Key.Domain, g.Sensors.Count, CellBuilder.Build(query, g, measures, timed, timedBefore)))
            .ToList();
        return new AnalysisResult(query.Measures, answer, readings);
    }

    /// <summary>About how many readings a question has to go through. Where summaries of blocks answer it, that is a few for each window.</summary>
    /// <exception cref="HistoryQueryException">The window is no duration.</exception>
    public async Task<long> EstimateAsync(AnalysisQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var series = await store.FindSeriesAsync(query.Set, cancellationToken);
        var readings = Estimate(series, query.FromMs, query.ToMs);
        var figures = store.ReadFigures();
        if (figures.Blocks > 0 && query.Measures.All(m => m.IsOfTotals))
        {
            var windowMs = query.Window is null ? long.MaxValue : Math.Max(1, IsoDuration.Parse(query.Window).ApproximateMs);
            readings = Math.Min(readings, (readings / ReadingsPerSummary) + (series.Count * (((query.ToMs - query.FromMs) / windowMs) + 1)));
        }

        return query.Compare is null ? readings : readings * 2;
    }

    /// <summary>About how many readings of a set lie in a range, where all of them have to be gone through.</summary>
    /// <param name="set">Which series.</param>
    /// <param name="fromMs">First instant, Unix milliseconds.</param>
    /// <param name="toMs">First instant no longer asked for.</param>
    /// <param name="pointsPerSeries">Most readings of each series that are to be held at once; 0 = none are.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="HistoryQueryException">They are more than one question may cost.</exception>
    public async Task<long> AllowAsync(SeriesSet set, long fromMs, long toMs, int pointsPerSeries, CancellationToken cancellationToken = default)
    {
        var series = await store.FindSeriesAsync(set, cancellationToken);
        var readings = Estimate(series, fromMs, toMs);
        if (readings > limits.MaxReadings)
        {
            throw HistoryQueryException.TooCostly(readings, limits.MaxReadings);
        }

        var points = Math.Min(readings, (long)series.Count * pointsPerSeries);
        return points <= limits.MaxCells ? readings : throw HistoryQueryException.TooManyPoints(points, limits.MaxCells);
    }

    /// <summary>About how many readings of a set lie in a range.</summary>
    public async Task<long> EstimateAsync(SeriesSet set, long fromMs, long toMs, CancellationToken cancellationToken = default)
    {
        var series = await store.FindSeriesAsync(set, cancellationToken);
        return Estimate(series, fromMs, toMs);
    }

    private long Estimate(IReadOnlyList<SeriesKey> series, long fromMs, long toMs)
    {
        var due = series.Sum(s => ((double)toMs - fromMs) / PeriodOf(s.Sensor, s.Property));
        var figures = store.ReadFigures();
        return (long)Math.Clamp(due, 0, figures.KnowsAll ? figures.Readings : long.MaxValue / 4);
    }

    private Dictionary<GroupKey, WorkingGroup> Groups(AnalysisQuery query, IReadOnlyList<SeriesKey> series)
    {
        var groups = new Dictionary<GroupKey, WorkingGroup>();
        foreach (var sensor in catalogue.Sensors)
        {
            var at = sensor.Address;
            foreach (var property in sensor.Properties.Where(p => query.Set.Holds(at.Sensor, at.District, at.Domain, p)))
            {
                var group = GroupOf(GroupKey.Of(query.GroupBy, property, at.District, at.Domain, at.Sensor));
                group.Sensors.Add(at.Sensor);
                group.DuePerMs += 1 / sensor.Period.TotalMilliseconds;
            }
        }

        foreach (var one in series)
        {
            GroupOf(KeyOf(query.GroupBy, one)).Sensors.Add(one.Sensor);
        }

        return groups;

        WorkingGroup GroupOf(GroupKey key) => groups.TryGetValue(key, out var known) ? known : groups[key] = new WorkingGroup(key);
    }

    /// <summary>A registered sensor belongs to where it is registered, wherever it once reported from.</summary>
    private GroupKey KeyOf(GroupBy groupBy, SeriesKey series)
    {
        var (district, domain) = _registered.TryGetValue(series.Sensor, out var sensor)
            ? (sensor.Address.District, sensor.Address.Domain)
            : (series.District, series.Domain);
        return GroupKey.Of(groupBy, series.Property, district, domain, series.Sensor);
    }

    private void Check(AnalysisQuery query, CellPlan plan, MeasurePlan measures, int groups, IReadOnlyList<SeriesKey> series)
    {
        var cells = (long)plan.Count * groups * (query.Compare is null ? 1 : 2);
        var mostCells = measures.Percentiles ? limits.MaxDistributionCells : limits.MaxCells;
        if (cells > mostCells)
        {
            throw HistoryQueryException.TooManyCells(cells, mostCells);
        }

        var readings = Estimate(series, query.FromMs, query.ToMs) * (query.Compare is null ? 1 : 2);
        if (!measures.OfTotals && readings > limits.MaxReadings)
        {
            throw HistoryQueryException.TooCostly(readings, limits.MaxReadings);
        }
    }

    private async Task<long> ScanAsync(
        AnalysisQuery query, TimedPlan timed, MeasurePlan measures, Dictionary<GroupKey, WorkingGroup> groups, bool earlier, CancellationToken cancellationToken)
    {
        var plan = timed.Plan;
        var scan = new AnalysisScan(timed, measures, query.Quality, TargetOf);
        // What held at the start was read before it.
        var from = plan.FromMs - (measures.OverTime ? LongestHold(query.Set) : 0);
        await store.ScanAsync(query.Set, from, plan.ToMs, scan, cancellationToken);
        return scan.Readings;

        SeriesTarget? TargetOf(SeriesKey series)
        {
            // A series that began after the question was planned waits for the next one.
            if (!groups.TryGetValue(KeyOf(query.GroupBy, series), out var group))
            {
                return null;
            }

            var totals = earlier ? group.Before ??= new GroupTotals(measures, plan.Count) : group.Totals ??= new GroupTotals(measures, plan.Count);
            return new SeriesTarget(totals, IsRegistered(series.Sensor, series.Property) ? PeriodOf(series.Sensor, series.Property) : 0, HeldPeriods * PeriodOf(series.Sensor, series.Property));
        }
    }

    private bool IsRegistered(string sensor, string property) =>
        _registered.TryGetValue(sensor, out var known) && known.Properties.Contains(property, StringComparer.Ordinal);

    private long PeriodOf(string sensor, string property) =>
        IsRegistered(sensor, property) ? Math.Max(1, (long)_registered[sensor].Period.TotalMilliseconds) : UnknownPeriodMs;

    private long LongestHold(SeriesSet set) => HeldPeriods * Math.Max(
        UnknownPeriodMs,
        catalogue.Sensors.Where(s => set.Sensors.Count == 0 || set.Sensors.Contains(s.Address.Sensor, StringComparer.Ordinal))
            .Select(s => (long)s.Period.TotalMilliseconds).DefaultIfEmpty(0).Max());
}
