using System.Buffers.Binary;

namespace IOC.Grains;

/// <summary>
/// The time of a partition as its ticks tell it. Ticks that are a little out of order do not move it back. A tick far
/// below it, or the first one after a start, does: the host's clock was ahead and was corrected, and a time that never
/// goes back would find every sensor overdue until the real time has caught up.
/// </summary>
/// <param name="NowMs">Time now, Unix ms; <see cref="SensorGrain.Never"/> before the first tick.</param>
/// <param name="ResumedAtMs">Newest resumption or correction of the clock, Unix ms; <see cref="SensorGrain.Never"/> before
/// the first. Nothing can be concluded from the time before it.</param>
internal readonly record struct PartitionClock(long NowMs, long ResumedAtMs)
{
    private const byte Version = 1;
    private const int Length = 17;

    /// <summary>A time this far below the newest is out of order; one further below it says that the clock was set back.</summary>
    private const long JitterMs = 60_000;

    public static PartitionClock Start => new(SensorGrain.Never, SensorGrain.Never);

    /// <summary>Tells whether the host's clock was set back between two times that it gave.</summary>
    /// <param name="newestMs">Newest time given before, Unix ms; <see cref="SensorGrain.Never"/> = none.</param>
    /// <param name="nextMs">The time given now, Unix ms.</param>
    public static bool IsSetBack(long newestMs, long nextMs) => newestMs > nextMs && newestMs - nextMs > JitterMs;

    /// <summary>Tells whether a tick begins the time anew: it follows a start or a correction of the clock.</summary>
    public bool BeginsAnew(long tickMs, bool resumed) => resumed || IsSetBack(NowMs, tickMs);

    /// <summary>The clock after a tick.</summary>
    public PartitionClock Next(long tickMs, bool resumed) => BeginsAnew(tickMs, resumed)
        ? new PartitionClock(tickMs, tickMs)
        : this with { NowMs = Math.Max(NowMs, tickMs) };

    /// <summary>Version 1: version (1), now (8), resumed-at (8), little-endian.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), NowMs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), ResumedAtMs);
        return bytes;
    }

    public static PartitionClock Decode(ReadOnlySpan<byte> bytes) => bytes.Length == Length && bytes[0] == Version
        ? new PartitionClock(BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[9..]))
        : throw new InvalidDataException("The clock state is cut short or of an unknown version.");
}
