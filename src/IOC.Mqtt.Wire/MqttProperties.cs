using System.Text;

namespace IOC.Mqtt.Wire;

/// <summary>The properties of a control packet or a will (MQTT 5.0, 2.2.2). What is null is absent. Which of them a packet may
/// carry is checked when it is decoded. Units: intervals in seconds, sizes in bytes.</summary>
public sealed class MqttProperties
{
    /// <summary>1 when the payload is UTF-8, 0 when it is bytes.</summary>
    public byte? PayloadFormatIndicator { get; set; }

    /// <summary>Life of the message.</summary>
    public uint? MessageExpiryInterval { get; set; }

    /// <summary>Content type.</summary>
    public string? ContentType { get; set; }

    /// <summary>Topic for an answer.</summary>
    public string? ResponseTopic { get; set; }

    /// <summary>Data that an answer is to carry.</summary>
    public byte[]? CorrelationData { get; set; }

    /// <summary>Identifiers of the matching subscriptions; a SUBSCRIBE has at most one.</summary>
    public List<uint>? SubscriptionIdentifiers { get; set; }

    /// <summary>Life of the session after its connection; 0xFFFFFFFF is for ever.</summary>
    public uint? SessionExpiryInterval { get; set; }

    /// <summary>Client identifier that the server made up.</summary>
    public string? AssignedClientIdentifier { get; set; }

    /// <summary>Keep-alive that the client must use.</summary>
    public ushort? ServerKeepAlive { get; set; }

    /// <summary>Extended authentication method.</summary>
    public string? AuthenticationMethod { get; set; }

    /// <summary>Extended authentication data.</summary>
    public byte[]? AuthenticationData { get; set; }

    /// <summary>0: no reason strings and user properties on anything but PUBLISH, CONNACK, DISCONNECT.</summary>
    public byte? RequestProblemInformation { get; set; }

    /// <summary>Wait between the loss of the connection and the will.</summary>
    public uint? WillDelayInterval { get; set; }

    /// <summary>1: response information is wanted.</summary>
    public byte? RequestResponseInformation { get; set; }

    /// <summary>Basis for response topics.</summary>
    public string? ResponseInformation { get; set; }

    /// <summary>Another server to use.</summary>
    public string? ServerReference { get; set; }

    /// <summary>Why, for people.</summary>
    public string? ReasonString { get; set; }

    /// <summary>Most QoS 1 and 2 publishes that the sender of this takes unacknowledged; 1 to 65,535.</summary>
    public ushort? ReceiveMaximum { get; set; }

    /// <summary>Highest topic alias that the sender of this accepts.</summary>
    public ushort? TopicAliasMaximum { get; set; }

    /// <summary>Highest QoS of the server, 0 or 1.</summary>
    public byte? MaximumQos { get; set; }

    /// <summary>1 when the server retains messages.</summary>
    public byte? RetainAvailable { get; set; }

    /// <summary>Largest packet that the sender of this takes; from 1.</summary>
    public uint? MaximumPacketSize { get; set; }

    /// <summary>1 when filters may have wildcards.</summary>
    public byte? WildcardSubscriptionAvailable { get; set; }

    /// <summary>1 when subscriptions may have identifiers.</summary>
    public byte? SubscriptionIdentifierAvailable { get; set; }

    /// <summary>1 when subscriptions can be shared.</summary>
    public byte? SharedSubscriptionAvailable { get; set; }

    /// <summary>Names and values of the application, in order; names may repeat.</summary>
    public List<KeyValuePair<string, string>>? UserProperties { get; set; }

    /// <summary>Reads a property block.</summary>
    internal static bool TryDecode(
        ref WireReader reader, ulong allowed, out MqttProperties? properties, out MqttError error, bool manyIdentifiers = false)
    {
        properties = null;
        error = default;
        if (!reader.TryPropertyBlock(out var block))
        {
            error = MqttError.Malformed("The property block is cut short.");
            return false;
        }

        return block.IsEmpty || TryDecodeBlock(block, allowed, out properties, out error, manyIdentifiers);
    }

