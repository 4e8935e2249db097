using System.Buffers;

namespace IOC.Mqtt.Wire.Tests;

/// <summary>Breaks valid packets the way that finds mistakes: it knows where a packet's length is and puts it right again, so that
/// most of what it makes gets past the framing and into a decoder. The same seed makes the same packets.</summary>
public sealed class PacketMutator(int seed)
{
    private static readonly byte[][] s_corpus = [.. Frames.Golden.Select(g => g.Bytes), .. Rich()];

    /// <summary>Property blocks' own pieces: put anywhere, they meet the decoders of lengths, numbers, strings and pairs.</summary>
    private static readonly byte[][] s_pieces =
    [
        [0x01, 1], [0x02, 0, 0, 0, 1], [0x03, 0, 1, 0x61], [0x08, 0, 1, 0x61], [0x09, 0, 2, 0, 0], [0x0B, 1], [0x0B, 0xFF, 0xFF, 0xFF, 0x7F],
        [0x11, 0xFF, 0xFF, 0xFF, 0xFF], [0x15, 0, 1, 0x6D], [0x16, 0, 0], [0x17, 0], [0x18, 0, 0, 0, 5], [0x19, 1], [0x1F, 0, 1, 0x72],
        [0x21, 0, 1], [0x22, 0, 1], [0x23, 0, 1], [0x26, 0, 1, 0x6E, 0, 1, 0x76], [0x26, 0, 0, 0, 0], [0x27, 0, 0, 1, 0], [0xFF, 0xFF],
        [0, 3, 0xED, 0xA0, 0x80], [0, 2, 0xC0, 0x80], [0, 4, 0xF4, 0x90, 0x80, 0x80], [0, 1, 0], [0, 1, 0x23], [0, 1, 0x2B], [0, 0],
    ];

    private static readonly byte[] s_edges = [0, 1, 2, 3, 4, 5, 0x7F, 0x80, 0x81, 0xFE, 0xFF, (byte)'+', (byte)'#', (byte)'/', (byte)'$'];

    private readonly Random _random = new(seed);
    private readonly byte[] _body = new byte[4096];
    private byte _first;
    private int _length;

    /// <summary>Writes one broken (or, seldom, still valid) packet to the start of <paramref name="target"/>, which has room for 5,000
    /// bytes; returns its size.</summary>
    public int Next(Span<byte> target)
    {
        Load(s_corpus[_random.Next(s_corpus.Length)]);
        for (var n = _random.Next(1, 5); n > 0; n--)
        {
            Mutate();
        }

        target[0] = _first;
        // One in sixteen lies about its length.
        var claimed = _random.Next(16) == 0 ? _random.Next(_length * 2 + 2) : _length;
        var at = 1 + MqttEncoding.WriteVarInt(target[1..], (uint)claimed);
        _body.AsSpan(0, _length).CopyTo(target[at..]);
        return at + _length;
    }

    private void Load(byte[] packet)
    {
        MqttFrameReader.ReadHeader(packet, int.MaxValue, out var header, out _length, out _);
        _first = packet[0];
        packet.AsSpan(header, _length).CopyTo(_body);
    }

    private void Mutate()
    {
        switch (_random.Next(10))
        {
            case 0 when _length > 0:
                _body[_random.Next(_length)] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when _length > 0:
                _body[_random.Next(_length)] = s_edges[_random.Next(s_edges.Length)];
                break;
            case 2 when _length > 0:
                // One more or one less: most often a length that no longer fits.
                _body[_random.Next(_length)] += (byte)(_random.Next(2) == 0 ? 1 : 0xFF);
                break;
            case 3:
                Insert(_random.Next(_length + 1), s_pieces[_random.Next(s_pieces.Length)]);
                break;
            case 4 when _length > 0:
                Delete(_random.Next(_length), _random.Next(1, 5));
                break;
            case 5 when _length > 0:
                var from = _random.Next(_length);
                Span<byte> copy = stackalloc byte[Math.Min(_random.Next(1, 24), _length - from)];
                _body.AsSpan(from, copy.Length).CopyTo(copy);
                Insert(_random.Next(_length + 1), copy);
                break;
            case 6:
                var other = s_corpus[_random.Next(s_corpus.Length)].AsSpan(2);
                _length = _random.Next(_length + 1);
                Insert(_length, other[_random.Next(other.Length + 1)..]);
                break;
            case 7:
                _first = (byte)_random.Next(256);
                break;
            case 8:
                _first ^= (byte)(1 << _random.Next(4));
                break;
            default:
                _length = _random.Next(_length + 1);
                break;
        }
    }

