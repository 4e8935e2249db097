using System.Buffers.Binary;

namespace IOC.Grains;

/// <summary>The time of a partition as its ticks tell it.</summary>
/// <param name="NowMs">Newest tick, Unix ms; <see cref="SensorGrain.Never"/> before the first.</param>
/// <param name="ResumedAtMs">Newest resumption, Unix ms; <see cref="SensorGrain.Never"/> before the first.</param>
internal readonly record struct PartitionClock(long NowMs, long ResumedAtMs)
{
    private const byte Version = 1;
    private const int Length = 17;

    public static PartitionClock Start => new(SensorGrain.Never, SensorGrain.Never);

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