    internal static bool TryDecodeBlock(
        ReadOnlySpan<byte> block, ulong allowed, out MqttProperties? properties, out MqttError error, bool manyIdentifiers)
    {
        var result = new MqttProperties();
        var scan = new MqttPropertyReader(block, allowed, manyIdentifiers);
        while (scan.MoveNext())
        {
            result.Set(ref scan);
        }

        error = scan.Error;
        properties = error.Reason == MqttReasonCode.Success ? result : null;
        return properties is not null;
    }

    /// <summary>Writes length and block of <paramref name="properties"/>, a zero length for null.</summary>
    internal static void Encode(WireBuilder target, MqttProperties? properties)
    {
        if (properties is null)
        {
            target.Byte(0);
            return;
        }

        var block = WireBuilder.Rent();
        properties.EncodeBlock(block);
        target.VarInt((uint)block.Written.Length);
        target.Raw(block.Written);
        block.Return();
    }

    internal void EncodeBlock(WireBuilder target)
    {
        Byte(target, MqttPropertyId.PayloadFormatIndicator, PayloadFormatIndicator);
        UInt32(target, MqttPropertyId.MessageExpiryInterval, MessageExpiryInterval);
        String(target, MqttPropertyId.ContentType, ContentType);
        String(target, MqttPropertyId.ResponseTopic, ResponseTopic);
        Binary(target, MqttPropertyId.CorrelationData, CorrelationData);
        foreach (var identifier in SubscriptionIdentifiers ?? [])
        {
            target.Byte((byte)MqttPropertyId.SubscriptionIdentifier);
            target.VarInt(identifier);
        }

        UInt32(target, MqttPropertyId.SessionExpiryInterval, SessionExpiryInterval);
        String(target, MqttPropertyId.AssignedClientIdentifier, AssignedClientIdentifier);
        UInt16(target, MqttPropertyId.ServerKeepAlive, ServerKeepAlive);
        String(target, MqttPropertyId.AuthenticationMethod, AuthenticationMethod);
        Binary(target, MqttPropertyId.AuthenticationData, AuthenticationData);
        Byte(target, MqttPropertyId.RequestProblemInformation, RequestProblemInformation);
        UInt32(target, MqttPropertyId.WillDelayInterval, WillDelayInterval);
        Byte(target, MqttPropertyId.RequestResponseInformation, RequestResponseInformation);
        String(target, MqttPropertyId.ResponseInformation, ResponseInformation);
        String(target, MqttPropertyId.ServerReference, ServerReference);
        String(target, MqttPropertyId.ReasonString, ReasonString);
        UInt16(target, MqttPropertyId.ReceiveMaximum, ReceiveMaximum);
        UInt16(target, MqttPropertyId.TopicAliasMaximum, TopicAliasMaximum);
        Byte(target, MqttPropertyId.MaximumQos, MaximumQos);
        Byte(target, MqttPropertyId.RetainAvailable, RetainAvailable);
        UInt32(target, MqttPropertyId.MaximumPacketSize, MaximumPacketSize);
        Byte(target, MqttPropertyId.WildcardSubscriptionAvailable, WildcardSubscriptionAvailable);
        Byte(target, MqttPropertyId.SubscriptionIdentifierAvailable, SubscriptionIdentifierAvailable);
        Byte(target, MqttPropertyId.SharedSubscriptionAvailable, SharedSubscriptionAvailable);
        foreach (var (name, value) in UserProperties ?? [])
        {
            target.Byte((byte)MqttPropertyId.UserProperty);
            target.String(name);
            target.String(value);
        }
    }

