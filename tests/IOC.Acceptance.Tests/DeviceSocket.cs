using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IOC.Acceptance.Tests;

/// <summary>A device by hand: MQTT 3.1.1 or 5.0 with user name and password, byte by byte, so that nothing is shared with what it
/// tests. Packets of less than 128 bytes.</summary>
internal sealed class DeviceSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly bool _v5;
    private readonly List<byte> _received = [];

    private DeviceSocket(bool v5) => _v5 = v5;

    /// <summary>Connects; <see cref="Code"/> is the CONNACK's.</summary>
    public static async Task<DeviceSocket> OpenAsync(int port, string clientId, string? user, string? password, bool v5 = true, string? willTopic = null)
    {
        var device = new DeviceSocket(v5);
        await device._socket.ConnectAsync(IPAddress.Loopback, port);
        var flags = 2 | (user is null ? 0 : 0x80) | (password is null ? 0 : 0x40) | (willTopic is null ? 0 : 4);
        List<byte> body = [.. Text("MQTT"), (byte)(v5 ? 5 : 4), (byte)flags, 0, 0, .. v5 ? (byte[])[0] : [], .. Text(clientId)];
        if (willTopic is not null)
        {
            body.AddRange([.. v5 ? (byte[])[0] : [], .. Text(willTopic), .. Text("gone")]);
        }

        body.AddRange([.. user is null ? [] : Text(user), .. password is null ? [] : Text(password)]);
        await device.SendAsync(0x10, body);
        var connAck = await device.ReceiveAsync() ?? throw new IOException("closed in place of a CONNACK");
        device.Code = connAck[3];
        return device;
    }

    public byte Code { get; private set; }

    /// <summary>Publishes with QoS 1 and returns the PUBACK's reason (0 where it has none).</summary>
    public async Task<byte> PublishAsync(string topic, string payload)
    {
        await SendAsync(0x32, [.. Text(topic), 0, 1, .. _v5 ? (byte[])[0] : [], .. Encoding.UTF8.GetBytes(payload)]);
        var answer = await ReceiveAsync() ?? throw new IOException("closed in place of a PUBACK");
        Assert.Equal(0x40, answer[0]);
        return answer.Length > 4 ? answer[4] : (byte)0;
    }

    /// <summary>Subscribes with QoS 1 and returns the SUBACK's code.</summary>
    public async Task<byte> SubscribeAsync(string filter)
    {
        await SendAsync(0x82, [0, 2, .. _v5 ? (byte[])[0] : [], .. Text(filter), 1]);
        var answer = await ReceiveAsync() ?? throw new IOException("closed in place of a SUBACK");
        Assert.Equal(0x90, answer[0]);
        return answer[^1];
    }

    /// <summary>The next packet; null when the host closed the connection.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[1024];
        while (_received.Count < 2 || _received.Count < 2 + _received[1])
        {
            int read;
            try
            {
                read = await _socket.ReceiveAsync(buffer, limit.Token);
            }
            catch (SocketException)
            {
                return null;
            }

            if (read == 0)
            {
                return null;
            }

            _received.AddRange(buffer[..read]);
        }

        var packet = _received[..(2 + _received[1])].ToArray();
        _received.RemoveRange(0, packet.Length);
        return packet;
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }

    private async Task SendAsync(byte type, List<byte> body)
    {
        var header = new List<byte> { type };
        var length = body.Count;
        do
        {
            header.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);
        await _socket.SendAsync(new ReadOnlyMemory<byte>([.. header, .. body]));
    }
}
