using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace IOC.Testing;

/// <summary>
/// A client of the live hub, written against SignalR's JSON hub protocol itself (records ended by 0x1E over a WebSocket;
/// see HubProtocol.md of aspnetcore), since no .NET client can be had.
/// </summary>
public sealed class HubClient : IAsyncDisposable
{
    private const char RecordEnd = '\u001e';

    // The hub takes a client for gone that sends nothing for 30 s.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(10);
    private readonly ClientWebSocket _socket = new();
    private readonly StringBuilder _received = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private long _sentAt;

    private HubClient()
    {
    }

    /// <summary>Connects and starts the stream from where the caller is (null = from nothing).</summary>
    public static Task<HubClient> ConnectAsync(Uri http, string? epoch = null, long version = 0) => ConnectAsync(http, [], epoch, version);

    /// <summary>The same with headers, such as who it is.</summary>
    public static Task<HubClient> ConnectAsync(Uri http, IEnumerable<(string Name, string Value)> headers, string? epoch = null, long version = 0) =>
        ConnectAsync(http, headers, receiveBytes: null, epoch, version);

    /// <summary>The same with little room for what the host sends and nobody reads, as on a bad line.</summary>
    /// <param name="http">Root address of the web side.</param>
    /// <param name="receiveBytes">Size of the socket's buffer.</param>
    public static Task<HubClient> ConnectNarrowAsync(Uri http, int receiveBytes) => ConnectAsync(http, [], receiveBytes, epoch: null, version: 0);

    /// <summary>Connects, and starts no stream yet.</summary>
    public static Task<HubClient> OpenAsync(Uri http, IEnumerable<(string Name, string Value)> headers) => OpenAsync(http, headers, receiveBytes: null);

    /// <summary>Starts the stream of a method of the hub; one of them for each connection.</summary>
    public Task StreamAsync(string method, params object[] arguments) => SendAsync(new { type = 4, invocationId = "1", target = method, arguments });

    /// <summary>Calls a method of the hub and waits until it has returned. Before the stream is started.</summary>
    public async Task CallAsync(string method, params object[] arguments)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await SendAsync(new { type = 1, invocationId = "2", target = method, arguments });
        while (true)
        {
            var record = await ReceiveRecordAsync(limit.Token);
            switch (record.GetProperty("type").GetInt32())
            {
                case 3 when !record.TryGetProperty("error", out _):
                    return;
                case 3 or 7:
                    throw new InvalidOperationException($"The hub refused {method}: {record}");
            }
        }
    }

    private static async Task<HubClient> ConnectAsync(Uri http, IEnumerable<(string Name, string Value)> headers, int? receiveBytes, string? epoch, long version)
    {
        var client = await OpenAsync(http, headers, receiveBytes);
        await client.StreamAsync("Live", new { epoch, version });
        return client;
    }

    private static async Task<HubClient> OpenAsync(Uri http, IEnumerable<(string Name, string Value)> headers, int? receiveBytes)
    {
        var client = new HubClient();
        foreach (var (name, value) in headers)
        {
            client._socket.Options.SetRequestHeader(name, value);
        }

        var address = new UriBuilder(new Uri(http, "/hub/live")) { Scheme = "ws" }.Uri;
        using var handler = new SocketsHttpHandler();
        if (receiveBytes is { } bytes)
        {
            handler.ConnectCallback = (context, stop) => NarrowAsync(context.DnsEndPoint.Port, bytes, stop);
        }

        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await client._socket.ConnectAsync(address, invoker, CancellationToken.None);
        await client.SendAsync(new { protocol = "json", version = 1 });
        var handshake = await client.ReceiveRecordAsync(CancellationToken.None);
        if (handshake.TryGetProperty("error", out var error))
        {
            throw new InvalidOperationException($"The hub refused the handshake: {error}");
        }

        return client;
    }

    /// <summary>The next update of the stream.</summary>
    public async Task<JsonElement> NextAsync(TimeSpan? timeout = null)
    {
        using var limit = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            var record = await ReceiveRecordAsync(limit.Token);
            switch (record.GetProperty("type").GetInt32())
            {
                case 2:
                    return record.GetProperty("item");
                case 3 or 7:
                    throw new InvalidOperationException($"The hub ended the stream: {record}");
            }
        }
    }

    /// <summary>Reads updates until one satisfies the condition.</summary>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> condition, string what, TimeSpan? timeout = null)
    {
        using var limit = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(30));
        try
        {
            while (true)
            {
                var update = await NextAsync(timeout).WaitAsync(limit.Token);
                if (condition(update))
                {
                    return update;
                }
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"Waited in vain for: {what}", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async ValueTask<Stream> NarrowAsync(int port, int receiveBytes, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = receiveBytes };
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, port, stop);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task SendAsync(object message)
    {
        _sentAt = Stopwatch.GetTimestamp();
        var bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message) + RecordEnd);
        await _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
    }

    private async Task<JsonElement> ReceiveRecordAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var text = _received.ToString();
            var end = text.IndexOf(RecordEnd, StringComparison.Ordinal);
            if (end >= 0)
            {
                _received.Remove(0, end + 1);
                return JsonDocument.Parse(text[..end]).RootElement;
            }

            if (Stopwatch.GetElapsedTime(_sentAt) > PingAfter)
            {
                await SendAsync(new { type = 6 });
            }

            var result = await _socket.ReceiveAsync(_buffer, cancellationToken);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                throw new InvalidOperationException($"The hub closed the connection: {result.CloseStatusDescription}");
            }

            var chars = new char[_buffer.Length];
            _received.Append(chars, 0, _utf8.GetChars(_buffer, 0, result.Count, chars, 0, flush: false));
        }
    }
}
