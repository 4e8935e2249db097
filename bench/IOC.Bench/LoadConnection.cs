using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IOC.Bench;

/// <summary>One connection of the generator: keeps its window full and counts PUBACKs.</summary>
internal sealed class LoadConnection(string topic, int inFlight, long firstTimeMs, int seed) : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly LoadPayload _payload = new(topic, firstTimeMs, seed);
    private ushort _packetId;

    /// <summary>Publishes sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Publishes acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Connects and completes the MQTT handshake.</summary>
    public async Task ConnectAsync(IPEndPoint endpoint, string clientId)
    {
        await _socket.ConnectAsync(endpoint);
        var id = Encoding.ASCII.GetBytes(clientId);
        byte[] connect = [0x10, (byte)(12 + id.Length), 0, 4, .. "MQTT"u8, 4, 2, 0, 0, (byte)(id.Length >> 8), (byte)id.Length, .. id];
        await _socket.SendAsync(connect);
        var answer = new byte[4];
        for (var got = 0; got < 4;)
        {
            var n = await _socket.ReceiveAsync(answer.AsMemory(got));
            got += n > 0 ? n : throw new IOException("The host closed the connection in place of a CONNACK.");
        }

        if (answer is not [0x20, 2, 0, 0])
        {
            throw new IOException($"CONNECT was refused: {Convert.ToHexString(answer)}");
        }
    }

    /// <summary>Publishes until cancelled, then waits for what is in flight.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var outgoing = new byte[inFlight * _payload.PacketBytes];
        var incoming = new byte[Math.Max(4 * inFlight, 64)];
        var rest = 0;
        await SendAsync(outgoing, inFlight);
        while (Acknowledged < Sent)
        {
            var n = await _socket.ReceiveAsync(incoming.AsMemory(rest), CancellationToken.None);
            if (n == 0)
            {
                throw new IOException($"The host closed the connection with {Sent - Acknowledged} publishes unacknowledged.");
            }

            var acks = CountAcks(incoming.AsSpan(0, rest + n));
            rest = (rest + n) % 4;
            Acknowledged += acks;
            if (acks > 0 && !stop.IsCancellationRequested)
            {
                await SendAsync(outgoing, acks);
            }
        }
    }

    /// <summary>Publishes a window at a time, one every so often, with the times at which it does, until cancelled. A host that takes longer
    /// gets fewer.</summary>
    /// <param name="every">Time between the beginnings of two windows.</param>
    /// <param name="first">Time before the first.</param>
    /// <param name="stop">Ends it, after what is in flight.</param>
    public async Task RunPacedAsync(TimeSpan every, TimeSpan first, CancellationToken stop)
    {
        var outgoing = new byte[inFlight * _payload.PacketBytes];
        var incoming = new byte[Math.Max(4 * inFlight, 64)];
        using var timer = new PeriodicTimer(every);
        try
        {
            await Task.Delay(first, stop);
            do
            {
                _payload.Follow(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
                await SendAsync(outgoing, inFlight);
                for (var rest = 0; Acknowledged < Sent;)
                {
                    var n = await _socket.ReceiveAsync(incoming.AsMemory(rest), CancellationToken.None);
                    Acknowledged += n > 0 ? CountAcks(incoming.AsSpan(0, rest + n)) : throw new IOException($"The host closed the connection with {Sent - Acknowledged} publishes unacknowledged.");
                    rest = (rest + n) % 4;
                }
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The load is over.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static int CountAcks(Span<byte> received)
    {
        var count = received.Length / 4;
        for (var i = 0; i < count; i++)
        {
            if (received[4 * i] != 0x40 || received[(4 * i) + 1] != 2)
            {
                throw new IOException("Something other than a PUBACK came back.");
            }
        }

        received[(4 * count)..].CopyTo(received);
        return count;
    }

    private async ValueTask SendAsync(byte[] buffer, int count)
    {
        var size = _payload.PacketBytes;
        for (var i = 0; i < count; i++)
        {
            _packetId = _packetId == ushort.MaxValue ? (ushort)1 : (ushort)(_packetId + 1);
            _payload.Write(buffer.AsSpan(i * size), _packetId);
        }

        Sent += count;
        await _socket.SendAsync(buffer.AsMemory(0, count * size));
    }
}
