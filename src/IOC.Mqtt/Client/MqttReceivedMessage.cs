using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>A received application message.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="Payload">The message; the receiver's own copy.</param>
/// <param name="Qos">Quality of service.</param>
/// <param name="Retain">Whether it was retained.</param>
/// <param name="Dup">Whether it may have come before.</param>
/// <param name="Properties">Properties, 5.0 only: content type, response topic, correlation data, user properties, subscription
/// identifiers and so on.</param>
public sealed record MqttReceivedMessage(
    string Topic, byte[] Payload, MqttQos Qos, bool Retain, bool Dup, MqttProperties? Properties);
