using IOC.Alerts;
using IOC.History;
using IOC.Host.Live;
using IOC.Host.Settings;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Mqtt;

namespace IOC.Host.Pump;

/// <summary>
/// What runs behind the servers: restores every partition's state, replays the log behind it, and keeps readers, ticks,
/// publications and checkpoints going. It starts before anything listens, and stops after everything has closed.
/// </summary>
internal sealed class IocRuntime(
    IocOptions options, DataFolder data, IReadingLog log, IngestPipeline ingest, IReadOnlyList<PartitionState> partitions, IHistoryStore history,
    AlertBooks books, IAlertStore alerts, LiveView live, MqttServer mqtt, TimeProvider time, ILogger<IocRuntime> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PublishInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RateInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RecentlyClosed = TimeSpan.FromHours(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopReaders = new();
    private readonly List<ReaderLoop> _readers = [];
    private readonly List<Task> _reading = [];
    private readonly List<Task> _recurring = [];
    private long _lastMessages;
    private long _lastReadings;
    private long _ratesAt;

    /// <summary>The log's readers.</summary>
    public IReadOnlyList<ReaderLoop> Readers => _readers;

    /// <summary>True between start and stop.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Messages and readings per second, lately.</summary>
    public (double Messages, double Readings) Rates { get; private set; }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Array.ForEach(ReaderNames.All, log.RegisterReader);
        foreach (var partition in partitions)
        {
            partition.Restore();
            CheckPositions(partition);
        }

        ShowAlerts();
        foreach (var partition in partitions)
        {
            partition.Publish();
            Read(new ReaderLoop(log, ReaderNames.State, partition.Partition, partition.Process, time, logger), partition.Offset);
            Read(new ReaderLoop(log, ReaderNames.History, partition.Partition, history.Append, time, logger), history.LoadCheckpoint(partition.Partition));
        }

        await ingest.Resume(NowMs()).WaitAsync(cancellationToken);
        _ratesAt = NowMs();
        Recur("The tick", TickInterval, _ => ingest.Tick(NowMs()));
        Recur("The publication of changes", PublishInterval, _ => Do(Publish));
        Recur("The count of rates", RateInterval, _ => Do(CountRates));
        Recur("The checkpoint", TimeSpan.FromSeconds(options.CheckpointSeconds), CheckpointAsync);
        IsRunning = true;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before anything closes: devices are sent away, with the answers that they still wait for.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        IsRunning = false;
        logger.LogInformation("Stopping: no more publishes are taken");
        await mqtt.StopAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_recurring);
        await DrainAsync();
        await _stopReaders.CancelAsync();
        await Task.WhenAll(_reading);
        await CheckpointAsync(CancellationToken.None);
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        logger.LogInformation("Stopped; everything received is stored");
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _stopReaders.Dispose();
        data.Dispose();
    }

    private static Task Do(Action work)
    {
        work();
        return Task.CompletedTask;
    }

    // A reader ahead of the log would take new batches for old ones and drop them.
    private void CheckPositions(PartitionState state)
    {
        var p = state.Partition;
        var head = log.Head(p);
        (string What, long Position)[] positions =
        [
            ("state/grains.db", state.Offset), ("history", history.LoadCheckpoint(p)), ("registry/registry.db", books.All.Single(b => b.Partition == p).Watermark),
        ];
        var ahead = positions.Where(r => r.Position > head).Select(r =>
            $"Ioc:DataDirectory = '{data.Path}': {r.What} is at offset {r.Position} of partition {p}, and the reading log ends at {head}. "
            + "The log was replaced or restored from an older copy: restore all folders from one backup.").ToList();
        if (ahead.Count > 0)
        {
            throw new SettingsException(ahead);
        }
    }

    private void Read(ReaderLoop loop, long after)
    {
        _readers.Add(loop);
        _reading.Add(Task.Run(() => loop.RunAsync(after, _stopReaders.Token)));
    }

    private void Recur(string what, TimeSpan every, Func<CancellationToken, Task> work) =>
        _recurring.Add(Recurring.RunAsync(what, every, work, time, logger, _stop.Token));

    private void ShowAlerts()
    {
        foreach (var book in books.All)
        {
            // Rules may be gone from the catalogue since the alerts were raised.
            book.Withdraw(NowMs());
        }

        var query = new AlertQuery { OpenOnly = true, ClosedSinceMs = NowMs() - (long)RecentlyClosed.TotalMilliseconds, Limit = AlertQuery.MaxLimit };
        while (true)
        {
            var page = alerts.Query(query);
            live.UpdateAlerts([.. page.Items.Select(LiveMapping.Alert)]);
            if (page.Next is null)
            {
                return;
            }

            query = query with { Before = page.Next };
        }
    }

    private void Publish()
    {
        foreach (var partition in partitions)
        {
            partition.Publish();
        }
    }

    private void CountRates()
    {
        var figures = ingest.Figures;
        var now = NowMs();
        var seconds = Math.Max((now - _ratesAt) / 1000.0, 0.001);
        Rates = ((figures.Accepted - _lastMessages) / seconds, (figures.Readings - _lastReadings) / seconds);
        (_lastMessages, _lastReadings, _ratesAt) = (figures.Accepted, figures.Readings, now);
        live.UpdateRates(Rates.Messages, Rates.Readings);
    }

    private async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        foreach (var partition in partitions)
        {
            log.SaveCheckpoint(ReaderNames.State, partition.Partition, partition.Checkpoint());
            var stored = await history.CheckpointAsync(partition.Partition, cancellationToken);
            log.SaveCheckpoint(ReaderNames.History, partition.Partition, stored);
        }
    }

    // What is in the log is safe; draining it now only makes the next start quicker.
    private async Task DrainAsync()
    {
        var deadline = time.GetUtcNow() + DrainTimeout;
        while (_readers.Exists(r => r.Failure is null && r.Offset < log.Head(r.Partition)))
        {
            if (time.GetUtcNow() > deadline)
            {
                logger.LogWarning("The log was not read to its end within {Timeout}; the rest is read at the next start", DrainTimeout);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), time);
        }
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
