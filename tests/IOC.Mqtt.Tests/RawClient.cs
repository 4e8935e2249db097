using System.Buffers;
using System.Net.Sockets;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt.Tests;

/// <summary>A socket that sends what a test says and reads packets, for what a proper client never does.</summary>
public sealed class RawClient : IDisposable
{
    private readonly IDisposable? _owner;
    private readonly Stream _stream;
    private byte[] _received = [];

    /// <summary>A client over TLS or whatever else is a stream.</summary>
    public RawClient(Stream stream, IDisposable? owner = null)
    {
        _stream = stream;
        _owner = owner;
    }

    public static async Task<RawClient> OpenAsync(int port)
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync("127.0.0.1", port);
        return new RawClient(tcp.GetStream(), tcp);
    }

    public async Task SendAsync(params byte[] bytes) => await _stream.WriteAsync(bytes);

    public Task SendAsync(Action<IBufferWriter<byte>> encode)
    {
        var writer = new ArrayBufferWriter<byte>();
        encode(writer);
        return SendAsync(writer.WrittenSpan.ToArray());
    }

    /// <summary>Connects and expects a CONNACK without error.</summary>
    public async Task ConnectAsync(string clientId = "raw", MqttVersion version = MqttVersion.V311, bool clean = true, MqttProperties? properties = null)
    {
        await SendAsync(new MqttConnect { Version = version, ClientId = clientId, CleanStart = clean, Properties = properties }.Encode);
        var packet = await ReadAsync() ?? throw new InvalidOperationException("Closed instead of a CONNACK.");
        if (packet[0] != 0x20 || packet[3] != 0)
        {
            throw new InvalidOperationException("Not connected: " + Convert.ToHexString(packet));
        }
    }

    public Task PublishAsync(string topic, string payload, ushort id, MqttVersion version = MqttVersion.V311, MqttQos qos = MqttQos.AtLeastOnce, bool dup = false) =>
        SendAsync(w => MqttPublishEncoder.Write(w, version, new MqttPublishParts
        {
            Topic = System.Text.Encoding.UTF8.GetBytes(topic),
            Payload = System.Text.Encoding.UTF8.GetBytes(payload),
            PacketId = id,
            Qos = qos,
            Dup = dup,
        }));

    /// <summary>The next packet; null at the end of the connection.</summary>
    public async Task<byte[]?> ReadAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[4096];
        while (true)
        {
            if (MqttFrameReader.ReadHeader(_received, int.MaxValue, out var header, out var body, out _) == DecodeStatus.Complete
                && _received.Length >= header + body)
            {
                var packet = _received[..(header + body)];
                _received = _received[(header + body)..];
                return packet;
            }

            int read;
            try
            {
                read = await _stream.ReadAsync(buffer, timeout.Token);
            }
            catch (IOException)
            {
                return null;
            }

            if (read == 0)
            {
                return null;
            }

            _received = [.. _received, .. buffer[..read]];
        }
    }

    /// <summary>Reads a DISCONNECT of 5.0 and returns its reason code.</summary>
    public async Task<byte> ReadDisconnectAsync()
    {
        var packet = await ReadAsync() ?? throw new InvalidOperationException("Closed instead of a DISCONNECT.");
        return packet[0] == 0xE0 ? packet[2] : throw new InvalidOperationException("Not a DISCONNECT: " + Convert.ToHexString(packet));
    }

    /// <summary>Proves that the server has handled everything sent so far, and returns what came before the proof.</summary>
    public async Task<List<byte[]>> PingAsync()
    {
        await SendAsync(0xC0, 0);
        var before = new List<byte[]>();
        while (true)
        {
            var packet = await ReadAsync() ?? throw new InvalidOperationException("Closed instead of a PINGRESP.");
            if (packet[0] == 0xD0)
            {
                return before;
            }

            before.Add(packet);
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _owner?.Dispose();
    }
}
