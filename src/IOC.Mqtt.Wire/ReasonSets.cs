namespace IOC.Mqtt.Wire;

/// <summary>Which reason codes the packets have that a peer sends on a connection that is up (5.0, 3.4.2.1 to 3.7.2.1, 3.14.2.1, 3.15.2.1).</summary>
internal static class ReasonSets
{
    private static ReadOnlySpan<byte> Taken => [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];

    private static ReadOnlySpan<byte> Released => [0x00, 0x92];

    private static ReadOnlySpan<byte> Authenticated => [0x00, 0x18, 0x19];

    /// <summary>The bad authentication method is in table 2-6 but not in 3.14.2.1; it ends a re-authentication.</summary>
    private static ReadOnlySpan<byte> Disconnected =>
    [
        0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99,
        0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2,
    ];

    public static bool Allows(MqttPacketType type, MqttReasonCode reason) => reason == MqttReasonCode.Success || (type switch
    {
        MqttPacketType.PubAck or MqttPacketType.PubRec => Taken,
        MqttPacketType.PubRel or MqttPacketType.PubComp => Released,
        MqttPacketType.Auth => Authenticated,
        _ => Disconnected,
    }).Contains((byte)reason);
}
