using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using IOC.Detection;
using IOC.Testing;

namespace IOC.Bench;

/// <summary>Scores every series of a folder with the learned detector, reading by reading, in the form that the Numenta
/// benchmark's scorers take: the same folders and files, with columns timestamp and anomaly_score.</summary>
internal static class ScoreCommand
{
    /// <summary>The command line.</summary>
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "folder of series: CSV files with timestamp and value, in any depth", Required = true };
        var scores = new Option<string>("--out") { Description = "folder for the score files", Required = true };
        var windows = new Option<string?>("--windows") { Description = "JSON file of labelled windows: tells recall and false alarms too" };
        var command = new Command("score", "Scores every series of a folder with the learned detector, in the form of the Numenta benchmark.") { data, scores, windows };
        command.SetAction(result => Run(result.GetValue(data)!, result.GetValue(scores)!, result.GetValue(windows), Console.Out));
        return command;
    }

    /// <summary>Runs it. Returns 1 when there is nothing to score.</summary>
    /// <param name="data">Folder of series: CSV files with timestamp and value, in any depth.</param>
    /// <param name="results">Folder for the score files; made when it is not there.</param>
    /// <param name="windows">JSON file of labelled windows, to tell what was found; null for none.</param>
    /// <param name="writer">Takes the report.</param>
    public static int Run(string data, string results, string? windows, TextWriter writer)
    {
        var all = LabelledSeries.ReadAll(data, windows);
        if (all.Count == 0)
        {
            writer.WriteLine($"There is no CSV file below {data}.");
            return 1;
        }

        var total = default(NabMetric);
        var folders = new SortedDictionary<string, (int Series, NabMetric Metric)>(StringComparer.Ordinal);
        long readings = 0, ticks = 0;
        var detections = 0;
        // Until the compiler has found out what is hot, it is another program: the first series are scored twice.
        for (int i = 0, warm = 0; i < all.Count && warm < 100_000; warm += all[i++].Values.Length)
        {
            Score(all[i], new double[all[i].Values.Length]);
        }

        foreach (var series in all)
        {
            var scores = new double[series.Values.Length];
            var began = Stopwatch.GetTimestamp();
            Score(series, scores);
            ticks += Stopwatch.GetTimestamp() - began;
            readings += scores.Length;
            detections += scores.Count(s => s >= LearnedVerdict.Threshold);
            var metric = NabMetric.Of(series, scores, LearnedVerdict.Threshold);
            total += metric;
            var folder = Path.GetDirectoryName(series.Key) is { Length: > 0 } name ? name : ".";
            var (count, sum) = folders.GetValueOrDefault(folder);
            folders[folder] = (count + 1, sum + metric);
            Write(Path.Combine(results, series.Key), series.Stamps, scores);
            if (windows is not null)
            {
                writer.WriteLine($"{series.Key,-62} {Told(metric)}");
            }
        }

        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{all.Count} series, {readings:N0} readings, {detections} detections at {LearnedVerdict.Threshold}; {Stopwatch.GetElapsedTime(0, ticks).TotalNanoseconds / readings:F0} ns per reading, {SeriesLearner.StateBytes} bytes per series"));
        var (stationTime, stationBytes) = StationCost();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and with the comparison within a station of nine properties: {stationTime:F0} ns per reading and {stationBytes} bytes per series more"));
        if (windows is not null)
        {
            foreach (var (folder, (count, metric)) in folders)
            {
                writer.WriteLine($"{folder + "/",-40} {count,3} series: {Told(metric)} and series");
            }

            writer.WriteLine($"{"all",-40} {all.Count,3} series: {Told(total)} and series");
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"score {total.Score:F1} at threshold {LearnedVerdict.Threshold}"));
        }

        return 0;
    }

    /// <summary>Recall, and false alarms per week.</summary>
    private static string Told(NabMetric metric) => string.Create(CultureInfo.InvariantCulture,
        $"found {metric.Hit} of {metric.Windows}{(metric.Windows == 0 ? "" : $" ({100.0 * metric.Hit / metric.Windows:F0} %)")}, {metric.FalseAlarms} false alarms in {metric.Weeks:F1} weeks: {metric.FalseAlarms / Math.Max(metric.Weeks, double.Epsilon):F2} per week");

    /// <summary>What the comparison within a station of nine properties costs beside: time per reading, and bytes per property.</summary>
    private static (double Nanoseconds, int Bytes) StationCost()
    {
        const int properties = 9, warmUp = 200_000, frames = 50_000;
        var station = new StationLearner();
        for (var i = 0; i < properties; i++)
        {
            station.AddProperty(0);
        }

        var random = new Random(1);
        Span<double> values = stackalloc double[properties];
        var state = 0.0;
        long ticks = 0;
        for (var frame = 0; frame < warmUp + frames; frame++)
        {
            state = (0.97 * state) + random.NextDouble() - 0.5;
            foreach (ref var value in values)
            {
                value = 30 * Math.Exp(state + (0.2 * (random.NextDouble() - 0.5)));
            }

            var began = Stopwatch.GetTimestamp();
            station.Observe(values);

            ticks += frame < warmUp ? 0 : Stopwatch.GetTimestamp() - began;
        }

        return (Stopwatch.GetElapsedTime(0, ticks).TotalNanoseconds / (frames * properties), StationLearner.StateBytes(properties) / properties);
    }

    /// <summary>The score of each reading, from what came before it.</summary>
    private static void Score(LabelledSeries series, double[] scores)
    {
        var learner = new SeriesLearner();
        for (var i = 0; i < scores.Length; i++)
        {
            var day = DateTimeOffset.FromUnixTimeMilliseconds(series.LocalMs[i]).DayOfWeek;
            scores[i] = learner.Observe(series.LocalMs[i], series.Values[i], day is DayOfWeek.Saturday or DayOfWeek.Sunday).Score;
        }
    }

    private static void Write(string path, string[] stamps, double[] scores)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new StreamWriter(path);
        file.WriteLine("timestamp,anomaly_score");
        for (var i = 0; i < scores.Length; i++)
        {
            file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stamps[i]},{scores[i]:R}"));
        }
    }
}
