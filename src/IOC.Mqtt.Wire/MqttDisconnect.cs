using System.Buffers;

namespace IOC.Mqtt.Wire;

/// <summary>A DISCONNECT (3.14) or an AUTH (3.15): a reason and properties.</summary>
public sealed class MqttDisconnect
{
    /// <summary>Why; always Success in 3.1.1.</summary>
    public MqttReasonCode Reason { get; init; }

    /// <summary>Properties, 5.0 only.</summary>
    public MqttProperties? Properties { get; init; }

    /// <summary>Decodes a frame of type DISCONNECT or AUTH.</summary>
    public static bool TryDecode(in MqttFrame frame, MqttVersion version, out MqttDisconnect? disconnect, out MqttError error)
    {
        disconnect = null;
        error = MqttError.Malformed("The packet has flags or does not end where it should.");
        if (frame.Flags != 0 || (version != MqttVersion.V500 && (!frame.Body.IsEmpty || frame.Type == MqttPacketType.Auth)))
        {
            return false;
        }

        var reader = new WireReader(frame.Body);
        MqttProperties? properties = null;
        reader.TryByte(out var reason);
        if (!reader.AtEnd)
        {
            var allowed = frame.Type == MqttPacketType.Auth ? PropertySets.Auth : PropertySets.Disconnect;
            if (!MqttProperties.TryDecode(ref reader, allowed, out properties, out var propertyError))
            {
                error = propertyError;
                return false;
            }

            if (!reader.AtEnd)
            {
                return false;
            }
        }

        if (!ReasonSets.Allows(frame.Type, (MqttReasonCode)reason))
        {
            error = MqttError.Protocol("The reason code is none of its packet type.");
            return false;
        }

        error = default;
        disconnect = new MqttDisconnect { Reason = (MqttReasonCode)reason, Properties = properties };
        return true;
    }

    /// <summary>Writes the packet.</summary>
    /// <param name="writer">Target.</param>
    /// <param name="version">Protocol level.</param>
    /// <param name="type">DISCONNECT or AUTH.</param>
    public void Encode(IBufferWriter<byte> writer, MqttVersion version, MqttPacketType type = MqttPacketType.Disconnect)
    {
        var target = WireBuilder.Rent();
        if (version == MqttVersion.V500 && (Reason != MqttReasonCode.Success || Properties is not null))
        {
            target.Byte((byte)Reason);
            if (Properties is not null)
            {
                MqttProperties.Encode(target, Properties);
            }
        }

        target.Finish(writer, (byte)((int)type << 4));
    }
}
