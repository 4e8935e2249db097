namespace IOC.Mqtt;

/// <summary>A change of the store.</summary>
public abstract record MqttStoreChange;

/// <summary>Adds or replaces a session.</summary>
/// <param name="Session">The session.</param>
public sealed record SessionPut(StoredSession Session) : MqttStoreChange;

/// <summary>Removes a session with everything of it but its will.</summary>
/// <param name="SessionId">Which.</param>
public sealed record SessionDeleted(long SessionId) : MqttStoreChange;

/// <summary>Adds or replaces a subscription.</summary>
/// <param name="Subscription">The subscription.</param>
public sealed record SubscriptionPut(StoredSubscription Subscription) : MqttStoreChange;

/// <summary>Removes a subscription.</summary>
/// <param name="SessionId">Whose.</param>
/// <param name="Filter">Its filter.</param>
public sealed record SubscriptionDeleted(long SessionId, string Filter) : MqttStoreChange;

/// <summary>Adds or replaces a message for a client.</summary>
/// <param name="Delivery">The message.</param>
public sealed record DeliveryPut(StoredDelivery Delivery) : MqttStoreChange;

/// <summary>A message for a client has got further.</summary>
/// <param name="SessionId">Whose.</param>
/// <param name="Sequence">Which.</param>
/// <param name="State">How far.</param>
public sealed record DeliveryMoved(long SessionId, long Sequence, StoredDeliveryState State) : MqttStoreChange;

/// <summary>Removes a message for a client.</summary>
/// <param name="SessionId">Whose.</param>
/// <param name="Sequence">Which.</param>
public sealed record DeliveryDeleted(long SessionId, long Sequence) : MqttStoreChange;

/// <summary>Adds a received packet identifier.</summary>
/// <param name="Receipt">Which.</param>
public sealed record ReceiptPut(StoredReceipt Receipt) : MqttStoreChange;

/// <summary>Removes a received packet identifier.</summary>
/// <param name="Receipt">Which.</param>
public sealed record ReceiptDeleted(StoredReceipt Receipt) : MqttStoreChange;

/// <summary>Sets the retained message of a topic.</summary>
/// <param name="Message">The message.</param>
public sealed record RetainedPut(StoredMessage Message) : MqttStoreChange;

/// <summary>Removes the retained message of a topic.</summary>
/// <param name="Topic">Topic name, UTF-8.</param>
public sealed record RetainedDeleted(byte[] Topic) : MqttStoreChange;

/// <summary>Sets a client's will.</summary>
/// <param name="Will">The will.</param>
public sealed record WillPut(StoredWill Will) : MqttStoreChange;

/// <summary>Removes a client's will.</summary>
/// <param name="ClientId">Whose.</param>
public sealed record WillDeleted(string ClientId) : MqttStoreChange;
