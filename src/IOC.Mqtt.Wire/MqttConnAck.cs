using System.Buffers;

namespace IOC.Mqtt.Wire;

/// <summary>A CONNACK (3.2).</summary>
public sealed class MqttConnAck
{
    /// <summary>Whether the server had a stored session.</summary>
    public bool SessionPresent { get; init; }

    /// <summary>Success or why not, as a 5.0 reason code; 3.1.1's return codes are translated both ways.</summary>
    public MqttReasonCode Reason { get; init; }

    /// <summary>Properties, 5.0 only.</summary>
    public MqttProperties? Properties { get; init; }

    /// <summary>Decodes a CONNACK.</summary>
    public static bool TryDecode(in MqttFrame frame, MqttVersion version, out MqttConnAck? connAck, out MqttError error)
    {
        connAck = null;
        var reader = new WireReader(frame.Body);
        if (frame.Flags != 0 || !reader.TryByte(out var flags) || (flags & 0xFE) != 0 || !reader.TryByte(out var code))
        {
            error = MqttError.Malformed("The CONNACK is cut short or has wrong flags.");
            return false;
        }

        MqttProperties? properties = null;
        if (version == MqttVersion.V500 && !MqttProperties.TryDecode(ref reader, PropertySets.ConnAck, out properties, out error))
        {
            return false;
        }

        if (!reader.AtEnd)
        {
            error = MqttError.Malformed("The CONNACK is too long.");
            return false;
        }

        error = default;
        var reason = version == MqttVersion.V500 ? (MqttReasonCode)code : FromReturnCode(code);
        connAck = new MqttConnAck { SessionPresent = flags == 1, Reason = reason, Properties = properties };
        return true;
    }

    /// <summary>Writes the packet.</summary>
    public void Encode(IBufferWriter<byte> writer, MqttVersion version)
    {
        var target = WireBuilder.Rent();
        target.Byte(SessionPresent ? (byte)1 : (byte)0);
        target.Byte(version == MqttVersion.V500 ? (byte)Reason : ToReturnCode(Reason));
        if (version == MqttVersion.V500)
        {
            MqttProperties.Encode(target, Properties);
        }

        target.Finish(writer, (int)MqttPacketType.ConnAck << 4);
    }

    /// <summary>The return code of 3.1.1 (3.2.2.3) that comes nearest.</summary>
    public static byte ToReturnCode(MqttReasonCode reason) => reason switch
    {
        MqttReasonCode.Success => 0,
        MqttReasonCode.UnsupportedProtocolVersion => 1,
        MqttReasonCode.ClientIdentifierNotValid => 2,
        MqttReasonCode.BadUserNameOrPassword => 4,
        MqttReasonCode.NotAuthorized or MqttReasonCode.Banned or MqttReasonCode.BadAuthenticationMethod => 5,
        _ => 3,
    };

    private static MqttReasonCode FromReturnCode(byte code) => code switch
    {
        0 => MqttReasonCode.Success,
        1 => MqttReasonCode.UnsupportedProtocolVersion,
        2 => MqttReasonCode.ClientIdentifierNotValid,
        3 => MqttReasonCode.ServerUnavailable,
        4 => MqttReasonCode.BadUserNameOrPassword,
        5 => MqttReasonCode.NotAuthorized,
        _ => MqttReasonCode.UnspecifiedError,
    };
}
