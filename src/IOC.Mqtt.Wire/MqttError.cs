namespace IOC.Mqtt.Wire;

/// <summary>How a read went.</summary>
public enum DecodeStatus
{
    /// <summary>More bytes are needed; nothing is wrong.</summary>
    Incomplete,

    /// <summary>A whole packet was read.</summary>
    Complete,

    /// <summary>The bytes can never become a valid packet.</summary>
    Malformed,
}

/// <summary>Why a packet is refused.</summary>
/// <param name="Reason">The MQTT 5.0 reason code, 0x80 or higher; <see cref="MqttReasonCode.Success"/> in a default value.</param>
/// <param name="Text">An English sentence for the log; never holds bytes of the packet.</param>
public readonly record struct MqttError(MqttReasonCode Reason, string Text)
{
    internal static MqttError Malformed(string text) => new(MqttReasonCode.MalformedPacket, text);

    internal static MqttError Protocol(string text) => new(MqttReasonCode.ProtocolError, text);
}
