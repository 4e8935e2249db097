using System.Buffers;

namespace IOC.Mqtt.Wire.Tests;

/// <summary>Golden packets and ways to cut them.</summary>
public static class Frames
{
    /// <summary>Packets with their protocol level, written by hand from the standards.</summary>
    public static readonly (string Name, MqttVersion Version, byte[] Bytes)[] Golden =
    [
        ("connect 3.1.1", MqttVersion.V311, Hex("100D 0004 4D515454 04 02 003C 0001 61")),
        ("connect 3.1.1 will and credentials", MqttVersion.V311,
            Hex("101D 0004 4D515454 04 F6 000A 0002 6331 0003 612F62 0002 6869 0001 75 0001 70")),
        ("connect 5.0", MqttVersion.V500, Hex("1018 0004 4D515454 05 02 003C 0B 11 00000E10 21 000A 22 0005 0000")),
        ("connack 3.1.1", MqttVersion.V311, Hex("2002 01 00")),
        ("connack 5.0", MqttVersion.V500, Hex("2009 00 00 06 21 0064 12 0000")),
        ("publish qos 0", MqttVersion.V311, Hex("3005 0001 61 6869")),
        ("publish qos 1 dup retain", MqttVersion.V311, Hex("3B07 0001 61 1234 6869")),
        ("publish 5.0 alias, content type", MqttVersion.V500, Hex("320F 0001 61 0001 08 23 0003 03 0002 6A73 78")),
        ("puback 3.1.1", MqttVersion.V311, Hex("4002 0001")),
        ("puback 5.0 reason", MqttVersion.V500, Hex("4003 0001 97")),
        ("pubrec", MqttVersion.V311, Hex("5002 0001")),
        ("pubrel", MqttVersion.V311, Hex("6202 0001")),
        ("pubcomp", MqttVersion.V311, Hex("7002 0001")),
        ("subscribe 3.1.1", MqttVersion.V311, Hex("820B 0001 0001 61 00 0002 622F 01")),
        ("subscribe 5.0", MqttVersion.V500, Hex("8209 0001 02 0B 07 0001 61 2E")),
        ("suback", MqttVersion.V311, Hex("9004 0001 01 80")),
        ("unsubscribe", MqttVersion.V311, Hex("A205 0001 0001 61")),
        ("unsuback 3.1.1", MqttVersion.V311, Hex("B002 0001")),
        ("unsuback 5.0", MqttVersion.V500, Hex("B004 0001 00 11")),
        ("pingreq", MqttVersion.V311, Hex("C000")),
        ("pingresp", MqttVersion.V311, Hex("D000")),
        ("disconnect 3.1.1", MqttVersion.V311, Hex("E000")),
        ("disconnect 5.0", MqttVersion.V500, Hex("E002 04 00")),
        ("auth 5.0", MqttVersion.V500, Hex("F006 18 04 15 0001 78")),
    ];

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>A sequence of the given segments; empty ones stay empty.</summary>
    public static ReadOnlySequence<byte> Sequence(params byte[][] segments)
    {
        Segment? first = null;
        Segment? last = null;
        foreach (var segment in segments)
        {
            last = new Segment(segment, last);
            first ??= last;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    /// <summary>Decodes whatever the frame is; the result as the type and whether it was valid.</summary>
    public static bool DecodeAny(in MqttFrame frame, MqttVersion version, out MqttError error)
    {
        switch (frame.Type)
        {
            case MqttPacketType.Connect: return MqttConnect.TryDecode(frame, out _, out error);
            case MqttPacketType.ConnAck: return MqttConnAck.TryDecode(frame, version, out _, out error);
            case MqttPacketType.Publish: return MqttPublishView.TryDecode(frame, version, true, out _, out error);
            case MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp:
                return MqttAck.TryDecode(frame, version, out _, out error);
            case MqttPacketType.Subscribe: return MqttSubscribe.TryDecode(frame, version, out _, out error);
            case MqttPacketType.SubAck or MqttPacketType.UnsubAck: return MqttSubAck.TryDecode(frame, version, out _, out error);
            case MqttPacketType.Unsubscribe: return MqttUnsubscribe.TryDecode(frame, version, out _, out error);
            case MqttPacketType.Disconnect or MqttPacketType.Auth: return MqttDisconnect.TryDecode(frame, version, out _, out error);
            default: return MqttEncoding.IsEmptyPacket(frame, out error);
        }
    }

    /// <summary>Decodes and encodes again.</summary>
    public static byte[] Reencode(byte[] packet, MqttVersion version)
    {
        var reader = new MqttFrameReader(new ReadOnlySequence<byte>(packet), new MqttScratch(), int.MaxValue);
        if (reader.Read(out var frame) != DecodeStatus.Complete)
        {
            throw new InvalidOperationException(reader.Error.Text);
        }

        var writer = new ArrayBufferWriter<byte>();
        switch (frame.Type)
        {
            case MqttPacketType.Connect:
                Check(MqttConnect.TryDecode(frame, out var connect, out var error), error);
                connect!.Encode(writer);
                break;
            case MqttPacketType.ConnAck:
                Check(MqttConnAck.TryDecode(frame, version, out var connAck, out error), error);
                connAck!.Encode(writer, version);
                break;
            case MqttPacketType.Publish:
                Check(MqttPublishView.TryDecode(frame, version, true, out var p, out error), error);
                MqttPublishEncoder.Write(writer, version, new MqttPublishParts
                {
                    Topic = p.Topic,
                    Payload = p.Payload,
                    PacketId = p.PacketId,
                    Qos = p.Qos,
                    Retain = p.Retain,
                    Dup = p.Dup,
                    PropertyBlock = p.PropertyBlock,
                });
                break;
            case MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp:
                Check(MqttAck.TryDecode(frame, version, out var ack, out error), error);
                writer.Advance(MqttAck.Write(writer.GetSpan(MqttAck.MaxSize), version, ack.Type, ack.PacketId, ack.Reason));
                break;
            case MqttPacketType.Subscribe:
                Check(MqttSubscribe.TryDecode(frame, version, out var subscribe, out error), error);
                subscribe!.Encode(writer, version);
                break;
            case MqttPacketType.SubAck or MqttPacketType.UnsubAck:
                Check(MqttSubAck.TryDecode(frame, version, out var subAck, out error), error);
                subAck!.Encode(writer, version, frame.Type);
                break;
            case MqttPacketType.Unsubscribe:
                Check(MqttUnsubscribe.TryDecode(frame, version, out var unsubscribe, out error), error);
                unsubscribe!.Encode(writer, version);
                break;
            case MqttPacketType.Disconnect or MqttPacketType.Auth:
                Check(MqttDisconnect.TryDecode(frame, version, out var disconnect, out error), error);
                disconnect!.Encode(writer, version, frame.Type);
                break;
            default:
                MqttEncoding.WriteRaw(writer, frame.Type == MqttPacketType.PingReq ? MqttEncoding.PingReq : MqttEncoding.PingResp);
                break;
        }

        return writer.WrittenSpan.ToArray();
    }

    private static void Check(bool ok, MqttError error)
    {
        if (!ok)
        {
            throw new InvalidOperationException($"{error.Reason}: {error.Text}");
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                previous.Next = this;
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
            }
        }
    }
}
