using IOC.Telemetry;

namespace IOC.Grains;

/// <summary>What is kept in memory of every sensor of a partition, its grain in memory or not: enough to know when it
/// goes stale or silent, whose it is, and what is still to be saved or shown.</summary>
internal struct SensorSlot
{
    public SensorAddress Address;
    public SensorDefinition? Definition;
    public long PeriodMs;
    public long StaleMs;
    public long SilentMs;
    public long MeasuredAtMs;
    public long ReceivedAtMs;
    public int District;
    public int Row;
    public SensorPresence Presence;

    /// <summary>Changed since the last collected checkpoint.</summary>
    public bool Dirty;

    /// <summary>In a collected checkpoint that is not yet confirmed.</summary>
    public bool Saving;

    /// <summary>Changed since its district last heard of it.</summary>
    public bool Unreported;

    /// <summary>Changed since views were last collected.</summary>
    public bool Changed;

    /// <summary>No longer part of the partition: its slug is registered elsewhere, or it was never heard and its
    /// registration is gone.</summary>
    public bool Retired;
}

/// <summary>The sensors of a partition under dense numbers, found by address ordinal.</summary>
internal sealed class SensorSlots
{
    private int[] _byOrdinal = [];
    private SensorSlot[] _slots = new SensorSlot[64];
    private long[] _deadlines = new long[64];
    private long _earliest = long.MaxValue;

    public int Count { get; private set; }

    public ref SensorSlot this[int slot] => ref _slots[slot];

    /// <summary>The slot of an address, or -1.</summary>
    public int Find(SensorAddress address) =>
        address.Ordinal < _byOrdinal.Length ? _byOrdinal[address.Ordinal] - 1 : -1;

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

        _slots[Count] = new SensorSlot { Address = address, MeasuredAtMs = SensorGrain.Never, ReceivedAtMs = SensorGrain.Never };
        _deadlines[Count] = long.MaxValue;
        _byOrdinal[address.Ordinal] = ++Count;
        return Count - 1;
    }

    /// <summary>Sets when the slot's grain must be woken, Unix ms.</summary>
    public void SetDeadline(int slot, long atMs)
    {
        _deadlines[slot] = atMs;
        _earliest = Math.Min(_earliest, atMs);
    }

    /// <summary>Tells whether a deadline may have come; when false, none has.</summary>
    public bool MayBeDue(long nowMs) => nowMs >= _earliest;

    /// <summary>Tells whether a slot's deadline has come.</summary>
    public bool IsDue(int slot, long nowMs) => _deadlines[slot] <= nowMs;

    /// <summary>Adds the slots whose deadline has come and clears those deadlines.</summary>
    /// <remarks>Deadlines lie in one array of numbers: looking through it all costs microseconds for tens of thousands of
    /// sensors, and moving a deadline (every message does) costs one store, where a heap would cost a search.</remarks>
    public void TakeDue(long nowMs, List<int> due)
    {
        if (!MayBeDue(nowMs))
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
