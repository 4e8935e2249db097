namespace IOC.Mqtt.Wire;

/// <summary>The protocol level that a CONNECT carries.</summary>
public enum MqttVersion
{
    /// <summary>Not known yet: no CONNECT has been read.</summary>
    None = 0,

    /// <summary>MQTT 3.1.1.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0.</summary>
    V500 = 5,
}

/// <summary>Quality of service of a message.</summary>
public enum MqttQos
{
    /// <summary>QoS 0: no answer.</summary>
    AtMostOnce = 0,

    /// <summary>QoS 1: answered by PUBACK.</summary>
    AtLeastOnce = 1,

    /// <summary>QoS 2: answered by PUBREC, PUBREL, PUBCOMP.</summary>
    ExactlyOnce = 2,
}
