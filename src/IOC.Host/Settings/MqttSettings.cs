using IOC.Access;
using IOC.Mqtt;

namespace IOC.Host.Settings;

/// <summary>Settings of the MQTT endpoint, section "Ioc:Mqtt".</summary>
public sealed class MqttSettings : MqttServerOptions
{
    /// <summary>Sets the host's own defaults.</summary>
    public MqttSettings() => SysInterval = TimeSpan.FromSeconds(10);

    /// <summary>ADDRESS:PORT of plain TCP, several separated by ';'; port 0 takes a free one; IPv6 in brackets. Empty = none, where
    /// there is another listener. Short form: <c>--mqtt</c>.</summary>
    public string Listen { get; set; } = "127.0.0.1:1883";

    /// <summary>Who may connect.</summary>
    public MqttAuthentication Authentication { get; set; } = MqttAuthentication.LoopbackAnonymous;

    /// <summary>How credentials are checked.</summary>
    public AccessOptions Access { get; set; } = new();

    /// <summary>Largest size of the file of sessions, queued and retained messages and wills, bytes; 0 = the disk's. From 256 KiB.</summary>
    public long MaxStoreBytes { get; set; }

    /// <summary>TLS.</summary>
    public MqttTlsSettings Tls { get; set; } = new();

    /// <summary>WebSocket on ports of its own.</summary>
    public MqttWebSocketSettings WebSocket { get; set; } = new();

    /// <summary>Whether MQTT over WebSocket is spoken at /mqtt of the web side, too. What a proxy has passed on counts as coming from
    /// elsewhere, so it needs a credential.</summary>
    public bool WebSocketOnHttp { get; set; } = true;
}

/// <summary>Who may connect to the MQTT endpoint.</summary>
public enum MqttAuthentication
{
    /// <summary>Clients of this machine may come without a name, or with one that no credential has, and do everything; a credential's name
    /// needs its secret. Not for an endpoint that others reach.</summary>
    LoopbackAnonymous,

    /// <summary>Everybody needs a credential.</summary>
    Credentials,

    /// <summary>Everybody may come, from everywhere, and do everything; nothing is asked for or checked.</summary>
    Open,
}

/// <summary>Settings of MQTT over TLS, section "Ioc:Mqtt:Tls".</summary>
public sealed class MqttTlsSettings : MqttTlsOptions
{
    /// <summary>ADDRESS:PORT, several separated by ';'. Empty = none.</summary>
    public string Listen { get; set; } = "";
}

/// <summary>Settings of MQTT over WebSocket, section "Ioc:Mqtt:WebSocket".</summary>
public sealed class MqttWebSocketSettings
{
    /// <summary>ADDRESS:PORT without TLS, several separated by ';'. Empty = none.</summary>
    public string Listen { get; set; } = "";

    /// <summary>The same with the certificate of section "Ioc:Mqtt:Tls".</summary>
    public string TlsListen { get; set; } = "";

    /// <summary>Origins of web pages that may connect, such as https://app.example.org, separated by ';'. Programs send none
    /// and need no leave.</summary>
    public string AllowedOrigins { get; set; } = "";
}
