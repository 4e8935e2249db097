using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using IOC.Testing;

namespace IOC.Bench.Soak;

/// <summary>
/// A tenth of the peak load for an hour, and whether anything grows with it: memory, files, threads, queues, latencies. The peak is measured
/// first, with the same shape on a host of its own, unless the rate is given.
/// </summary>
internal sealed class SoakCommand(LoadShape shape, TimeSpan duration, double warmUpShare, TextWriter report, TextWriter progress)
{
    private const double ShareOfPeak = 0.1;
    private const int Samples = 60;
    private static readonly TimeSpan PeakWarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PeakMeasured = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "how long; an hour is what is asked for", DefaultValueFactory = _ => 60 };
        var shape = new Option<string>("--shape") { Description = "CONNECTIONSxINFLIGHT", DefaultValueFactory = _ => "1000x10" };
        var rate = new Option<double?>("--rate") { Description = "publishes a second; default a tenth of the peak, which is measured first" };
        var warmUp = new Option<double>("--warm-up") { Description = "share of the time that is not judged: code is compiled, caches fill", DefaultValueFactory = _ => 0.2 };
        var command = new Command("soak", "A tenth of the peak load for an hour: whether memory, files, threads, queues or latencies grow. Exit code 1 when one does.") { minutes, shape, rate, warmUp };
        command.SetAction(async (result, _) =>
        {
            var soak = new SoakCommand(
                LoadShape.Parse(result.GetValue(shape)!), TimeSpan.FromMinutes(result.GetValue(minutes)), result.GetValue(warmUp), Console.Out, Console.Error);
            return await soak.RunAsync(result.GetValue(rate)) ? 0 : 1;
        });
        return command;
    }

    /// <summary>Runs it; false when something grows, or when sent, acknowledged and stored differ.</summary>
    public async Task<bool> RunAsync(double? rate)
    {
        Line(report, $"{shape}; {LoadPayload.Bytes}-byte JSON of {LoadPayload.Values} values, QoS 1");
        Line(report, $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
        if (rate is null)
        {
            var peak = await PeakAsync();
            rate = ShareOfPeak * peak;
            Line(report, $"peak {peak:N0} publishes/s, of which {ShareOfPeak:P0}");
        }

        using var folder = new TempDirectory();
        await using var host = await StartAsync(folder);
        var connections = await LoadCommand.ConnectAsync(host.MqttPort, shape);
        try
        {
            var samples = await SoakAsync(host, connections, rate.Value);
            var (sent, acknowledged) = (connections.Sum(c => c.Sent), connections.Sum(c => c.Acknowledged));
            var stored = await LoadCommand.StoredAsync(host, acknowledged * LoadPayload.Values);
            var steady = Report(samples, rate.Value);
            var whole = sent == acknowledged && stored == acknowledged * LoadPayload.Values;
            Line(report, $"{(whole ? "sent = acknowledged = stored" : "NOT EQUAL")}: {sent:N0} sent, {acknowledged:N0} acknowledged, {stored:N0} readings stored");
            var ended = await host.TerminateAsync() == 0;
            return steady && whole && ended;
        }
        finally
        {
            connections.ForEach(c => c.Dispose());
        }
    }

    private async Task<double> PeakAsync()
    {
        using var folder = new TempDirectory();
        await using var host = await StartAsync(folder);
        var connections = await LoadCommand.ConnectAsync(host.MqttPort, shape);
        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(connections.Select(c => Task.Run(() => c.RunAsync(stop.Token))));
        await Task.WhenAny(load, Task.Delay(PeakWarmUp));
        var (start, before) = (Stopwatch.GetTimestamp(), connections.Sum(c => c.Acknowledged));
        await Task.WhenAny(load, Task.Delay(PeakMeasured));
        var rate = (connections.Sum(c => c.Acknowledged) - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await stop.CancelAsync();
        await load;
        connections.ForEach(c => c.Dispose());
        return rate;
    }

    private async Task<List<SoakSample>> SoakAsync(HostProcess host, List<LoadConnection> connections, double rate)
    {
        using var stop = new CancellationTokenSource();
        await using var probe = new LatencyProbe(host, LoadCatalogue.ProbeTopic, LoadCatalogue.Probe) { Pause = TimeSpan.FromMilliseconds(200) };
        var every = TimeSpan.FromSeconds(shape.Connections * shape.InFlight / rate);
        var probing = Task.Run(() => probe.RunAsync(stop.Token));
        var load = Task.WhenAll(connections.Select((c, i) => Task.Run(() => c.RunPacedAsync(every, every * i / connections.Count, stop.Token))));
        var samples = new List<SoakSample>();
        var gauge = new HostGauge(host);
        var interval = duration / Samples;
        var start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(interval > ShortestInterval ? interval : ShortestInterval);
        while (Stopwatch.GetElapsedTime(start) < duration && !load.IsCompleted && !probing.IsCompleted)
        {
            await timer.WaitForNextTickAsync();
            samples.Add(await gauge.ReadAsync(Stopwatch.GetElapsedTime(start), connections.Sum(c => c.Acknowledged), probe));
            Tell(samples[^1]);
        }

        await stop.CancelAsync();
        await load;
        await probing;
        return samples;
    }

    private bool Report(List<SoakSample> samples, double rate)
    {
        var judged = samples.Where(s => s.At > duration * warmUpShare).ToList();
        if (judged.Count < 3)
        {
            Line(report, $"too short to judge: {judged.Count} samples after the warm-up");
            return false;
        }

        var (first, last) = (judged[0], judged[^1]);
        var seconds = (last.At - first.At).TotalSeconds;
        var kept = (last.Acknowledged - first.Acknowledged) / seconds;
        Line(report, $"{judged.Count} samples over {seconds / 60:F1} min after {first.At.TotalMinutes:F1} min of warm-up; {kept:N0} publishes/s of {rate:N0} asked for; host {(last.Cpu - first.Cpu).TotalSeconds / seconds:F2} cores");
        Line(report, $"");
        Line(report, $"| figure | lowest | median | highest | slope an hour | let pass | trend (sure above 2.33) | |");
        Line(report, $"|---|---|---|---|---|---|---|---|");
        var verdicts = SoakFigure.All.Select(f => f.Judge(judged)).ToList();
        verdicts.ForEach(v => Line(report, $"{v}"));
        Line(report, $"");
        var growing = verdicts.Where(v => v.Grows).Select(v => v.Figure.Name).ToList();
        Line(report, $"{(growing.Count == 0 ? "nothing grows" : $"GROWS: {string.Join("; ", growing)}")}");
        if (kept < 0.95 * rate)
        {
            Line(report, $"NOT KEPT UP: the rate was not reached, so this says nothing of it");
        }

        return growing.Count == 0 && kept >= 0.95 * rate;
    }

    private void Tell(SoakSample s)
    {
        Line(progress, $"{s.At:hh\\:mm\\:ss} {s.Acknowledged:N0} acknowledged; heap {s.Heap / (1 << 20):F1} MiB, resident {s.Resident / (1 << 20):F0} MiB, {s.Files:F0} files, {s.Threads:F0} threads");
        Line(progress, $"         to PUBACK {SoakSample.Quantile(s.ToAck, 0.5):F1} / {SoakSample.Quantile(s.ToAck, 0.99):F1} ms, to hub {SoakSample.Quantile(s.ToHub, 0.5):F0} / {SoakSample.Quantile(s.ToHub, 0.99):F0} ms; log keeps {s.Kept:F0} batches, {s.Lag:F0} behind");
    }

    private Task<HostProcess> StartAsync(TempDirectory folder)
    {
        var catalogue = folder.Combine("catalogue");
        LoadCatalogue.Write(catalogue, shape.Connections);

        // The probe's alert comes and goes for as long as the load lasts: damped as chattering it would tell nothing more.
        return HostProcess.StartAsync(folder.Combine("data"), $"--Ioc:CatalogueDirectory={catalogue}", "--Ioc:Log:Level=Warning", "--Ioc:Alerts:Chattering:Raises=0");
    }

    private static void Line(TextWriter to, FormattableString text) => to.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
