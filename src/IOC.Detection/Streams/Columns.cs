using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>A value of a property's stream.</summary>
internal struct ValueEntry
{
    public Series Series;
    public long MeasuredAtMs;
    public long ReceivedAtMs;
    public double Value;

    /// <summary>Message index in the batch.</summary>
    public int Message;

    /// <summary>Value index in the batch.</summary>
    public int Index;
    public Quality Quality;

    /// <summary>The good value before it is too long ago.</summary>
    public bool AfterGap;

    /// <summary>Whether it comes before another in the log.</summary>
    public readonly bool IsBefore(in ValueEntry other) => Message < other.Message || (Message == other.Message && Index < other.Index);
}

/// <summary>
/// The values of one property in one log batch, in log order: what flows through a property's stream. Reusable. A stream
/// of columns costs Rx once per batch; a stream of values would cost it once per value and detector.
/// </summary>
internal sealed class ValueColumn
{
    private ValueEntry[] _entries = new ValueEntry[16];

    public int Count { get; private set; }

    public Span<ValueEntry> Entries => _entries.AsSpan(0, Count);

    public ref ValueEntry Add()
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        return ref _entries[Count++];
    }

    public void Truncate(int count) => Count = count;

    public void Clear()
    {
        // References are dropped lazily: an entry is overwritten by the next batch.
        Count = 0;
    }
}

/// <summary>A message of the presence stream: somebody was heard, or time went on.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Slot">Who was heard; -1 for time.</param>
/// <param name="AtMs">When.</param>
/// <param name="Message">Message index in the batch.</param>
/// <param name="Property">The property that was heard, when its silence is watched; null for the sensor as such.</param>
internal readonly record struct PresenceEntry(MessageKind Kind, int Slot, long AtMs, int Message, Series? Property = null);

/// <summary>The presence messages of one log batch. Reusable.</summary>
internal sealed class PresenceColumn
{
    private PresenceEntry[] _entries = new PresenceEntry[64];

    public int Count { get; private set; }

    public ReadOnlySpan<PresenceEntry> Entries => _entries.AsSpan(0, Count);

    public void Add(in PresenceEntry entry)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        _entries[Count++] = entry;
    }

    public void Clear() => Count = 0;
}
