using FsCheck;
using FsCheck.Fluent;

namespace IOC.Mqtt.Wire.Tests;

/// <summary>Random valid packets. Which properties a packet may carry is written down here a second time, from table 2-4 of
/// MQTT 5.0, so that a mistake in the product's table does not hide behind itself.</summary>
internal static class PacketGen
{
    public static readonly Gen<ushort> PacketId = Gen.Choose(1, 65_535).Select(i => (ushort)i);

    public static readonly Gen<MqttVersion> Version = Gen.Elements(MqttVersion.V311, MqttVersion.V500);

    public static readonly Gen<MqttQos> Qos = Gen.Elements(MqttQos.AtMostOnce, MqttQos.AtLeastOnce, MqttQos.ExactlyOnce);

    public static readonly Gen<bool> Bool = Gen.Elements(false, true);

    /// <summary>Letters of one to four UTF-8 bytes, wildcards and slashes among them, with the ends of each range.</summary>
    private static readonly Gen<string> Letter = Gen.Elements(
        "a", "Z", "0", "/", "+", "#", "$", " ", "\u0001", "\u007F", "\u0080", "đ", "ữ", "\u07FF", "\u0800", "温", "\uFFFD", "\uFFFF", "🌡", "\U0010FFFF");

    public static readonly Gen<string> Text = Gen.Frequency(
        (8, Gen.Choose(0, 12).SelectMany(n => Letter.ArrayOf(n)).Select(string.Concat)),
        (1, Gen.Choose(100, 400).Select(n => new string('x', n))),
        (1, Gen.Constant("")));

    public static readonly Gen<string> Topic = Text.Select(t => "t" + t.Replace('+', 'p').Replace('#', 'h'));

    public static readonly Gen<byte[]> Bytes = Gen.Frequency(
        (8, Gen.Choose(0, 40).SelectMany(n => Byte().ArrayOf(n))),
        (1, Gen.Choose(120, 140).SelectMany(n => Byte().ArrayOf(n))),
        (1, Gen.Choose(16_370, 16_400).Select(n => new byte[n])));

    private static readonly Gen<uint> Number = Gen.Elements(0u, 1u, 127u, 128u, 255u, 256u, 65_535u, 65_536u, 0x7FFF_FFFFu, uint.MaxValue);

    private static readonly Gen<uint> Positive = Number.Where(n => n > 0);

    private static readonly Gen<ushort> Short = Gen.Choose(0, 65_535).Select(n => (ushort)n);

    private static readonly Gen<byte> Flag = Gen.Choose(0, 1).Select(n => (byte)n);

    private static readonly Gen<uint> Identifier = Gen.Elements(1u, 127u, 128u, 16_383u, 16_384u, 2_097_151u, 2_097_152u, 268_435_455u);

    private static readonly Gen<List<KeyValuePair<string, string>>?> UserProperties =
        Optional(Gen.Choose(1, 3).SelectMany(n => (from name in Text from value in Text select KeyValuePair.Create(name, value)).ListOf(n)).Select(l => l.ToList()));

    public static Gen<MqttProperties?> Connect => Maybe(
        from expiry in OptionalValue(Number)
        from method in Optional(Text)
        from data in Optional(Bytes)
        from problem in OptionalValue(Flag)
        from response in OptionalValue(Flag)
        from receive in OptionalValue(PacketId)
        from aliases in OptionalValue(Short)
        from size in OptionalValue(Positive)
        from user in UserProperties
        select new MqttProperties
        {
            SessionExpiryInterval = expiry,
            AuthenticationMethod = method,
            AuthenticationData = method is null ? null : data, // 3.1.2.11.10: no data without a method
            RequestProblemInformation = problem,
            RequestResponseInformation = response,
            ReceiveMaximum = receive,
            TopicAliasMaximum = aliases,
            MaximumPacketSize = size,
            UserProperties = user,
        });

    public static Gen<MqttProperties?> Will => Maybe(
        from message in Message
        from delay in OptionalValue(Number)
        select With(message, p => p.WillDelayInterval = delay));

