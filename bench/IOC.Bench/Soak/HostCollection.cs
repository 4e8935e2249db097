using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace IOC.Bench.Soak;

/// <summary>
/// Makes another .NET process of this user collect its garbage, all of it, by way of the runtime's diagnostic port: a session of events that asks
/// for the heap to be collected does so when it begins. (The protocol: docs/design-docs/ipc-protocol.md of dotnet/diagnostics.)
/// </summary>
internal static class HostCollection
{
    private const int HeaderBytes = 20;
    private const string Provider = "Microsoft-Windows-DotNETRuntime";
    private const ulong CollectHeap = 0x80_0000;
    private const uint Informational = 4;
    private const byte EventPipe = 2;
    private const byte StopTracing = 1;
    private const byte CollectTracing = 2;

    /// <summary>Asks for a collection; it is over a moment later.</summary>
    /// <exception cref="IOException">The process has no port, or refused.</exception>
    public static async Task AskAsync(int processId)
    {
        var endpoint = new UnixDomainSocketEndPoint(PortOf(processId));
        using var session = await ConnectAsync(endpoint);
        await session.SendAsync(Message(CollectTracing, Session()));
        var id = await AnswerAsync(session, bytes: 8);

        // The events are of no use; the session must be read to its end all the same, or the host would wait for room in it.
        var drain = DrainAsync(session);
        using (var stop = await ConnectAsync(endpoint))
        {
            await stop.SendAsync(Message(StopTracing, id));
            await AnswerAsync(stop, bytes: 8);
        }

        await drain;
    }

    private static string PortOf(int processId) =>
        new DirectoryInfo(Path.GetTempPath()).EnumerateFiles($"dotnet-diagnostic-{processId}-*-socket").MaxBy(f => f.LastWriteTimeUtc)?.FullName
        ?? throw new IOException($"Process {processId} has no diagnostic port.");

    private static async Task<Socket> ConnectAsync(UnixDomainSocketEndPoint endpoint)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(endpoint);
        return socket;
    }

    // A buffer of 16 MiB, the format "nettrace", one provider without filter.
    private static byte[] Session()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.Unicode);
        writer.Write(16u);
        writer.Write(1u);
        writer.Write(1u);
        writer.Write(CollectHeap);
        writer.Write(Informational);
        writer.Write(Provider.Length + 1);
        writer.Write(Encoding.Unicode.GetBytes(Provider + '\0'));
        writer.Write(0);
        writer.Flush();
        return bytes.ToArray();
    }

    private static byte[] Message(byte command, byte[] payload)
    {
        var message = new byte[HeaderBytes + payload.Length];
        "DOTNET_IPC_V1\0"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        message[16] = EventPipe;
        message[17] = command;
        payload.CopyTo(message.AsSpan(HeaderBytes));
        return message;
    }

    private static async Task<byte[]> AnswerAsync(Socket socket, int bytes)
    {
        var header = await ReadAsync(socket, HeaderBytes);
        return header[16] == 0xFF && header[17] == 0 ? await ReadAsync(socket, bytes) : throw new IOException("The runtime refused to collect its garbage.");
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        var buffer = new byte[count];
        for (var got = 0; got < count;)
        {
            var n = await socket.ReceiveAsync(buffer.AsMemory(got));
            got += n > 0 ? n : throw new IOException("The runtime closed its diagnostic port.");
        }

        return buffer;
    }

    private static async Task DrainAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer) > 0)
        {
        }
    }
}
