using System.Buffers;
using System.Buffers.Binary;

namespace IOC.Mqtt.Wire;

/// <summary>A decoded PUBLISH that points into the received bytes: the hot path, so it allocates nothing. Valid as long as the
/// frame is.</summary>
public readonly ref struct MqttPublishView
{
    private MqttPublishView(
        byte firstByte, ReadOnlySpan<byte> topic, ushort packetId, ReadOnlySpan<byte> payload, scoped in PublishProperties properties)
    {
        FirstByte = firstByte;
        Topic = topic;
        PacketId = packetId;
        Payload = payload;
        TopicAlias = properties.TopicAlias;
        MessageExpiryInterval = properties.MessageExpiryInterval;
        HasExpiry = properties.HasExpiry;
        ContentType = properties.ContentType;
        PropertyBlock = properties.Block;
    }

    /// <summary>Type and flags as received.</summary>
    public byte FirstByte { get; }

    /// <summary>Topic name, UTF-8 and valid; empty only when <see cref="TopicAlias"/> stands for it.</summary>
    public ReadOnlySpan<byte> Topic { get; }

    /// <summary>Packet identifier, from 1; 0 for QoS 0.</summary>
    public ushort PacketId { get; }

    /// <summary>The application message.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Topic alias, from 1; 0 when there is none.</summary>
    public ushort TopicAlias { get; }

    /// <summary>Life of the message in seconds, if <see cref="HasExpiry"/>.</summary>
    public uint MessageExpiryInterval { get; }

    /// <summary>Whether the message has an expiry interval.</summary>
    public bool HasExpiry { get; }

    /// <summary>Content type, UTF-8; empty when absent.</summary>
    public ReadOnlySpan<byte> ContentType { get; }

    /// <summary>All properties as received, without their length.</summary>
    public ReadOnlySpan<byte> PropertyBlock { get; }

    /// <summary>Quality of service.</summary>
    public MqttQos Qos => (MqttQos)(FirstByte >> 1 & 3);

    /// <summary>Whether the message is to be retained.</summary>
    public bool Retain => (FirstByte & 1) != 0;

    /// <summary>Whether the sender has sent it before.</summary>
    public bool Dup => (FirstByte & 8) != 0;

    /// <summary>Decodes a PUBLISH.</summary>
    /// <param name="frame">A frame of type PUBLISH.</param>
    /// <param name="version">The connection's protocol level.</param>
    /// <param name="fromServer">True when the sender is a server, which may add subscription identifiers.</param>
    /// <param name="publish">The result; its spans point into the frame.</param>
    /// <param name="error">Why it is refused.</param>
    public static bool TryDecode(
        in MqttFrame frame, MqttVersion version, bool fromServer, out MqttPublishView publish, out MqttError error)
    {
        publish = default;
        var qos = frame.FirstByte >> 1 & 3;
        if (qos == 3 || (qos == 0 && (frame.FirstByte & 8) != 0))
        {
            error = MqttError.Malformed("The QoS is 3, or DUP is set on QoS 0.");
            return false;
        }

        var reader = new WireReader(frame.Body);
        ushort packetId = 0;
        if (!reader.TryUtf8(out var topic) || (qos > 0 && !reader.TryUInt16(out packetId)))
        {
            error = MqttError.Malformed("The topic or the packet identifier is cut short or not UTF-8.");
            return false;
        }

        if (qos > 0 && packetId == 0)
        {
            error = MqttError.Malformed("The packet identifier is 0.");
            return false;
        }

        var properties = default(PublishProperties);
        if (version == MqttVersion.V500 && !PublishProperties.TryRead(ref reader, fromServer, out properties, out error))
        {
            return false;
        }

        if (topic.IsEmpty ? properties.TopicAlias == 0 : !MqttTopic.IsValidName(topic))
        {
            error = topic.IsEmpty && version == MqttVersion.V500
                ? MqttError.Protocol("There is neither a topic nor a topic alias.")
                : new MqttError(MqttReasonCode.TopicNameInvalid, "The topic is empty or has wildcards.");
            return false;
        }

        error = default;
        publish = new MqttPublishView(frame.FirstByte, topic, packetId, reader.Rest, properties);
        return true;
    }

    /// <summary>All properties as an object; null when there are none.</summary>
    public MqttProperties? ReadProperties()
    {
        if (PropertyBlock.IsEmpty)
        {
            return null;
        }

        MqttProperties.TryDecodeBlock(PropertyBlock, PropertySets.Publish, out var properties, out _, manyIdentifiers: true);
        return properties;
    }

    private ref struct PublishProperties
    {
        public ReadOnlySpan<byte> Block;
        public ReadOnlySpan<byte> ContentType;
        public uint MessageExpiryInterval;
        public bool HasExpiry;
        public ushort TopicAlias;

        public static bool TryRead(scoped ref WireReader reader, bool fromServer, out PublishProperties result, out MqttError error)
        {
            result = default;
            if (!reader.TryPropertyBlock(out result.Block))
            {
                error = MqttError.Malformed("The property block is cut short.");
                return false;
            }

            if (result.Block.IsEmpty)
            {
                error = default;
                return true;
            }

            var scan = new MqttPropertyReader(result.Block, PropertySets.Publish, fromServer);
            while (scan.MoveNext())
            {
                switch (scan.Id)
                {
                    case MqttPropertyId.SubscriptionIdentifier when !fromServer:
                        error = MqttError.Protocol("A client may not send subscription identifiers with a message.");
                        return false;
                    case MqttPropertyId.TopicAlias: result.TopicAlias = (ushort)scan.Number; break;
                    case MqttPropertyId.ContentType: result.ContentType = scan.Bytes; break;
                    case MqttPropertyId.MessageExpiryInterval:
                        result.MessageExpiryInterval = scan.Number;
                        result.HasExpiry = true;
                        break;
                    default: break;
                }
            }

            error = scan.Error;
            return error.Reason == MqttReasonCode.Success;
        }
    }
}

