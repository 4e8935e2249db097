using System.Buffers.Binary;
using System.Text;

namespace IOC.Detection;

/// <summary>Writes little-endian state into a buffer that is used again.</summary>
internal sealed class StateWriter
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    public int Position => _length;

    public void Reset() => _length = 0;

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    public void Byte(byte value) => Take(1)[0] = value;

    public void PatchByte(int position, byte value) => _bytes[position] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void Single(float value) => BinaryPrimitives.WriteSingleLittleEndian(Take(4), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(8), value);

    /// <summary>A slug: length, then ASCII.</summary>
    public void Slug(string value)
    {
        var span = Take(1 + value.Length);
        span[0] = (byte)value.Length;
        Encoding.ASCII.GetBytes(value, span[1..]);
    }

    private Span<byte> Take(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + count, _bytes.Length * 2));
        }

        var span = _bytes.AsSpan(_length, count);
        _length += count;
        return span;
    }
}

/// <summary>Reads what <see cref="StateWriter"/> wrote.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public float Single() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public string Slug() => Encoding.ASCII.GetString(Take(Byte()));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count)
        {
            throw new InvalidDataException("The detector state is cut short.");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
