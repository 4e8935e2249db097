using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace IOC.Mqtt;

/// <summary>The bytes of a connection: TCP, TLS on it, or a WebSocket on either.</summary>
internal sealed class ClientTransport : IDisposable
{
    private readonly Socket? _socket;
    private readonly ClientWebSocket? _webSocket;
    private readonly IDisposable? _webClient;

    private ClientTransport(Stream stream, Socket? socket, ClientWebSocket? webSocket, IDisposable? webClient)
    {
        Stream = stream;
        _socket = socket;
        _webSocket = webSocket;
        _webClient = webClient;
    }

    public Stream Stream { get; }

    public static Task<ClientTransport> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        var tls = options.TlsSource?.Invoke() ?? options.Tls;
        if (tls is not null)
        {
            tls.TargetHost ??= options.Host;
        }

        return options.WebSocketPath is { } path
            ? OpenWebSocketAsync(options, path, tls, cancellationToken)
            : OpenSocketAsync(options, tls, cancellationToken);
    }

    /// <summary>Whether an exception is the way in which a transport says that it is gone.</summary>
    public static bool IsLoss(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or WebSocketException or OperationCanceledException;

    /// <summary>Says that nothing more will be sent.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_webSocket is not null)
            {
                await _webSocket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, cancellationToken);
            }

            _socket?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsLoss(e))
        {
            // The other side was faster.
        }
    }

    /// <summary>Cuts the connection.</summary>
    public void Dispose()
    {
        _webSocket?.Abort();
        Stream.Dispose();
        _webSocket?.Dispose();
        _webClient?.Dispose();
    }

    private static async Task<ClientTransport> OpenSocketAsync(
        MqttClientOptions options, SslClientAuthenticationOptions? tls, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (tls is not null)
            {
                var ssl = new SslStream(stream);
                await ssl.AuthenticateAsClientAsync(tls, cancellationToken);
                stream = ssl;
            }

            return new ClientTransport(stream, socket, webSocket: null, webClient: null);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<ClientTransport> OpenWebSocketAsync(
        MqttClientOptions options, string path, SslClientAuthenticationOptions? tls, CancellationToken cancellationToken)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false };
        if (tls is not null)
        {
            handler.SslOptions = tls;
        }

        var web = new HttpMessageInvoker(handler);
        var socket = new ClientWebSocket();
        try
        {
            // [MQTT-6.0.0-3]: the name of the subprotocol. Keep-alive is MQTT's own.
            socket.Options.AddSubProtocol("mqtt");
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            var address = new UriBuilder(tls is null ? "ws" : "wss", options.Host, options.Port, path).Uri;
            await socket.ConnectAsync(address, web, cancellationToken);
            return new ClientTransport(WebSocketStream.Create(socket, WebSocketMessageType.Binary), socket: null, socket, web);
        }
        catch
        {
            socket.Dispose();
            web.Dispose();
            throw;
        }
    }
}