    private void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length <= _body.Length)
        {
            _body.AsSpan(at, _length - at).CopyTo(_body.AsSpan(at + bytes.Length));
            bytes.CopyTo(_body.AsSpan(at));
            _length += bytes.Length;
        }
    }

    private void Delete(int at, int count)
    {
        count = Math.Min(count, _length - at);
        _body.AsSpan(at + count, _length - at - count).CopyTo(_body.AsSpan(at));
        _length -= count;
    }

    /// <summary>Packets with every property that they may have.</summary>
    private static IEnumerable<byte[]> Rich()
    {
        var message = new MqttProperties
        {
            PayloadFormatIndicator = 1,
            MessageExpiryInterval = 60,
            ContentType = "application/json",
            ResponseTopic = "answers/to/me",
            CorrelationData = [1, 2, 3],
            UserProperties = [new("site", "1"), new("site", "2")],
        };
        var user = new MqttProperties { ReasonString = "why", UserProperties = [new("a", "b")] };
        yield return Written(new MqttConnect
        {
            Version = MqttVersion.V500,
            ClientId = "fuzz-1",
            KeepAlive = 30,
            UserName = "người dùng",
            Password = [1, 2, 3, 4],
            Will = new MqttWill { Topic = "status/x", Payload = [1], Qos = MqttQos.AtLeastOnce, Retain = true, Properties = new MqttProperties { WillDelayInterval = 5, ContentType = "t" } },
            Properties = new MqttProperties
            {
                SessionExpiryInterval = 100,
                AuthenticationMethod = "m",
                AuthenticationData = [1],
                RequestProblemInformation = 1,
                RequestResponseInformation = 1,
                ReceiveMaximum = 10,
                TopicAliasMaximum = 4,
                MaximumPacketSize = 1000,
                UserProperties = [new("k", "v")],
            },
        }.Encode);
        yield return Written(w => MqttPublishEncoder.Write(w, MqttVersion.V500, new MqttPublishParts
        {
            Topic = "ioc/v1/a/b/c/telemetry"u8,
            Payload = "{\"v\":{\"pm25\":1}}"u8,
            PropertyBlock = [0x23, 0, 2, .. MqttPublishEncoder.EncodeProperties(message)],
            PacketId = 77,
            Qos = MqttQos.ExactlyOnce,
        }));
        yield return Written(w => new MqttSubscribe
        {
            PacketId = 5,
            Filters = [new("a/+/c", MqttQos.AtLeastOnce), new("$share/g/a/#", MqttQos.ExactlyOnce), new("#"), new("đ/+", MqttQos.AtMostOnce, true, true, MqttRetainHandling.SendIfNew)],
            Properties = new MqttProperties { SubscriptionIdentifiers = [268_435_455], UserProperties = [new("k", "v")] },
        }.Encode(w, MqttVersion.V500));
        yield return Written(w => new MqttUnsubscribe { PacketId = 6, Filters = ["a/+/c", "#"], Properties = new MqttProperties { UserProperties = [new("k", "v")] } }.Encode(w, MqttVersion.V500));
        yield return Written(w => new MqttSubAck { PacketId = 7, Reasons = [MqttReasonCode.Success, MqttReasonCode.GrantedQos2], Properties = user }.Encode(w, MqttVersion.V500, MqttPacketType.SubAck));
        yield return Written(w => new MqttSubAck { PacketId = 7, Reasons = [MqttReasonCode.Success], Properties = user }.Encode(w, MqttVersion.V500, MqttPacketType.UnsubAck));
        yield return Written(w => new MqttDisconnect { Reason = MqttReasonCode.DisconnectWithWill, Properties = new MqttProperties { SessionExpiryInterval = 9, ReasonString = "bye", UserProperties = [new("k", "v")] } }.Encode(w, MqttVersion.V500));
        yield return Written(w => new MqttDisconnect { Reason = MqttReasonCode.ReAuthenticate, Properties = new MqttProperties { AuthenticationMethod = "m", AuthenticationData = [9], ReasonString = "again" } }.Encode(w, MqttVersion.V500, MqttPacketType.Auth));
        yield return Frames.Hex("50 0F 0001 92 0B 1F 0001 72 26 0001 61 0001 62");
        yield return Frames.Hex("62 0F 0001 92 0B 1F 0001 72 26 0001 61 0001 62");
    }

    private static byte[] Written(Action<IBufferWriter<byte>> encode)
    {
        var writer = new ArrayBufferWriter<byte>();
        encode(writer);
        return writer.WrittenSpan.ToArray();
    }
}
