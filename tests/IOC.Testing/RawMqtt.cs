using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace IOC.Testing;

/// <summary>
/// MQTT 3.1.1 by hand over a socket: tests of the whole path share no code with what they test.
/// </summary>
public sealed class RawMqtt : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _filled;
    private ushort _packetId;

    /// <summary>Connects to 127.0.0.1 with a clean session and no keep-alive, and checks that the connection was accepted.</summary>
    /// <exception cref="IOException">The host closed the connection in place of an answer.</exception>
    public static async Task<RawMqtt> ConnectAsync(int port, string clientId)
    {
        var client = new RawMqtt();
        await client._socket.ConnectAsync(IPAddress.Loopback, port);
        byte[] id = Encoding.UTF8.GetBytes(clientId);
        await client.SendRawAsync((byte[])[0x10, (byte)(12 + id.Length), 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, (byte)id.Length, .. id]);
        var connack = await client.ReceiveAsync() ?? throw new IOException("closed in place of a CONNACK");
        Assert.Equal("20020000", Convert.ToHexString(connack));
        return client;
    }

    /// <summary>The bytes of a QoS 1 PUBLISH.</summary>
    public static byte[] Publish(string topic, ReadOnlySpan<byte> payload, ushort packetId, bool duplicate = false)
    {
        var name = Encoding.UTF8.GetBytes(topic);
        var length = 2 + name.Length + 2 + payload.Length;
        var header = new List<byte> { (byte)(duplicate ? 0x3A : 0x32) };
        do
        {
            header.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);
        return [.. header, (byte)(name.Length >> 8), (byte)name.Length, .. name, (byte)(packetId >> 8), (byte)packetId, .. payload];
    }

    /// <summary>Sends one QoS 1 publish and waits for its PUBACK.</summary>
    /// <exception cref="IOException">The host closed the connection in place of the PUBACK.</exception>
    public async Task PublishAsync(string topic, string payload)
    {
        var id = ++_packetId;
        await SendRawAsync(Publish(topic, Encoding.UTF8.GetBytes(payload), id));
        var answer = await ReceiveAsync() ?? throw new IOException("closed in place of a PUBACK");
        Assert.Equal([0x40, 2, (byte)(id >> 8), (byte)id], answer);
    }

    /// <summary>Sends bytes as they are, whether or not they are MQTT.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes) => await _socket.SendAsync(bytes);

    /// <summary>The next packet (of less than 128 bytes, as all answers to a publisher are); null when the host closed the
    /// connection.</summary>
    /// <exception cref="OperationCanceledException">Nothing came for 30 s.</exception>
    public async Task<byte[]?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (_filled >= 2 && _filled >= 2 + _buffer[1])
            {
                var packet = _buffer[..(2 + _buffer[1])];
                _filled -= packet.Length;
                _buffer.AsSpan(packet.Length, _filled).CopyTo(_buffer);
                return packet;
            }

            try
            {
                var n = await _socket.ReceiveAsync(_buffer.AsMemory(_filled), limit.Token);
                if (n == 0)
                {
                    return null;
                }

                _filled += n;
            }
            catch (SocketException)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
