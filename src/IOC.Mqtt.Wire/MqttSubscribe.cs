using System.Buffers;
using System.Text;

namespace IOC.Mqtt.Wire;

/// <summary>What is sent of the retained messages when a subscription is made (5.0, 3.8.3.1).</summary>
public enum MqttRetainHandling
{
    /// <summary>Always.</summary>
    Send = 0,

    /// <summary>Only when the subscription is new.</summary>
    SendIfNew = 1,

    /// <summary>Never.</summary>
    DoNotSend = 2,
}

/// <summary>A filter with its options.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="Qos">Highest QoS that the subscriber wants.</param>
/// <param name="NoLocal">Not its own messages; 5.0.</param>
/// <param name="RetainAsPublished">Keep the retain flag when forwarding; 5.0.</param>
/// <param name="RetainHandling">When to send retained messages; 5.0.</param>
public sealed record MqttTopicFilter(
    string Filter,
    MqttQos Qos = MqttQos.AtMostOnce,
    bool NoLocal = false,
    bool RetainAsPublished = false,
    MqttRetainHandling RetainHandling = MqttRetainHandling.Send);

/// <summary>A SUBSCRIBE (3.8).</summary>
public sealed class MqttSubscribe
{
    /// <summary>Packet identifier, from 1.</summary>
    public required ushort PacketId { get; init; }

    /// <summary>At least one filter. Decoding checks UTF-8 but not the wildcards: a bad filter gets its own reason code.</summary>
    public required IReadOnlyList<MqttTopicFilter> Filters { get; init; }

    /// <summary>Properties, 5.0 only.</summary>
    public MqttProperties? Properties { get; init; }

    /// <summary>Decodes a SUBSCRIBE.</summary>
    public static bool TryDecode(in MqttFrame frame, MqttVersion version, out MqttSubscribe? subscribe, out MqttError error)
    {
        subscribe = null;
        var reader = new WireReader(frame.Body);
        if (!SubscribeParts.TryHead(frame, ref reader, version, PropertySets.Subscribe, out var id, out var properties, out error))
        {
            return false;
        }

        var filters = new List<MqttTopicFilter>();
        while (!reader.AtEnd)
        {
            if (!reader.TryUtf8(out var filter) || !reader.TryByte(out var options))
            {
                error = MqttError.Malformed("A filter is cut short or is not UTF-8.");
                return false;
            }

            error = CheckOptions(options, version, filter);
            if (error.Reason != MqttReasonCode.Success)
            {
                return false;
            }

            filters.Add(new MqttTopicFilter(
                Encoding.UTF8.GetString(filter),
                (MqttQos)(options & 3),
                (options & 4) != 0,
                (options & 8) != 0,
                (MqttRetainHandling)(options >> 4 & 3)));
        }

        if (filters.Count == 0)
        {
            error = MqttError.Protocol("The SUBSCRIBE has no filter.");
            return false;
        }

        subscribe = new MqttSubscribe { PacketId = id, Filters = filters, Properties = properties };
        return true;
    }

    /// <summary>Writes the packet.</summary>
    public void Encode(IBufferWriter<byte> writer, MqttVersion version)
    {
        var target = WireBuilder.Rent();
        target.UInt16(PacketId);
        var v5 = version == MqttVersion.V500;
        if (v5)
        {
            MqttProperties.Encode(target, Properties);
        }

        foreach (var f in Filters)
        {
            target.String(f.Filter);
            var extra = v5 ? (f.NoLocal ? 4 : 0) | (f.RetainAsPublished ? 8 : 0) | (int)f.RetainHandling << 4 : 0;
            target.Byte((byte)((int)f.Qos | extra));
        }

        target.Finish(writer, (int)MqttPacketType.Subscribe << 4 | 2);
    }

    /// <summary>5.0 tells bits that must be 0 (malformed, 3.8.3-5) from values that must not be (a protocol error, 3.8.3.1).</summary>
    private static MqttError CheckOptions(byte options, MqttVersion version, ReadOnlySpan<byte> filter)
    {
        if (version != MqttVersion.V500)
        {
            return options > 2 ? MqttError.Malformed("The QoS is 3 or reserved bits are set.") : default;
        }

        if ((options & 0xC0) != 0)
        {
            return MqttError.Malformed("Reserved bits of the subscription options are set.");
        }

        if ((options & 3) == 3 || (options & 0x30) == 0x30)
        {
            return MqttError.Protocol("The QoS or the retain handling of a subscription is 3.");
        }

        return (options & 4) != 0 && MqttTopic.IsShared(filter)
            ? MqttError.Protocol("A shared subscription cannot exclude own messages.")
            : default;
    }
}

/// <summary>An UNSUBSCRIBE (3.10).</summary>
public sealed class MqttUnsubscribe
{
    /// <summary>Packet identifier, from 1.</summary>
    public required ushort PacketId { get; init; }

    /// <summary>At least one filter.</summary>
    public required IReadOnlyList<string> Filters { get; init; }

    /// <summary>Properties, 5.0 only.</summary>
    public MqttProperties? Properties { get; init; }

    /// <summary>Decodes an UNSUBSCRIBE.</summary>
    public static bool TryDecode(in MqttFrame frame, MqttVersion version, out MqttUnsubscribe? unsubscribe, out MqttError error)
    {
        unsubscribe = null;
        var reader = new WireReader(frame.Body);
        if (!SubscribeParts.TryHead(frame, ref reader, version, PropertySets.Unsubscribe, out var id, out var properties, out error))
        {
            return false;
        }

        var filters = new List<string>();
        while (!reader.AtEnd)
        {
            if (!reader.TryString(out var filter))
            {
                error = MqttError.Malformed("A filter is cut short or is not UTF-8.");
                return false;
            }

            filters.Add(filter);
        }

        if (filters.Count == 0)
        {
            error = MqttError.Protocol("The UNSUBSCRIBE has no filter.");
            return false;
        }

        unsubscribe = new MqttUnsubscribe { PacketId = id, Filters = filters, Properties = properties };
        return true;
    }

    /// <summary>Writes the packet.</summary>
    public void Encode(IBufferWriter<byte> writer, MqttVersion version)
    {
        var target = WireBuilder.Rent();
        target.UInt16(PacketId);
        if (version == MqttVersion.V500)
        {
            MqttProperties.Encode(target, Properties);
        }

        foreach (var filter in Filters)
        {
            target.String(filter);
        }

        target.Finish(writer, (int)MqttPacketType.Unsubscribe << 4 | 2);
    }
}

internal static class SubscribeParts
{
    public static bool TryHead(
        in MqttFrame frame,
        ref WireReader reader,
        MqttVersion version,
        ulong allowed,
        out ushort packetId,
        out MqttProperties? properties,
        out MqttError error)
    {
        properties = null;
        if (!reader.TryUInt16(out packetId) || packetId == 0 || frame.Flags != 2)
        {
            error = MqttError.Malformed("The packet identifier is missing or 0, or the flags are wrong.");
            return false;
        }

        error = default;
        return version != MqttVersion.V500 || MqttProperties.TryDecode(ref reader, allowed, out properties, out error);
    }
}
