using System.Buffers;
using System.Threading.Channels;
using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Faults;
using IOC.FirmwareSim.Publishing;
using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Fleet;

/// <summary>Runs a fleet: connects its gateways and lets every device report when it is due.</summary>
internal sealed class FleetRunner : IAsyncDisposable
{
    private const int ConnectingAtOnce = 32;
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestNap = TimeSpan.FromSeconds(1);

    private readonly City _city;
    private readonly FleetOptions _options;
    private readonly TimeProvider _time;
    private readonly FaultTruth? _truth;
    private readonly FleetStatistics _statistics;
    private readonly SimulatedClock _clock;
    private readonly ReportTimes _times;
    private readonly FaultSchedule _schedule;
    private readonly FaultLedger _ledger;
    private readonly Device[] _devices;
    private readonly Gateway[] _gateways;
    private readonly Dictionary<SensorModel, Device> _byModel;
    private readonly Dictionary<SimSensor, int> _bySensor;
    private readonly Channel<(SimSensor Sensor, byte[] Payload)> _commands = Channel.CreateUnbounded<(SimSensor, byte[])>();
    private readonly PriorityQueue<(int Device, long Report), (long DueMs, int Device)> _due = new();
    private readonly ArrayBufferWriter<byte> _payload = new(1024);
    private int _unobeyed;

    /// <summary>Prepares a fleet; nothing is connected yet.</summary>
    public FleetRunner(City city, FleetOptions options, ILinkFactory links, TimeProvider time, FaultTruth? truth, FleetStatistics statistics)
    {
        _city = city;
        _options = options;
        _time = time;
        _truth = truth;
        _statistics = statistics;
        _clock = new SimulatedClock(time, options.Speed, options.StartAgo);
        _times = new ReportTimes(_clock.StartMs, options.PeriodScale);
        var gateways = Math.Min(options.Connections, city.Sensors.Count);
        _schedule = new FaultSchedule(city, _times, options.FaultRate, ownLinks: gateways == city.Sensors.Count, outages: options.Outages);
        _ledger = new FaultLedger(truth, statistics);
        _devices = [.. city.Sensors.Select(s => new Device(s, TemperOf(s, options)))];
        _byModel = _devices.ToDictionary(d => d.Model);
        _bySensor = _devices.Select((d, i) => (d.Model.Sensor, i)).ToDictionary(d => d.Sensor, d => d.i);
        _gateways = MakeGateways(gateways, links);
        for (var i = 0; i < _devices.Length; i++)
        {
            _due.Enqueue((i, 0), (_times.TimeOf(_devices[i].Model, 0), i));
        }
    }

    /// <summary>Number of connections.</summary>
    public int Connections => _gateways.Length;

    /// <summary>Work that waits for a connection or for room on one, and commands that are not obeyed yet.</summary>
    public int Backlog => Volatile.Read(ref _unobeyed) + _gateways.Sum(g => g.Backlog);

    /// <summary>True when no device reports any more and the goodbyes are being said.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Runs until the duration is over or it is stopped, then says goodbye to the broker.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _truth?.RunStarts(_clock.StartMs, _city.Seed, _devices.Length, _options.FaultRate, _options.Speed);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var connecting = new SemaphoreSlim(ConnectingAtOnce);
        var work = Task.WhenAll(_gateways.Select(g => g.RunAsync(connecting, stopping.Token)));
        try
        {
            await ReportAsync(work, stopping.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is the usual end of a fleet.
        }

        IsEnding = true;
        await stopping.CancelAsync();
        await work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await SayGoodbyeAsync();
        _truth?.RunEnds(_clock.NowMs);
        if (work.IsFaulted)
        {
            await work;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }
    }

    /// <summary>Lets every device report that is due at the simulated time of now.</summary>
    /// <returns>Simulated time of the next report.</returns>
    internal long ReportDue()
    {
        var now = _clock.NowMs;
        foreach (var fault in _schedule.PlanUntil(now))
        {
            _byModel[fault.Sensor].Suffer(fault);
            _ledger.Add(fault);
        }

        while (_due.TryPeek(out var next, out var priority) && priority.DueMs <= now)
        {
            _due.Dequeue();
            var device = _devices[next.Device];
            Act(device, _gateways[next.Device % _gateways.Length], priority.DueMs);
            _due.Enqueue((next.Device, next.Report + 1), (_times.TimeOf(device.Model, next.Report + 1), next.Device));
        }

        ObeyCommands(now);
        _ledger.MoveTo(now);
        _statistics.SetConnected(_gateways.Count(g => g.IsConnected));
        return _due.TryPeek(out _, out var upcoming) ? upcoming.DueMs : long.MaxValue;
    }