/// <summary>What a PUBLISH to be written consists of.</summary>
public readonly ref struct MqttPublishParts
{
    /// <summary>Topic name, valid UTF-8.</summary>
    public ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>The application message.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Properties without their length, as <see cref="MqttPublishEncoder.EncodeProperties"/> makes them; ignored for 3.1.1.</summary>
    public ReadOnlySpan<byte> PropertyBlock { get; init; }

    /// <summary>Life of the message that is left, seconds; written before the block, which must not have one then. Ignored for 3.1.1.</summary>
    public uint? MessageExpiryInterval { get; init; }

    /// <summary>Topic alias, written before the block; 0 is none. Ignored for 3.1.1.</summary>
    public ushort TopicAlias { get; init; }

    /// <summary>Identifiers of the matching subscriptions, written before the block. Ignored for 3.1.1.</summary>
    public ReadOnlySpan<uint> SubscriptionIdentifiers { get; init; }

    /// <summary>Packet identifier; needed from QoS 1 on.</summary>
    public ushort PacketId { get; init; }

    /// <summary>Quality of service.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>Retain flag.</summary>
    public bool Retain { get; init; }

    /// <summary>Whether it was sent before.</summary>
    public bool Dup { get; init; }
}

/// <summary>Writes PUBLISH packets straight into their target.</summary>
public static class MqttPublishEncoder
{
    /// <summary>Bytes of the whole packet.</summary>
    public static int GetSize(MqttVersion version, in MqttPublishParts parts)
    {
        var body = BodySize(version, parts);
        return 1 + MqttEncoding.VarIntSize((uint)body) + body;
    }

    /// <summary>Writes the packet and returns its size, which is <see cref="GetSize"/>.</summary>
    /// <exception cref="ArgumentException">The target is too small.</exception>
    public static int Write(Span<byte> target, MqttVersion version, in MqttPublishParts parts)
    {
        target[0] = (byte)((int)MqttPacketType.Publish << 4 | (parts.Dup ? 8 : 0) | (int)parts.Qos << 1 | (parts.Retain ? 1 : 0));
        var at = 1 + MqttEncoding.WriteVarInt(target[1..], (uint)BodySize(version, parts));
        BinaryPrimitives.WriteUInt16BigEndian(target[at..], (ushort)parts.Topic.Length);
        at += 2;
        parts.Topic.CopyTo(target[at..]);
        at += parts.Topic.Length;
        if (parts.Qos != MqttQos.AtMostOnce)
        {
            BinaryPrimitives.WriteUInt16BigEndian(target[at..], parts.PacketId);
            at += 2;
        }

        if (version == MqttVersion.V500)
        {
            at += WriteProperties(target[at..], parts);
        }

        parts.Payload.CopyTo(target[at..]);
        return at + parts.Payload.Length;
    }

    /// <summary>Writes the packet.</summary>
    public static void Write(IBufferWriter<byte> writer, MqttVersion version, in MqttPublishParts parts)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Advance(Write(writer.GetSpan(GetSize(version, parts)), version, parts));
    }

    /// <summary>The bytes of a property block; empty for null.</summary>
    public static byte[] EncodeProperties(MqttProperties? properties)
    {
        if (properties is null)
        {
            return [];
        }

        var builder = WireBuilder.Rent();
        properties.EncodeBlock(builder);
        var block = builder.Written.ToArray();
        builder.Return();
        return block;
    }

    private static int BodySize(MqttVersion version, in MqttPublishParts parts)
    {
        var size = 2 + parts.Topic.Length + parts.Payload.Length + (parts.Qos == MqttQos.AtMostOnce ? 0 : 2);
        if (version != MqttVersion.V500)
        {
            return size;
        }

        var properties = PropertiesSize(parts);
        return size + MqttEncoding.VarIntSize((uint)properties) + properties;
    }

    private static int PropertiesSize(in MqttPublishParts parts)
    {
        var size = parts.PropertyBlock.Length + (parts.MessageExpiryInterval is null ? 0 : 5) + (parts.TopicAlias == 0 ? 0 : 3);
        foreach (var identifier in parts.SubscriptionIdentifiers)
        {
            size += 1 + MqttEncoding.VarIntSize(identifier);
        }

        return size;
    }

    /// <summary>Straight into the packet: subscribers of one message differ in these, so there is no block to share.</summary>
    private static int WriteProperties(Span<byte> target, in MqttPublishParts parts)
    {
        var at = MqttEncoding.WriteVarInt(target, (uint)PropertiesSize(parts));
        if (parts.MessageExpiryInterval is { } expiry)
        {
            target[at++] = (byte)MqttPropertyId.MessageExpiryInterval;
            BinaryPrimitives.WriteUInt32BigEndian(target[at..], expiry);
            at += 4;
        }

        if (parts.TopicAlias != 0)
        {
            target[at++] = (byte)MqttPropertyId.TopicAlias;
            BinaryPrimitives.WriteUInt16BigEndian(target[at..], parts.TopicAlias);
            at += 2;
        }

        foreach (var identifier in parts.SubscriptionIdentifiers)
        {
            target[at++] = (byte)MqttPropertyId.SubscriptionIdentifier;
            at += MqttEncoding.WriteVarInt(target[at..], identifier);
        }

        parts.PropertyBlock.CopyTo(target[at..]);
        return at + parts.PropertyBlock.Length;
    }
}
