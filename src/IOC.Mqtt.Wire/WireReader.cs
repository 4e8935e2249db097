using System.Buffers.Binary;
using System.Text;

namespace IOC.Mqtt.Wire;

/// <summary>A cursor over a packet's body. Every Try method leaves the cursor unspecified when it returns false.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public bool TryByte(out byte value)
    {
        if (_rest.IsEmpty)
        {
            value = 0;
            return false;
        }

        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    public bool TryUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[2..];
        return true;
    }

    public bool TryUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[4..];
        return true;
    }

    /// <summary>A variable byte integer in its shortest form.</summary>
    public bool TryVarInt(out uint value)
    {
        value = 0;
        for (var i = 0; i < 4 && i < _rest.Length; i++)
        {
            value |= (uint)(_rest[i] & 0x7F) << (7 * i);
            if ((_rest[i] & 0x80) != 0)
            {
                continue;
            }

            if (i > 0 && _rest[i] == 0)
            {
                return false;
            }

            _rest = _rest[(i + 1)..];
            return true;
        }

        return false;
    }

    public bool TryTake(int length, out ReadOnlySpan<byte> value)
    {
        if ((uint)length > (uint)_rest.Length)
        {
            value = default;
            return false;
        }

        value = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>Two bytes of length and that many bytes.</summary>
    public bool TryBinary(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryUInt16(out var length) && TryTake(length, out value);
    }

    /// <summary>A string that keeps to MQTT 5.0, 1.5.4.</summary>
    public bool TryUtf8(out ReadOnlySpan<byte> value) => TryBinary(out value) && MqttUtf8.IsValid(value);

    public bool TryString(out string value)
    {
        if (TryUtf8(out var utf8))
        {
            value = Encoding.UTF8.GetString(utf8);
            return true;
        }

        value = "";
        return false;
    }

    /// <summary>The property block: its length and its bytes.</summary>
    public bool TryPropertyBlock(out ReadOnlySpan<byte> block)
    {
        block = default;
        return TryVarInt(out var length) && TryTake((int)length, out block);
    }
}
