using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IOC.Bench.Mqtt;

/// <summary>One MQTT 3.1.1 connection of the generator: publishes, counts acknowledgements and deliveries, and answers QoS 1
/// deliveries. Hand-made, so that it shares no code with what is measured. Used by the generator's one thread.</summary>
internal sealed class MqttLink : IDisposable
{
    /// <summary>Bytes of QoS 0 publishes that are written at once.</summary>
    private const int Chunk = 32 * 1024;

    private readonly Socket _socket;
    private readonly LoadPayload? _payload;
    private readonly int _window;
    private readonly int _qos;
    private byte[] _unsent = [];
    private byte[] _unread = [];
    private ushort _packetId;
    private bool _watchesOutput;

    /// <summary>Takes a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="payload">What it publishes; null for a subscriber.</param>
    /// <param name="qos">QoS of the publishes.</param>
    /// <param name="window">At QoS 1, publishes ahead of their acknowledgements. At QoS 0, publishes between two pings, of which one
    /// may be unanswered; 0 is as many as TCP takes.</param>
    public MqttLink(Socket socket, LoadPayload? payload = null, int qos = 0, int window = 0)
    {
        _qos = qos;
        _socket = socket;
        _payload = payload;
        _window = window;
    }

    public Socket Socket => _socket;

    /// <summary>Publishes handed to the socket.</summary>
    public long Sent { get; private set; }

    /// <summary>PUBACKs.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Publishes received.</summary>
    public long Delivered { get; private set; }

    /// <summary>Pings that are not answered yet.</summary>
    public int PingsOut { get; private set; }

    /// <summary>Whether it publishes when it may.</summary>
    public bool Publishing { get; set; }

    /// <summary>Whether more can go out now.</summary>
    public bool WantsOutput => _unsent.Length > 0 || (Publishing && _window == 0 && _payload is not null && _qos == 0);

