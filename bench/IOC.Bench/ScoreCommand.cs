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
        long readings = 0, ticks = 0;
        var detections = 0;
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
            Write(Path.Combine(results, series.Key), series.Stamps, scores);
            if (windows is not null)
            {
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{series.Key,-62} found {metric.Hit}/{metric.Windows}, false alarms {metric.FalseAlarms}"));
            }
        }

        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{all.Count} series, {readings:N0} readings, {detections} detections at {LearnedVerdict.Threshold}; {Stopwatch.GetElapsedTime(0, ticks).TotalNanoseconds / readings:F0} ns per reading, {SeriesLearner.StateBytes} bytes per series"));
        if (windows is not null)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"score {total.Score:F1}, recall {100.0 * total.Hit / Math.Max(1, total.Windows):F0} %, {total.FalseAlarms} false alarms: {total.FalseAlarms / total.Weeks:F2} per series and week"));
        }

        return 0;
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
