using IOC.Alerts;
using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Faults;
using IOC.Ingest.Log;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Bench.Proof;

/// <summary>What a run left behind.</summary>
/// <param name="Alerts">All alerts with their acts, in order of their ids.</param>
/// <param name="Faults">What really went wrong, in order of its beginning.</param>
/// <param name="Refused">Payloads refused.</param>
/// <param name="Catalogue">The catalogue.</param>
/// <param name="Sensors">The sensors that reported.</param>
/// <param name="Messages">Messages delivered.</param>
/// <param name="Restarts">How often everything was built anew.</param>
/// <param name="Replayed">Batches replayed after that.</param>
internal sealed record ProofOutcome(
    IReadOnlyList<(Alert Alert, IReadOnlyList<AlertAct> Acts)> Alerts, IReadOnlyList<Fault> Faults, IReadOnlyList<DeadLetter> Refused,
    Catalogue Catalogue, IReadOnlyList<SimSensor> Sensors, long Messages, int Restarts, long Replayed);

/// <summary>Runs the simulated city through the host's pipeline, as fast as it goes.</summary>
internal sealed class ProofRun
{
    /// <summary>How often the simulated operator looks, and how long an alert waits for him at least.</summary>
    private const long OperatorMs = 5 * 60_000;

    private readonly ProofOptions _options;
    private readonly ManualTimeProvider _time;
    private readonly ProofLog _log;
    private readonly IReadOnlyList<SimSensor> _sensors;
    private readonly ProofWorld[] _worlds;
    private readonly string _data;
    private long _replayed;

    private ProofRun(ProofOptions options, string data)
    {
        _options = options;
        _data = data;
        _time = new ManualTimeProvider(options.Start);
        _log = new ProofLog(options.Partitions);
        var catalogue = options.Catalogue ?? Path.Combine(AppContext.BaseDirectory, "catalogue");
        _sensors = Select(SensorFile.Read(Path.Combine(catalogue, "sensors.csv")), options.Sensors);
        var assets = AssetFile.ReadIn(catalogue);
        _worlds = [.. Enumerable.Range(0, options.Partitions).Select(p => new ProofWorld(options, _sensors, assets, district => _log.PartitionOf(district) == p))];
    }

    /// <summary>Runs it.</summary>
    /// <param name="options">What.</param>
    /// <param name="progress">Told the share done, 0 to 1, now and then; from several threads.</param>
    public static async Task<ProofOutcome> RunAsync(ProofOptions options, Action<double>? progress = null)
    {
        using var folder = new TempDirectory();
        return await new ProofRun(options, folder.Path).RunAsync(progress);
    }

    private async Task<ProofOutcome> RunAsync(Action<double>? progress)
    {
        var host = await ProofHost.StartAsync(_options, _data, _log, _time);
        try
        {
            List<long> stops = [.. _options.RestartAt.Select(at => _options.StartMs + (at.Ticks / _options.Tick.Ticks * (long)_options.Tick.TotalMilliseconds)).Where(at => at < _options.EndMs).Order(), _options.EndMs];
            var from = _options.StartMs;
            foreach (var stop in stops)
            {
                var running = host;
                await Parallel.ForAsync(0, _options.Partitions, (p, _) =>
                {
                    Run(running, p, from, stop, progress);
                    return ValueTask.CompletedTask;
                });
                if (stop < _options.EndMs)
                {
                    // What was in memory is lost, and what came since the last checkpoint is read again.
                    await host.DisposeAsync();
                    _time.Advance(DateTimeOffset.FromUnixTimeMilliseconds(stop) - _time.GetUtcNow());
                    host = await ProofHost.StartAsync(_options, _data, _log, _time);
                    Replay(host);
                }

                from = stop;
            }

            return Outcome(host, stops.Count - 1);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private void Run(ProofHost host, int partition, long fromMs, long untilMs, Action<double>? progress)
    {
        var (world, state, book) = (_worlds[partition], host.Partitions[partition], host.Books[partition]);
        var batch = new TelemetryBatch();
        var (tickMs, checkpointMs) = ((long)_options.Tick.TotalMilliseconds, (long)_options.Checkpoint.TotalMilliseconds);
        for (var now = fromMs + tickMs; now <= untilMs; now += tickMs)
        {
            world.Advance(now, host.Ingest);
            _log.Tick(partition, MessageKind.Tick, now);
            _log.Cut(partition, host.Addresses, batch);
            state.Process(batch);
            var passed = now - _options.StartMs;
            if (passed % OperatorMs == 0)
            {
                Acknowledge(book, now);
                progress?.Invoke(passed / (double)(_options.EndMs - _options.StartMs));
            }

            if (passed % checkpointMs == 0)
            {
                _log.Truncate(partition, state.Checkpoint());
            }
        }
    }

    // An operator who takes note of everything that has stood for a while, so that a fault that comes again is a new alert.
    private static void Acknowledge(AlertBook book, long nowMs)
    {
        List<string> ids = [.. book.Open().Where(a => a.State is AlertState.Unacknowledged or AlertState.Returned && a.ReceivedAtMs <= nowMs - OperatorMs).Select(a => a.Id).Order(StringComparer.Ordinal)];
        if (ids.Count > 0)
        {
            book.Acknowledge(ids, "proof", note: null, nowMs);
        }
    }

    private void Replay(ProofHost host)
    {
        var batch = new TelemetryBatch();
        foreach (var partition in host.Partitions)
        {
            _replayed += _log.Head(partition.Partition) - partition.Offset;
            _log.ReadAll(partition.Partition, partition.Offset, host.Addresses, batch, partition.Process);
        }
    }

    private ProofOutcome Outcome(ProofHost host, int restarts)
    {
        List<(Alert, IReadOnlyList<AlertAct>)> alerts = [];
        for (var query = new AlertQuery { Limit = AlertQuery.MaxLimit }; ;)
        {
            var page = host.Alerts.Query(query);
            alerts.AddRange(page.Items.Select(a => (a, host.Alerts.ActsOf(a.Id))));
            if (page.Next is null)
            {
                break;
            }

            query = query with { Before = page.Next };
        }

        return new ProofOutcome(
            [.. alerts.OrderBy(a => a.Item1.Id, StringComparer.Ordinal)], [.. _worlds.SelectMany(w => w.Faults).OrderBy(f => f.StartMs).ThenBy(f => f.Number)],
            [.. _log.Refused.OrderBy(r => r.AtMs)], host.Catalogue, _sensors, _worlds.Sum(w => w.Delivered), restarts, _replayed);
    }

    private static List<SimSensor> Select(List<SimSensor> all, int count)
    {
        if (count < 1 || count > all.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"The catalogue has {all.Count} sensors: 1 to so many can report.");
        }

        return all[..count];
    }
}
