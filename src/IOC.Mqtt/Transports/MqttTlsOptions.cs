namespace IOC.Mqtt;

/// <summary>Whether clients show a certificate in the TLS handshake.</summary>
public enum MqttClientCertificates
{
    /// <summary>They are not asked for one.</summary>
    None,

    /// <summary>One is asked for; a client without one is let in to the CONNECT, one with a wrong one is not.</summary>
    Optional,

    /// <summary>No handshake without one.</summary>
    Required,
}

/// <summary>Files of a TLS listener. All of them are read again when they change.</summary>
public class MqttTlsOptions
{
    /// <summary>Server certificate: PEM (the leaf first, then its chain) or PKCS #12.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>Private key, PEM; empty when <see cref="Certificate"/> holds it.</summary>
    public string Key { get; set; } = "";

    /// <summary>File whose first line is the password of the key or of the PKCS #12 file; empty when there is none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Whether clients show a certificate. Default none.</summary>
    public MqttClientCertificates ClientCertificates { get; set; }

    /// <summary>PEM file of the authorities that issue clients' certificates; needed unless <see cref="ClientCertificates"/> is none.
    /// The machine's own list of authorities is never used.</summary>
    public string ClientCa { get; set; } = "";
}
