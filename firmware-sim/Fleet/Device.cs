using System.Buffers;
using IOC.FirmwareSim.Faults;
using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Fleet;

/// <summary>What a device does when a report is due.</summary>
internal enum DeviceAction
{
    /// <summary>Sends a payload.</summary>
    Send,

    /// <summary>Nothing: it is silent, offline or keeps the report back.</summary>
    Nothing,

    /// <summary>Its connection breaks.</summary>
    Drop,

    /// <summary>Its connection comes back, then it sends a payload.</summary>
    ReconnectAndSend,
}

/// <summary>The firmware of one sensor: measures, suffers its faults, makes payloads.</summary>
internal sealed class Device(SensorModel model, LampTemper temper = LampTemper.Obedient)
{
    private static readonly string[] Coarse = ["pm10"];
    private static readonly string[] Counted = ["flow", "occupancy"];

    private readonly LampFirmware? _lamp = model.Sensor.CommandTopic is null ? null : new LampFirmware(model.Control, temper);
    private readonly Queue<Fault> _faults = new();
    private readonly double[] _values = new double[model.Specs.Count];
    private readonly double[] _atStart = new double[model.Specs.Count];
    private readonly List<byte[]> _keptBack = [];
    private Fault? _stuckBy;
    private bool _dropped;

    /// <summary>The sensor.</summary>
    public SensorModel Model => model;

    /// <summary>Adds a fault; faults of one sensor do not overlap and come in order.</summary>
    public void Suffer(Fault fault) => _faults.Enqueue(fault);

    /// <summary>Takes a command.</summary>
    /// <param name="payload">What came.</param>
    /// <param name="unixMs">Simulated time.</param>
    /// <param name="realMs">Real time, by which commands expire.</param>
    /// <param name="report">Takes the payload of the new state when the command was done; empty before the call.</param>
    /// <returns>The answers, in order.</returns>
    public IReadOnlyList<byte[]> Obey(ReadOnlyMemory<byte> payload, long unixMs, long realMs, ArrayBufferWriter<byte> report)
    {
        // A device that hangs or is cut off hears nothing.
        if (_lamp is null || FaultAt(unixMs)?.Kind is FaultKind.Silence or FaultKind.Offline or FaultKind.FeederOutage or FaultKind.GatewayOutage)
        {
            return [];
        }

        var before = _lamp.Obeyed;
        var answers = _lamp.Obey(payload, unixMs, realMs);
        if (_lamp.Obeyed > before)
        {
            Compose(unixMs, FaultAt(unixMs), report);
        }

        return answers;
    }

    /// <summary>Makes the report of a moment.</summary>
    /// <param name="unixMs">When it is due.</param>
    /// <param name="payload">Takes the payload; empty before the call.</param>
    public DeviceAction Report(long unixMs, ArrayBufferWriter<byte> payload)
    {
        while (_faults.TryPeek(out var over) && over.EndMs < unixMs)
        {
            _faults.Dequeue();
        }

        var fault = FaultAt(unixMs);
        switch (fault?.Kind)
        {
            case FaultKind.Silence or FaultKind.GatewayOutage:
            case FaultKind.FeederOutage when fault is { Dark: false, Drops: false }:
                return DeviceAction.Nothing;
            case FaultKind.Offline:
            case FaultKind.FeederOutage when fault.Drops:
                var first = !_dropped;
                _dropped = true;
                return first ? DeviceAction.Drop : DeviceAction.Nothing;
            case FaultKind.LateDelivery:
                Compose(unixMs, null, payload);
                _keptBack.Add(payload.WrittenSpan.ToArray());
                payload.ResetWrittenCount();
                return DeviceAction.Nothing;
            default:
                Compose(unixMs, fault, payload);
                DeliverKeptBack(payload);
                var wasDropped = _dropped;
                _dropped = false;
                return wasDropped ? DeviceAction.ReconnectAndSend : DeviceAction.Send;
        }
    }

    private Fault? FaultAt(long unixMs) => _faults.TryPeek(out var next) && next.StartMs <= unixMs && next.EndMs >= unixMs ? next : null;

    private void Compose(long unixMs, Fault? fault, ArrayBufferWriter<byte> payload)
    {
        model.Measure(unixMs, _values, FaultShapes.Burning(fault?.Kind));
        var stampMs = unixMs;
        if (fault is not null)
        {
            Spoil(fault, unixMs);
            stampMs += fault.Kind == FaultKind.ClockAhead ? (long)fault.Size : 0;
        }

        TelemetryPayload.Write(payload, stampMs, model.Specs, _values);
        if (fault?.Kind == FaultKind.Malformed)
        {
            var good = payload.WrittenSpan.ToArray();
            payload.ResetWrittenCount();
            MalformedPayload.Write(payload, good, fault.Form, model.Specs[0].Code, unixMs);
        }
    }

    private void Spoil(Fault fault, long unixMs)
    {
        if (fault.Kind == FaultKind.Stuck && _stuckBy != fault)
        {
            _stuckBy = fault;
            model.Measure(fault.StartMs, _atStart);
        }

        if (fault.Property is { } index)
        {
            SpoilOne(fault, index, unixMs);
        }

        if (fault.Dark)
        {
            foreach (var dead in new[] { "power", "voltage", "current", "dim" })
            {
                if (IndexOf(dead) is var without and >= 0)
                {
                    _values[without] = 0;
                }
            }
        }

        SpoilOthers(fault, unixMs);
    }

    private void SpoilOthers(Fault fault, long unixMs)
    {
        // Smoke is coarse dust as well, and a jam shows in everything that is counted.
        foreach (var code in fault.Kind switch { FaultKind.PollutionEpisode => Coarse, FaultKind.Congestion => Counted, _ => [] })
        {
            if (IndexOf(code) is var index and >= 0)
            {
                SpoilOne(fault, index, unixMs);
            }
        }
    }

    private void SpoilOne(Fault fault, int index, long unixMs) =>
        _values[index] = FaultShapes.Apply(fault, _values[index], model.Specs[index], unixMs, _atStart[index]);

    private int IndexOf(string code)
    {
        for (var i = 0; i < model.Specs.Count; i++)
        {
            if (model.Specs[i].Code == code)
            {
                return i;
            }
        }

        return -1;
    }

    // One message with all of them, oldest first, as a logger's memory is emptied.
    private void DeliverKeptBack(ArrayBufferWriter<byte> payload)
    {
        if (_keptBack.Count == 0)
        {
            return;
        }

        var newest = payload.WrittenSpan.ToArray();
        payload.ResetWrittenCount();
        payload.Write("["u8);
        foreach (var report in _keptBack)
        {
            payload.Write(report);
            payload.Write(","u8);
        }

        payload.Write(newest);
        payload.Write("]"u8);
        _keptBack.Clear();
    }
}
