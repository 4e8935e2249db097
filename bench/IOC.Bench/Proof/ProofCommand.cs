using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace IOC.Bench.Proof;

/// <summary>Precision and recall of alerts against the simulator's truth, and whether a restart changes them.</summary>
internal static class ProofCommand
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        IncludeFields = true,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    /// <summary>The command line.</summary>
    public static Command Create()
    {
        var usual = new ProofOptions();
        var days = new Option<double>("--days") { Description = "simulated days that are judged", DefaultValueFactory = _ => usual.Days };
        var warmUp = new Option<double>("--warm-up") { Description = "days without faults before them", DefaultValueFactory = _ => usual.WarmUpDays };
        var sensors = new Option<int>("--sensors") { Description = "sensors of the catalogue that report", DefaultValueFactory = _ => usual.Sensors };
        var seed = new Option<ulong>("--seed") { Description = "seed of city, faults and network", DefaultValueFactory = _ => usual.Seed };
        var rate = new Option<double>("--fault-rate") { Description = "faults per sensor and day", DefaultValueFactory = _ => usual.FaultRate };
        var tick = new Option<double>("--tick") { Description = "seconds between two ticks; the host's is 1", DefaultValueFactory = _ => usual.Tick.TotalSeconds };
        var start = new Option<DateTimeOffset>("--start") { Description = "when the simulated time begins", DefaultValueFactory = _ => usual.Start };
        var restarts = new Option<double[]>("--restart-at") { Description = "days after the start at which the host is lost and built anew; default: a third of the way and two thirds", AllowMultipleArgumentsPerToken = true };
        var noRestart = new Option<bool>("--no-restart") { Description = "do not run a second time with restarts" };
        var catalogue = new Option<string?>("--catalogue") { Description = "folder of the catalogue; default the one that comes with the program" };
        var json = new Option<string?>("--out") { Description = "JSON file for the figures" };
        var list = new Option<string?>("--list") { Description = "text file for every fault that was not found and every false alert" };
        var command = new Command("proof", "Precision and recall against the simulator's truth, in simulated time, and whether a restart changes anything.")
        {
            days, warmUp, sensors, seed, rate, tick, start, restarts, noRestart, catalogue, json, list,
        };
        command.SetAction((result, _) => RunAsync(
            new ProofOptions
            {
                Days = result.GetValue(days),
                WarmUpDays = result.GetValue(warmUp),
                Sensors = result.GetValue(sensors),
                Seed = result.GetValue(seed),
                FaultRate = result.GetValue(rate),
                Tick = TimeSpan.FromSeconds(result.GetValue(tick)),
                Start = result.GetValue(start),
                Catalogue = result.GetValue(catalogue),
            },
            result.GetValue(noRestart) ? [] : result.GetValue(restarts) is { Length: > 0 } at ? at : null, result.GetValue(json), result.GetValue(list), Console.Out));
        return command;
    }

    private static async Task<int> RunAsync(ProofOptions options, double[]? restartDays, string? json, string? list, TextWriter output)
    {
        var began = Stopwatch.GetTimestamp();
        var outcome = await ProofRun.RunAsync(options, Progress());
        var judge = new ProofJudge(options, outcome);
        var report = ProofReport.Of(options, outcome, judge);
        report.Write(output);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Ran {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s"));
        if (json is not null)
        {
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(report, Form));
        }

        if (list is not null)
        {
            await File.WriteAllLinesAsync(list, ProofList.Lines(judge, options));
        }

        var total = options.WarmUpDays + options.Days;
        double[] at = restartDays ?? [total / 3 + 0.0107, total * 2 / 3 + 0.0213];
        return at.Length == 0 || await SameAfterRestartsAsync(options, at, outcome, output) ? 0 : 1;
    }

    private static async Task<bool> SameAfterRestartsAsync(ProofOptions options, double[] days, ProofOutcome whole, TextWriter output)
    {
        var restarted = await ProofRun.RunAsync(options with { RestartAt = [.. days.Select(TimeSpan.FromDays)] }, Progress());
        var difference = ProofCompare.FirstDifference(whole, restarted);
        await output.WriteLineAsync(difference is null
            ? string.Create(CultureInfo.InvariantCulture, $"Restarted {restarted.Restarts} times ({restarted.Replayed:N0} batches replayed): the same {whole.Alerts.Count} alerts with the same {whole.Alerts.Sum(a => a.Acts.Count)} acts")
            : $"A RESTART CHANGED THE RESULT: {difference}");
        return difference is null;
    }

    private static Action<double>? Progress()
    {
        if (Console.IsErrorRedirected)
        {
            return null;
        }

        var gate = new Lock();
        var shown = -1;
        return share =>
        {
            lock (gate)
            {
                if ((int)(share * 100) > shown)
                {
                    shown = (int)(share * 100);
                    Console.Error.Write($"\r{shown} % ");
                }
            }
        };
    }
}
