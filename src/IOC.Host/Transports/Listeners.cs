using System.Net;
using IOC.Host.Hardening;
using IOC.Host.Settings;
using IOC.Mqtt;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IOC.Host.Transports;

/// <summary>An address that the host listens on, with the port that it got.</summary>
/// <param name="Kind">"http", "https", "mqtt", "mqtts", "ws" or "wss".</param>
/// <param name="Address">ADDRESS:PORT.</param>
internal sealed record BoundListener(string Kind, string Address);

/// <summary>All that the host listens on.</summary>
internal sealed class Listeners(IocOptions options) : IDisposable
{
    private readonly List<(string Kind, ListenOptions Listen)> _listeners = [];
    private MqttTlsIdentity? _tls;
    private MqttTlsIdentity? _httpTls;

    /// <summary>Sets Kestrel up.</summary>
    /// <exception cref="SettingsException">A certificate cannot be used.</exception>
    public void Configure(KestrelServerOptions kestrel)
    {
        var mqtt = options.Mqtt;
        if (mqtt.Tls.Listen.Length > 0 || mqtt.WebSocket.TlsListen.Length > 0)
        {
            _tls = ReadCertificate(kestrel.ApplicationServices, mqtt.Tls, "Ioc:Mqtt:Tls");
        }

        if (options.Http.Tls.Listen.Length > 0)
        {
            _httpTls = ReadCertificate(kestrel.ApplicationServices, options.Http.Tls.ToFiles(), "Ioc:Http:Tls");
        }

        var share = kestrel.ApplicationServices.GetRequiredService<ConnectionShare>();
        Add(kestrel, "http", options.Http.Listen, l => l.Use(share.Guard));
        Add(kestrel, "https", options.Http.Tls.Listen, l =>
        {
            l.Use(share.Guard);
            l.UseHttpTls(_httpTls!);
        });
        Add(kestrel, "mqtt", mqtt.Listen, l => l.UseMqtt());
        Add(kestrel, "mqtts", mqtt.Tls.Listen, l => l.UseMqtt(_tls));
        Add(kestrel, "ws", mqtt.WebSocket.Listen, l => l.UseMqttWebSocket());
        Add(kestrel, "wss", mqtt.WebSocket.TlsListen, l => l.UseMqttWebSocket(_tls));
    }

    /// <summary>Where the host listens, once it does.</summary>
    public IReadOnlyList<BoundListener> Bound() =>
        [.. _listeners.Select(l => new BoundListener(l.Kind, l.Listen.IPEndPoint!.ToString()))];

    /// <summary>Port of the first listener of a kind, once it listens.</summary>
    public int PortOf(string kind) => _listeners.First(l => l.Kind == kind).Listen.IPEndPoint!.Port;

    public void Dispose()
    {
        _tls?.Dispose();
        _httpTls?.Dispose();
    }

    private static MqttTlsIdentity ReadCertificate(IServiceProvider services, MqttTlsOptions settings, string section)
    {
        try
        {
            return new MqttTlsIdentity(settings, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<MqttTlsIdentity>>());
        }
        catch (MqttTlsException e)
        {
            throw new SettingsException([$"{section}: {e.Message}"]);
        }
    }

    private void Add(KestrelServerOptions kestrel, string kind, string addresses, Action<ListenOptions> configure)
    {
        foreach (var endpoint in Endpoints.TryParseAll(addresses) ?? throw new InvalidOperationException($"'{addresses}' passed the check of settings and is no list of endpoints."))
        {
            kestrel.Listen(endpoint, listen =>
            {
                configure(listen);
                _listeners.Add((kind, listen));
            });
        }
    }
}
