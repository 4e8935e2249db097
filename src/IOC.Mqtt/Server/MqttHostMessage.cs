using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>A message that the host publishes itself; see <see cref="MqttServer.PublishAsync(MqttHostMessage)"/>. Subscribers of
/// 3.1.1 get topic and payload only, but the expiry holds for them too.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="Payload">The application message; copied.</param>
public sealed record MqttHostMessage(string Topic, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Highest QoS that it goes out with; a subscription may ask for less.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>Whether it is retained; without payload it removes the topic's retained message.</summary>
    public bool Retain { get; init; }

    /// <summary>Life in seconds: a subscriber that has not been sent it by then does not get it. Null is without end.</summary>
    public uint? ExpirySeconds { get; init; }

    /// <summary>Whether the payload is declared to be UTF-8 text.</summary>
    public bool IsText { get; init; }

    /// <summary>Content type.</summary>
    public string? ContentType { get; init; }

    /// <summary>Topic that an answer is expected on.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>Bytes that an answer is to carry, at most 65,535.</summary>
    public byte[]? CorrelationData { get; init; }

    /// <summary>Names and values of the application, in order; names may repeat.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    internal bool HasValidTopics => MqttTopic.IsValidName(Topic) && (ResponseTopic is null || MqttTopic.IsValidName(ResponseTopic));

    internal MqttMessage ToMessage(long nowMs) => new()
    {
        Topic = MqttUtf8.GetBytes(Topic),
        Payload = Payload.ToArray(),
        Qos = Qos,
        PropertyBlock = MqttPublishEncoder.EncodeProperties(Properties()),
        ExpiresAtMs = ExpirySeconds is { } seconds ? nowMs + (seconds * 1000L) : long.MaxValue,
    };

    private MqttProperties Properties() => new()
    {
        PayloadFormatIndicator = IsText ? (byte)1 : null,
        ContentType = ContentType,
        ResponseTopic = ResponseTopic,
        CorrelationData = CorrelationData,
        UserProperties = UserProperties.Count > 0 ? [.. UserProperties] : null,
    };
}
