using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace IOC.Bench.Mqtt;

/// <summary>Puts servers side by side: every row on every server in alternating order, several rounds, medians.</summary>
internal sealed class MqttBench(IReadOnlyList<string> servers, int rounds, TimeSpan time, TextWriter log)
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(8);

    /// <summary>Names and kinds of the servers.</summary>
    public static readonly Dictionary<string, (string Title, Func<int, Task<Broker>> Start)> Servers = new(StringComparer.Ordinal)
    {
        ["ioc"] = ("IOC, telemetry, durable", sensors => IocBroker.StartAsync(sensors, "telemetry")),
        ["ioc-routed"] = ("IOC, routed only", sensors => IocBroker.StartAsync(sensors, "cmd")),
        ["mosquitto"] = ("mosquitto, no limits", _ => Mosquitto.StartAsync(Mosquitto.Unlimited)),
        ["mosquitto-default"] = ("mosquitto, default limits", _ => Mosquitto.StartAsync("")),
    };

    /// <summary>Measures and returns a Markdown table.</summary>
    public async Task<string> RunAsync(IReadOnlyList<MqttRow> rows)
    {
        var table = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}, commit {Commit()}; {rounds} rounds of {time.TotalSeconds:F0} s; payload {LoadPayload.Bytes} bytes."),
            "",
            $"| connections | {string.Join(" | ", servers.Select(s => Servers[s].Title))} | ratio |",
            $"|---|{string.Concat(servers.Select(_ => "---|"))}---|",
        };
        foreach (var row in rows)
        {
            table.Add(Line(row, await RunAsync(row)));
            await log.WriteLineAsync(table[^1]);
        }

        return string.Join(Environment.NewLine, table);
    }

    private async Task<Dictionary<string, List<MqttResult>>> RunAsync(MqttRow row)
    {
        var results = servers.ToDictionary(s => s, _ => new List<MqttResult>(), StringComparer.Ordinal);
        for (var round = 0; round < rounds; round++)
        {
            // Every second round backwards: what a server leaves behind in caches and in the clock's speed favours nobody.
            foreach (var server in round % 2 == 0 ? servers : servers.Reverse())
            {
                var result = await RunAsync(row, server);
                results[server].Add(result);
                await log.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {row.Key} {server}: accepted {result.Accepted:N0}/s, delivered {result.Delivered:N0}/s, lost {result.Lost:P2}, cores server {result.ServerCores:F2}, generator {result.OwnCores:F2}"));
            }
        }

        return results;
    }

    private async Task<MqttResult> RunAsync(MqttRow row, string server)
    {
        await using var broker = await Servers[server].Start(row.Publishers);
        using var generator = Generator.Connect(broker.Port, row, broker.Topic);
        generator.Run(s_warmUp);
        var own = Process.GetCurrentProcess();
        var (sent, acknowledged, delivered, cpu, ownCpu) = (generator.Sent, generator.Acknowledged, generator.Delivered, broker.Cpu(), own.TotalProcessorTime);
        var clock = Stopwatch.StartNew();
        generator.Run(time);
        var seconds = clock.Elapsed.TotalSeconds;
        var accepted = row.Qos == 0 ? generator.Sent - sent : generator.Acknowledged - acknowledged;
        own.Refresh();
        var result = new MqttResult(
            accepted / seconds, (generator.Delivered - delivered) / seconds, 0, (broker.Cpu() - cpu).TotalSeconds / seconds, (own.TotalProcessorTime - ownCpu).TotalSeconds / seconds);
        generator.Drain();
        var due = generator.Sent * row.Subscribers;
        if (row.Qos > 0 && generator.Acknowledged != generator.Sent)
        {
            throw new IOException($"{generator.Sent - generator.Acknowledged} publishes were never acknowledged.");
        }

        return result with { Lost = due == 0 ? 0 : 1 - ((double)generator.Delivered / due) };
    }

    private string Line(MqttRow row, Dictionary<string, List<MqttResult>> results)
    {
        var medians = servers.Select(s => Median(results[s], row)).ToList();
        var cells = medians.Select(m => row.Delivers
            ? string.Create(CultureInfo.InvariantCulture, $"{m.Delivered:N0} delivered of {m.Accepted * row.Subscribers:N0} ({m.Lost:P1} dropped)")
            : string.Create(CultureInfo.InvariantCulture, $"{m.Accepted:N0}"));
        var mosquitto = servers.ToList().IndexOf("mosquitto");
        var ratio = mosquitto > 0 ? string.Create(CultureInfo.InvariantCulture, $"{medians[0].Main(row) / medians[mosquitto].Main(row):F1}") : "";
        return $"| {row} | {string.Join(" | ", cells)} | {ratio} |";
    }

    private static MqttResult Median(List<MqttResult> results, MqttRow row) =>
        results.OrderBy(r => r.Main(row)).ElementAt(results.Count / 2);

    private static string Commit()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["rev-parse", "--short", "HEAD"]) { RedirectStandardOutput = true, UseShellExecute = false });
        return git?.StandardOutput.ReadToEnd().Trim() ?? "unknown";
    }
}
