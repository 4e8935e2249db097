using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace IOC.Mqtt.Wire.Tests;

/// <summary>Whatever can be encoded decodes to the same, for every packet type and both versions. FsCheck prints the case and
/// the seed of a failure.</summary>
public class RoundTripTests
{
    [Fact]
    public void Connect() => Check(
        from version in PacketGen.Version
        from clean in PacketGen.Bool
        from keepAlive in Gen.Choose(0, 65_535)
        from id in PacketGen.Text
        from user in PacketGen.Optional(PacketGen.Text)
        from password in PacketGen.Optional(PacketGen.Bytes)
        from will in PacketGen.Optional(Will(version))
        from properties in PacketGen.Connect
        select new MqttConnect
        {
            Version = version,
            CleanStart = clean,
            KeepAlive = (ushort)keepAlive,
            ClientId = id,
            UserName = user,
            Password = version == MqttVersion.V311 && user is null ? null : password, // 3.1.2.9 of 3.1.1
            Will = will,
            Properties = version == MqttVersion.V500 ? properties : null,
        },
        sent =>
        {
            var bytes = Written(sent.Encode);
            Assert.True(MqttConnect.TryDecode(FrameOf(bytes), out var got, out var error), error.Text);
            Assert.Equal((sent.Version, sent.CleanStart, sent.KeepAlive, sent.ClientId, sent.UserName), (got!.Version, got.CleanStart, got.KeepAlive, got.ClientId, got.UserName));
            Assert.Equal(sent.Password, got.Password);
            AssertSame(sent.Properties, got.Properties);
            Assert.Equal(sent.Will is null, got.Will is null);
            if (sent.Will is { } will)
            {
                Assert.Equal((will.Topic, will.Qos, will.Retain), (got.Will!.Topic, got.Will.Qos, got.Will.Retain));
                Assert.Equal(will.Payload, got.Will.Payload);
                AssertSame(will.Properties, got.Will.Properties);
            }

            Assert.Equal(bytes, Written(got.Encode));
        });

    [Fact]
    public void ConnAck() => Check(
        from version in PacketGen.Version
        from present in PacketGen.Bool
        from reason in Gen.Elements(
            MqttReasonCode.Success, MqttReasonCode.UnsupportedProtocolVersion, MqttReasonCode.ClientIdentifierNotValid,
            MqttReasonCode.ServerUnavailable, MqttReasonCode.BadUserNameOrPassword, MqttReasonCode.NotAuthorized)
        from properties in PacketGen.ConnAck
        select (version, packet: new MqttConnAck
        {
            SessionPresent = present,
            Reason = reason,
            Properties = version == MqttVersion.V500 ? properties : null,
        }),
        sent =>
        {
            var bytes = Written(w => sent.packet.Encode(w, sent.version));
            Assert.True(MqttConnAck.TryDecode(FrameOf(bytes), sent.version, out var got, out var error), error.Text);
            Assert.Equal((sent.packet.SessionPresent, sent.packet.Reason), (got!.SessionPresent, got.Reason));
            AssertSame(sent.packet.Properties, got.Properties);
        });

    [Fact]
    public void Publish() => Check(
        from version in PacketGen.Version
        from topic in PacketGen.Topic
        from payload in PacketGen.Bytes
        from qos in PacketGen.Qos
        from id in PacketGen.PacketId
        from retain in PacketGen.Bool
        from dup in PacketGen.Bool
        from alias in Gen.Choose(0, 65_535)
        from properties in PacketGen.Publish
        select new Publication(version, topic, payload, qos, id, retain, dup && qos != MqttQos.AtMostOnce, (ushort)alias, version == MqttVersion.V500 ? properties : null),
        sent =>
        {
            var bytes = Written(sent.Encode);
            Assert.True(MqttPublishView.TryDecode(FrameOf(bytes), sent.Version, fromServer: true, out var got, out var error), error.Text);
            Assert.Equal(MqttUtf8.GetBytes(sent.Topic), got.Topic.ToArray());
            Assert.Equal(sent.Payload, got.Payload.ToArray());
            Assert.Equal((sent.Qos, sent.Retain, sent.Dup), (got.Qos, got.Retain, got.Dup));
            Assert.Equal(sent.Qos == MqttQos.AtMostOnce ? 0 : sent.PacketId, got.PacketId);
            Assert.Equal(sent.Version == MqttVersion.V500 ? sent.Alias : 0, got.TopicAlias);
            Assert.Equal(sent.Properties?.MessageExpiryInterval, got.HasExpiry ? got.MessageExpiryInterval : null);
            Assert.Equal(sent.Properties?.ContentType ?? "", System.Text.Encoding.UTF8.GetString(got.ContentType));
            AssertSame(sent.Properties, got.ReadProperties());
        });

