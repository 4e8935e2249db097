namespace IOC.Mqtt.Wire;

/// <summary>The control packet types, in the upper four bits of a packet's first byte (MQTT 5.0, 2.1.2).</summary>
public enum MqttPacketType
{
    /// <summary>Reserved; never on the wire.</summary>
    None = 0,

    /// <summary>Client asks to connect.</summary>
    Connect = 1,

    /// <summary>Server answers a CONNECT.</summary>
    ConnAck = 2,

    /// <summary>An application message.</summary>
    Publish = 3,

    /// <summary>Answer to a QoS 1 PUBLISH.</summary>
    PubAck = 4,

    /// <summary>QoS 2: received.</summary>
    PubRec = 5,

    /// <summary>QoS 2: release.</summary>
    PubRel = 6,

    /// <summary>QoS 2: complete.</summary>
    PubComp = 7,

    /// <summary>Client subscribes.</summary>
    Subscribe = 8,

    /// <summary>Server answers a SUBSCRIBE.</summary>
    SubAck = 9,

    /// <summary>Client unsubscribes.</summary>
    Unsubscribe = 10,

    /// <summary>Server answers an UNSUBSCRIBE.</summary>
    UnsubAck = 11,

    /// <summary>Client proves that it is alive.</summary>
    PingReq = 12,

    /// <summary>Server answers a PINGREQ.</summary>
    PingResp = 13,

    /// <summary>The connection ends on purpose.</summary>
    Disconnect = 14,

    /// <summary>Extended authentication, 5.0 only.</summary>
    Auth = 15,
}
