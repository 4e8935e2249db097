using IOC.Alerts;
using IOC.History;
using IOC.Host.Health;
using IOC.Host.Live;
using IOC.Host.Otlp;
using IOC.Host.Settings;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Mqtt;
using IOC.Telemetry;

namespace IOC.Host.Pump;

/// <summary>
/// What runs behind the servers: restores every partition's state, replays the log behind it, and keeps readers, ticks,
/// publications and checkpoints going. It starts before anything listens, and stops after everything has closed.
/// </summary>
internal sealed class IocRuntime(
    IocOptions options, DataFolder data, IReadingLog log, IngestPipeline ingest, IReadOnlyList<PartitionState> partitions, IHistoryStore history,
    AlertBooks books, IAlertStore alerts, AddressBook addresses, LiveView live, MqttServer mqtt, ClockWatch clock, TimeProvider time, ILogger<IocRuntime> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PublishInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RateInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CatchUpTimeout = TimeSpan.FromSeconds(30);
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
            partition.Restore(NowMs());
            CheckPositions(partition);
            partition.Checkpoint();
        }

        ShowAlerts();
        foreach (var partition in partitions)
        {
            Read(new ReaderLoop(log, ReaderNames.State, partition.Partition, partition.Process, time, logger), partition.Offset);
            Read(new ReaderLoop(log, ReaderNames.History, partition.Partition, AppendToHistory, time, logger), history.LoadCheckpoint(partition.Partition));
        }

        await CatchUpAsync(cancellationToken);

        // Not awaited: a disk that is full must not keep the readers from starting that make room on it.
        _ = ingest.Resume(NowMs());
        _ratesAt = time.GetTimestamp();
        Recur("The tick", TickInterval, _ => clock.WasSet() ? ingest.Resume(NowMs()) : ingest.Tick(NowMs()));
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

        // What is in the log is safe; reading it to the end now only makes the next start quicker.
        if (!await ReachHeadAsync(_ => true, DrainTimeout, CancellationToken.None))
        {
            logger.LogWarning("The log was not read to its end within {Timeout}; the rest is read at the next start", DrainTimeout);
        }

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

    private void AppendToHistory(TelemetryBatch batch)
    {
        using var span = Spans.Begin("history.append");
        span?.SetTag("ioc.partition", batch.Partition).SetTag("ioc.offset", batch.Offset);
        history.Append(batch);
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
        var problems = positions.Where(r => r.Position > head).Select(r =>
            $"Ioc:DataDirectory = '{data.Path}': {r.What} is at offset {r.Position} of partition {p}, and the reading log ends at {head}. "
            + "The log was replaced or restored from an older copy: restore all folders from one backup.").ToList();

        // The alert book's watermark rests while nothing is abnormal: it may well lie behind the log's oldest batch.
        var behind = positions[..2].Where(r => r.Position < log.Tail(p) - 1).Select(r =>
            $"Ioc:DataDirectory = '{data.Path}': {r.What} is at offset {r.Position} of partition {p}, and the reading log begins at {log.Tail(p)}: what lies between is missing. "
            + "Restore that folder, or accept the loss with Ioc:AcceptMissingBatches = true.").ToList();
        if (options.AcceptMissingBatches)
        {
            behind.ForEach(b => logger.LogError("Accepted: {Problem}", b));
        }
        else
        {
            problems.AddRange(behind);
        }

        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }
    }

    // Before anything listens, so that operators and devices meet the state as it was, and every sensor seen is known.
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var lag = _readers.Sum(r => log.Head(r.Partition) - r.Offset);
        if (!await ReachHeadAsync(r => r.Reader == ReaderNames.State, CatchUpTimeout, cancellationToken))
        {
            logger.LogWarning("The log is still being read after {Timeout}; starting meanwhile", CatchUpTimeout);
        }

        Publish();
        ingest.KnowUnregistered(live.Sensors().Where(s => s.Registered == false).Select(s => addresses.GetOrAdd(s.District!, s.Domain!, s.Id)));
        logger.LogInformation("State restored; {Batches} batches of the log were behind the checkpoints", lag);
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
        var now = time.GetTimestamp();
        var seconds = Math.Max(time.GetElapsedTime(_ratesAt, now).TotalSeconds, 0.001);
        Rates = ((figures.Accepted - _lastMessages) / seconds, (figures.Readings - _lastReadings) / seconds);
        (_lastMessages, _lastReadings, _ratesAt) = (figures.Accepted, figures.Readings, now);
        live.UpdateRates(Rates.Messages, Rates.Readings);
    }

    private async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        foreach (var partition in partitions.Select(p => p.Partition))
        {
            await CheckpointAsync(ReaderNames.State, partition, () => Task.FromResult(partitions[partition].Checkpoint()));
            await CheckpointAsync(ReaderNames.History, partition, () => history.CheckpointAsync(partition, cancellationToken));
        }
    }

    // A store that fails must not keep the others from their checkpoints.
    private async Task CheckpointAsync(string reader, int partition, Func<Task<long>> store)
    {
        try
        {
            log.SaveCheckpoint(reader, partition, await store());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "The checkpoint of {Reader}, partition {Partition}, failed; it is tried again with the next", reader, partition);
        }
    }

    private async Task<bool> ReachHeadAsync(Func<ReaderLoop, bool> which, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (_readers.Exists(r => which(r) && r.Failure is null && r.Offset < log.Head(r.Partition)))
        {
            if (time.GetElapsedTime(began) > timeout)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellationToken);
        }

        return true;
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