    [Fact]
    public void Acknowledgements() => Check(
        from version in PacketGen.Version
        from type in Gen.Elements(MqttPacketType.PubAck, MqttPacketType.PubRec, MqttPacketType.PubRel, MqttPacketType.PubComp)
        from id in PacketGen.PacketId
        from reason in ReasonFor(version, type)
        select (version, ack: new MqttAck(type, id, reason)),
        sent =>
        {
            var bytes = new byte[MqttAck.MaxSize];
            var size = MqttAck.Write(bytes, sent.version, sent.ack.Type, sent.ack.PacketId, sent.ack.Reason);
            Assert.True(MqttAck.TryDecode(FrameOf(bytes[..size]), sent.version, out var got, out var error), error.Text);
            Assert.Equal((sent.ack.Type, sent.ack.PacketId, sent.ack.Reason), (got.Type, got.PacketId, got.Reason));
        });

    [Fact]
    public void Subscribe() => Check(
        from version in PacketGen.Version
        from id in PacketGen.PacketId
        from count in Gen.Choose(1, 5)
        from filters in Filter(version).ListOf(count)
        from properties in PacketGen.Subscribe
        select (version, packet: new MqttSubscribe
        {
            PacketId = id,
            Filters = [.. filters],
            Properties = version == MqttVersion.V500 ? properties : null,
        }),
        sent =>
        {
            var bytes = Written(w => sent.packet.Encode(w, sent.version));
            Assert.True(MqttSubscribe.TryDecode(FrameOf(bytes), sent.version, out var got, out var error), error.Text);
            Assert.Equal(sent.packet.PacketId, got!.PacketId);
            Assert.Equal(sent.packet.Filters, got.Filters);
            AssertSame(sent.packet.Properties, got.Properties);
        });

    [Fact]
    public void Subscribe_and_unsubscribe_acknowledgements() => Check(
        from version in PacketGen.Version
        from type in Gen.Elements(MqttPacketType.SubAck, MqttPacketType.UnsubAck)
        from id in PacketGen.PacketId
        from count in Gen.Choose(1, 5)
        from reasons in SubscribeReason(version, type).ListOf(count)
        from properties in PacketGen.Ack
        select (version, type, packet: new MqttSubAck
        {
            PacketId = id,
            Reasons = version == MqttVersion.V311 && type == MqttPacketType.UnsubAck ? [] : [.. reasons],
            Properties = version == MqttVersion.V500 ? properties : null,
        }),
        sent =>
        {
            var bytes = Written(w => sent.packet.Encode(w, sent.version, sent.type));
            Assert.True(MqttSubAck.TryDecode(FrameOf(bytes), sent.version, out var got, out var error), error.Text);
            Assert.Equal(sent.packet.PacketId, got!.PacketId);
            Assert.Equal(sent.packet.Reasons, got.Reasons);
            AssertSame(sent.packet.Properties, got.Properties);
        });

