using System.Buffers;

namespace IOC.Mqtt.Wire;

/// <summary>The message that the server publishes when a client is lost (3.1.2.5).</summary>
public sealed class MqttWill
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>The application message.</summary>
    public byte[] Payload { get; init; } = [];

    /// <summary>Quality of service.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>Whether it is retained.</summary>
    public bool Retain { get; init; }

    /// <summary>Properties, 5.0 only.</summary>
    public MqttProperties? Properties { get; init; }
}

/// <summary>A CONNECT (3.1).</summary>
public sealed class MqttConnect
{
    /// <summary>Protocol level.</summary>
    public required MqttVersion Version { get; init; }

    /// <summary>Clean session (3.1.1) or clean start (5.0).</summary>
    public bool CleanStart { get; init; }

    /// <summary>Keep-alive, seconds; 0 is none.</summary>
    public ushort KeepAlive { get; init; }

    /// <summary>Client identifier; empty asks the server for one.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>User name.</summary>
    public string? UserName { get; init; }

    /// <summary>Password.</summary>
    public byte[]? Password { get; init; }

    /// <summary>Will.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>Properties, 5.0 only.</summary>
    public MqttProperties? Properties { get; init; }

    /// <summary>Decodes a CONNECT. A protocol level that is neither 4 nor 5 gives
    /// <see cref="MqttReasonCode.UnsupportedProtocolVersion"/>.</summary>
    public static bool TryDecode(in MqttFrame frame, out MqttConnect? connect, out MqttError error)
    {
        connect = null;
        var reader = new WireReader(frame.Body);
        if (frame.Flags != 0 || !reader.TryBinary(out var name) || !reader.TryByte(out var level))
        {
            error = MqttError.Malformed("The CONNECT is cut short or has flags.");
            return false;
        }

        if (!(name.SequenceEqual("MQTT"u8) && level is 4 or 5))
        {
            // Includes "MQIsdp" of MQTT 3.1.
            error = new MqttError(MqttReasonCode.UnsupportedProtocolVersion, "Only MQTT 3.1.1 and 5.0 are spoken here.");
            return false;
        }

        if (!reader.TryByte(out var flags) || !reader.TryUInt16(out var keepAlive) || !AreFlagsValid(flags, (MqttVersion)level))
        {
            error = MqttError.Malformed("The connect flags are not valid.");
            return false;
        }

        return TryDecodeRest(ref reader, (MqttVersion)level, flags, keepAlive, out connect, out error);
    }

    /// <summary>The version whose CONNACK the sender of a refused CONNECT can read; None when nothing should be answered, because
    /// the packet is of no MQTT that is known. A level above 5 is answered in the form that the rest of the packet has.</summary>
    public static MqttVersion AnswerVersion(in MqttFrame frame)
    {
        var reader = new WireReader(frame.Body);
        if (frame.Flags != 0 || !reader.TryBinary(out var name) || !reader.TryByte(out var level))
        {
            return MqttVersion.None;
        }

        if (!name.SequenceEqual("MQTT"u8))
        {
            return name.SequenceEqual("MQIsdp"u8) ? MqttVersion.V311 : MqttVersion.None;
        }

        if (level <= (byte)MqttVersion.V500)
        {
            return level == (byte)MqttVersion.V500 ? MqttVersion.V500 : MqttVersion.V311;
        }

        return reader.TryByte(out var flags) && reader.TryUInt16(out var keepAlive)
            && TryDecodeRest(ref reader, MqttVersion.V500, flags, keepAlive, out _, out _) ? MqttVersion.V500 : MqttVersion.V311;
    }

