using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace IOC.Bench;

/// <summary>
/// Writes whole PUBLISH packets (MQTT 3.1.1, QoS 0 or 1) with a payload of 101 bytes: seven values of an air station. Hand-made,
/// so that the generator costs as little as it can and shares no code with what is measured.
/// </summary>
internal sealed class LoadPayload
{
    /// <summary>Values in a payload.</summary>
    public const int Values = 7;

    /// <summary>Bytes of a payload.</summary>
    public const int Bytes = 101;

    /// <summary>Codes of the seven properties.</summary>
    public static readonly string[] Properties = ["pm25", "pm10", "no2", "so2", "o3", "co", "temp"];

    private readonly byte[] _packet;
    private readonly int _idAt;
    private readonly int _timeAt;
    private readonly int[] _digitsAt = new int[Values];
    private readonly Random _random;
    private long _timeMs;

    public LoadPayload(string topic, long firstTimeMs, int seed, int qos = 1)
    {
        _random = new Random(seed);
        _timeMs = firstTimeMs;
        // Digits that change are marked by '#': they are overwritten in place for each publish.
        const string Template = "{\"ts\":0000000000000,\"v\":{\"pm25\":2#.3,\"pm10\":4#.1,\"no2\":#.7,\"so2\":1#.2,\"o3\":5#.4,\"co\":4#,\"temp\":2#.5}}";
        var topicBytes = Encoding.ASCII.GetBytes(topic);
        var remaining = 2 + topicBytes.Length + (2 * qos) + Bytes;
        var header = new byte[] { (byte)(0x30 | (qos << 1)), (byte)((remaining & 0x7F) | 0x80), (byte)(remaining >> 7) };
        var packet = new List<byte>(header) { (byte)(topicBytes.Length >> 8), (byte)topicBytes.Length };
        packet.AddRange(topicBytes);
        if (qos > 0)
        {
            _idAt = packet.Count;
            packet.AddRange([0, 0]);
        }

        var payloadAt = packet.Count;
        packet.AddRange(Encoding.ASCII.GetBytes(Template));
        _packet = [.. packet];
        _timeAt = payloadAt + Template.IndexOf("0000", StringComparison.Ordinal);
        for (int i = 0, from = 0; i < Values; i++)
        {
            from = Template.IndexOf('#', from) + 1;
            _digitsAt[i] = payloadAt + from - 1;
        }
    }

    /// <summary>Bytes of a packet.</summary>
    public int PacketBytes => _packet.Length;

    /// <summary>The next publish is of this time, Unix milliseconds, or of 1 ms after the last when that is later.</summary>
    public void Follow(long timeMs) => _timeMs = Math.Max(_timeMs, timeMs);

    /// <summary>Writes the next publish (the identifier only from QoS 1 on): a new time (1 ms later) and new digits.</summary>
    public void Write(Span<byte> to, ushort packetId)
    {
        if (_idAt > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(_idAt), packetId);
        }

        Utf8Formatter.TryFormat(_timeMs++, _packet.AsSpan(_timeAt), out _);
        var digits = _random.Next(10_000_000);
        foreach (var at in _digitsAt)
        {
            _packet[at] = (byte)('0' + (digits % 10));
            digits /= 10;
        }

        _packet.CopyTo(to);
    }
}