    [Fact]
    public void Unsubscribe() => Check(
        from version in PacketGen.Version
        from id in PacketGen.PacketId
        from count in Gen.Choose(1, 5)
        from filters in PacketGen.Topic.ListOf(count)
        from properties in PacketGen.Unsubscribe
        select (version, packet: new MqttUnsubscribe
        {
            PacketId = id,
            Filters = [.. filters],
            Properties = version == MqttVersion.V500 ? properties : null,
        }),
        sent =>
        {
            var bytes = Written(w => sent.packet.Encode(w, sent.version));
            Assert.True(MqttUnsubscribe.TryDecode(FrameOf(bytes), sent.version, out var got, out var error), error.Text);
            Assert.Equal(sent.packet.PacketId, got!.PacketId);
            Assert.Equal(sent.packet.Filters, got.Filters);
            AssertSame(sent.packet.Properties, got.Properties);
        });

    [Fact]
    public void Disconnect_and_auth() => Check(
        from auth in PacketGen.Bool
        from version in auth ? Gen.Constant(MqttVersion.V500) : PacketGen.Version
        from properties in auth ? PacketGen.Auth : PacketGen.Disconnect
        from reason in auth
            ? Gen.Elements(MqttReasonCode.Success, MqttReasonCode.ContinueAuthentication, MqttReasonCode.ReAuthenticate)
            : Gen.Elements(MqttReasonCode.Success, MqttReasonCode.DisconnectWithWill, MqttReasonCode.UnspecifiedError, MqttReasonCode.ServerBusy)
        select (version, type: auth ? MqttPacketType.Auth : MqttPacketType.Disconnect, packet: new MqttDisconnect
        {
            Reason = version == MqttVersion.V500 ? reason : MqttReasonCode.Success,
            Properties = version == MqttVersion.V500 ? properties : null,
        }),
        sent =>
        {
            var bytes = Written(w => sent.packet.Encode(w, sent.version, sent.type));
            Assert.True(MqttDisconnect.TryDecode(FrameOf(bytes), sent.version, out var got, out var error), error.Text);
            Assert.Equal(sent.packet.Reason, got!.Reason);
            AssertSame(sent.packet.Properties, got.Properties);
        });

    [Fact]
    public void Pings()
    {
        Assert.True(MqttEncoding.IsEmptyPacket(FrameOf(MqttEncoding.PingReq.ToArray()), out _));
        Assert.True(MqttEncoding.IsEmptyPacket(FrameOf(MqttEncoding.PingResp.ToArray()), out _));
    }

    [Fact]
    public void A_filter_matches_the_topics_that_its_levels_say() => Check(
        from levels in Gen.Choose(1, 5)
        from topic in Gen.Elements("a", "b", "", "đ", "$x").ArrayOf(levels)
        from filterLevels in Gen.Choose(1, 5)
        from filter in Gen.Elements("a", "b", "", "đ", "$x", "+").ArrayOf(filterLevels)
        from hash in PacketGen.Bool
        select (topic, filter: hash ? [.. filter, "#"] : filter),
        sent => Assert.Equal(
            MatchesByLevels(sent.filter, sent.topic), MqttTopic.Matches(string.Join('/', sent.filter), string.Join('/', sent.topic))));

    /// <summary>4.7 in the plainest words: level by level.</summary>
    private static bool MatchesByLevels(string[] filter, string[] topic)
    {
        var text = string.Join('/', topic);
        var pattern = string.Join('/', filter);
        if (text.Length == 0 || pattern.Length == 0 || (text[0] == '$' && pattern[0] is '+' or '#'))
        {
            return false;
        }

        if (filter[^1] == "#")
        {
            var parent = filter[..^1];
            return topic.Length >= parent.Length && AllFit(parent, topic[..parent.Length]);
        }

        return topic.Length == filter.Length && AllFit(filter, topic);
    }

    private static bool AllFit(string[] filter, string[] topic) => filter.Zip(topic).All(p => p.First == "+" || p.First == p.Second);

    private static Gen<MqttWill> Will(MqttVersion version) =>
        from topic in PacketGen.Topic
        from payload in PacketGen.Bytes
        from qos in PacketGen.Qos
        from retain in PacketGen.Bool
        from properties in PacketGen.Will
        select new MqttWill
        {
            Topic = topic,
            Payload = payload,
            Qos = qos,
            Retain = retain,
            Properties = version == MqttVersion.V500 ? properties : null,
        };

