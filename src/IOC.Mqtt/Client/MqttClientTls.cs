using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace IOC.Mqtt;

/// <summary>TLS of a client from files. The server's certificate must be valid, be for the server's name and lead to a trusted
/// root, unless <see cref="AcceptAnyServerCertificate"/> says otherwise in so many words.</summary>
public sealed class MqttClientTls
{
    /// <summary>PEM file of the roots that are trusted; they replace the system's. Null trusts the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the client's certificate, with its intermediates after it; or a PFX file (.pfx, .p12). Null is none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the client certificate's key. Null: the key is in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Password of the key or of the PFX file.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>Name that the server's certificate must be for. Null is the host that is connected to.</summary>
    public string? ServerName { get; init; }

    /// <summary>Asks the certificates' issuers whether they were revoked; needs a way to them. Default false.</summary>
    public bool CheckRevocation { get; init; }

    /// <summary>Takes whatever certificate the server shows: anyone in between can then read and change everything. Default false.</summary>
    public bool AcceptAnyServerCertificate { get; init; }

    /// <summary>Reads the files.</summary>
    /// <param name="host">The host that is connected to.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file is no certificate or key, or they do not belong together.</exception>
    public SslClientAuthenticationOptions Create(string host)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = ServerName ?? host,
            CertificateRevocationCheckMode = CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        if (CaFile is not null)
        {
            options.CertificateChainPolicy = TrustOnly(CaFile);
        }

        if (CertificateFile is not null)
        {
            options.ClientCertificateContext = LoadClientCertificate();
        }

        if (AcceptAnyServerCertificate)
        {
#pragma warning disable CA5359 // Asked for by the one setting that says so.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        return options;
    }

    private X509ChainPolicy TrustOnly(string file)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new System.Security.Cryptography.CryptographicException($"{file} holds no certificate in PEM form.");
    }

    private SslStreamCertificateContext LoadClientCertificate()
    {
        if (Path.GetExtension(CertificateFile!).ToUpperInvariant() is ".PFX" or ".P12")
        {
            var bundle = X509CertificateLoader.LoadPkcs12CollectionFromFile(CertificateFile!, KeyPassword);
            var own = bundle.FirstOrDefault(c => c.HasPrivateKey)
                ?? throw new System.Security.Cryptography.CryptographicException($"{CertificateFile} holds no private key.");
            return SslStreamCertificateContext.Create(own, bundle, offline: true);
        }

        var key = KeyFile ?? CertificateFile!;
        var certificate = KeyPassword is null
            ? X509Certificate2.CreateFromPemFile(CertificateFile!, key)
            : X509Certificate2.CreateFromEncryptedPemFile(CertificateFile!, KeyPassword, key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(CertificateFile!);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }
}
