using IOC.FirmwareSim.Faults;

namespace IOC.FirmwareSim.Fleet;

/// <summary>Keeps count of planned faults as they begin and end, and has the truth written when they begin.</summary>
internal sealed class FaultLedger(FaultTruth? truth, FleetStatistics statistics)
{
    private readonly PriorityQueue<Fault, (long StartMs, int Number)> _planned = new();
    private readonly PriorityQueue<Fault, long> _active = new();
    private int _begun;

    /// <summary>Adds a planned fault.</summary>
    public void Add(Fault fault) => _planned.Enqueue(fault, (fault.StartMs, fault.Number));

    /// <summary>Moves on to a moment.</summary>
    public void MoveTo(long unixMs)
    {
        while (_planned.TryPeek(out var next, out _) && next.StartMs <= unixMs)
        {
            _planned.Dequeue();
            _active.Enqueue(next, next.EndMs);
            _begun++;
            truth?.Begins(next);
        }

        while (_active.TryPeek(out _, out var end) && end < unixMs)
        {
            _active.Dequeue();
        }

        statistics.SetFaults(_active.Count, _begun);
    }
}
