namespace IOC.Testing;

/// <summary>What this thread allocates from a moment on. A collection that another test causes throws away the rest of the piece of memory that
/// the runtime has set apart for the thread, and counts it as allocated: so much is let pass for each.</summary>
public readonly record struct Allocations
{
    // The runtime hands out memory to a thread in pieces of at most 8 KiB.
    private const long Piece = 8 * 1024;

    private readonly long _bytes;
    private readonly int _collections;

    private Allocations(long bytes, int collections) => (_bytes, _collections) = (bytes, collections);

    /// <summary>Bytes allocated since, 0 or more.</summary>
    public long Bytes => Math.Max(0, GC.GetAllocatedBytesForCurrentThread() - _bytes - ((GC.CollectionCount(0) - _collections) * Piece));

    /// <summary>Begins to count.</summary>
    public static Allocations Begin() => new(GC.GetAllocatedBytesForCurrentThread(), GC.CollectionCount(0));
}
