using System.Diagnostics;
using System.Globalization;
using IOC.Host.Health.Disk;
using IOC.Host.Settings;
using static IOC.Host.Metrics.HostMeter;

namespace IOC.Host.Metrics;

/// <summary>Figures of the process, under the names that Prometheus' own client libraries give them.</summary>
internal static class ProcessFigures
{
    public static void Add(HostMeter meter, IocOptions options)
    {
        meter.Counter("process.cpu", "s", "User and system processor time spent.", () => Environment.CpuUsage.TotalTime.TotalSeconds);
        meter.Gauge("process.resident_memory", "By", "Resident memory size.", () => Environment.WorkingSet);
        meter.Gauge("process.open_fds", "{fd}", "Open file descriptors; absent where the system does not tell.", () => OpenFiles() is { } n ? [new(n)] : []);
        meter.Gauge("process.max_fds", "{fd}", "Most file descriptors that may be open; absent where the system does not tell.", () => MaxFiles() is { } n ? [new(n)] : []);
        var started = StartedAt();
        meter.Gauge("process.start_time", "s", "When the process was started, Unix time.", () => started);
        var version = typeof(ProcessFigures).Assembly.GetName().Version?.ToString(3);
        meter.Gauge("ioc.build_info", null, "Always 1; the labels tell the version and the node.", () => [Of(1, "version", version, "node", options.Node)]);
    }

    /// <summary>The disk.</summary>
    public static void AddDisk(HostMeter meter, DiskWatch watch, TimeProvider time)
    {
        meter.Gauge("ioc.disk.free", "By", "Bytes free for the host on the volume of its data folder.", () => watch.State?.FreeBytes ?? double.NaN);
        meter.Gauge("ioc.disk.size", "By", "Bytes of the volume of the data folder.", () => watch.State?.TotalBytes ?? double.NaN);
        meter.Gauge(
            "ioc.disk.full", "s", "Time until the disk will be full at this pace; +Inf when it is not filling, or while it is too early to say.",
            () => watch.State?.FullAt is { } at ? Math.Max(0, (at - time.GetUtcNow().ToUnixTimeMilliseconds()) / 1000.0) : double.PositiveInfinity);
        meter.Gauge("ioc.store.size", "By", "Size of each folder of the data folder.", () => (watch.State?.Stores ?? []).Select(s => Of(s.Bytes, "store", s.Name)));
    }

    /// <summary>File descriptors that this process may have open; null where the system does not tell.</summary>
    public static double? MaxFiles()
    {
        try
        {
            // "Max open files            1048576              1048576              files"
            var line = File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
            return line?[14..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
                ? soft == "unlimited" ? double.PositiveInfinity : double.Parse(soft, CultureInfo.InvariantCulture)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private static double? OpenFiles()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static double StartedAt()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
    }
}
