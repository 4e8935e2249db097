using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using IOC.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IOC.Mqtt.Tests;

/// <summary>TLS listeners: files, clients' certificates, and files that change.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly TestAuthority _authority = new("authority");

    [Theory]
    [InlineData("pem")]
    [InlineData("pem in one file")]
    [InlineData("encrypted pem")]
    [InlineData("pkcs12")]
    public async Task The_certificate_may_come_in_every_usual_form(string form)
    {
        using var leaf = _authority.Issue("server-" + form);
        using var tls = new MqttTlsIdentity(Write(leaf, form), _time, NullLogger.Instance);
        await using var server = await TestServer.StartAsync(listen: l => l.UseMqtt(tls));
        using var client = await ConnectAsync(server, subject => Assert.Equal("CN=server-" + form, subject));
        await client.ConnectAsync();
    }

    [Fact]
    public async Task Tls_1_1_is_refused()
    {
        using var leaf = _authority.Issue("server");
        using var tls = new MqttTlsIdentity(Write(leaf, "pem"), _time, NullLogger.Instance);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, tls.Current.EnabledSslProtocols);
        await using var server = await TestServer.StartAsync(listen: l => l.UseMqtt(tls));
#pragma warning disable SYSLIB0039, CS0618, CA5397 // The old protocol is what is tested.
        await Assert.ThrowsAnyAsync<Exception>(() => OpenAsync(server, protocols: SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CS0618, CA5397
    }

    [Fact]
    public async Task A_changed_certificate_is_shown_to_new_connections_and_open_ones_go_on()
    {
        using var first = _authority.Issue("first");
        using var second = _authority.Issue("second");
        using var tls = new MqttTlsIdentity(Write(first, "pem"), _time, NullLogger.Instance);
        await using var server = await TestServer.StartAsync(listen: l => l.UseMqtt(tls));
        using var old = await ConnectAsync(server, subject => Assert.Equal("CN=first", subject));
        await old.ConnectAsync("old");

        Write(second, "pem");
        _time.Advance(MqttTlsIdentity.Period);
        using var young = await ConnectAsync(server, subject => Assert.Equal("CN=second", subject));
        await young.ConnectAsync("young");
        Assert.Empty(await old.PingAsync());
    }

    [Fact]
    public async Task A_bad_new_file_is_told_once_and_the_former_stays_until_a_good_one_comes()
    {
        using var first = _authority.Issue("first");
        using var expired = _authority.Issue("expired", validTo: _time.GetUtcNow().AddDays(-1));
        using var third = _authority.Issue("third");
        var log = new RecordingLogger();
        var options = Write(first, "pem");
        using var tls = new MqttTlsIdentity(options, _time, log);
        await using var server = await TestServer.StartAsync(listen: l => l.UseMqtt(tls));

        await File.WriteAllTextAsync(options.Certificate, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
        _time.Advance(MqttTlsIdentity.Period * 3);
        Assert.Single(log.Warnings, w => w.Contains(options.Certificate, StringComparison.Ordinal));
        Write(expired, "pem");
        _time.Advance(MqttTlsIdentity.Period * 3);
        Assert.Equal(2, log.Warnings.Count);
        File.Delete(options.Key);
        _time.Advance(MqttTlsIdentity.Period * 3);
        Assert.Equal(3, log.Warnings.Count);
        using (var client = await ConnectAsync(server, subject => Assert.Equal("CN=first", subject)))
        {
            await client.ConnectAsync();
        }

        Write(third, "pem");
        _time.Advance(MqttTlsIdentity.Period);
        using var last = await ConnectAsync(server, subject => Assert.Equal("CN=third", subject));
        await last.ConnectAsync();
    }

    [Fact]
    public void Files_that_cannot_be_used_are_named()
    {
        using var leaf = _authority.Issue("server");
        using var other = _authority.Issue("other");
        var options = Write(leaf, "pem");
        File.WriteAllText(options.Key, other.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var mismatch = Assert.Throws<MqttTlsException>(() => new MqttTlsIdentity(options, _time, NullLogger.Instance));
        Assert.Contains(options.Key, mismatch.Message, StringComparison.Ordinal);
        options.Certificate = _folder.Combine("absent.pem");
        var absent = Assert.Throws<MqttTlsException>(() => new MqttTlsIdentity(options, _time, NullLogger.Instance));
        Assert.Contains("absent.pem", absent.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MqttClientCertificates.Optional, "none", true)]
    [InlineData(MqttClientCertificates.Optional, "good", true)]
    [InlineData(MqttClientCertificates.Optional, "foreign", false)]
    [InlineData(MqttClientCertificates.Required, "none", false)]
    [InlineData(MqttClientCertificates.Required, "good", true)]
    [InlineData(MqttClientCertificates.Required, "foreign", false)]
    [InlineData(MqttClientCertificates.Required, "expired", false)]
    public async Task Clients_certificates(MqttClientCertificates setting, string shown, bool admitted)
    {
        using var leaf = _authority.Issue("server");
        using var foreign = new TestAuthority("foreign");
        using var good = _authority.Issue("device");
        using var bad = foreign.Issue("device");
        using var expired = _authority.Issue("device", validTo: DateTimeOffset.UtcNow.AddDays(-1));
        var options = Write(leaf, "pem");
        options.ClientCertificates = setting;
        options.ClientCa = _folder.Combine("ca.pem");
        await File.WriteAllTextAsync(options.ClientCa, _authority.Certificate.ExportCertificatePem());
        var seen = new CertificateAuthenticator();
        using var tls = new MqttTlsIdentity(options, _time, NullLogger.Instance);
        await using var server = await TestServer.StartAsync(authenticator: seen, listen: l => l.UseMqtt(tls));
        var certificate = shown switch { "good" => good, "foreign" => bad, "expired" => expired, _ => null };
        if (!admitted)
        {
            // TLS 1.3 tells the client after its side of the handshake is done.
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                using var refused = await ConnectAsync(server, certificate: certificate);
                await refused.ConnectAsync();
            });
            Assert.Empty(seen.Subjects);
            return;
        }

        using var client = await ConnectAsync(server, certificate: certificate);
        await client.ConnectAsync();
        Assert.Equal([shown == "good" ? "CN=device" : null], seen.Subjects);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private async Task<RawClient> ConnectAsync(TestServer server, Action<string>? subject = null, X509Certificate2? certificate = null)
    {
        var stream = await OpenAsync(server, certificate);
        subject?.Invoke(stream.RemoteCertificate!.Subject);
        return new RawClient(stream);
    }

    private async Task<SslStream> OpenAsync(TestServer server, X509Certificate2? certificate = null, SslProtocols protocols = SslProtocols.None)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", server.Port);
        var stream = new SslStream(tcp.GetStream());
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(_authority.Certificate);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocols,
            ApplicationProtocols = [new SslApplicationProtocol("some-other-protocol")],
            CertificateChainPolicy = trust,
            RemoteCertificateValidationCallback = (_, _, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None,
            ClientCertificates = certificate is null ? [] : [certificate],
        });
        return stream;
    }

    private MqttTlsOptions Write(X509Certificate2 leaf, string form)
    {
        var options = new MqttTlsOptions { Certificate = _folder.Combine("server.crt") };
        var pem = leaf.ExportCertificatePem() + "\n" + _authority.Certificate.ExportCertificatePem();
        var key = leaf.GetRSAPrivateKey()!;
        switch (form)
        {
            case "pem":
                options.Key = _folder.Combine("server.key");
                File.WriteAllText(options.Key, key.ExportPkcs8PrivateKeyPem());
                File.WriteAllText(options.Certificate, pem);
                break;
            case "pem in one file":
                File.WriteAllText(options.Certificate, pem + "\n" + key.ExportRSAPrivateKeyPem());
                break;
            case "encrypted pem":
                options.Key = _folder.Combine("server.key");
                options.PasswordFile = _folder.Combine("password");
                File.WriteAllText(options.PasswordFile, "secret\n");
                File.WriteAllText(options.Key, key.ExportEncryptedPkcs8PrivateKeyPem("secret", new System.Security.Cryptography.PbeParameters(
                    System.Security.Cryptography.PbeEncryptionAlgorithm.Aes256Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 1000)));
                File.WriteAllText(options.Certificate, pem);
                break;
            default:
                options.PasswordFile = _folder.Combine("password");
                File.WriteAllText(options.PasswordFile, "secret\n");
                File.WriteAllBytes(options.Certificate, leaf.Export(X509ContentType.Pkcs12, "secret"));
                break;
        }

        return options;
    }

    private sealed class CertificateAuthenticator : IMqttAuthenticator
    {
        public List<string?> Subjects { get; } = [];

        public ValueTask<MqttAuthResult> AuthenticateAsync(MqttConnectInfo info, CancellationToken cancellationToken)
        {
            Assert.Equal(MqttTransportKind.Tls, info.Transport);
            Subjects.Add(info.ClientCertificate?.Subject);
            return ValueTask.FromResult(MqttAuthResult.Accepted);
        }
    }
}
