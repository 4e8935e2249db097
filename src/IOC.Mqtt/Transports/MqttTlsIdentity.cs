using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace IOC.Mqtt;

/// <summary>A file of a TLS listener that cannot be used; the message names it.</summary>
public sealed class MqttTlsException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a TLS listener shows and trusts. Looks at its files every <see cref="Period"/> and takes new ones for handshakes
/// to come; connections that are open keep theirs. Files that cannot be used are told once, and the former stay in use.</summary>
public sealed class MqttTlsIdentity : IDisposable
{
    /// <summary>Time between two looks at the files.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly MqttTlsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private string _seen;
    private string? _problem;
    private volatile SslServerAuthenticationOptions _current;

    /// <summary>Reads the files.</summary>
    /// <exception cref="MqttTlsException">They cannot be used.</exception>
    public MqttTlsIdentity(MqttTlsOptions options, TimeProvider time, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        _log = log;
        var files = TlsFiles.Read(options);
        _seen = files.Fingerprint;
        _current = Load(files, out var leaf);
        if (IsOutdated(leaf))
        {
            _log.LogWarning("The TLS certificate {File} is valid from {From:O} to {To:O}, not now", options.Certificate, leaf.NotBefore, leaf.NotAfter);
        }

        _timer = time.CreateTimer(static s => ((MqttTlsIdentity)s!).Reload(), this, Period, Period);
    }

    /// <summary>For the next handshake.</summary>
    public SslServerAuthenticationOptions Current => _current;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Reload()
    {
        try
        {
            var files = TlsFiles.Read(_options);
            if (files.Fingerprint == _seen)
            {
                return;
            }

            _seen = files.Fingerprint;
            var loaded = Load(files, out var leaf);
            if (IsOutdated(leaf))
            {
                throw new MqttTlsException($"{_options.Certificate}: the certificate is valid from {leaf.NotBefore:O} to {leaf.NotAfter:O}, not now.");
            }

            _current = loaded;
            _problem = null;
            _log.LogInformation("TLS certificate {File} was read again: {Subject}, valid to {To:O}", _options.Certificate, leaf.Subject, leaf.NotAfter);
        }
        catch (MqttTlsException e)
        {
            if (_problem != e.Message)
            {
                _problem = e.Message;
                _log.LogWarning("The changed TLS files are not used, the former ones stay in use: {Problem}", e.Message);
            }
        }
    }

    private bool IsOutdated(X509Certificate2 leaf)
    {
        var now = _time.GetUtcNow();
        return leaf.NotBefore.ToUniversalTime() > now.UtcDateTime || leaf.NotAfter.ToUniversalTime() < now.UtcDateTime;
    }

    private SslServerAuthenticationOptions Load(TlsFiles files, out X509Certificate2 leaf)
    {
        leaf = files.LoadCertificate(out var chain);
        var asks = _options.ClientCertificates != MqttClientCertificates.None;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            // Empty, not null: a client may name any application protocol, and is answered none.
            ApplicationProtocols = [],
            ClientCertificateRequired = asks,
            CertificateChainPolicy = asks ? Trust(files.LoadClientAuthorities()) : null,
            RemoteCertificateValidationCallback = asks ? Accept : null,
            // A resumed handshake would show no certificate.
            AllowTlsResume = !asks,
        };
    }

    private static X509ChainPolicy Trust(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate is null
        ? _options.ClientCertificates == MqttClientCertificates.Optional
        : errors == SslPolicyErrors.None;
}
