using System.Buffers;

namespace IOC.Mqtt.Wire;

/// <summary>A SUBACK or an UNSUBACK (3.9, 3.11).</summary>
public sealed class MqttSubAck
{
    /// <summary>Packet identifier of the request, from 1.</summary>
    public required ushort PacketId { get; init; }

    /// <summary>A reason code per filter, in order. The UNSUBACK of 3.1.1 has none.</summary>
    public required IReadOnlyList<MqttReasonCode> Reasons { get; init; }

    /// <summary>Properties, 5.0 only.</summary>
    public MqttProperties? Properties { get; init; }

    /// <summary>Decodes a frame of type SUBACK or UNSUBACK.</summary>
    public static bool TryDecode(in MqttFrame frame, MqttVersion version, out MqttSubAck? subAck, out MqttError error)
    {
        subAck = null;
        var reader = new WireReader(frame.Body);
        if (frame.Flags != 0 || !reader.TryUInt16(out var packetId) || packetId == 0)
        {
            error = MqttError.Malformed("The packet identifier is missing or 0, or there are flags.");
            return false;
        }

        MqttProperties? properties = null;
        if (version == MqttVersion.V500 && !MqttProperties.TryDecode(ref reader, PropertySets.Ack, out properties, out error))
        {
            return false;
        }

        var hasReasons = version == MqttVersion.V500 || frame.Type == MqttPacketType.SubAck;
        if (hasReasons == reader.AtEnd)
        {
            error = MqttError.Malformed("The number of reason codes is wrong.");
            return false;
        }

        var reasons = new List<MqttReasonCode>();
        while (reader.TryByte(out var code))
        {
            reasons.Add((MqttReasonCode)code);
        }

        error = default;
        subAck = new MqttSubAck { PacketId = packetId, Reasons = reasons, Properties = properties };
        return true;
    }

    /// <summary>Writes the packet.</summary>
    /// <param name="writer">Target.</param>
    /// <param name="version">Protocol level.</param>
    /// <param name="type">SUBACK or UNSUBACK.</param>
    public void Encode(IBufferWriter<byte> writer, MqttVersion version, MqttPacketType type)
    {
        var target = WireBuilder.Rent();
        var v5 = version == MqttVersion.V500;
        target.UInt16(PacketId);
        if (v5)
        {
            MqttProperties.Encode(target, Properties);
        }

        if (v5 || type == MqttPacketType.SubAck)
        {
            foreach (var reason in Reasons)
            {
                // 3.1.1 knows one failure only.
                target.Byte(!v5 && (int)reason >= 0x80 ? (byte)0x80 : (byte)reason);
            }
        }

        target.Finish(writer, (byte)((int)type << 4));
    }
}
