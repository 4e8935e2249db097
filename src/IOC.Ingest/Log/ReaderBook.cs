namespace IOC.Ingest.Log;

/// <summary>The registered readers and their checkpoints. Safe for use from any thread.</summary>
internal sealed class ReaderBook
{
    private readonly Dictionary<string, long[]> _readers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly int _partitions;
    private bool _dirty;

    /// <summary>Makes the book from what is stored.</summary>
    public ReaderBook(int partitions, IEnumerable<(string Reader, int Partition, long Offset)> stored)
    {
        _partitions = partitions;
        foreach (var (reader, partition, offset) in stored)
        {
            if (!_readers.TryGetValue(reader, out var offsets))
            {
                _readers[reader] = offsets = new long[partitions];
            }

            offsets[partition] = offset;
        }
    }

    /// <summary>Adds a reader that starts behind the offsets given; false when it is known already.</summary>
    public bool Add(string reader, long[] offsets)
    {
        lock (_gate)
        {
            return _readers.TryAdd(reader, offsets);
        }
    }

    /// <summary>Forgets a reader.</summary>
    public void Remove(string reader)
    {
        lock (_gate)
        {
            _readers.Remove(reader);
        }
    }

    /// <summary>A reader's checkpoint.</summary>
    public long Get(string reader, int partition)
    {
        lock (_gate)
        {
            return Of(reader)[partition];
        }
    }

    /// <summary>Moves a reader's checkpoint.</summary>
    public void Set(string reader, int partition, long offset)
    {
        lock (_gate)
        {
            Of(reader)[partition] = offset;
            _dirty = true;
        }
    }

    /// <summary>Returns all checkpoints, and whether any has moved since the last snapshot.</summary>
    public (bool Dirty, List<(string Reader, int Partition, long Offset)> All) Snapshot()
    {
        lock (_gate)
        {
            var all = _readers.SelectMany(r => Enumerable.Range(0, _partitions).Select(p => (r.Key, p, r.Value[p]))).ToList();
            var dirty = _dirty;
            _dirty = false;
            return (dirty, all);
        }
    }

    /// <summary>Says that the last snapshot did not reach the disk.</summary>
    public void MarkDirty()
    {
        lock (_gate)
        {
            _dirty = true;
        }
    }

    private long[] Of(string reader) => _readers.TryGetValue(reader, out var offsets)
        ? offsets
        : throw new InvalidOperationException($"The reader '{reader}' is not registered with the reading log.");
}
