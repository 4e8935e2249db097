namespace IOC.Mqtt.Wire;

/// <summary>Property identifiers of MQTT 5.0 (2.2.2.2).</summary>
public enum MqttPropertyId
{
    /// <summary>No property.</summary>
    None = 0,

    /// <summary>1 when the payload is UTF-8.</summary>
    PayloadFormatIndicator = 0x01,

    /// <summary>Life of a message, seconds.</summary>
    MessageExpiryInterval = 0x02,

    /// <summary>MIME type or other content description.</summary>
    ContentType = 0x03,

    /// <summary>Topic for an answer.</summary>
    ResponseTopic = 0x08,

    /// <summary>What the answer is to carry.</summary>
    CorrelationData = 0x09,

    /// <summary>Number that the subscriber gave the subscription.</summary>
    SubscriptionIdentifier = 0x0B,

    /// <summary>Life of a session after its connection, seconds.</summary>
    SessionExpiryInterval = 0x11,

    /// <summary>Client identifier that the server made up.</summary>
    AssignedClientIdentifier = 0x12,

    /// <summary>Keep-alive that the server demands, seconds.</summary>
    ServerKeepAlive = 0x13,

    /// <summary>Extended authentication method.</summary>
    AuthenticationMethod = 0x15,

    /// <summary>Extended authentication data.</summary>
    AuthenticationData = 0x16,

    /// <summary>Whether reason strings are wanted.</summary>
    RequestProblemInformation = 0x17,

    /// <summary>Time between connection loss and will, seconds.</summary>
    WillDelayInterval = 0x18,

    /// <summary>Whether response information is wanted.</summary>
    RequestResponseInformation = 0x19,

    /// <summary>Basis for response topics.</summary>
    ResponseInformation = 0x1A,

    /// <summary>Another server to use.</summary>
    ServerReference = 0x1C,

    /// <summary>Why, for people.</summary>
    ReasonString = 0x1F,

    /// <summary>Most unacknowledged publishes.</summary>
    ReceiveMaximum = 0x21,

    /// <summary>Highest topic alias.</summary>
    TopicAliasMaximum = 0x22,

    /// <summary>Number in place of a topic.</summary>
    TopicAlias = 0x23,

    /// <summary>Highest QoS.</summary>
    MaximumQos = 0x24,

    /// <summary>Whether messages can be retained.</summary>
    RetainAvailable = 0x25,

    /// <summary>A name and a value of the application.</summary>
    UserProperty = 0x26,

    /// <summary>Most bytes of a packet.</summary>
    MaximumPacketSize = 0x27,

    /// <summary>Whether filters may have wildcards.</summary>
    WildcardSubscriptionAvailable = 0x28,

    /// <summary>Whether subscriptions may have identifiers.</summary>
    SubscriptionIdentifierAvailable = 0x29,

    /// <summary>Whether subscriptions can be shared.</summary>
    SharedSubscriptionAvailable = 0x2A,
}

/// <summary>Which properties a place allows, a bit per identifier (5.0, table 2-4).</summary>
internal static class PropertySets
{
    public const ulong Connect = 1UL << 0x11 | 1UL << 0x15 | 1UL << 0x16 | 1UL << 0x17 | 1UL << 0x19 | 1UL << 0x21 | 1UL << 0x22
        | 1UL << 0x26 | 1UL << 0x27;

    public const ulong ConnAck = 1UL << 0x11 | 1UL << 0x12 | 1UL << 0x13 | 1UL << 0x15 | 1UL << 0x16 | 1UL << 0x1A | 1UL << 0x1C
        | 1UL << 0x1F | 1UL << 0x21 | 1UL << 0x22 | 1UL << 0x24 | 1UL << 0x25 | 1UL << 0x26 | 1UL << 0x27 | 1UL << 0x28
        | 1UL << 0x29 | 1UL << 0x2A;

    public const ulong Publish = 1UL << 0x01 | 1UL << 0x02 | 1UL << 0x03 | 1UL << 0x08 | 1UL << 0x09 | 1UL << 0x0B | 1UL << 0x23
        | 1UL << 0x26;

    public const ulong Will = 1UL << 0x01 | 1UL << 0x02 | 1UL << 0x03 | 1UL << 0x08 | 1UL << 0x09 | 1UL << 0x18 | 1UL << 0x26;

    public const ulong Ack = 1UL << 0x1F | 1UL << 0x26;

    public const ulong Subscribe = 1UL << 0x0B | 1UL << 0x26;

    public const ulong Unsubscribe = 1UL << 0x26;

    public const ulong Disconnect = 1UL << 0x11 | 1UL << 0x1C | 1UL << 0x1F | 1UL << 0x26;

    public const ulong Auth = 1UL << 0x15 | 1UL << 0x16 | 1UL << 0x1F | 1UL << 0x26;
}