    private static Gen<MqttTopicFilter> Filter(MqttVersion version) =>
        from filter in PacketGen.Topic
        from qos in PacketGen.Qos
        from noLocal in PacketGen.Bool
        from keep in PacketGen.Bool
        from handling in Gen.Elements(MqttRetainHandling.Send, MqttRetainHandling.SendIfNew, MqttRetainHandling.DoNotSend)
        select version == MqttVersion.V500 ? new MqttTopicFilter(filter, qos, noLocal, keep, handling) : new MqttTopicFilter(filter, qos);

    private static Gen<MqttReasonCode> ReasonFor(MqttVersion version, MqttPacketType type) => (version, type) switch
    {
        (MqttVersion.V311, _) => Gen.Constant(MqttReasonCode.Success),
        (_, MqttPacketType.PubRel or MqttPacketType.PubComp) => Gen.Elements(MqttReasonCode.Success, MqttReasonCode.PacketIdentifierNotFound),
        _ => Gen.Elements(
            MqttReasonCode.Success, MqttReasonCode.NoMatchingSubscribers, MqttReasonCode.UnspecifiedError, MqttReasonCode.NotAuthorized,
            MqttReasonCode.TopicNameInvalid, MqttReasonCode.QuotaExceeded, MqttReasonCode.PayloadFormatInvalid),
    };

    private static Gen<MqttReasonCode> SubscribeReason(MqttVersion version, MqttPacketType type) => (version, type) switch
    {
        (MqttVersion.V311, _) => Gen.Elements(MqttReasonCode.Success, (MqttReasonCode)1, (MqttReasonCode)2, MqttReasonCode.UnspecifiedError),
        (_, MqttPacketType.SubAck) => Gen.Elements(MqttReasonCode.Success, (MqttReasonCode)1, (MqttReasonCode)2, MqttReasonCode.NotAuthorized, MqttReasonCode.TopicFilterInvalid),
        _ => Gen.Elements(MqttReasonCode.Success, MqttReasonCode.NoSubscriptionExisted, MqttReasonCode.NotAuthorized),
    };

    private static void Check<T>(Gen<T> gen, Action<T> body) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(gen.ToArbitrary(), body));

    private static byte[] Written(Action<IBufferWriter<byte>> encode)
    {
        var writer = new ArrayBufferWriter<byte>();
        encode(writer);
        return writer.WrittenSpan.ToArray();
    }

    private static MqttFrame FrameOf(byte[] bytes)
    {
        var sequence = new ReadOnlySequence<byte>(bytes);
        var reader = new MqttFrameReader(sequence, new MqttScratch(), int.MaxValue);
        Assert.Equal(DecodeStatus.Complete, reader.Read(out var frame));
        Assert.Equal(bytes.Length, sequence.Slice(0, reader.Consumed).Length);
        return frame;
    }

    /// <summary>No properties are null or, beside a topic alias, an object without any.</summary>
    private static void AssertSame(MqttProperties? sent, MqttProperties? got)
    {
        foreach (var property in typeof(MqttProperties).GetProperties())
        {
            Assert.Equal(sent is null ? null : property.GetValue(sent), got is null ? null : property.GetValue(got));
        }
    }

    private sealed record Publication(
        MqttVersion Version, string Topic, byte[] Payload, MqttQos Qos, ushort PacketId, bool Retain, bool Dup, ushort Alias, MqttProperties? Properties)
    {
        public void Encode(IBufferWriter<byte> writer)
        {
            byte[] alias = Alias == 0 ? [] : [0x23, (byte)(Alias >> 8), (byte)Alias];
            MqttPublishEncoder.Write(writer, Version, new MqttPublishParts
            {
                Topic = MqttUtf8.GetBytes(Topic),
                Payload = Payload,
                PropertyBlock = [.. alias, .. MqttPublishEncoder.EncodeProperties(Properties)],
                PacketId = PacketId,
                Qos = Qos,
                Retain = Retain,
                Dup = Dup,
            });
        }
    }
}
