using System.Text;
using IOC.Mqtt;

namespace IOC.Host.Bridges;

/// <summary>Another broker whose topics are taken in, section "Ioc:Bridges:{n}".</summary>
public sealed class BridgeSettings
{
    /// <summary>Name of the bridge: a slug, its own among the bridges.</summary>
    public string Name { get; set; } = "";

    /// <summary>False keeps the settings and does not connect.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>HOST:PORT of the broker; IPv6 in brackets.</summary>
    public string Address { get; set; } = "";

    /// <summary>Path of the broker's WebSocket endpoint, such as /mqtt; empty is plain MQTT.</summary>
    public string WebSocketPath { get; set; } = "";

    /// <summary>Protocol version, 5 or 3.1.1.</summary>
    public string Version { get; set; } = "5";

    /// <summary>Client identifier, which names the session that the broker keeps. Empty = ioc-NODE-NAME.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>User name; empty = none.</summary>
    public string User { get; set; } = "";

    /// <summary>Password; best given by the environment. Empty = none, or <see cref="PasswordFile"/>.</summary>
    public string Password { get; set; } = "";

    /// <summary>File whose first line is the password, read for the start; empty = none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>TLS.</summary>
    public BridgeTlsSettings Tls { get; set; } = new();

    /// <summary>Keep-alive, seconds, 0 to 65,535; 0 = none.</summary>
    public int KeepAliveSeconds { get; set; } = 30;

    /// <summary>How long an MQTT 5 broker keeps the session, with its queue, while the host is away; 1 minute to 10 years. A 3.1.1
    /// broker keeps it as its own settings say.</summary>
    public TimeSpan SessionExpiry { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Messages that may wait for the disk at once, 1 to 65,535; the broker holds the others back.</summary>
    public int ReceiveMaximum { get; set; } = 1000;

    /// <summary>Largest packet taken from the broker, bytes, 1,024 to 268,435,455.</summary>
    public int MaxPacketSize { get; set; } = 1024 * 1024;

    /// <summary>First wait before another attempt to connect; it doubles, with jitter.</summary>
    public TimeSpan ReconnectMin { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before another attempt to connect.</summary>
    public TimeSpan ReconnectMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What is subscribed to.</summary>
    public List<BridgeSubscription> Subscriptions { get; set; } = [];

    /// <summary>Where topics lead; the first route that matches counts.</summary>
    public List<BridgeRoute> Routes { get; set; } = [];

    /// <summary>Tables that routes look values up in: Tables:TABLE:VALUE = SLUG. Case does not matter; '*' stands for any other value.</summary>
    public Dictionary<string, Dictionary<string, string>> Tables { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>TLS to another broker, section "Ioc:Bridges:{n}:Tls". The files are read again for every connection.</summary>
public sealed class BridgeTlsSettings
{
    /// <summary>Whether the connection is encrypted.</summary>
    public bool Enabled { get; set; }

    /// <summary>PEM file of the roots that are trusted instead of the system's; empty = the system's.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>PEM or PFX file of this client's certificate; empty = none.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file of its key; empty = it is in the certificate's file.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Password of the key; best given by the environment. Empty = none, or <see cref="KeyPasswordFile"/>.</summary>
    public string KeyPassword { get; set; } = "";

    /// <summary>File whose first line is the password of the key; empty = none.</summary>
    public string KeyPasswordFile { get; set; } = "";

    /// <summary>Name that the broker's certificate must be for; empty = the host of the address.</summary>
    public string ServerName { get; set; } = "";

    /// <summary>Whether revocation is asked for.</summary>
    public bool CheckRevocation { get; set; }

    /// <summary>Takes any certificate: whoever is in between can read and change everything. For a trial only.</summary>
    public bool AcceptAnyServerCertificate { get; set; }

    /// <summary>The client's own form.</summary>
    internal MqttClientTls ToClientSettings() => new()
    {
        CaFile = NullIfEmpty(CaFile),
        CertificateFile = NullIfEmpty(CertificateFile),
        KeyFile = NullIfEmpty(KeyFile),
        KeyPassword = KeyPasswordFile.Length > 0 ? File.ReadLines(KeyPasswordFile, Encoding.UTF8).FirstOrDefault() : NullIfEmpty(KeyPassword),
        ServerName = NullIfEmpty(ServerName),
        CheckRevocation = CheckRevocation,
        AcceptAnyServerCertificate = AcceptAnyServerCertificate,
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

/// <summary>A subscription at another broker, section "Ioc:Bridges:{n}:Subscriptions:{m}".</summary>
public sealed class BridgeSubscription
{
    /// <summary>Topic filter.</summary>
    public string Filter { get; set; } = "";

    /// <summary>0, 1 or 2. Only 1 and 2 are kept by the broker while the host is away.</summary>
    public int Qos { get; set; } = 1;

    /// <summary>Name of a shared subscription, so that several nodes take a part each; empty = not shared.</summary>
    public string Group { get; set; } = "";

    /// <summary>Whether messages that the broker has retained are taken, when the subscription is made. They are old values: without a
    /// time of measurement in them they would count as measured now.</summary>
    public bool TakeRetained { get; set; }

    /// <summary>What is asked of the broker.</summary>
    internal string FullFilter => Group.Length == 0 ? Filter : $"$share/{Group}/{Filter}";
}

/// <summary>A way from the other broker's topics to the product's, section "Ioc:Bridges:{n}:Routes:{m}".</summary>
public sealed class BridgeRoute
{
    /// <summary>Pattern: levels of text, '{name}' (also with text around it), '+' for any level, '#' for all that follow.</summary>
    public string Topic { get; set; } = "";

    /// <summary>Topic of the product, ioc/v1/DISTRICT/DOMAIN/SENSOR/telemetry (or status), with '{name}' as captured,
    /// '{name|slug}' made into a slug, '{name:table}' looked up; or '{topic}' alone: as it is.</summary>
    public string To { get; set; } = "";

    /// <summary>Content type for messages that come without one; empty = told by their form.</summary>
    public string ContentType { get; set; } = "";
}