    /// <summary>Writes the packet.</summary>
    /// <exception cref="ArgumentException">A string or binary is too long or not allowed.</exception>
    public void Encode(IBufferWriter<byte> writer)
    {
        var target = WireBuilder.Rent();
        target.String("MQTT");
        target.Byte((byte)Version);
        target.Byte(Flags());
        target.UInt16(KeepAlive);
        var v5 = Version == MqttVersion.V500;
        if (v5)
        {
            MqttProperties.Encode(target, Properties);
        }

        target.String(ClientId);
        if (Will is not null)
        {
            if (v5)
            {
                MqttProperties.Encode(target, Will.Properties);
            }

            target.String(Will.Topic);
            target.Binary(Will.Payload);
        }

        if (UserName is not null)
        {
            target.String(UserName);
        }

        if (Password is not null)
        {
            target.Binary(Password);
        }

        target.Finish(writer, (int)MqttPacketType.Connect << 4);
    }

    private static bool AreFlagsValid(byte flags, MqttVersion version)
    {
        var will = (flags & 0x04) != 0;
        var willQos = flags >> 3 & 3;
        var willRetain = (flags & 0x20) != 0;
        var password = (flags & 0x40) != 0;
        var user = (flags & 0x80) != 0;
        return (flags & 1) == 0 && willQos != 3 && (will || (willQos == 0 && !willRetain))
            && (user || !password || version == MqttVersion.V500);
    }

    private static bool TryDecodeRest(
        ref WireReader reader, MqttVersion version, byte flags, ushort keepAlive, out MqttConnect? connect, out MqttError error)
    {
        connect = null;
        MqttProperties? properties = null;
        if (version == MqttVersion.V500 && !MqttProperties.TryDecode(ref reader, PropertySets.Connect, out properties, out error))
        {
            return false;
        }

        if (properties is { AuthenticationData: not null, AuthenticationMethod: null })
        {
            error = MqttError.Protocol("There is authentication data without a method.");
            return false;
        }

        error = MqttError.Malformed("The CONNECT's payload is cut short or not UTF-8.");
        if (!reader.TryString(out var clientId))
        {
            return false;
        }

        MqttWill? will = null;
        if ((flags & 0x04) != 0 && !TryDecodeWill(ref reader, version, flags, out will, ref error))
        {
            return false;
        }

        string? userName = null;
        ReadOnlySpan<byte> password = default;
        if (((flags & 0x80) != 0 && !reader.TryString(out userName)) || ((flags & 0x40) != 0 && !reader.TryBinary(out password))
            || !reader.AtEnd)
        {
            return false;
        }

        error = default;
        connect = new MqttConnect
        {
            Version = version,
            CleanStart = (flags & 0x02) != 0,
            KeepAlive = keepAlive,
            ClientId = clientId,
            UserName = userName,
            Password = (flags & 0x40) != 0 ? password.ToArray() : null,
            Will = will,
            Properties = properties,
        };
        return true;
    }

    private static bool TryDecodeWill(
        ref WireReader reader, MqttVersion version, byte flags, out MqttWill? will, ref MqttError error)
    {
        will = null;
        MqttProperties? properties = null;
        if (version == MqttVersion.V500 && !MqttProperties.TryDecode(ref reader, PropertySets.Will, out properties, out error))
        {
            return false;
        }

        error = MqttError.Malformed("The will is cut short or not UTF-8.");
        if (!reader.TryString(out var topic) || !reader.TryBinary(out var payload))
        {
            return false;
        }

        if (!MqttTopic.IsValidName(topic))
        {
            error = new MqttError(MqttReasonCode.TopicNameInvalid, "The will's topic is empty or has wildcards.");
            return false;
        }

        error = MqttError.Malformed("The CONNECT's payload is cut short or not UTF-8.");
        will = new MqttWill
        {
            Topic = topic,
            Payload = payload.ToArray(),
            Qos = (MqttQos)(flags >> 3 & 3),
            Retain = (flags & 0x20) != 0,
            Properties = properties,
        };
        return true;
    }

    private byte Flags()
    {
        var flags = CleanStart ? 0x02 : 0;
        if (Will is not null)
        {
            flags |= 0x04 | (int)Will.Qos << 3 | (Will.Retain ? 0x20 : 0);
        }

        return (byte)(flags | (Password is null ? 0 : 0x40) | (UserName is null ? 0 : 0x80));
    }
}
