using IOC.History;
using IOC.Host.Backup;
using IOC.Host.Planning;
using IOC.Host.Pump;
using IOC.Host.Settings;
using IOC.Ingest;
using IOC.Ingest.Log;
using static IOC.Host.Metrics.HostMeter;

namespace IOC.Host.Metrics;

/// <summary>Figures of the way of the data: ingest, log, its readers, history, backups.</summary>
internal static class DataFigures
{
    public static void Add(HostMeter meter, IServiceProvider services)
    {
        AddIngest(meter, services.GetRequiredService<IngestPipeline>());
        AddLog(meter, services.GetRequiredService<IReadingLog>());
        AddReaders(meter, services.GetRequiredService<IocRuntime>(), services.GetRequiredService<IReadingLog>());
        AddHistory(meter, services.GetRequiredService<IHistoryStore>(), services.GetRequiredService<HistoryKeeper>());
        AddBackups(meter, services.GetRequiredService<BackupDesk>(), services.GetRequiredService<IocOptions>().Backup);
    }

    private static void AddIngest(HostMeter meter, IngestPipeline ingest)
    {
        meter.Counter("ioc.ingest.messages", "{message}", "Telemetry and status messages accepted.", () => ingest.Figures.Accepted);
        meter.Counter("ioc.ingest.readings", "{reading}", "Readings accepted.", () => ingest.Figures.Readings);
        meter.Counter("ioc.ingest.implausible_readings", "{reading}", "Readings accepted that lie outside their property's plausible range.", () => ingest.Figures.Implausible);
        meter.Counter("ioc.ingest.payload", "By", "Bytes of the payloads accepted or refused.", () => ingest.Figures.Bytes);
        meter.Counter(
            "ioc.ingest.refusals", "{payload}", "Payloads refused wholly or in part, by reason; each is a dead letter.",
            () => ingest.Figures.Refused.Select(r => Of(r.Value, "reason", SnakeCase(r.Key.ToString()))));
        meter.Gauge("ioc.ingest.unregistered_sensors", "{sensor}", "Sensors that report without being registered.", () => ingest.Figures.UnregisteredSensors);
    }

    private static void AddLog(HostMeter meter, IReadingLog log)
    {
        meter.Counter("ioc.log.commits", "{commit}", "Commits of the reading log that reached the disk.", () => log.Figures.Groups);
        meter.Counter("ioc.log.commit_failures", "{commit}", "Commits of the reading log that failed; their publishes were not acknowledged.", () => log.Figures.FailedGroups);
        meter.Counter("ioc.log.messages", "{message}", "Messages in the reading log's commits, ticks included.", () => log.Figures.Messages);
        meter.Counter("ioc.log.written", "By", "Bytes of the batches written to the reading log.", () => log.Figures.Bytes);
        meter.Gauge("ioc.log.waiting", "By", "Bytes waiting for the reading log's next commit.", () => log.Figures.OpenBytes);
        meter.Gauge("ioc.log.last_commit_duration", "s", "How long the reading log's newest commit took.", () => log.Figures.LastCommitMs / 1000);
        meter.Gauge("ioc.log.failing", null, "1 while the reading log cannot be written and publishes are refused, else 0.", () => log.Health.IsFailing ? 1 : 0);
        meter.Gauge(
            "ioc.log.batches", "{batch}", "Batches kept in the reading log because a reader has not confirmed them yet, by partition.",
            () => Enumerable.Range(0, log.PartitionCount).Select(p => Of(Math.Max(0, log.Head(p) - log.Tail(p) + 1), "partition", p)));
    }

    private static void AddReaders(HostMeter meter, IocRuntime runtime, IReadingLog log)
    {
        meter.Gauge(
            "ioc.reader.lag_batches", "{batch}", "Batches of the reading log that a reader has not taken yet.",
            () => runtime.Readers.Select(r => Of(Math.Max(0, log.Head(r.Partition) - r.Offset), "reader", r.Reader, "partition", r.Partition)));
        meter.Gauge(
            "ioc.reader.failing", null, "1 while a reader of the log cannot go on, else 0.",
            () => runtime.Readers.Select(r => Of(r.Failure is null ? 0 : 1, "reader", r.Reader, "partition", r.Partition)));
        meter.Gauge(
            "ioc.reader.batch_age", "s", "How long a reader has been at its present batch; 0 when it is at none.",
            () => runtime.Readers.Select(r => Of(r.TakingFor.TotalSeconds, "reader", r.Reader, "partition", r.Partition)));
    }

    private static void AddHistory(HostMeter meter, IHistoryStore history, HistoryKeeper keeper)
    {
        meter.Gauge("ioc.history.size", "By", "Size of the history on disk; 0 where it is in an InfluxDB.", () => history.ReadFigures().Bytes);
        meter.Gauge("ioc.history.readings", "{reading}", "Readings in the history.", () => history.ReadFigures().Readings);
        meter.Gauge("ioc.history.series", "{series}", "Series in the history: properties of sensors.", () => history.ReadFigures().Series);
        meter.Gauge("ioc.history.failing", null, "1 while the history cannot be written, else 0.", () => history.ReadFigures().Failure is null ? 0 : 1);
        meter.Gauge(
            "ioc.history.upkeep_timestamp", "s", "When the upkeep of history (retention, late readings) was last done, Unix time; absent before.",
            () => keeper.Figures.At is { } at ? [new(at / 1000.0)] : []);
        meter.Counter("ioc.history.removed_readings", "{reading}", "Readings removed because of their age.", () => keeper.Figures.Removed);
    }

    private static void AddBackups(HostMeter meter, BackupDesk desk, BackupSettings settings)
    {
        meter.Counter("ioc.backups", "{backup}", "Backups made.", () => desk.Figures.Made);
        meter.Counter("ioc.backup.failures", "{backup}", "Backups that failed.", () => desk.Figures.Failed);
        meter.Gauge("ioc.backup.interval", "s", "Time between two backups that the host makes by itself; 0 = none.", () => settings.IntervalHours * 3600.0);
        meter.Gauge(
            "ioc.backup.last_success_timestamp", "s", "When the newest good backup was complete, Unix time; absent when there is none.",
            () => desk.Figures.LastSuccess is { } at ? [new(at.ToUnixTimeMilliseconds() / 1000.0)] : []);
        meter.Gauge("ioc.backup.last_duration", "s", "How long the last good backup of this start took.", () => desk.Figures.LastSeconds);
        meter.Gauge("ioc.backup.last_size", "By", "Size of the newest good backup.", () => desk.Figures.LastBytes);
    }

    private static string SnakeCase(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