    private void Set(ref MqttPropertyReader p)
    {
        switch (p.Id)
        {
            case MqttPropertyId.PayloadFormatIndicator: PayloadFormatIndicator = (byte)p.Number; break;
            case MqttPropertyId.MessageExpiryInterval: MessageExpiryInterval = p.Number; break;
            case MqttPropertyId.ContentType: ContentType = Text(p.Bytes); break;
            case MqttPropertyId.ResponseTopic: ResponseTopic = Text(p.Bytes); break;
            case MqttPropertyId.CorrelationData: CorrelationData = p.Bytes.ToArray(); break;
            case MqttPropertyId.SubscriptionIdentifier: (SubscriptionIdentifiers ??= []).Add(p.Number); break;
            case MqttPropertyId.SessionExpiryInterval: SessionExpiryInterval = p.Number; break;
            case MqttPropertyId.AssignedClientIdentifier: AssignedClientIdentifier = Text(p.Bytes); break;
            case MqttPropertyId.ServerKeepAlive: ServerKeepAlive = (ushort)p.Number; break;
            case MqttPropertyId.AuthenticationMethod: AuthenticationMethod = Text(p.Bytes); break;
            case MqttPropertyId.AuthenticationData: AuthenticationData = p.Bytes.ToArray(); break;
            case MqttPropertyId.RequestProblemInformation: RequestProblemInformation = (byte)p.Number; break;
            case MqttPropertyId.WillDelayInterval: WillDelayInterval = p.Number; break;
            case MqttPropertyId.RequestResponseInformation: RequestResponseInformation = (byte)p.Number; break;
            case MqttPropertyId.ResponseInformation: ResponseInformation = Text(p.Bytes); break;
            case MqttPropertyId.ServerReference: ServerReference = Text(p.Bytes); break;
            case MqttPropertyId.ReasonString: ReasonString = Text(p.Bytes); break;
            case MqttPropertyId.ReceiveMaximum: ReceiveMaximum = (ushort)p.Number; break;
            case MqttPropertyId.TopicAliasMaximum: TopicAliasMaximum = (ushort)p.Number; break;
            case MqttPropertyId.MaximumQos: MaximumQos = (byte)p.Number; break;
            case MqttPropertyId.RetainAvailable: RetainAvailable = (byte)p.Number; break;
            case MqttPropertyId.MaximumPacketSize: MaximumPacketSize = p.Number; break;
            case MqttPropertyId.WildcardSubscriptionAvailable: WildcardSubscriptionAvailable = (byte)p.Number; break;
            case MqttPropertyId.SubscriptionIdentifierAvailable: SubscriptionIdentifierAvailable = (byte)p.Number; break;
            case MqttPropertyId.SharedSubscriptionAvailable: SharedSubscriptionAvailable = (byte)p.Number; break;
            case MqttPropertyId.UserProperty: (UserProperties ??= []).Add(new(Text(p.Bytes), Text(p.Second))); break;
            default: break; // A topic alias belongs to one PUBLISH on one connection: the hot path reads it itself.
        }
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private static void Byte(WireBuilder target, MqttPropertyId id, byte? value)
    {
        if (value is { } given)
        {
            target.Byte((byte)id);
            target.Byte(given);
        }
    }

    private static void UInt16(WireBuilder target, MqttPropertyId id, ushort? value)
    {
        if (value is { } given)
        {
            target.Byte((byte)id);
            target.UInt16(given);
        }
    }

    private static void UInt32(WireBuilder target, MqttPropertyId id, uint? value)
    {
        if (value is { } given)
        {
            target.Byte((byte)id);
            target.UInt32(given);
        }
    }

    private static void String(WireBuilder target, MqttPropertyId id, string? value)
    {
        if (value is not null)
        {
            target.Byte((byte)id);
            target.String(value);
        }
    }

    private static void Binary(WireBuilder target, MqttPropertyId id, byte[]? value)
    {
        if (value is not null)
        {
            target.Byte((byte)id);
            target.Binary(value);
        }
    }
}
