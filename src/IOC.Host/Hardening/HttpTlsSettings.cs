using IOC.Mqtt;

namespace IOC.Host.Hardening;

/// <summary>Settings of the web side over TLS, section "Ioc:Http:Tls".</summary>
public sealed class HttpTlsSettings
{
    /// <summary>ADDRESS:PORT of HTTPS (TLS 1.2 and 1.3), several separated by ';'. Empty = none.</summary>
    public string Listen { get; set; } = "";

    /// <summary>File of the server's certificate: PEM (the leaf first, then its chain) or PKCS #12. Read again when it changes.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>File of the private key, PEM; empty when <see cref="Certificate"/> holds it.</summary>
    public string Key { get; set; } = "";

    /// <summary>File whose first line is the password of the key or of the PKCS #12 file; empty when there is none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Whether plain requests from other machines are sent to HTTPS, where there is such a listener. Requests of this machine
    /// and of health probes are answered in plain.</summary>
    public bool Redirect { get; set; } = true;

    /// <summary>Port that people see, where it is another than the listener's; 0 = the listener's.</summary>
    public int PublicPort { get; set; }

    /// <summary>Days for which a browser that came by HTTPS will not come without it again (RFC 6797), 0 to 3650; 0 = it is not told so.</summary>
    public int HstsDays { get; set; } = 365;

    /// <summary>The files, as TLS listeners read them.</summary>
    internal MqttTlsOptions ToFiles() => new() { Certificate = Certificate, Key = Key, PasswordFile = PasswordFile };
}
