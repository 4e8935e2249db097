using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace IOC.Mqtt;

/// <summary>A WebSocket as the endpoint's connections see a transport: bytes in, bytes out. Packets and frames have nothing to do
/// with each other (MQTT-6.0.0-2).</summary>
internal sealed class WebSocketTransport : ConnectionContext, IDuplexPipe, IMqttTransportFeature
{
    private const int ReadSize = 4096;

    private readonly WebSocket _socket;
    private readonly IHttpRequestLifetimeFeature? _request;
    private readonly Pipe _in = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe _out = new(new PipeOptions(useSynchronizationContext: false));
    private volatile bool _finished;
    private WebSocketCloseStatus _closeStatus = WebSocketCloseStatus.NormalClosure;

    public WebSocketTransport(HttpContext context, WebSocket socket)
    {
        _socket = socket;
        _request = context.Features.Get<IHttpRequestLifetimeFeature>();
        ConnectionId = context.Connection.Id;
        Transport = this;
        // The connection's own features shine through: its TLS, the client's certificate, the notice that the host stops.
        Features = new FeatureCollection(context.Features);
        Features.Set<IMqttTransportFeature>(this);
        Kind = context.Request.IsHttps ? MqttTransportKind.SecureWebSocket : MqttTransportKind.WebSocket;
        // Behind a proxy the connection comes from there, and nobody knows from where the client does.
        RemoteEndPoint = !IsForwarded(context.Request) && context.Connection.RemoteIpAddress is { } remote ? new IPEndPoint(remote, context.Connection.RemotePort) : null;
        LocalEndPoint = context.Connection.LocalIpAddress is { } local ? new IPEndPoint(local, context.Connection.LocalPort) : null;
    }

    public MqttTransportKind Kind { get; }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; }

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input => _in.Reader;

    public PipeWriter Output => _out.Writer;

    /// <summary>Runs a connection over the socket to its end. <paramref name="connection"/> completes both pipes and has the
    /// transport aborted when the client does not take its last bytes.</summary>
    public async Task RunAsync(Func<ConnectionContext, Task> connection)
    {
        var receiving = ReceiveAsync();
        var sending = SendAsync();
        try
        {
            await connection(this);
            await Task.WhenAll(receiving, sending);
        }
        finally
        {
            _finished = true;
        }
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (!_finished)
        {
            _socket.Abort();
            _request?.Abort();
        }
    }

    private static bool IsForwarded(HttpRequest request) =>
        request.Headers.ContainsKey("Forwarded") || request.Headers.ContainsKey("X-Forwarded-For") || request.Headers.ContainsKey("X-Real-IP") || request.Headers.ContainsKey("Via");

    private async Task ReceiveAsync()
    {
        var writer = _in.Writer;
        try
        {
            while (await ReceiveFrameAsync(writer))
            {
            }

            await writer.CompleteAsync();
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Without an error: one would take the place of what came before it and is not read yet, a DISCONNECT perhaps. Whoever
            // is lost without one is told by that.
            await writer.CompleteAsync();
        }
    }

    /// <summary>Takes what is there; false when the client has closed, or sent what is not MQTT.</summary>
    private async ValueTask<bool> ReceiveFrameAsync(PipeWriter writer)
    {
        // Waits without a buffer: most connections are idle most of the time.
        var waited = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        if (waited.MessageType == WebSocketMessageType.Close)
        {
            return false;
        }

        var received = await _socket.ReceiveAsync(writer.GetMemory(ReadSize), CancellationToken.None);
        if (received.MessageType != WebSocketMessageType.Binary)
        {
            // MQTT-6.0.0-1: anything but binary frames ends the connection.
            _closeStatus = received.MessageType == WebSocketMessageType.Text ? WebSocketCloseStatus.InvalidMessageType : _closeStatus;
            return false;
        }

        writer.Advance(received.Count);
        var flushed = await writer.FlushAsync();
        return !flushed.IsCompleted || await DiscardAsync();
    }

    /// <summary>The endpoint reads no more: waits for the client's end of the closing handshake. The endpoint's abort ends it too.</summary>
    private async ValueTask<bool> DiscardAsync()
    {
        var buffer = new byte[ReadSize];
        while ((await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
        {
        }

        return false;
    }

    private async Task SendAsync()
    {
        var reader = _out.Reader;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync();
                await SendAsync(result.Buffer);
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }

            await _socket.CloseOutputAsync(_closeStatus, null, CancellationToken.None);
            await reader.CompleteAsync();
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            await reader.CompleteAsync(e);
        }
    }

    /// <summary>One message for all that is there, so that clients which take a message for a packet get on.</summary>
    private async ValueTask SendAsync(ReadOnlySequence<byte> buffer)
    {
        var left = buffer.Length;
        foreach (var segment in buffer)
        {
            left -= segment.Length;
            if (segment.Length > 0)
            {
                await _socket.SendAsync(segment, WebSocketMessageType.Binary, endOfMessage: left == 0, CancellationToken.None);
            }
        }
    }
}
