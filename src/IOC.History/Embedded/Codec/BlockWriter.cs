using System.Buffers.Binary;

namespace IOC.History.Embedded.Codec;

/// <summary>Writes the primitive parts of a block into a buffer that is large enough for any block of its size.</summary>
internal ref struct BlockWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    public void Byte(byte value) => _buffer[Length++] = value;

    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _buffer[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[Length++] = (byte)value;
    }

    public void Zigzag(long value) => Varint(ZigzagOf(value));

    public void Fixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer[Length..], value);
        Length += 8;
    }

    public void Fixed32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[Length..], value);
        Length += 4;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[Length..]);
        Length += bytes.Length;
    }

    /// <summary>Writes the low <paramref name="count"/> bytes of a number, lowest first.</summary>
    public void LowBytes(ulong value, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _buffer[Length++] = (byte)(value >> (8 * i));
        }
    }

    public static ulong ZigzagOf(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static int VarintLength(ulong value) => (70 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) / 7;

    /// <summary>Takes back what was written behind a place.</summary>
    public void Rewind(int length) => Length = length;
}
