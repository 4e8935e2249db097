namespace IOC.Mqtt.Wire.Tests;

public class MalformedTests
{
    [Theory]
    [InlineData("connect with flags", 4, "110D 0004 4D515454 04 02 003C 0001 61", MqttReasonCode.MalformedPacket)]
    [InlineData("connect 3.1", 4, "100F 0006 4D5149736470 03 02 003C 0001 61", MqttReasonCode.UnsupportedProtocolVersion)]
    [InlineData("connect level 6", 4, "100D 0004 4D515454 06 02 003C 0001 61", MqttReasonCode.UnsupportedProtocolVersion)]
    [InlineData("connect reserved flag", 4, "100D 0004 4D515454 04 03 003C 0001 61", MqttReasonCode.MalformedPacket)]
    [InlineData("connect will qos without will", 4, "100D 0004 4D515454 04 0A 003C 0001 61", MqttReasonCode.MalformedPacket)]
    [InlineData("connect password without user", 4, "100D 0004 4D515454 04 42 003C 0001 61", MqttReasonCode.MalformedPacket)]
    [InlineData("connect with more bytes", 4, "100E 0004 4D515454 04 02 003C 0001 61 00", MqttReasonCode.MalformedPacket)]
    [InlineData("connect client id cut", 4, "100C 0004 4D515454 04 02 003C 0001", MqttReasonCode.MalformedPacket)]
    [InlineData("connect receive maximum 0", 5, "1010 0004 4D515454 05 02 003C 03 21 0000 0000", MqttReasonCode.ProtocolError)]
    [InlineData("connect session expiry twice", 5, "1017 0004 4D515454 05 02 003C 0A 11 00000001 11 00000001 0000", MqttReasonCode.ProtocolError)]
    [InlineData("connect foreign property", 5, "1010 0004 4D515454 05 02 003C 03 23 0001 0000", MqttReasonCode.MalformedPacket)]
    [InlineData("publish qos 3", 4, "3605 0001 61 0001", MqttReasonCode.MalformedPacket)]
    [InlineData("publish dup on qos 0", 4, "3803 0001 61", MqttReasonCode.MalformedPacket)]
    [InlineData("publish without identifier", 4, "3203 0001 61", MqttReasonCode.MalformedPacket)]
    [InlineData("publish identifier 0", 4, "3205 0001 61 0000", MqttReasonCode.MalformedPacket)]
    [InlineData("publish empty topic", 4, "3002 0000", MqttReasonCode.TopicNameInvalid)]
    [InlineData("publish wildcard", 4, "3003 0001 23", MqttReasonCode.TopicNameInvalid)]
    [InlineData("publish U+0000", 4, "3003 0001 00", MqttReasonCode.MalformedPacket)]
    [InlineData("publish surrogate", 4, "3005 0003 EDA080", MqttReasonCode.MalformedPacket)]
    [InlineData("publish overlong", 4, "3004 0002 C0AF", MqttReasonCode.MalformedPacket)]
    [InlineData("publish alias 0", 5, "3007 0001 61 03 23 0000", MqttReasonCode.TopicAliasInvalid)]
    [InlineData("publish property block cut", 5, "3004 0001 61 05", MqttReasonCode.MalformedPacket)]
    [InlineData("publish payload format 2", 5, "3006 0001 61 02 01 02", MqttReasonCode.ProtocolError)]
    [InlineData("puback too long", 4, "4003 0001 00", MqttReasonCode.MalformedPacket)]
    [InlineData("puback identifier 0", 4, "4002 0000", MqttReasonCode.MalformedPacket)]
    [InlineData("pubrel wrong flags", 4, "6002 0001", MqttReasonCode.MalformedPacket)]
    [InlineData("subscribe wrong flags", 4, "8006 0001 0001 61 00", MqttReasonCode.MalformedPacket)]
    [InlineData("subscribe nothing", 4, "8202 0001", MqttReasonCode.ProtocolError)]
    [InlineData("subscribe qos 3", 4, "8206 0001 0001 61 03", MqttReasonCode.MalformedPacket)]
    [InlineData("subscribe reserved bits", 4, "8206 0001 0001 61 04", MqttReasonCode.MalformedPacket)]
    [InlineData("subscribe retain handling 3", 5, "8207 0001 00 0001 61 30", MqttReasonCode.ProtocolError)]
    [InlineData("subscribe qos 3 in 5.0", 5, "8207 0001 00 0001 61 03", MqttReasonCode.ProtocolError)]
    [InlineData("subscribe reserved bits in 5.0", 5, "8207 0001 00 0001 61 40", MqttReasonCode.MalformedPacket)]
    [InlineData("subscribe shared without own messages", 5, "8210 0001 00 000A 2473686172652F672F61 04", MqttReasonCode.ProtocolError)]
    [InlineData("publish without topic and alias", 5, "3003 0000 00", MqttReasonCode.ProtocolError)]
    [InlineData("connect authentication data without method", 5, "1011 0004 4D515454 05 02 003C 04 16 0001 61 0000", MqttReasonCode.ProtocolError)]
    [InlineData("puback with a reason of connack", 5, "4003 0001 84", MqttReasonCode.ProtocolError)]
    [InlineData("puback with a reason string twice", 5, "400C 0001 00 08 1F 0001 61 1F 0001 61", MqttReasonCode.ProtocolError)]
    [InlineData("pubrel with a reason of puback", 5, "6203 0001 10", MqttReasonCode.ProtocolError)]
    [InlineData("disconnect with a reason of suback", 5, "E001 01", MqttReasonCode.ProtocolError)]
    [InlineData("auth with a reason of disconnect", 5, "F001 04", MqttReasonCode.ProtocolError)]
    [InlineData("subscribe identifier 0", 5, "8209 0001 02 0B00 0001 61 00", MqttReasonCode.ProtocolError)]
    [InlineData("unsubscribe nothing", 4, "A202 0001", MqttReasonCode.ProtocolError)]
    [InlineData("pingreq with body", 4, "C001 00", MqttReasonCode.MalformedPacket)]
    [InlineData("disconnect with body in 3.1.1", 4, "E001 00", MqttReasonCode.MalformedPacket)]
    [InlineData("auth in 3.1.1", 4, "F000", MqttReasonCode.MalformedPacket)]
    public void Is_refused_with_its_reason(string name, int version, string hex, MqttReasonCode reason)
    {
        var bytes = Frames.Hex(hex);
        Assert.True(bytes.Length - 2 == bytes[1], name + ": the test's own length is wrong");
        var ok = Frames.DecodeAny(new MqttFrame(bytes[0], bytes.AsSpan(2)), (MqttVersion)version, out var error);
        Assert.False(ok, name);
        Assert.Equal(reason, error.Reason);
        Assert.NotEmpty(error.Text);
    }

    [Fact]
    public void A_client_may_not_send_subscription_identifiers()
    {
        var bytes = Frames.Hex("3006 0001 61 02 0B01");
        Assert.False(MqttPublishView.TryDecode(new MqttFrame(bytes[0], bytes.AsSpan(2)), MqttVersion.V500, fromServer: false, out _, out _));
        Assert.True(MqttPublishView.TryDecode(new MqttFrame(bytes[0], bytes.AsSpan(2)), MqttVersion.V500, fromServer: true, out _, out _));
    }
}