    public static Gen<MqttProperties?> ConnAck => Maybe(
        from limits in ConnAckLimits
        from id in Optional(Text)
        from method in Optional(Text)
        from data in Optional(Bytes)
        from information in Optional(Text)
        from reference in Optional(Text)
        from reason in Optional(Text)
        from user in UserProperties
        select With(limits, p =>
        {
            p.AssignedClientIdentifier = id;
            p.AuthenticationMethod = method;
            p.AuthenticationData = method is null ? null : data;
            p.ResponseInformation = information;
            p.ServerReference = reference;
            p.ReasonString = reason;
            p.UserProperties = user;
        }));

    public static Gen<MqttProperties?> Publish => Maybe(
        from message in Message
        from identifiers in Optional(Gen.Choose(1, 3).SelectMany(n => Identifier.ListOf(n)).Select(l => l.ToList()))
        select With(message, p => p.SubscriptionIdentifiers = identifiers));

    public static Gen<MqttProperties?> Subscribe => Maybe(
        from identifier in Optional(Identifier.Select(i => new List<uint> { i }))
        from user in UserProperties
        select new MqttProperties { SubscriptionIdentifiers = identifier, UserProperties = user });

    public static Gen<MqttProperties?> Unsubscribe => Maybe(UserProperties.Select(u => new MqttProperties { UserProperties = u }));

    public static Gen<MqttProperties?> Ack => Maybe(
        from reason in Optional(Text)
        from user in UserProperties
        select new MqttProperties { ReasonString = reason, UserProperties = user });

    public static Gen<MqttProperties?> Disconnect => Maybe(
        from expiry in OptionalValue(Number)
        from reference in Optional(Text)
        from reason in Optional(Text)
        from user in UserProperties
        select new MqttProperties { SessionExpiryInterval = expiry, ServerReference = reference, ReasonString = reason, UserProperties = user });

    public static Gen<MqttProperties?> Auth => Maybe(
        from method in Text
        from data in Optional(Bytes)
        from reason in Optional(Text)
        from user in UserProperties
        select new MqttProperties { AuthenticationMethod = method, AuthenticationData = data, ReasonString = reason, UserProperties = user });

    private static Gen<MqttProperties> Message =>
        from format in OptionalValue(Flag)
        from expiry in OptionalValue(Number)
        from type in Optional(Text)
        from response in Optional(Topic)
        from correlation in Optional(Bytes)
        from user in UserProperties
        select new MqttProperties
        {
            PayloadFormatIndicator = format,
            MessageExpiryInterval = expiry,
            ContentType = type,
            ResponseTopic = response,
            CorrelationData = correlation,
            UserProperties = user,
        };

    private static Gen<MqttProperties> ConnAckLimits =>
        from expiry in OptionalValue(Number)
        from keepAlive in OptionalValue(Short)
        from receive in OptionalValue(PacketId)
        from aliases in OptionalValue(Short)
        from qos in OptionalValue(Flag)
        from retain in OptionalValue(Flag)
        from size in OptionalValue(Positive)
        from wildcards in OptionalValue(Flag)
        from identifiers in OptionalValue(Flag)
        from shared in OptionalValue(Flag)
        select new MqttProperties
        {
            SessionExpiryInterval = expiry,
            ServerKeepAlive = keepAlive,
            ReceiveMaximum = receive,
            TopicAliasMaximum = aliases,
            MaximumQos = qos,
            RetainAvailable = retain,
            MaximumPacketSize = size,
            WildcardSubscriptionAvailable = wildcards,
            SubscriptionIdentifierAvailable = identifiers,
            SharedSubscriptionAvailable = shared,
        };

    public static Gen<T?> Optional<T>(Gen<T> gen)
        where T : class => Bool.SelectMany(there => there ? gen.Select(v => (T?)v) : Gen.Constant<T?>(null));

    private static Gen<byte> Byte() => Gen.Choose(0, 255).Select(i => (byte)i);

    private static Gen<T?> OptionalValue<T>(Gen<T> gen)
        where T : struct => Bool.SelectMany(there => there ? gen.Select(v => (T?)v) : Gen.Constant<T?>(null));

    private static Gen<MqttProperties?> Maybe(Gen<MqttProperties> gen) => Optional(gen);

    private static MqttProperties With(MqttProperties properties, Action<MqttProperties> set)
    {
        set(properties);
        return properties;
    }
}
