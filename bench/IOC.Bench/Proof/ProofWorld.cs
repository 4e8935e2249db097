using System.Buffers;
using System.Text;
using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Faults;
using IOC.FirmwareSim.Fleet;
using IOC.FirmwareSim.World;
using IOC.Ingest;

namespace IOC.Bench.Proof;

/// <summary>
/// The part of the simulated city whose districts live in one partition: its devices report, its network delays, repeats and
/// delivers, in simulated time. Built from the seed alone, so every partition has its own and they run side by side.
/// </summary>
internal sealed class ProofWorld
{
    // A mobile network: most messages within half a second, one in fifty within three, one in two thousand delivered twice.
    private const long UsualDelayMs = 40;
    private const double UsualSpreadMs = 400;
    private const double SlowShare = 0.02;
    private const double SlowSpreadMs = 3_000;
    private const double TwiceShare = 0.0005;
    private const long AgainAfterMs = 5_000;

    // The broker notices a broken connection by its keep-alive, at the latest.
    private const long WillDelayMs = 20_000;

    private static readonly byte[] Online = "online"u8.ToArray();
    private static readonly byte[] Offline = "offline"u8.ToArray();

    private readonly FaultSchedule _schedule;
    private readonly ReportTimes _times;
    private readonly Device[] _devices;
    private readonly byte[][] _topics;
    private readonly byte[][] _statusTopics;
    private readonly Dictionary<SensorModel, Device> _byModel;
    private readonly PriorityQueue<(int Device, long Report), (long DueMs, int Device)> _due = new();
    private readonly PriorityQueue<Message, (long ReceivedMs, long Number)> _underway = new();
    private readonly ArrayBufferWriter<byte> _payload = new(1024);
    private long _sent;

    public ProofWorld(ProofOptions options, IReadOnlyList<SimSensor> sensors, IReadOnlyList<SimAsset> assets, Func<string, bool> isHere)
    {
        var city = new City(options.Seed, sensors, assets);
        _times = new ReportTimes(options.StartMs, periodScale: 1);
        _schedule = new FaultSchedule(city, _times, options.FaultRate, ownLinks: true, TimeSpan.FromDays(options.WarmUpDays));
        _devices = [.. city.Sensors.Where(s => isHere(s.Sensor.District)).Select(s => new Device(s))];
        _topics = [.. _devices.Select(d => Encoding.UTF8.GetBytes(d.Model.Sensor.TelemetryTopic))];
        _statusTopics = [.. _devices.Select(d => Encoding.UTF8.GetBytes(d.Model.Sensor.StatusTopic))];
        _byModel = _devices.ToDictionary(d => d.Model);
        for (var i = 0; i < _devices.Length; i++)
        {
            Send(i, options.StartMs, Online, status: true, delayMs: 0);
            _due.Enqueue((i, 0), (_times.TimeOf(_devices[i].Model, 0), i));
        }
    }

    /// <summary>Faults of these sensors so far, in order of planning.</summary>
    public List<Fault> Faults { get; } = [];

    /// <summary>Messages delivered so far.</summary>
    public long Delivered { get; private set; }

    /// <summary>Moves on to a moment: what is received by then goes into ingest.</summary>
    public void Advance(long nowMs, IngestPipeline ingest)
    {
        foreach (var fault in _schedule.PlanUntil(nowMs))
        {
            if (_byModel.TryGetValue(fault.Sensor, out var device))
            {
                device.Suffer(fault);
                Faults.Add(fault);
            }
        }

        while (_due.TryPeek(out var next, out var priority) && priority.DueMs <= nowMs)
        {
            _due.Dequeue();
            Report(next.Device, priority.DueMs);
            _due.Enqueue((next.Device, next.Report + 1), (_times.TimeOf(_devices[next.Device].Model, next.Report + 1), next.Device));
        }

        while (_underway.TryPeek(out var message, out var at) && at.ReceivedMs <= nowMs)
        {
            _underway.Dequeue();
            Delivered++;
            ingest.Accept(message.IsStatus ? _statusTopics[message.Device] : _topics[message.Device], message.Payload, at.ReceivedMs, "proof");
        }
    }

    private void Report(int index, long dueMs)
    {
        _payload.ResetWrittenCount();
        switch (_devices[index].Report(dueMs, _payload))
        {
            case DeviceAction.Drop:
                Send(index, dueMs, Offline, status: true, WillDelayMs);
                break;
            case DeviceAction.ReconnectAndSend:
                Send(index, dueMs, Online, status: true, UsualDelayMs);
                SendReport(index, dueMs);
                break;
            case DeviceAction.Send:
                SendReport(index, dueMs);
                break;
            default:
                break;
        }
    }

    private void SendReport(int index, long dueMs)
    {
        var drawn = new Dice(Hash.Mix(_devices[index].Model.Key, 0xDE1A, (ulong)dueMs));
        var spread = drawn.Unit() < SlowShare ? SlowSpreadMs : UsualSpreadMs;
        var delay = UsualDelayMs + (long)(spread * drawn.Unit());
        var payload = _payload.WrittenSpan.ToArray();
        Send(index, dueMs, payload, status: false, delay);
        if (drawn.Unit() < TwiceShare)
        {
            Send(index, dueMs, payload, status: false, delay + AgainAfterMs);
        }
    }

    private void Send(int index, long dueMs, byte[] payload, bool status, long delayMs) =>
        _underway.Enqueue(new Message(index, payload, status), (dueMs + delayMs, _sent++));

    private readonly record struct Message(int Device, byte[] Payload, bool IsStatus);
}
