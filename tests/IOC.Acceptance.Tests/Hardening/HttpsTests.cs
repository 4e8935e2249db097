using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests.Hardening;

/// <summary>The web side over TLS: which protocols, which certificate, and what a browser is told.</summary>
public sealed class HttpsTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_web_side_over_tls_takes_a_new_certificate_without_a_restart()
    {
        WriteCertificate("first");
        await using var host = await StartAsync();
        var address = Address(host, "https");
        Assert.Equal("CN=first", await SubjectAsync(address, SslProtocols.None));
        Assert.Equal("CN=first", await SubjectAsync(address, SslProtocols.Tls12));
#pragma warning disable SYSLIB0039, CS0618, CA5397 // The old protocol is what is tested.
        await Assert.ThrowsAnyAsync<Exception>(() => SubjectAsync(address, SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CS0618, CA5397

        using var client = Client(address);
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/status") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var response = await client.SendAsync(request);
            Assert.Equal((HttpStatusCode.OK, version), (response.StatusCode, response.Version));
            Assert.Equal("max-age=31536000", Assert.Single(response.Headers.GetValues("Strict-Transport-Security")));
            SecurityHeaderTests.AssertGuarded("HTTPS", response);
        }

        // This machine may come in plain, and is told nothing about TLS then.
        using var plain = await host.Client.GetAsync(new Uri("/api/v1/status", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, false), (plain.StatusCode, plain.Headers.Contains("Strict-Transport-Security")));

        await File.WriteAllTextAsync(_folder.Combine("server.pem"), "half written");
        WriteCertificate("second");
        await Eventually.HoldsAsync(async () => await SubjectAsync(address, SslProtocols.None) == "CN=second", "the new certificate to be shown");
        Assert.Equal(0, await host.TerminateAsync());
    }

    [Fact]
    public async Task Plain_requests_of_other_machines_are_sent_to_https_and_health_probes_are_not()
    {
        WriteCertificate("server");
        await using var host = await StartAsync("--Ioc:Http:TrustedProxies=127.0.0.1", "--Ioc:Http:Tls:PublicPort=443");
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = host.Http };

        // The proxy is on this machine; who it speaks for is not.
        using var elsewhere = await client.SendAsync(Forwarded("/api/v1/status?a=%20b", "203.0.113.7", "http"));
        Assert.Equal(HttpStatusCode.PermanentRedirect, elsewhere.StatusCode);
        Assert.Equal("https://127.0.0.1/api/v1/status?a=%20b", elsewhere.Headers.Location!.OriginalString);
        SecurityHeaderTests.AssertGuarded("the redirect", elsewhere);
        using var probe = await client.SendAsync(Forwarded("/health/live", "203.0.113.7", "http"));
        Assert.Equal(HttpStatusCode.OK, probe.StatusCode);

        // What reached the proxy by HTTPS is HTTPS.
        using var secure = await client.SendAsync(Forwarded("/api/v1/status", "203.0.113.7", "https"));
        Assert.Equal((HttpStatusCode.OK, true), (secure.StatusCode, secure.Headers.Contains("Strict-Transport-Security")));
    }

    [Fact]
    public async Task Https_alone_serves_the_command_line_of_this_machine_too()
    {
        WriteCertificate("localhost");
        await using var host = await HostProcess.StartUnansweredAsync(
            _folder.Combine("data"), Catalogue(), "--http=", "--Ioc:Http:Tls:Listen=127.0.0.1:0", $"--Ioc:Http:Tls:Certificate={_folder.Combine("server.pem")}");
        Assert.Equal("https", host.Http.Scheme);
        using var client = Client(IPEndPoint.Parse(host.Http.Authority));
        using var response = await client.GetAsync(new Uri("/health/live", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("--Ioc:Http:Tls:Listen=127.0.0.1:0", "Ioc:Http:Tls:Certificate")]
    [InlineData("--Ioc:Http:Tls:Listen=0.0.0.0:0", "Ioc:Http:Tls:Listen")]
    [InlineData("--Ioc:Http:TrustedProxies=everybody", "Ioc:Http:TrustedProxies")]
    [InlineData("--Ioc:Http:TrustedProxies=0.0.0.0/0", "Ioc:Http:TrustedProxies")]
    [InlineData("--Ioc:Http:Limits:MaxBodyBytes=10", "Ioc:Http:Limits:MaxBodyBytes")]
    [InlineData("--Ioc:Http:Limits:BurstPerUser=1", "Ioc:Http:Limits:BurstPerUser")]
    public async Task A_bad_setting_of_the_web_side_stops_the_start(string argument, string named)
    {
        var (code, output) = await HostProcess.RunToEndAsync(_folder.Combine("data"), argument);
        Assert.Equal(2, code);
        Assert.Contains(named, output, StringComparison.Ordinal);
    }

    private static IPEndPoint Address(HostProcess host, string kind)
    {
        using var endpoints = JsonDocument.Parse(File.ReadAllText(Path.Combine(host.DataDirectory, "run", "endpoints.json")));
        return IPEndPoint.Parse(endpoints.RootElement.GetProperty("listeners").EnumerateArray().First(l => l.GetProperty("kind").GetString() == kind).GetProperty("address").GetString()!);
    }

    private static HttpRequestMessage Forwarded(string path, string from, string scheme)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Forwarded-For", from);
        request.Headers.Add("X-Forwarded-Proto", scheme);
        return request;
    }

    private static HttpClient Client(IPEndPoint address) => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
    })
    { BaseAddress = new Uri($"https://{address}") };

    private static async Task<string> SubjectAsync(IPEndPoint address, SslProtocols protocols)
    {
        using var tcp = new TcpClient(address.AddressFamily);
        await tcp.ConnectAsync(address);
        await using var tls = new SslStream(tcp.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = protocols });
        return tls.RemoteCertificate!.Subject;
    }

    private string Catalogue() => new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1").Sensor("d1", "environment", "s1", 60, "pm25").Write();

    private Task<HostProcess> StartAsync(params string[] settings) => HostProcess.StartAsync(
        _folder.Combine("data"), [Catalogue(), "--Ioc:Http:Tls:Listen=127.0.0.1:0", $"--Ioc:Http:Tls:Certificate={_folder.Combine("server.pem")}", .. settings]);

    private void WriteCertificate(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_folder.Combine("server.pem"), certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
    }
}
