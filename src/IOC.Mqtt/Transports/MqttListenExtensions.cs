using System.Net.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace IOC.Mqtt;

/// <summary>What Kestrel's listeners speak.</summary>
public static class MqttListenExtensions
{
    /// <summary>MQTT over TCP, or over TLS when an identity is given.</summary>
    public static void UseMqtt(this ListenOptions listen, MqttTlsIdentity? tls = null)
    {
        ArgumentNullException.ThrowIfNull(listen);
        UseTls(listen, tls);
        listen.UseConnectionHandler<MqttConnectionHandler>();
    }

    /// <summary>HTTP/1.1 for nothing but MQTT over WebSocket; <see cref="IsForMqttOnly"/> tells its requests from others.</summary>
    public static void UseMqttWebSocket(this ListenOptions listen, MqttTlsIdentity? tls = null)
    {
        ArgumentNullException.ThrowIfNull(listen);
        listen.Protocols = HttpProtocols.Http1;
        UseTls(listen, tls);
        listen.Use(next => connection =>
        {
            connection.Features.Set(OnlyMqtt.Instance);
            return next(connection);
        });
    }

    /// <summary>Whether a request came in by a listener of <see cref="UseMqttWebSocket"/>.</summary>
    public static bool IsForMqttOnly(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<OnlyMqtt>() is not null;
    }

    /// <summary>HTTP/1.1 and HTTP/2 over TLS. The certificate is that of the moment of each handshake.</summary>
    public static void UseHttpTls(this ListenOptions listen, MqttTlsIdentity tls)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(tls);
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        UseTls(listen, () => new SslServerAuthenticationOptions
        {
            ServerCertificateContext = tls.Current.ServerCertificateContext,
            EnabledSslProtocols = tls.Current.EnabledSslProtocols,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        });
    }

    private static void UseTls(ListenOptions listen, MqttTlsIdentity? tls)
    {
        if (tls is not null)
        {
            UseTls(listen, () => tls.Current);
        }
    }

    private static void UseTls(ListenOptions listen, Func<SslServerAuthenticationOptions> current)
    {
        listen.Use(next => connection => IgnoreNoHelloAsync(next, connection));
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(current()) });
    }

    /// <summary>A first record that is no ClientHello reaches the TLS stream before it has a certificate. It throws what Kestrel would log
    /// as an error of the server, for anybody who scans ports to provoke.</summary>
    private static async Task IgnoreNoHelloAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        try
        {
            await next(connection);
        }
        catch (NotSupportedException)
        {
            connection.Abort();
        }
    }

    private sealed class OnlyMqtt
    {
        public static readonly OnlyMqtt Instance = new();
    }
}
