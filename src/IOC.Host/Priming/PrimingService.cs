using IOC.Detection;
using IOC.History;
using IOC.Host.Pump;
using IOC.Ingest.Log;
using IOC.Telemetry;

namespace IOC.Host.Priming;

/// <summary>How far the learned detectors have learned from history.</summary>
/// <param name="Enabled">Whether they do at all (<c>Ioc:Detection:PrimeWindow</c>).</param>
/// <param name="Running">Whether a pass goes on now.</param>
/// <param name="Sensors">Sensors with a history that this or the last pass looks at.</param>
/// <param name="Looked">Of those, looked at so far.</param>
/// <param name="Primed">Sensors primed since the start of the host.</param>
/// <param name="Readings">Readings learned from history since the start of the host.</param>
/// <param name="FinishedAt">When the last pass ended, Unix milliseconds; null before the first.</param>
public sealed record PrimingDto(bool Enabled, bool Running, int Sensors, int Looked, int Primed, long Readings, long? FinishedAt);

/// <summary>
/// Lets sensors whose learned state is new (their first start with a learned rule, a new rule, a lost state) learn from the history
/// store, in the background, a few at a time. Passes over all sensors: at the start, after every new rule set, and when asked.
/// </summary>
/// <remarks>See docs/adr/0019: what is learned takes effect between two batches and is stored before the next one.</remarks>
internal sealed class PrimingService(
    IocRuntime runtime, IReadOnlyList<PartitionState> partitions, IHistoryStore history, IReadingLog log, Catalogue catalogue, AddressBook addresses,
    DetectionOptions options, TimeProvider time, ILogger<PrimingService> logger) : IHostedService, IDisposable
{
    private const int SensorsPerRound = 8;
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_reportEvery = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stop = new();
    private volatile PrimingDto _status = new(options.PrimeWindow > TimeSpan.Zero, false, 0, 0, 0, 0, null);
    private volatile bool _asked = true;
    private Task _running = Task.CompletedTask;
    private long _reportedAt;

    /// <summary>How far it is.</summary>
    public PrimingDto Status => _status;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_status.Enabled)
        {
            _running = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running;
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Asks for a pass.</summary>
    public void Ask() => _asked = true;

    private async Task RunAsync(CancellationToken stop)
    {
        long generations = -1;
        try
        {
            while (true)
            {
                var current = partitions.Sum(p => (long)p.RulesGeneration);
                if (_asked || current != generations)
                {
                    _asked = false;
                    generations = current;
                    _asked |= !await TryPassAsync(stop);
                    await Task.Delay(_asked ? s_retry : s_look, time, stop);
                    continue;
                }

                await Task.Delay(s_look, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is not primed yet is primed after the next start.
        }
    }

    /// <summary>One pass over all sensors. False when some are to be tried again.</summary>
    private async Task<bool> TryPassAsync(CancellationToken stop)
    {
        var complete = true;
        try
        {
            var sensors = await SensorsAsync(stop);
            _status = _status with { Running = true, Sensors = sensors.Values.Sum(s => s.Count), Looked = 0 };
            var before = _status.Primed;
            foreach (var (partition, all) in sensors)
            {
                foreach (var some in all.Chunk(SensorsPerRound))
                {
                    complete &= await PrimeAsync(partitions[partition], some, stop);
                    _status = _status with { Looked = _status.Looked + some.Length };
                    Report();
                }
            }

            if (_status.Primed > before)
            {
                logger.LogInformation("Primed {Sensors} sensors from history", _status.Primed - before);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A store that fails now may work later; until then the detectors learn from what comes in.
            logger.LogError(e, "Priming the learned detectors from history failed; it is tried again");
            complete = false;
        }
        finally
        {
            _status = _status with { Running = false, FinishedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        }

        return complete;
    }

    private async Task<SortedDictionary<int, List<SensorAddress>>> SensorsAsync(CancellationToken stop)
    {
        var registered = catalogue.Sensors.ToDictionary(s => s.Address.Sensor, s => s.Address, StringComparer.Ordinal);
        var byPartition = new SortedDictionary<int, List<SensorAddress>>();
        var keys = await history.FindSeriesAsync(SeriesSet.All, stop);
        foreach (var key in keys.DistinctBy(k => k.Sensor, StringComparer.Ordinal))
        {
            var address = registered.GetValueOrDefault(key.Sensor) ?? addresses.GetOrAdd(key.District, key.Domain, key.Sensor);
            var partition = log.PartitionOf(address.District);
            if (!byPartition.TryGetValue(partition, out var list))
            {
                byPartition.Add(partition, list = []);
            }

            list.Add(address);
        }

        return byPartition;
    }

    private async Task<bool> PrimeAsync(PartitionState partition, SensorAddress[] sensors, CancellationToken stop)
    {
        var round = partition.BeginPriming(sensors, options.PrimeReadings);
        try
        {
            if (round.Sensors.Count == 0)
            {
                return !round.IsPostponed;
            }

            var began = time.GetTimestamp();
            if (!await HistoryReachesAsync(partition.Partition, round.Offset, stop))
            {
                return false;
            }

            foreach (var sensor in round.Sensors)
            {
                await ReadAsync(sensor, stop);
                await Task.Run(() => sensor.Learn(stop), stop);
            }

            // Half of one core at most: what comes in goes first.
            await Task.Delay(time.GetElapsedTime(began), time, stop);
            var primed = await CompleteAsync(partition, round, stop);
            _status = _status with { Primed = _status.Primed + primed, Readings = _status.Readings + round.Sensors.Sum(s => s.Readings) };
            return primed == round.Sensors.Count && !round.IsPostponed;
        }
        finally
        {
            partition.EndPriming(round);
        }
    }

    private async Task<int> CompleteAsync(PartitionState partition, PrimingRound round, CancellationToken stop)
    {
        while (true)
        {
            if (partition.TryCompletePriming(round, out var primed))
            {
                return primed;
            }

            await Task.Delay(s_poll, time, stop);
        }
    }

    // What was processed must be in history, or it would be learned by nobody.
    private async Task<bool> HistoryReachesAsync(int partition, long offset, CancellationToken stop)
    {
        var reader = runtime.Readers.Single(r => r.Reader == ReaderNames.History && r.Partition == partition);
        var deadline = time.GetUtcNow() + s_patience;
        while (reader.Offset < offset)
        {
            if (time.GetUtcNow() > deadline)
            {
                logger.LogWarning("History is at batch {Offset} of partition {Partition} and should be at {Wanted}: priming waits", reader.Offset, partition, offset);
                return false;
            }

            await Task.Delay(s_poll, time, stop);
        }

        return true;
    }

    private async Task ReadAsync(SensorPriming sensor, CancellationToken stop)
    {
        var series = await history.ListSeriesAsync(new SeriesFilter(Sensor: sensor.Address.Sensor), stop);
        if (series.Count == 0)
        {
            return;
        }

        // Back from the newest reading: history may end long before now.
        var newest = Math.Min(sensor.UntilMs, series.Max(s => s.LastMs));
        var window = Math.Min(options.PrimeWindow.TotalMilliseconds, sensor.Period.TotalMilliseconds * options.PrimeReadings);
        await history.ScanAsync(new SeriesSet([sensor.Address.Sensor], [], [], []), newest - (long)window, newest + 1, new Sink(sensor), stop);
    }

    private void Report()
    {
        if (_reportedAt != 0 && time.GetElapsedTime(_reportedAt) < s_reportEvery)
        {
            return;
        }

        if (_reportedAt != 0)
        {
            var status = _status;
            logger.LogInformation("Priming the learned detectors: {Looked} of {Sensors} sensors looked at, {Readings} readings learned", status.Looked, status.Sensors, status.Readings);
        }

        _reportedAt = time.GetTimestamp();
    }

    private sealed class Sink(SensorPriming sensor) : IReadingSink
    {
        public bool Begin(SeriesKey series) => sensor.Begin(series.Property);

        public bool TryAdd(in RunTotals totals) => false;

        public void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
        {
            for (var i = 0; i < samples.Length; i++)
            {
                sensor.Add(samples[i].AtMs, samples[i].Value, (Quality)qualities[i]);
            }
        }

        public void End()
        {
            // Nothing waits for it.
        }
    }
}
