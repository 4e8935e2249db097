using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>Between the endpoint's clock, which starts with it and never jumps, and the time of day, which a store needs.</summary>
internal sealed class StoreClock(TimeProvider time, Func<long> nowMs)
{
    /// <summary>Unix ms of a time on the endpoint's clock.</summary>
    public long ToUnix(long ms) => ms == long.MaxValue ? ms : ms - nowMs() + time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A time on the endpoint's clock from Unix ms; may lie before its start.</summary>
    public long FromUnix(long unixMs) => unixMs == long.MaxValue ? unixMs : unixMs - time.GetUtcNow().ToUnixTimeMilliseconds() + nowMs();

    public StoredMessage ToStored(MqttMessage message) =>
        new(message.Topic, message.Payload, message.PropertyBlock, (byte)message.Qos, ToUnix(message.ExpiresAtMs));

    public MqttMessage FromStored(StoredMessage message) => new()
    {
        Topic = message.Topic,
        Payload = message.Payload,
        PropertyBlock = message.Properties,
        Qos = (MqttQos)message.Qos,
        ExpiresAtMs = FromUnix(message.ExpiresAtMs),
    };
}
