namespace IOC.Mqtt;

/// <summary>All that a store holds.</summary>
public sealed class MqttStoredState
{
    /// <summary>Sessions.</summary>
    public IReadOnlyList<StoredSession> Sessions { get; init; } = [];

    /// <summary>Subscriptions of these sessions.</summary>
    public IReadOnlyList<StoredSubscription> Subscriptions { get; init; } = [];

    /// <summary>Their queued and unanswered messages; those of one session in the order of their sequence.</summary>
    public IReadOnlyList<StoredDelivery> Deliveries { get; init; } = [];

    /// <summary>Packet identifiers that they have received and not released.</summary>
    public IReadOnlyList<StoredReceipt> Receipts { get; init; } = [];

    /// <summary>Retained messages.</summary>
    public IReadOnlyList<StoredMessage> Retained { get; init; } = [];

    /// <summary>Wills.</summary>
    public IReadOnlyList<StoredWill> Wills { get; init; } = [];
}

/// <summary>A message.</summary>
/// <param name="Topic">Topic name, UTF-8.</param>
/// <param name="Payload">The application message.</param>
/// <param name="Properties">MQTT 5 properties that go on to subscribers, encoded, without their length.</param>
/// <param name="Qos">QoS that it was published with.</param>
/// <param name="ExpiresAtMs">Unix ms; <see cref="long.MaxValue"/> is never.</param>
public sealed record StoredMessage(byte[] Topic, byte[] Payload, byte[] Properties, byte Qos, long ExpiresAtMs);

/// <summary>A session.</summary>
/// <param name="Id">Number that the endpoint gave it; never used twice.</param>
/// <param name="ClientId">Client identifier.</param>
/// <param name="Principal">Credential that it belongs to, if any.</param>
/// <param name="ExpirySeconds">Life after its connection.</param>
/// <param name="ExpiresAtMs">End of its life, Unix ms; <see cref="long.MaxValue"/> while it is connected.</param>
public sealed record StoredSession(long Id, string ClientId, string? Principal, uint ExpirySeconds, long ExpiresAtMs);

/// <summary>A subscription.</summary>
/// <param name="SessionId">Whose.</param>
/// <param name="Filter">Topic filter, with the share name if it is shared.</param>
/// <param name="Options">The byte of the SUBSCRIBE (5.0, 3.8.3.1).</param>
/// <param name="Identifier">Number that the subscriber gave it; 0 is none.</param>
public sealed record StoredSubscription(long SessionId, string Filter, byte Options, uint Identifier);

/// <summary>How far a message has got on its way to a client. Stored: never renumber.</summary>
public enum StoredDeliveryState
{
    /// <summary>It waits to be sent.</summary>
    Queued = 0,

    /// <summary>It was sent and not answered.</summary>
    Sent = 1,

    /// <summary>QoS 2: its PUBREC came.</summary>
    Released = 2,
}

/// <summary>A message for a client. Its packet identifier follows from the sequence.</summary>
/// <param name="SessionId">Whose.</param>
/// <param name="Sequence">Its place in the session, from 1, rising.</param>
/// <param name="Message">The message.</param>
/// <param name="Qos">QoS that it goes out with, 1 or 2.</param>
/// <param name="Retain">Retain flag that it goes out with.</param>
/// <param name="SubscriptionIds">Subscription identifiers that it goes out with; null when there are none.</param>
/// <param name="State">How far it has got.</param>
public sealed record StoredDelivery(
    long SessionId, long Sequence, StoredMessage Message, byte Qos, bool Retain, uint[]? SubscriptionIds, StoredDeliveryState State);

/// <summary>A QoS 2 message that was received and not released by its PUBREL.</summary>
/// <param name="SessionId">Of which session.</param>
/// <param name="PacketId">Its packet identifier.</param>
public sealed record StoredReceipt(long SessionId, ushort PacketId);

/// <summary>The will of a client that is connected, or whose will waits for its delay.</summary>
/// <param name="ClientId">Client identifier.</param>
/// <param name="Principal">Credential, if any.</param>
/// <param name="Connect">A CONNECT packet with client identifier, user name and will, never with the password.</param>
/// <param name="DueAtMs">When to publish it, Unix ms; <see cref="long.MaxValue"/> while the client is connected.</param>
public sealed record StoredWill(string ClientId, string? Principal, byte[] Connect, long DueAtMs);
