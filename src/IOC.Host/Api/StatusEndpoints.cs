using IOC.Access.Accounts;
using IOC.History;
using IOC.Host.Commands;
using IOC.Host.Health.Disk;
using IOC.Host.Live;
using IOC.Host.Notification;
using IOC.Host.Planning;
using IOC.Host.Pump;
using IOC.Host.Security;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Ingest.Sparkplug;
using IOC.Mqtt;

namespace IOC.Host.Api;

/// <summary>Figures of the running host.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Epoch">Changes with every start.</param>
/// <param name="Rates">Lately, per second.</param>
/// <param name="Ingest">What was taken in.</param>
/// <param name="Log">The reading log.</param>
/// <param name="History">The history store.</param>
/// <param name="Mqtt">The MQTT endpoint.</param>
/// <param name="Readers">The log's readers.</param>
/// <param name="Commands">Commands to devices.</param>
/// <param name="Sparkplug">Sparkplug's edge nodes; null when it is switched off.</param>
/// <param name="Notification">Messages to people about alerts.</param>
/// <param name="Disk">The disk, and when it will be full; null where it cannot be looked at.</param>
public sealed record StatusDto(
    string Node, string Epoch, RateDto Rates, IngestDto Ingest, LogDto Log, HistoryDto History, MqttDto Mqtt, IReadOnlyList<ReaderDto> Readers,
    CommandFigures Commands, SparkplugFigures? Sparkplug, NotificationFigures Notification, DiskDto? Disk);

/// <summary>Lately, per second.</summary>
public sealed record RateDto(double MessagesPerSecond, double ReadingsPerSecond);

/// <summary>Since the start.</summary>
public sealed record IngestDto(long Accepted, long Readings, long Implausible, long Refused, int UnregisteredSensors);

/// <summary>The reading log.</summary>
public sealed record LogDto(bool Failing, string? LastError, long Groups, long FailedGroups, long Bytes, double LastCommitMs, double LongestCommitMs, IReadOnlyList<LogPartitionDto> Partitions);

/// <summary>A partition's newest and oldest batch.</summary>
public sealed record LogPartitionDto(int Partition, long Head, long Tail);

/// <summary>The history store.</summary>
public sealed record HistoryDto(long Bytes, long Readings, long Blocks, long Series, HistoryUpkeepDto Upkeep);

/// <summary>What the upkeep of history did: when last (Unix ms), and since the start readings removed because of their age and series put in
/// order; why it failed last, if it did.</summary>
public sealed record HistoryUpkeepDto(long? At, long Removed, long Tidied, string? Failure);

/// <summary>The MQTT endpoint since the start.</summary>
public sealed record MqttDto(long Connections, int Sessions, long PublishesQos0, long PublishesQos1, long PublishesQos2, long Acknowledged, long Delivered, long Dropped);

/// <summary>A reader of the log: lag in batches, and what keeps it from going on.</summary>
public sealed record ReaderDto(string Reader, int Partition, long Offset, long Lag, string? Failure);

/// <summary>What the host is doing.</summary>
internal static class StatusEndpoints
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/status", Read).Needs(Permission.Monitor).WithSummary("Figures of the host: rates, log, readers' lag, history, MQTT, commands, Sparkplug, notification");

    private static StatusDto Read(
        LiveView live, IocRuntime runtime, IngestPipeline ingest, IReadingLog log, IHistoryStore history, MqttServer mqtt, CommandDesk commands, NotificationDesk notification, HistoryKeeper keeper,
        DiskWatch disk, Settings.IocOptions options)
    {
        var (messages, readings) = runtime.Rates;
        var taken = ingest.Figures;
        var figures = log.Figures;
        var stored = history.ReadFigures();
        var counters = mqtt.Counters;
        return new StatusDto(
            options.Node, live.Epoch, new RateDto(messages, readings),
            new IngestDto(taken.Accepted, taken.Readings, taken.Implausible, taken.Refused.Values.Sum(), taken.UnregisteredSensors),
            new LogDto(
                log.Health.IsFailing, log.Health.LastError, figures.Groups, figures.FailedGroups, figures.Bytes, figures.LastCommitMs, figures.LongestCommitMs,
                [.. Enumerable.Range(0, log.PartitionCount).Select(p => new LogPartitionDto(p, log.Head(p), log.Tail(p)))]),
            new HistoryDto(stored.Bytes, stored.Readings, stored.Blocks, stored.Series, Upkeep(keeper.Figures)),
            new MqttDto(
                counters.ConnectionsOpen, mqtt.SessionCount, counters.PublishesIn(Mqtt.Wire.MqttQos.AtMostOnce), counters.PublishesIn(Mqtt.Wire.MqttQos.AtLeastOnce),
                counters.PublishesIn(Mqtt.Wire.MqttQos.ExactlyOnce), counters.AcksOut, counters.PublishesOut, counters.DroppedQos0 + counters.DroppedQueued),
            [.. runtime.Readers.Select(r => new ReaderDto(r.Reader, r.Partition, r.Offset, Math.Max(0, log.Head(r.Partition) - r.Offset), r.Failure))],
            commands.Figures, ingest.SparkplugFigures, notification.Figures, disk.State);
    }

    private static HistoryUpkeepDto Upkeep(KeeperFigures f) => new(f.At, f.Removed, f.Tidied, f.Failure);
}
