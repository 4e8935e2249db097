namespace IOC.Mqtt.Wire.Tests;

public class GoldenTests
{
    public static TheoryData<string> Names => [.. Frames.Golden.Select(g => g.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_packet_decodes_and_encodes_to_the_same_bytes(string name)
    {
        var (_, version, bytes) = Frames.Golden.Single(g => g.Name == name);

        // "disconnect 5.0" spells out an empty property block, which the encoder leaves out.
        var expected = name == "disconnect 5.0" ? Frames.Hex("E001 04") : bytes;
        var encoded = Frames.Reencode(bytes, version);
        if (name is "connect 5.0" or "publish 5.0 alias, content type" or "connack 5.0")
        {
            // Property order is free: compare what a second round gives.
            Assert.Equal(bytes.Length, encoded.Length);
            Assert.Equal(encoded, Frames.Reencode(encoded, version));
        }
        else
        {
            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(encoded));
        }
    }

    [Fact]
    public void A_connect_with_everything_gives_its_fields()
    {
        Assert.True(MqttConnect.TryDecode(Frame(1), out var c, out _));
        Assert.Equal("c1", c!.ClientId);
        Assert.Equal(10, c.KeepAlive);
        Assert.True(c.CleanStart);
        Assert.Equal("u", c.UserName);
        Assert.Equal("p"u8.ToArray(), c.Password);
        Assert.Equal("a/b", c.Will!.Topic);
        Assert.Equal("hi"u8.ToArray(), c.Will.Payload);
        Assert.Equal(MqttQos.ExactlyOnce, c.Will.Qos);
        Assert.True(c.Will.Retain);
    }

    [Fact]
    public void A_connect_of_5_0_gives_its_properties()
    {
        Assert.True(MqttConnect.TryDecode(Frame(2), out var c, out _));
        Assert.Equal(3600u, c!.Properties!.SessionExpiryInterval);
        Assert.Equal((ushort)10, c.Properties.ReceiveMaximum);
        Assert.Equal((ushort)5, c.Properties.TopicAliasMaximum);
        Assert.Equal("", c.ClientId);
    }

    [Fact]
    public void A_publish_gives_its_parts_in_place()
    {
        var bytes = Frames.Golden[7].Bytes;
        Assert.True(MqttPublishView.TryDecode(new MqttFrame(bytes[0], bytes.AsSpan(2)), MqttVersion.V500, false, out var p, out _));
        Assert.True(p.Topic.SequenceEqual("a"u8));
        Assert.True(p.Payload.SequenceEqual("x"u8));
        Assert.True(p.ContentType.SequenceEqual("js"u8));
        Assert.Equal(3, p.TopicAlias);
        Assert.Equal(1, p.PacketId);
        Assert.Equal(MqttQos.AtLeastOnce, p.Qos);
        Assert.True(bytes.AsSpan().Overlaps(p.Payload));
    }

    [Fact]
    public void A_subscribe_of_5_0_gives_its_options()
    {
        Assert.True(MqttSubscribe.TryDecode(Frame(14), MqttVersion.V500, out var s, out _));
        Assert.Equal(new MqttTopicFilter("a", MqttQos.ExactlyOnce, true, true, MqttRetainHandling.DoNotSend), s!.Filters[0]);
        Assert.Equal([7u], s.Properties!.SubscriptionIdentifiers!);
    }

    [Fact]
    public void Every_property_survives_a_round()
    {
        var all = new MqttProperties
        {
            PayloadFormatIndicator = 1,
            MessageExpiryInterval = 2,
            ContentType = "c",
            ResponseTopic = "r/t",
            CorrelationData = [1, 2],
            WillDelayInterval = 9,
            UserProperties = [new("n", "1"), new("n", "2")],
        };
        var connect = new MqttConnect
        {
            Version = MqttVersion.V500,
            ClientId = "x",
            Will = new MqttWill { Topic = "w", Properties = all },
            Properties = new MqttProperties
            {
                SessionExpiryInterval = 1,
                AuthenticationMethod = "m",
                AuthenticationData = [3],
                RequestProblemInformation = 0,
                RequestResponseInformation = 1,
                ReceiveMaximum = 4,
                TopicAliasMaximum = 5,
                MaximumPacketSize = 6,
            },
        };
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        connect.Encode(writer);
        var bytes = writer.WrittenSpan.ToArray();
        Assert.Equal(bytes, Frames.Reencode(bytes, MqttVersion.V500));
        Assert.True(MqttConnect.TryDecode(new MqttFrame(bytes[0], bytes.AsSpan(2)), out var back, out _));
        Assert.Equivalent(all, back!.Will!.Properties);
        Assert.Equivalent(connect.Properties, back.Properties);
    }

    [Fact]
    public void Every_connack_property_survives_a_round()
    {
        var properties = new MqttProperties
        {
            SessionExpiryInterval = 1,
            AssignedClientIdentifier = "id",
            ServerKeepAlive = 2,
            AuthenticationMethod = "m",
            AuthenticationData = [1],
            ResponseInformation = "ri",
            ServerReference = "sr",
            ReasonString = "rs",
            ReceiveMaximum = 3,
            TopicAliasMaximum = 4,
            MaximumQos = 1,
            RetainAvailable = 0,
            MaximumPacketSize = 5,
            WildcardSubscriptionAvailable = 1,
            SubscriptionIdentifierAvailable = 0,
            SharedSubscriptionAvailable = 0,
            UserProperties = [new("a", "b")],
        };
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        new MqttConnAck { Properties = properties }.Encode(writer, MqttVersion.V500);
        Assert.True(MqttConnAck.TryDecode(new MqttFrame(0x20, writer.WrittenSpan[2..]), MqttVersion.V500, out var back, out _));
        Assert.Equivalent(properties, back!.Properties);
    }

    [Theory]
    [InlineData(0u, "00")]
    [InlineData(127u, "7F")]
    [InlineData(128u, "8001")]
    [InlineData(16_383u, "FF7F")]
    [InlineData(16_384u, "808001")]
    [InlineData(2_097_151u, "FFFF7F")]
    [InlineData(2_097_152u, "80808001")]
    [InlineData(268_435_455u, "FFFFFF7F")]
    public void Variable_byte_integers_are_those_of_the_standard(uint value, string hex)
    {
        var target = new byte[4];
        var size = MqttEncoding.WriteVarInt(target, value);
        Assert.Equal(hex, Convert.ToHexString(target, 0, size));
        Assert.Equal(size, MqttEncoding.VarIntSize(value));
    }

    private static MqttFrame Frame(int index)
    {
        var bytes = Frames.Golden[index].Bytes;
        return new MqttFrame(bytes[0], bytes.AsSpan(2));
    }
}
