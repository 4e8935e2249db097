using System.Buffers.Binary;

namespace IOC.Ingest.Topics;

/// <summary>Compares UTF-8 names byte for byte, so that a dictionary of them can be asked with a span of a packet. Its hash
/// is seeded per process: a hostile client cannot choose topics that collide.</summary>
internal sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    private const ulong Prime = 0x9E3779B97F4A7C15UL;

    private readonly ulong _seed = (ulong)Random.Shared.NextInt64() | 1;

    public bool Equals(byte[]? x, byte[]? y) => x is not null && y is not null && x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = _seed ^ ((ulong)alternate.Length * Prime);
        while (alternate.Length >= 8)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(alternate));
            alternate = alternate[8..];
        }

        var tail = 0UL;
        foreach (var b in alternate)
        {
            tail = (tail << 8) | b;
        }

        hash = Mix(hash, tail);
        return (int)(hash ^ (hash >> 32));
    }

    /// <summary>Folded 128-bit product, as in wyhash.</summary>
    private ulong Mix(ulong hash, ulong word)
    {
        var high = Math.BigMul(hash ^ word, _seed ^ Prime, out ulong low);
        return high ^ low ^ (hash << 1);
    }
}
