using IOC.Alerts;
using IOC.History;
using IOC.History.Influx;
using IOC.Host.Pump;
using IOC.Host.Settings;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Mqtt;

namespace IOC.Host.Planning;

/// <summary>Writes the host's own figures beside the readings, for boards, where history is in an InfluxDB. What cannot be written is
/// counted by the store and let go.</summary>
internal sealed class HostFigureWriter(
    IHistoryStore history, IocRuntime runtime, IngestPipeline ingest, IReadingLog log, MqttServer mqtt, AlertBooks books, IocOptions options, TimeProvider time,
    ILogger<HostFigureWriter> logger) : BackgroundService
{
    private bool _failing;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => history is InfluxHistoryStore influx
        ? Recurring.RunAsync(
            "Writing the host's own figures", TimeSpan.FromSeconds(options.History.Influx.HostFigureSeconds), stop => WriteAsync(influx, stop), time, logger, stoppingToken)
        : Task.CompletedTask;

    private async Task WriteAsync(InfluxHistoryStore influx, CancellationToken stop)
    {
        if (!runtime.IsRunning)
        {
            return;
        }

        var failure = await influx.WriteHostFiguresAsync(Read(), time.GetUtcNow().ToUnixTimeMilliseconds(), stop);

        // An InfluxDB that is away is told by its health already: once is enough here.
        if (failure is not null && !_failing)
        {
            logger.LogWarning("The host's own figures are not written until this ends: {Failure}", failure);
        }

        _failing = failure is not null;
    }

    private HostFigures Read()
    {
        var (taken, figures, counters, rates) = (ingest.Figures, log.Figures, mqtt.Counters, runtime.Rates);
        var open = books.OpenCounts().Values;
        return new HostFigures(options.Node, rates.Messages, rates.Readings)
        {
            Messages = taken.Accepted,
            Readings = taken.Readings,
            Implausible = taken.Implausible,
            DeadLetters = log.DeadLetters.Counts().Values.Sum(),
            UnregisteredSensors = taken.UnregisteredSensors,
            LogBytes = figures.Bytes,
            LogCommitMs = figures.LastCommitMs,
            LogLagBatches = LagOf(ReaderNames.State),
            HistoryLagBatches = LagOf(ReaderNames.History),
            HistoryReadings = history.ReadFigures().Readings,
            OpenAlerts = [open.Sum(c => c.P1), open.Sum(c => c.P2), open.Sum(c => c.P3), open.Sum(c => c.P4)],
            Connections = counters.ConnectionsOpen,
            Sessions = mqtt.SessionCount,
            Dropped = counters.DroppedQos0 + counters.DroppedQueued,
            MemoryBytes = Environment.WorkingSet,
        };
    }

    private long LagOf(string reader) => runtime.Readers.Where(r => r.Reader == reader).Sum(r => Math.Max(0, log.Head(r.Partition) - r.Offset));
}

/// <summary>Puts the writer in place.</summary>
internal static class HostFigureSetup
{
    public static IServiceCollection AddHostFigures(this IServiceCollection services, HistorySettings settings) =>
        settings.Store == HistoryStoreKind.Influx && settings.Influx.HostFigureSeconds > 0 ? services.AddHostedService<HostFigureWriter>() : services;
}
