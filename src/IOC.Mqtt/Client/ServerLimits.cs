using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>What a server takes, from its CONNACK (5.0, 3.2.2.3); 3.1.1 has no limits to tell.</summary>
internal sealed class ServerLimits(MqttProperties? properties)
{
    public static readonly ServerLimits None = new(null);

    public int ReceiveMaximum { get; } = properties?.ReceiveMaximum ?? ushort.MaxValue;

    public long MaximumPacketSize { get; } = properties?.MaximumPacketSize ?? uint.MaxValue;

    public int TopicAliasMaximum { get; } = properties?.TopicAliasMaximum ?? 0;

    /// <summary>Why a publish must not be sent; Success when it may be.</summary>
    public MqttReasonCode Check(MqttQos qos, bool retain) =>
        (int)qos > (properties?.MaximumQos ?? 2) ? MqttReasonCode.QosNotSupported
        : retain && properties?.RetainAvailable == 0 ? MqttReasonCode.RetainNotSupported
        : MqttReasonCode.Success;

    /// <summary>Why a subscription must not be asked for; Success when it may be.</summary>
    public MqttReasonCode Check(ClientSubscription subscription) =>
        subscription.IsShared && properties?.SharedSubscriptionAvailable == 0 ? MqttReasonCode.SharedSubscriptionsNotSupported
        : subscription.HasWildcards && properties?.WildcardSubscriptionAvailable == 0 ? MqttReasonCode.WildcardSubscriptionsNotSupported
        : subscription.Identifier > 0 && properties?.SubscriptionIdentifierAvailable == 0 ? MqttReasonCode.SubscriptionIdentifiersNotSupported
        : MqttReasonCode.Success;
}