    /// <summary>Connects, with a clean session unless told otherwise, and completes the handshake.</summary>
    public static Socket Connect(IPEndPoint server, IPAddress? from, string clientId, bool clean = true)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }

        socket.Connect(server);
        socket.Send(ConnectPacket(clientId, clean));
        Expect(socket, 0x20, 4);
        return socket;
    }

    /// <summary>The same without blocking a thread; gives up never, since a server under a storm may refuse for a moment.</summary>
    public static async ValueTask<Socket> ConnectAsync(IPEndPoint server, IPAddress from, string clientId, bool clean)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(server);
                await socket.SendAsync(ConnectPacket(clientId, clean));
                var answer = new byte[4];
                var got = await socket.ReceiveAsync(answer);
                if (got == 4 && answer[0] == 0x20 && answer[3] == 0)
                {
                    return socket;
                }
            }
            catch (SocketException)
            {
                // Again.
            }

            socket.Dispose();
            await Task.Delay(100);
        }
    }

    /// <summary>Subscribes and waits for the answer. Before the link is watched.</summary>
    public static void Subscribe(Socket socket, string filter, int qos)
    {
        var name = Encoding.ASCII.GetBytes(filter);
        socket.Send((byte[])[0x82, (byte)(5 + name.Length), 0, 1, 0, (byte)name.Length, .. name, (byte)qos]);
        Expect(socket, 0x90, 5);
    }

    /// <summary>Fills the window, or writes a chunk at QoS 0.</summary>
    public void Pump(byte[] buffer)
    {
        if (_unsent.Length > 0)
        {
            var rest = _unsent;
            _unsent = [];
            Send(rest);
        }

        if (_unsent.Length > 0 || !Publishing || _payload is null)
        {
            return;
        }

        var size = _payload.PacketBytes;
        var count = Math.Min(Room(size), buffer.Length / size);
        for (var i = 0; i < count; i++)
        {
            _packetId = _packetId == ushort.MaxValue ? (ushort)1 : (ushort)(_packetId + 1);
            _payload.Write(buffer.AsSpan(i * size), _packetId);
        }

        if (count == 0)
        {
            return;
        }

        Sent += count;
        Send(buffer.AsSpan(0, count * size));
        if (_qos == 0 && _window > 0)
        {
            Ping();
        }
    }

    /// <summary>Asks for a proof that everything sent before was read.</summary>
    public void Ping()
    {
        PingsOut++;
        Send([0xC0, 0]);
    }

    /// <summary>Reads what there is; answers go into <paramref name="answers"/> and out.</summary>
    public void Receive(byte[] buffer, byte[] answers)
    {
        _unread.CopyTo(buffer, 0);
        var count = _socket.Receive(buffer.AsSpan(_unread.Length), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return;
        }

        if (count == 0 || error != SocketError.Success)
        {
            throw new IOException($"The server closed a connection ({error}) with {Sent - Acknowledged} publishes unacknowledged.");
        }

        var all = buffer.AsSpan(0, _unread.Length + count);
        var answered = 0;
        var used = 0;
        while (TryPacket(all[used..], out var header, out var size))
        {
            answered += Take(all.Slice(used, size), header, answers.AsSpan(answered));
            used += size;
        }

        _unread = used == all.Length ? [] : all[used..].ToArray();
        if (answered > 0)
        {
            Send(answers.AsSpan(0, answered));
        }
    }

    /// <summary>Tells the poll what to watch for, if that has changed.</summary>
    public void Rewatch(Epoll poll, int tag)
    {
        if (WantsOutput != _watchesOutput)
        {
            _watchesOutput = !_watchesOutput;
            poll.Watch(_socket, tag, _watchesOutput, isNew: false);
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Publishes that may go out now.</summary>
    private int Room(int size)
    {
        if (_qos > 0)
        {
            return (int)(_window - (Sent - Acknowledged));
        }

        return _window == 0 ? Chunk / size : PingsOut < 2 ? _window : 0;
    }

    private int Take(ReadOnlySpan<byte> packet, int header, Span<byte> answer)
    {
        switch (packet[0] >> 4)
        {
            case 3:
                Delivered++;
                if ((packet[0] & 6) == 0)
                {
                    return 0;
                }

                var at = header + 2 + (packet[header] << 8) + packet[header + 1];
                answer[0] = 0x40;
                answer[1] = 2;
                packet.Slice(at, 2).CopyTo(answer[2..]);
                return 4;
            case 4:
                Acknowledged++;
                return 0;
            case 13:
                PingsOut--;
                return 0;
            default:
                throw new IOException($"The server sent a packet that was not expected: {Convert.ToHexString(packet[..Math.Min(8, packet.Length)])}");
        }
    }

    private static byte[] ConnectPacket(string clientId, bool clean)
    {
        var id = Encoding.ASCII.GetBytes(clientId);
        return [0x10, (byte)(12 + id.Length), 0, 4, .. "MQTT"u8, 4, clean ? (byte)2 : (byte)0, 0, 0, 0, (byte)id.Length, .. id];
    }

    private static bool TryPacket(ReadOnlySpan<byte> bytes, out int header, out int size)
    {
        size = 0;
        for (header = 1; header < bytes.Length && header < 5;)
        {
            var b = bytes[header];
            size |= (b & 0x7F) << (7 * (header - 1));
            header++;
            if ((b & 0x80) == 0)
            {
                size += header;
                return size <= bytes.Length;
            }
        }

        return false;
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        var sent = 0;
        if (_unsent.Length == 0)
        {
            sent = _socket.Send(bytes, SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                throw new IOException($"The server closed a connection: {error}");
            }

            sent = error == SocketError.Success ? sent : 0;
        }

        if (sent < bytes.Length)
        {
            _unsent = [.. _unsent, .. bytes[sent..]];
        }
    }

    private static void Expect(Socket socket, byte first, int length)
    {
        var answer = new byte[length];
        for (var got = 0; got < length;)
        {
            var n = socket.Receive(answer.AsSpan(got));
            got += n > 0 ? n : throw new IOException("The server closed the connection in place of an answer.");
        }

        if (answer[0] != first || answer[3] >= 0x80 || (first == 0x20 && answer[3] != 0))
        {
            throw new IOException($"Not the answer that was expected: {Convert.ToHexString(answer)}");
        }
    }
}
