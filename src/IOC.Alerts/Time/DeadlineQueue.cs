namespace IOC.Alerts;

/// <summary>
/// What is due when. Most deadlines never come (an alert is acknowledged in time), and many move: so an entry that was
/// overtaken stays in the heap until its time and is passed over then, and a deadline that moves later is looked at once at
/// its former time. At most the live entries plus those lie in it. Not safe for several threads.
/// </summary>
internal sealed class DeadlineQueue
{
    private readonly PriorityQueue<string, long> _heap = new();
    private readonly Dictionary<string, long> _earliest = new(StringComparer.Ordinal);

    /// <summary>When to look next, Unix milliseconds; <see cref="long.MaxValue"/> when nothing is waited for.</summary>
    public long NextMs => _heap.TryPeek(out _, out var at) ? at : long.MaxValue;

    /// <summary>Entries in the heap.</summary>
    public int Count => _heap.Count;

    /// <summary>Looks at something at a time, or before when that was asked for earlier.</summary>
    public void Set(string id, long? atMs)
    {
        if (atMs is not { } at || (_earliest.TryGetValue(id, out var known) && known <= at))
        {
            return;
        }

        _earliest[id] = at;
        _heap.Enqueue(id, at);
    }

    /// <summary>Takes all whose time has come, by id: the heap's order among equals is its own affair.</summary>
    public List<string> Take(long nowMs)
    {
        List<string> taken = [];
        while (_heap.TryPeek(out var id, out var at) && at <= nowMs)
        {
            _heap.Dequeue();
            if (_earliest.TryGetValue(id, out var earliest) && earliest == at)
            {
                _earliest.Remove(id);
                taken.Add(id);
            }
        }

        taken.Sort(StringComparer.Ordinal);
        return taken;
    }
}
