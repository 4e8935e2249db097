using System.Buffers;
using System.Buffers.Binary;

namespace IOC.Mqtt.Wire;

/// <summary>Builds the body of a packet whose length is not known before it is written. One per thread; not for the hot path.</summary>
internal sealed class WireBuilder
{
    [ThreadStatic]
    private static WireBuilder? t_spare;

    private byte[] _buffer = new byte[512];
    private int _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public static WireBuilder Rent()
    {
        var builder = t_spare ?? new WireBuilder();
        t_spare = null;
        builder._length = 0;
        return builder;
    }

    /// <summary>Writes the packet and gives the builder back.</summary>
    public void Finish(IBufferWriter<byte> writer, byte firstByte)
    {
        var size = 1 + MqttEncoding.VarIntSize((uint)_length) + _length;
        var span = writer.GetSpan(size);
        span[0] = firstByte;
        var at = 1 + MqttEncoding.WriteVarInt(span[1..], (uint)_length);
        Written.CopyTo(span[at..]);
        writer.Advance(size);
        Return();
    }

    public void Return() => t_spare = this;

    public void Byte(byte value) => Reserve(1)[0] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    public void VarInt(uint value) => MqttEncoding.WriteVarInt(Reserve(MqttEncoding.VarIntSize(value)), value);

    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    public void Binary(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ushort.MaxValue)
        {
            throw new ArgumentException("MQTT binary data has at most 65,535 bytes.", nameof(bytes));
        }

        UInt16((ushort)bytes.Length);
        Raw(bytes);
    }

    public void String(string text) => Binary(MqttUtf8.GetBytes(text));

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_length + count, _buffer.Length * 2));
        }

        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }
}
