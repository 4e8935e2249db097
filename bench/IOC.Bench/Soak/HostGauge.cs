using System.Diagnostics;
using System.Globalization;
using IOC.Testing;

namespace IOC.Bench.Soak;

/// <summary>Reads a host from outside: its /metrics, and what the system knows of its process.</summary>
internal sealed class HostGauge(HostProcess host)
{
    /// <summary>Collects the host's garbage, and reads its figures then; latencies and counts of the load are the caller's.</summary>
    public async Task<SoakSample> ReadAsync(TimeSpan at, long acknowledged, LatencyProbe probe)
    {
        var (toAck, toHub) = probe.Take();
        var metrics = await MetricsAsync();
        await probe.BetweenAsync(async () => metrics = await CollectedAsync(metrics));
        using var process = Process.GetProcessById(host.Id);
        return new SoakSample
        {
            At = at,
            Acknowledged = acknowledged,
            Cpu = process.TotalProcessorTime,
            Heap = Sum(metrics, "dotnet_gc_last_collection_heap_size_bytes"),
            Resident = process.WorkingSet64,
            Files = Directory.EnumerateFileSystemEntries($"/proc/{host.Id.ToString(CultureInfo.InvariantCulture)}/fd").Count(),
            Threads = process.Threads.Count,
            ToAck = toAck,
            ToHub = toHub,
            Waiting = Sum(metrics, "ioc_log_waiting_bytes"),
            Kept = Sum(metrics, "ioc_log_batches"),
            Lag = Values(metrics, "ioc_reader_lag_batches").Max(),
            PoolQueue = Sum(metrics, "dotnet_thread_pool_queue_length"),
        };
    }

    private async Task<string> CollectedAsync(string before)
    {
        var collections = FullCollections(before);
        await HostCollection.AskAsync(host.Id);
        var after = before;
        await Eventually.HoldsAsync(async () => FullCollections(after = await MetricsAsync()) > collections, "the host to collect its garbage");
        return after;
    }

    private Task<string> MetricsAsync() => host.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    private static double FullCollections(string metrics) => Values(metrics, "dotnet_gc_collections_total", "gen2").Sum();

    private static double Sum(string metrics, string name) => Values(metrics, name).Sum();

    private static List<double> Values(string metrics, string name, string label = "")
    {
        var values = metrics.Split('\n')
            .Where(l => l.StartsWith(name, StringComparison.Ordinal) && l.Length > name.Length && l[name.Length] is ' ' or '{' && l.Contains(label, StringComparison.Ordinal))
            .Select(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)).ToList();
        return values.Count > 0 ? values : throw new InvalidOperationException($"The host's /metrics has no {name}.");
    }
}
