namespace IOC.Testing;

/// <summary>What a detector is worth by the metric of the Numenta benchmark, standard profile (Lavin and Ahmad, "Evaluating
/// Real-Time Anomaly Detection Algorithms", 2015): early detections within a window count up to 1, a missed window -1, each
/// row of false alarm up to -0.11; the first 15 % of the rows, at most 750, are not judged.</summary>
/// <param name="Windows">Windows.</param>
/// <param name="Hit">Windows with a detection.</param>
/// <param name="FalseAlarms">Rows of false alarm.</param>
/// <param name="Raw">The sum of all.</param>
/// <param name="Weeks">Judged time of all series, in weeks.</param>
public readonly record struct NabMetric(int Windows, int Hit, int FalseAlarms, double Raw, double Weeks)
{
    private const double FalseAlarmWeight = 0.11;
    private const double WeekMs = 7 * 86_400_000.0;

    /// <summary>100 for every window found in its first row without a false alarm, 0 for no alarm at all.</summary>
    public double Score => Windows == 0 ? 0 : 100 * (Raw + Windows) / (2 * Windows);

    /// <summary>Adds up.</summary>
    public static NabMetric operator +(NabMetric a, NabMetric b) =>
        new(a.Windows + b.Windows, a.Hit + b.Hit, a.FalseAlarms + b.FalseAlarms, a.Raw + b.Raw, a.Weeks + b.Weeks);

    /// <summary>Judges the scores of one series at a threshold.</summary>
    public static NabMetric Of(LabelledSeries series, ReadOnlySpan<double> scores, double threshold)
    {
        var rows = scores.Length;
        var start = (int)Math.Ceiling(Math.Min(Math.Floor(0.15 * rows), 750));
        var credit = new double[series.Windows.Length];
        Array.Fill(credit, -1);
        var next = 0;
        var falseAlarms = 0;
        var raw = 0.0;
        for (var row = start; row < rows; row++)
        {
            while (next < series.Windows.Length && series.Windows[next].Last < row)
            {
                next++;
            }

            if (scores[row] < threshold)
            {
                continue;
            }

            if (next < series.Windows.Length && series.Windows[next].First <= row)
            {
                var (first, last) = series.Windows[next];
                credit[next] = Math.Max(credit[next], Curve(-(last - row + 1.0) / (last - first + 1)) / Curve(-1));
                continue;
            }

            falseAlarms++;
            raw += FalseAlarmWeight * (next == 0 ? -1 : After(series.Windows[next - 1], row));
        }

        var weeks = rows == 0 ? 0 : (series.LocalMs[^1] - series.LocalMs[Math.Min(start, rows - 1)]) / WeekMs;
        return new NabMetric(credit.Length, credit.Count(c => c > -1), falseAlarms, raw + credit.Sum(), weeks);
    }

    private static double After((int First, int Last) window, int row)
    {
        var away = (row - window.Last) / (double)Math.Max(1, window.Last - window.First);
        return away > 3 ? -1 : Curve(away);
    }

    private static double Curve(double y) => (2 / (1 + Math.Exp(5 * y))) - 1;
}
