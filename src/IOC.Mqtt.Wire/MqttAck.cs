using System.Buffers.Binary;

namespace IOC.Mqtt.Wire;

/// <summary>PUBACK, PUBREC, PUBREL and PUBCOMP, which share one form (3.4 to 3.7).</summary>
public readonly record struct MqttAck
{
    /// <summary>Most bytes that <see cref="Write"/> writes.</summary>
    public const int MaxSize = 5;

    /// <summary>Makes an answer.</summary>
    public MqttAck(MqttPacketType type, ushort packetId, MqttReasonCode reason = MqttReasonCode.Success)
    {
        Type = type;
        PacketId = packetId;
        Reason = reason;
    }

    /// <summary>Which of the four it is.</summary>
    public MqttPacketType Type { get; }

    /// <summary>The publish that it answers, from 1.</summary>
    public ushort PacketId { get; }

    /// <summary>Reason code; always Success in 3.1.1.</summary>
    public MqttReasonCode Reason { get; }

    /// <summary>Decodes one; a reason string and user properties are checked and dropped.</summary>
    public static bool TryDecode(in MqttFrame frame, MqttVersion version, out MqttAck ack, out MqttError error)
    {
        ack = default;
        if (frame.Flags != (frame.Type == MqttPacketType.PubRel ? 2 : 0))
        {
            error = MqttError.Malformed("The flags of the acknowledgement are wrong.");
            return false;
        }

        var reader = new WireReader(frame.Body);
        if (!reader.TryUInt16(out var packetId) || packetId == 0)
        {
            error = MqttError.Malformed("The packet identifier is missing or 0.");
            return false;
        }

        var reason = MqttReasonCode.Success;
        error = default;
        if (!reader.AtEnd && (version != MqttVersion.V500 || !TryReason(ref reader, out reason, out error)))
        {
            error = error.Reason == MqttReasonCode.Success ? MqttError.Malformed("The acknowledgement does not end where it should.") : error;
            return false;
        }

        if (!ReasonSets.Allows(frame.Type, reason))
        {
            error = MqttError.Protocol("The acknowledgement's reason code is none of its packet type.");
            return false;
        }

        ack = new MqttAck(frame.Type, packetId, reason);
        return true;
    }

    /// <summary>Writes one into at least <see cref="MaxSize"/> bytes and returns its size: the hot path of answers.</summary>
    public static int Write(Span<byte> target, MqttVersion version, MqttPacketType type, ushort packetId, MqttReasonCode reason)
    {
        var withReason = version == MqttVersion.V500 && reason != MqttReasonCode.Success;
        target[0] = (byte)((int)type << 4 | (type == MqttPacketType.PubRel ? 2 : 0));
        target[1] = withReason ? (byte)3 : (byte)2;
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], packetId);
        if (!withReason)
        {
            return 4;
        }

        target[4] = (byte)reason;
        return 5;
    }

    private static bool TryReason(ref WireReader reader, out MqttReasonCode reason, out MqttError error)
    {
        reader.TryByte(out var code);
        reason = (MqttReasonCode)code;
        error = default;
        return reader.AtEnd || (MqttProperties.TryDecode(ref reader, PropertySets.Ack, out _, out error) && reader.AtEnd);
    }
}
