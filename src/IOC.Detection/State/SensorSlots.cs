using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>What stays in memory of every sensor of a partition: enough to know when it is silent, and what is open.</summary>
internal struct SensorSlot
{
    public SensorAddress Address;
    public SensorDefinition? Definition;
    public CompiledRule[] SilenceRules;

    /// <summary>The gateway that it is behind; null for none.</summary>
    public Gateway? Gateway;

    /// <summary>Whether a rule watches the silence of one of its properties. Such a sensor stays in memory.</summary>
    public bool WatchesProperties;

    /// <summary>Rules about how many of its readings are missing; null when there are none.</summary>
    public SeriesRules? WholeRules;

    /// <summary>Its series; null while they are only in the store.</summary>
    public SensorSeries? Series;
    public long LastReceivedMs;

    /// <summary>Usual time between receipts as seen, ms; used for unregistered sensors.</summary>
    public float ReceiveIntervalMs;

    /// <summary>Bit i: the silence rule at i is raised.</summary>
    public ulong SilenceRaised;

    /// <summary>Which learned rules it was primed for (<see cref="RulePlan.LearnedPrint"/>); 0 = never.</summary>
    public int PrimedFor;

    /// <summary>Its registration is gone or elsewhere: what is open of it must be cleared.</summary>
    public bool Gone;
    public bool Stored;
    public bool Dirty;
    public bool Saving;

    /// <summary>For a sensor that is not in memory: a series has an open finding.</summary>
    public bool HasOpenSeries;
}

/// <summary>The sensors of a partition under dense numbers, found by address ordinal, and when each is due.</summary>
internal sealed class SensorSlots
{
    private int[] _byOrdinal = [];
    private SensorSlot[] _slots = new SensorSlot[64];
    private long[] _deadlines = new long[64];
    private long _earliest = long.MaxValue;

    public int Count { get; private set; }

    public ref SensorSlot this[int slot] => ref _slots[slot];

    public int Find(SensorAddress address) => address.Ordinal < _byOrdinal.Length ? _byOrdinal[address.Ordinal] - 1 : -1;

    public int Add(SensorAddress address)
    {
        if (address.Ordinal >= _byOrdinal.Length)
        {
            Array.Resize(ref _byOrdinal, Math.Max(address.Ordinal + 1, _byOrdinal.Length * 2));
        }

        if (Count == _slots.Length)
        {
            Array.Resize(ref _slots, Count * 2);
            Array.Resize(ref _deadlines, Count * 2);
        }

        _slots[Count] = new SensorSlot { Address = address, SilenceRules = [], LastReceivedMs = Series.Never };
        _deadlines[Count] = long.MaxValue;
        _byOrdinal[address.Ordinal] = ++Count;
        return Count - 1;
    }

    public void SetDeadline(int slot, long atMs)
    {
        _deadlines[slot] = atMs;
        _earliest = Math.Min(_earliest, atMs);
    }

    /// <summary>Adds the slots whose deadline has come and clears those deadlines. One pass over an array of numbers:
    /// microseconds for tens of thousands, and moving a deadline is one store.</summary>
    public void TakeDue(long nowMs, List<int> due)
    {
        if (nowMs < _earliest)
        {
            return;
        }

        var earliest = long.MaxValue;
        var deadlines = _deadlines.AsSpan(0, Count);
        for (var slot = 0; slot < deadlines.Length; slot++)
        {
            if (deadlines[slot] <= nowMs)
            {
                deadlines[slot] = long.MaxValue;
                due.Add(slot);
            }
            else
            {
                earliest = Math.Min(earliest, deadlines[slot]);
            }
        }

        _earliest = earliest;
    }
}
