using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using IOC.Testing;

namespace IOC.Bench;

/// <summary>
/// End-to-end load: a real host in a process of its own, publishes over real sockets, everything on. Checks that sent
/// equals acknowledged equals stored, and reports with its shape named.
/// </summary>
internal static class LoadCommand
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    /// <summary>Runs one shape on a fresh data folder; false when the counts differ.</summary>
    public static async Task<bool> RunAsync(LoadShape shape, TimeSpan duration, bool probe, TextWriter report)
    {
        using var folder = new TempDirectory();
        var catalogue = folder.Combine("catalogue");
        LoadCatalogue.Write(catalogue, shape.Connections);

        // The probe's alert comes and goes for as long as the load lasts: damped as chattering it would tell nothing more.
        await using var host = await HostProcess.StartAsync(
            folder.Combine("data"), $"--Ioc:CatalogueDirectory={catalogue}", "--Ioc:Log:Level=Warning", "--Ioc:Alerts:Chattering:Raises=0");
        var connections = await ConnectAsync(host.MqttPort, shape);
        try
        {
            using var stop = new CancellationTokenSource();
            await using var latency = new LatencyProbe(host, LoadCatalogue.ProbeTopic, LoadCatalogue.Probe);
            var probing = probe ? latency.RunAsync(stop.Token) : Task.CompletedTask;
            var load = Task.WhenAll(connections.Select(c => Task.Run(() => c.RunAsync(stop.Token))));
            await Task.WhenAny(load, Task.Delay(WarmUp));
            var before = Sample.Take(host.Id, connections);
            await Task.WhenAny(load, Task.Delay(duration));
            var after = Sample.Take(host.Id, connections);
            await stop.CancelAsync();
            await load;
            await probing;
            var acknowledged = connections.Sum(c => c.Acknowledged);
            var drain = Stopwatch.StartNew();
            var stored = await StoredAsync(host, acknowledged * LoadPayload.Values);
            drain.Stop();
            var logSize = Size(Path.Combine(host.DataDirectory, "log"));

            // The disk is measured after a clean stop, when open blocks are written too.
            var stopped = await host.TerminateAsync() == 0;
            Report(report, shape, before, after, latency.Sorted, drain.Elapsed, host.DataDirectory, logSize, stored, connections);
            var ok = connections.Sum(c => c.Sent) == acknowledged && stored == acknowledged * LoadPayload.Values;
            await report.WriteLineAsync(ok ? "  sent = acknowledged = stored" : "  NOT EQUAL: sent, acknowledged and stored differ");
            return ok && stopped;
        }
        finally
        {
            connections.ForEach(c => c.Dispose());
        }
    }

    /// <summary>Runs one shape against a broker that is running already, for the ratio: acknowledgements only.</summary>
    public static async Task AgainstAsync(LoadShape shape, TimeSpan duration, int port, TextWriter report)
    {
        var connections = await ConnectAsync(port, shape);
        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(connections.Select(c => Task.Run(() => c.RunAsync(stop.Token))));
        await Task.WhenAny(load, Task.Delay(WarmUp));
        var before = Sample.Take(Environment.ProcessId, connections);
        await Task.WhenAny(load, Task.Delay(duration));
        var after = Sample.Take(Environment.ProcessId, connections);
        await stop.CancelAsync();
        await load;
        connections.ForEach(c => c.Dispose());
        var rate = (after.Acknowledged - before.Acknowledged) / (after.At - before.At).TotalSeconds;
        await report.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{shape}, broker on port {port}: acknowledged {rate:N0} publishes/s"));
    }

    /// <summary>Opens the connections of a shape.</summary>
    internal static async Task<List<LoadConnection>> ConnectAsync(int port, LoadShape shape)
    {
        var first = TimeProvider.System.GetUtcNow().AddDays(-2).ToUnixTimeMilliseconds();
        var connections = new List<LoadConnection>();
        for (var i = 0; i < shape.Connections; i++)
        {
            var connection = new LoadConnection(LoadCatalogue.Topic(i), shape.InFlight, first, seed: i);
            connections.Add(connection);
            await connection.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), $"bench-{i}");
        }

        return connections;
    }

    /// <summary>Readings in history, once they are as many as expected, or after five minutes. Asks the store itself, series by series: what the
    /// pipeline counted on the way proves nothing.</summary>
    internal static async Task<long> StoredAsync(HostProcess host, long expected)
    {
        long stored = 0;
        try
        {
            await Eventually.HoldsAsync(
                async () =>
                {
                    var series = await host.GetAsync("/api/v1/history/series");
                    stored = series.EnumerateArray()
                        .Where(s => s.GetProperty("sensor").GetString() != LoadCatalogue.Probe)
                        .Sum(s => s.GetProperty("count").GetInt64());
                    return stored == expected;
                },
                "history to hold every acknowledged reading",
                TimeSpan.FromMinutes(5));
        }
        catch (TimeoutException)
        {
            // Reported as a difference.
        }

        return stored;
    }

    private static void Report(
        TextWriter to, LoadShape shape, Sample before, Sample after, IReadOnlyList<double> latency, TimeSpan drain, string data, long logSize, long stored, List<LoadConnection> connections)
    {
        var seconds = (after.At - before.At).TotalSeconds;
        var hostCpu = (after.HostCpu - before.HostCpu).TotalSeconds / seconds;
        var ownCpu = (after.OwnCpu - before.OwnCpu).TotalSeconds / seconds;
        var history = Size(Path.Combine(data, "history"));
        void Line(FormattableString text) => to.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        Line($"{shape}; {LoadPayload.Bytes}-byte JSON of {LoadPayload.Values} values, QoS 1");
        Line($"  {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
        Line($"  acknowledged and durable  {(after.Acknowledged - before.Acknowledged) / seconds:N0} publishes/s over {seconds:F1} s");
        Line($"  CPU (cores)               host {hostCpu:F2}, generator {ownCpu:F2}");
        Line($"  sent {connections.Sum(c => c.Sent):N0}, acknowledged {connections.Sum(c => c.Acknowledged):N0}, readings stored {stored:N0}, history caught up {drain.TotalSeconds:F1} s after the end");
        Line($"  disk                      history {history / (double)Math.Max(stored, 1):F2} bytes a reading, log folder {logSize / 1048576.0:F0} MiB");
        if (latency.Count > 0)
        {
            double P(double q) => latency[(int)Math.Min(latency.Count - 1, q * latency.Count)];
            Line($"  publish to alert at hub   p50 {P(0.5):F0} ms, p95 {P(0.95):F0} ms, p99 {P(0.99):F0} ms, max {latency[^1]:F0} ms ({latency.Count} alerts)");
        }
    }

    private static long Size(string folder) => Directory.Exists(folder)
        ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length)
        : 0;

    private sealed record Sample(DateTimeOffset At, long Acknowledged, TimeSpan HostCpu, TimeSpan OwnCpu)
    {
        public static Sample Take(int processId, List<LoadConnection> connections)
        {
            using var process = Process.GetProcessById(processId);
            return new Sample(
                TimeProvider.System.GetUtcNow(), connections.Sum(c => c.Acknowledged), process.TotalProcessorTime, Process.GetCurrentProcess().TotalProcessorTime);
        }
    }
}
