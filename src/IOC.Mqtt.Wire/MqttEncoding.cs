using System.Buffers;

namespace IOC.Mqtt.Wire;

/// <summary>Small pieces of encoding and the packets that have no content.</summary>
public static class MqttEncoding
{
    /// <summary>Largest variable byte integer.</summary>
    public const uint MaxVarInt = 268_435_455;

    /// <summary>A PINGREQ.</summary>
    public static ReadOnlySpan<byte> PingReq => [0xC0, 0x00];

    /// <summary>A PINGRESP.</summary>
    public static ReadOnlySpan<byte> PingResp => [0xD0, 0x00];

    /// <summary>Bytes that <paramref name="value"/> takes as a variable byte integer, 1 to 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is above <see cref="MaxVarInt"/>.</exception>
    public static int VarIntSize(uint value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxVarInt);
        return value switch { < 128 => 1, < 16_384 => 2, < 2_097_152 => 3, _ => 4 };
    }

    /// <summary>Writes a variable byte integer and returns its size.</summary>
    public static int WriteVarInt(Span<byte> target, uint value)
    {
        var at = 0;
        do
        {
            var low = (byte)(value & 0x7F);
            value >>= 7;
            target[at++] = value > 0 ? (byte)(low | 0x80) : low;
        }
        while (value > 0);
        return at;
    }

    /// <summary>Checks a packet that must have no body (PINGREQ, PINGRESP).</summary>
    public static bool IsEmptyPacket(in MqttFrame frame, out MqttError error)
    {
        var ok = frame.Flags == 0 && frame.Body.IsEmpty;
        error = ok ? default : MqttError.Malformed("The packet must have no flags and no body.");
        return ok;
    }

    /// <summary>Writes bytes as they are.</summary>
    public static void WriteRaw(IBufferWriter<byte> writer, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(writer);
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }
}