    private async Task ReportAsync(Task work, CancellationToken cancellationToken)
    {
        var end = _options.Duration is { } duration ? _time.GetUtcNow() + duration : DateTimeOffset.MaxValue;
        while (_time.GetUtcNow() < end && !work.IsFaulted)
        {
            var nap = _clock.Until(ReportDue());
            var left = end - _time.GetUtcNow();
            nap = nap < LongestNap ? nap : LongestNap;
            await NapAsync(Max(nap < left ? nap : left, TimeSpan.FromMilliseconds(1)), cancellationToken);
        }
    }

    // Until the next report is due, or a command comes.
    private async Task NapAsync(TimeSpan nap, CancellationToken cancellationToken)
    {
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sleeping = Task.Delay(nap, _time, awake.Token);
        await Task.WhenAny(sleeping, _commands.Reader.WaitToReadAsync(awake.Token).AsTask());
        await awake.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void ObeyCommands(long now)
    {
        while (_commands.Reader.TryRead(out var command))
        {
            _statistics.CountCommand();
            var (index, sensor) = (_bySensor[command.Sensor], command.Sensor);
            _payload.ResetWrittenCount();
            var gateway = _gateways[index % _gateways.Length];
            foreach (var answer in _devices[index].Obey(command.Payload, now, _time.GetUtcNow().ToUnixTimeMilliseconds(), _payload))
            {
                gateway.Publish(sensor.AnswerTopic, answer);
            }

            // A cabinet reports at once what a command changed.
            if (_payload.WrittenCount > 0)
            {
                gateway.Publish(sensor.TelemetryTopic, _payload.WrittenSpan.ToArray());
            }

            Interlocked.Decrement(ref _unobeyed);
        }
    }

    private void Take(SimSensor sensor, byte[] payload)
    {
        Interlocked.Increment(ref _unobeyed);
        _commands.Writer.TryWrite((sensor, payload));
    }

    private void Act(Device device, Gateway gateway, long dueMs)
    {
        _payload.ResetWrittenCount();
        switch (device.Report(dueMs, _payload))
        {
            case DeviceAction.Drop:
                gateway.Drop();
                break;
            case DeviceAction.ReconnectAndSend:
                gateway.Reconnect();
                gateway.Publish(device.Model.Sensor.TelemetryTopic, _payload.WrittenSpan.ToArray());
                break;
            case DeviceAction.Send:
                gateway.Publish(device.Model.Sensor.TelemetryTopic, _payload.WrittenSpan.ToArray());
                break;
            default:
                break;
        }
    }

    private static LampTemper TemperOf(SensorModel model, FleetOptions options)
    {
        var drawn = Hash.Unit(Hash.Mix(model.Key, 0xC0DE));
        return drawn < options.MuteLamps ? LampTemper.Mute
            : drawn < options.MuteLamps + options.FailingLamps ? LampTemper.Failing
            : LampTemper.Obedient;
    }

    private Gateway[] MakeGateways(int count, ILinkFactory links)
    {
        var behind = Enumerable.Range(0, count).Select(_ => new List<SimSensor>()).ToArray();
        for (var i = 0; i < _city.Sensors.Count; i++)
        {
            behind[i % count].Add(_city.Sensors[i].Sensor);
        }

        return [.. behind.Select((sensors, number) =>
            new Gateway(links, sensors.Count == 1 ? $"fw-{sensors[0].Id}" : $"fw-gateway-{number}", sensors, _statistics, _time, Take))];
    }

    private async Task SayGoodbyeAsync()
    {
        using var patience = new CancellationTokenSource(StopWithin, _time);
        await Task.WhenAll(_gateways.Select(async gateway =>
        {
            try
            {
                await gateway.StopAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                // The broker has gone; its wills tell the rest.
            }
        }));
        _statistics.SetConnected(0);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
