using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IOC.Testing;

namespace IOC.Deploy.Tests;

/// <summary>The example reverse proxy, in front of a real host: nginx understands it, and pages, live stream and addresses come through.</summary>
public sealed class ProxyTests
{
    [NeedsProgramFact("nginx")]
    public async Task Through_nginx_the_page_the_stream_and_the_visitors_address_arrive()
    {
        using var folder = new TempDirectory();
        WriteCertificate(folder);
        await using var host = await HostProcess.StartAsync(
            folder.Combine("data"), "--Ioc:Http:AllowedHosts=ioc.example.org", "--Ioc:Http:TrustedProxies=127.0.0.1", "--Ioc:Http:Limits:RequestsPerSecondPerAddress=1", "--Ioc:Http:Limits:BurstPerAddress=40");
        var (plain, tls) = (FreePort(), FreePort());
        var site = (await File.ReadAllTextAsync(Yaml.PathOf("deploy/proxy/nginx.conf")))
            .Replace("server 127.0.0.1:8080;", $"server 127.0.0.1:{host.Http.Port};", StringComparison.Ordinal)
            .Replace("listen 80;", $"listen 127.0.0.1:{plain};", StringComparison.Ordinal).Replace("listen [::]:80;", "", StringComparison.Ordinal)
            .Replace("listen 443 ssl http2;", $"listen 127.0.0.1:{tls} ssl http2;", StringComparison.Ordinal).Replace("listen [::]:443 ssl http2;", "", StringComparison.Ordinal)
            .Replace("/etc/ioc/tls", folder.Path, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            folder.Combine("nginx.conf"),
            $"daemon off; pid {folder.Combine("pid")}; error_log stderr; worker_processes 1; events {{}} http {{ access_log off; "
            + $"client_body_temp_path {folder.Combine("b")}; proxy_temp_path {folder.Combine("p")}; fastcgi_temp_path {folder.Combine("f")}; uwsgi_temp_path {folder.Combine("u")}; scgi_temp_path {folder.Combine("s")};\n{site}\n}}\n");
        string[] arguments = ["-p", folder.Path, "-c", folder.Combine("nginx.conf")];
        var (code, output) = await Tool.RunAsync("nginx", ["-t", .. arguments]);
        Assert.True(code == 0, output);
        Assert.DoesNotContain("[warn]", output, StringComparison.Ordinal);

        using var nginx = System.Diagnostics.Process.Start("nginx", arguments);
        try
        {
            using var client = Client();
            await Eventually.HoldsAsync(async () => await StatusAsync(client, tls, "/health/ready") == HttpStatusCode.OK, "the host through nginx");
            using (var page = await GetAsync(client, $"https://127.0.0.1:{tls}/"))
            {
                Assert.Equal(HttpStatusCode.OK, page.StatusCode);
                Assert.Contains("default-src 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
                // The host knows that it was HTTPS outside.
                Assert.True(page.Headers.Contains("Strict-Transport-Security"));
            }

            using (var redirected = await GetAsync(client, $"http://127.0.0.1:{plain}/planner/?a=b"))
            {
                Assert.Equal((HttpStatusCode.PermanentRedirect, "https://ioc.example.org/planner/?a=b"), (redirected.StatusCode, redirected.Headers.Location!.OriginalString));
            }

            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, tls, "/metrics"));
            Assert.Equal("HTTP/1.1 101", (await UpgradeAsync(tls, "/hub/live"))[..12]);

            // A visitor that floods through the proxy is refused; the proxy's other visitors, and the machine, are not.
            for (var i = 0; i < 60; i++)
            {
                await StatusAsync(client, tls, "/api/v1/status");
            }

            Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(client, tls, "/api/v1/status"));
            using var other = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Http, "/api/v1/status"));
            other.Headers.Add("X-Forwarded-For", "203.0.113.5");
            using var answer = await host.Client.SendAsync(other);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        finally
        {
            // With its workers, which would outlive it.
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync();
        }
    }

    [Fact]
    public void The_caddyfile_names_the_hosts_address_and_its_largest_request()
    {
        var caddy = File.ReadAllText(Yaml.PathOf("deploy/proxy/Caddyfile"));
        var nginx = File.ReadAllText(Yaml.PathOf("deploy/proxy/nginx.conf"));
        var listen = new IOC.Host.Settings.IocOptions().Http.Listen;
        Assert.Contains($"reverse_proxy {listen}", caddy, StringComparison.Ordinal);
        Assert.Contains($"server {listen};", nginx, StringComparison.Ordinal);
        Assert.Contains("max_size 32MiB", caddy, StringComparison.Ordinal);
        Assert.Contains("client_max_body_size 32m", nginx, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, int port, string path)
    {
        try
        {
            using var response = await GetAsync(client, $"https://127.0.0.1:{port}{path}");
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return HttpStatusCode.BadGateway;
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Host = "ioc.example.org" } };
        return await client.SendAsync(request);
    }

    private static async Task<string> UpgradeAsync(int port, string path)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new System.Net.Security.SslStream(tcp.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync("ioc.example.org");
        await tls.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: ioc.example.org\r\nOrigin: https://ioc.example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        var buffer = new byte[4096];
        var read = await tls.ReadAtLeastAsync(buffer, 12);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    private static HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null } });

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private static void WriteCertificate(TempDirectory folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=ioc.example.org", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(folder.Combine("server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.Combine("server.key"), key.ExportPkcs8PrivateKeyPem());
    }
}
