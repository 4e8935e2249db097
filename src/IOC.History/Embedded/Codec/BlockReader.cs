using System.Buffers.Binary;

namespace IOC.History.Embedded.Codec;

/// <summary>Reads the primitive parts of a block. Reading past the end throws <see cref="CorruptBlockException"/>.</summary>
internal ref struct BlockReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly int Remaining => _bytes.Length - _at;

    public byte Byte() => _at < _bytes.Length ? _bytes[_at++] : throw TooShort();

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new CorruptBlockException("A number in the block is longer than ten bytes.");
    }

    public long Zigzag() => Unzigzag(Varint());

    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > Remaining)
        {
            throw TooShort();
        }

        var taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }

    public static long Unzigzag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static CorruptBlockException TooShort() => new("The block is shorter than its parts.");
}
