using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>A message on its way to subscribers; one object for all of them.</summary>
internal sealed class MqttMessage
{
    public required byte[] Topic { get; init; }

    public required byte[] Payload { get; init; }

    public MqttQos Qos { get; init; }

    /// <summary>Property block without topic alias, subscription identifiers and expiry.</summary>
    public byte[] PropertyBlock { get; init; } = [];

    /// <summary>On the server's clock, ms; <see cref="long.MaxValue"/> is never.</summary>
    public long ExpiresAtMs { get; init; } = long.MaxValue;

    public int Size => Topic.Length + Payload.Length + PropertyBlock.Length;

    public static MqttMessage From(in MqttPublishView view, byte[] topic, long nowMs) => new()
    {
        Topic = topic,
        Payload = view.Payload.ToArray(),
        Qos = view.Qos,
        PropertyBlock = view.PropertyBlock.IsEmpty ? [] : Forwardable(view.ReadProperties()),
        ExpiresAtMs = view.HasExpiry ? nowMs + (view.MessageExpiryInterval * 1000L) : long.MaxValue,
    };

    public static byte[] Forwardable(MqttProperties? properties)
    {
        if (properties is null)
        {
            return [];
        }

        properties.MessageExpiryInterval = null;
        properties.SubscriptionIdentifiers = null;
        properties.WillDelayInterval = null;
        return MqttPublishEncoder.EncodeProperties(properties);
    }
}

/// <summary>A message in one subscriber's queue.</summary>
/// <param name="Message">The message.</param>
/// <param name="Qos">QoS that it goes out with.</param>
/// <param name="Retain">Retain flag that it goes out with.</param>
/// <param name="SubscriptionIds">Identifiers of the subscriptions that it matches, if any has one.</param>
/// <param name="Share">The shared subscription that it comes from; others of the group get it when the session ends before.</param>
/// <param name="Sequence">Its place in the session, from 1; 0 for one of QoS 0.</param>
/// <param name="Kept">What the journal knows of it; null when it is not stored.</param>
internal readonly record struct Delivery(
    MqttMessage Message, MqttQos Qos, bool Retain, uint[]? SubscriptionIds, ShareGroup? Share = null, long Sequence = 0, KeptDelivery? Kept = null);

/// <summary>What became of a delivery.</summary>
internal enum DeliveryResult
{
    /// <summary>It is in the session's queue.</summary>
    Queued,

    /// <summary>The session takes none of the kind: it is away and the message is of QoS 0, or it has ended.</summary>
    NotTaken,

    /// <summary>There is no room.</summary>
    Full,
}
