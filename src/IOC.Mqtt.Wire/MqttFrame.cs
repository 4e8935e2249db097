namespace IOC.Mqtt.Wire;

/// <summary>One whole packet: its first byte and what follows the remaining length. Valid until the next read.</summary>
public readonly ref struct MqttFrame
{
    /// <summary>Makes a frame.</summary>
    public MqttFrame(byte firstByte, ReadOnlySpan<byte> body)
    {
        FirstByte = firstByte;
        Body = body;
    }

    /// <summary>Type and flags.</summary>
    public byte FirstByte { get; }

    /// <summary>Variable header and payload.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>The packet type.</summary>
    public MqttPacketType Type => (MqttPacketType)(FirstByte >> 4);

    /// <summary>The lower four bits.</summary>
    public int Flags => FirstByte & 0x0F;
}
