using System.Globalization;
using IOC.Host.Health.Disk;

namespace IOC.Bench.Soak;

/// <summary>A figure that must not grow while the load stays the same.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Share">Growth an hour that is let pass, as a share of its median.</param>
/// <param name="Least">Growth an hour that is let pass however small the median is, in its unit.</param>
/// <param name="Of">Reads it.</param>
internal sealed record SoakFigure(string Name, string Unit, double Share, double Least, Func<SoakSample, double> Of)
{
    private const double MiB = 1 << 20;

    /// <summary>All that is judged.</summary>
    public static readonly IReadOnlyList<SoakFigure> All =
    [
        new("managed heap after a full collection", "MiB", 0.05, 8, s => s.Heap / MiB),
        new("resident memory", "MiB", 0.10, 32, s => s.Resident / MiB),
        new("open files", "", 0.02, 2, s => s.Files),
        new("threads", "", 0.05, 3, s => s.Threads),
        new("publish to PUBACK, p50", "ms", 0.20, 1, s => SoakSample.Quantile(s.ToAck, 0.50)),
        new("publish to PUBACK, p99", "ms", 0.50, 10, s => SoakSample.Quantile(s.ToAck, 0.99)),
        new("publish to alert at the hub, p50", "ms", 0.20, 5, s => SoakSample.Quantile(s.ToHub, 0.50)),
        new("publish to alert at the hub, p99", "ms", 0.50, 50, s => SoakSample.Quantile(s.ToHub, 0.99)),
        new("waiting for the log's commit", "KiB", 0.50, 1024, s => s.Waiting / 1024),
        new("batches kept in the log", "", 0.50, 200, s => s.Kept),
        new("batches behind, slowest reader", "", 0.50, 20, s => s.Lag),
        new("work waiting for a thread", "", 0.50, 100, s => s.PoolQueue),
    ];

    /// <summary>Judges it over samples of a steady load.</summary>
    public SoakVerdict Judge(IReadOnlyList<SoakSample> samples)
    {
        var points = samples.Select(s => (X: s.At.TotalHours, Y: Of(s))).Where(p => !double.IsNaN(p.Y)).ToList();
        var sorted = points.Select(p => p.Y).Order().ToList();
        var median = SoakSample.Quantile(sorted, 0.5);
        var allowed = Math.Max(Least, Share * median);
        return new SoakVerdict(
            this, sorted.Count == 0 ? double.NaN : sorted[0], median, sorted.Count == 0 ? double.NaN : sorted[^1], TheilSen.Slope(points) ?? 0, allowed, Trend([.. points.Select(p => p.Y)]));
    }

    /// <summary>
    /// Mann and Kendall's statistic of a trend, corrected for ties: as many standard deviations as the count of pairs that rise exceeds that of
    /// those that fall. Without a trend above 2.33 once in a hundred (H. B. Mann, "Nonparametric tests against trend", 1945).
    /// </summary>
    internal static double Trend(IReadOnlyList<double> values)
    {
        var n = values.Count;
        var score = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
            {
                score += Math.Sign(values[j] - values[i]);
            }
        }

        static double Term(double t) => t * (t - 1) * ((2 * t) + 5);
        var variance = (Term(n) - values.GroupBy(v => v).Sum(g => Term(g.Count()))) / 18;
        return variance <= 0 ? 0 : (score - Math.Sign(score)) / Math.Sqrt(variance);
    }
}

/// <summary>What became of a figure.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Low">Its lowest.</param>
/// <param name="Median">Its median.</param>
/// <param name="High">Its highest.</param>
/// <param name="PerHour">Its slope, a hour.</param>
/// <param name="Allowed">The slope that is let pass.</param>
/// <param name="Trend">How sure it is that it rises (<see cref="SoakFigure.Trend"/>).</param>
internal sealed record SoakVerdict(SoakFigure Figure, double Low, double Median, double High, double PerHour, double Allowed, double Trend)
{
    private const double Sure = 2.33;

    /// <summary>True when it rises, by more than is let pass, and not by chance; or when there is nothing to judge.</summary>
    public bool Grows => double.IsNaN(Median) || (PerHour > Allowed && Trend > Sure);

    /// <summary>A row of the report's table.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Figure.Name}{(Figure.Unit.Length > 0 ? $", {Figure.Unit}" : "")} | {Low:0.#} | {Median:0.#} | {High:0.#} | {PerHour:+0.##;-0.##;0} | {Allowed:0.#} | {Trend:0.0} | {(Grows ? "GROWS" : "steady")} |");
}
