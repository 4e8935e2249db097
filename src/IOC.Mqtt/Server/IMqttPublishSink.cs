using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>Takes what clients publish. Called on the connection's read loop, in the order of the packets, for one connection
/// never twice at once but for many connections in parallel. It must not block; what it needs longer it copies.</summary>
public interface IMqttPublishSink
{
    /// <summary>Takes one message, a will included.</summary>
    /// <param name="client">Who publishes.</param>
    /// <param name="topic">Topic name, valid UTF-8; only valid during the call.</param>
    /// <param name="payload">The application message; only valid during the call.</param>
    /// <param name="flags">QoS, retain and so on; only valid during the call.</param>
    /// <returns>What becomes of it. An exception counts as <see cref="MqttReasonCode.ImplementationSpecificError"/>.</returns>
    PublishVerdict OnPublish(MqttClientContext client, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttPublishFlags flags);

    /// <summary>What an MQTT 5 client is told when a <see cref="PublishVerdict.Durable"/> has failed: from 0x80 on.</summary>
    MqttReasonCode ReasonOf(Exception failure) => MqttReasonCode.ImplementationSpecificError;
}

/// <summary>What a message is published with.</summary>
public readonly ref struct MqttPublishFlags
{
    /// <summary>Quality of service.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>Whether it is to be retained.</summary>
    public bool Retain { get; init; }

    /// <summary>Whether the client says that it has sent it before.</summary>
    public bool Dup { get; init; }

    /// <summary>Whether it is the will of a client that was lost.</summary>
    public bool IsWill { get; init; }

    /// <summary>MQTT 5 content type, valid UTF-8; empty when absent.</summary>
    public ReadOnlySpan<byte> ContentType { get; init; }
}

/// <summary>What becomes of a published message.</summary>
public readonly struct PublishVerdict
{
    /// <summary>Below 0x80: taken. From 0x80 on: refused; an MQTT 5 client is told. A 3.1.1 client cannot be told: a refusal that
    /// would be the same next time (not authorised, topic or payload not valid) is acknowledged so that the client does
    /// not send it for ever; any other closes its connection without an answer, so that it sends the message again.</summary>
    public MqttReasonCode Reason { get; init; }

    /// <summary>The answer goes out when this completes; null is at once. Many messages should share one task. When it faults or
    /// is cancelled, the message is never acknowledged: MQTT 5 gets an error reason code, 3.1.1 is closed.</summary>
    public Task? Durable { get; init; }

    /// <summary>The connection is read no further until this completes, however it does.</summary>
    public Task? BackPressure { get; init; }

    /// <summary>Whether the message goes to subscribers and, if so flagged, is retained. At once: it does not wait for
    /// <see cref="Durable"/>.</summary>
    public bool Forward { get; init; }

    /// <summary>Taken and forwarded, nothing to wait for.</summary>
    public static PublishVerdict Accepted => new() { Forward = true };

    /// <summary>Taken; the answer waits for <paramref name="durable"/>.</summary>
    public static PublishVerdict After(Task durable, bool forward = true) => new() { Durable = durable, Forward = forward };

    /// <summary>Refused; the answer waits for <paramref name="durable"/> (a dead letter being stored), if given.</summary>
    public static PublishVerdict Refused(MqttReasonCode reason, Task? durable = null) => new() { Reason = reason, Durable = durable };
}

/// <summary>The sink of an endpoint that is a plain broker: everything is taken and forwarded.</summary>
internal sealed class ForwardingSink : IMqttPublishSink
{
    public PublishVerdict OnPublish(
        MqttClientContext client, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttPublishFlags flags) =>
        PublishVerdict.Accepted;
}
