using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The server refused the connection, or it was lost.</summary>
public sealed class MqttConnectionException : IOException
{
    /// <summary>Makes the exception.</summary>
    public MqttConnectionException(string message, MqttReasonCode reason, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>Makes the exception.</summary>
    public MqttConnectionException()
        : this("The MQTT connection is lost.")
    {
    }

    /// <summary>Makes the exception.</summary>
    public MqttConnectionException(string message)
        : this(message, MqttReasonCode.UnspecifiedError)
    {
    }

    /// <summary>Makes the exception.</summary>
    public MqttConnectionException(string message, Exception innerException)
        : this(message, MqttReasonCode.UnspecifiedError, innerException)
    {
    }

    /// <summary>The server's reason, if it gave one.</summary>
    public MqttReasonCode Reason { get; }
}
