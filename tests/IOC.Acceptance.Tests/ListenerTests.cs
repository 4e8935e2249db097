using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>The host on all its transports at once, and what must not be had on them.</summary>
public sealed class ListenerTests
{
    private static readonly byte[] s_connect = [0x10, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 1, (byte)'c'];

    [Fact]
    public async Task Every_transport_on_both_families_takes_a_client()
    {
        using var folder = new TempDirectory();
        WriteCertificate(folder);
        await using var host = await HostProcess.StartAsync(
            folder.Combine("data"), "--mqtt=127.0.0.1:0;[::1]:0", "--Ioc:Mqtt:Tls:Listen=127.0.0.1:0;[::1]:0", $"--Ioc:Mqtt:Tls:Certificate={folder.Combine("server.pem")}",
            "--Ioc:Mqtt:WebSocket:Listen=127.0.0.1:0", "--Ioc:Mqtt:WebSocket:TlsListen=127.0.0.1:0");
        using var endpoints = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(host.DataDirectory, "run", "endpoints.json")));
        var all = endpoints.RootElement.GetProperty("listeners").EnumerateArray()
            .Select(l => (Kind: l.GetProperty("kind").GetString()!, Address: IPEndPoint.Parse(l.GetProperty("address").GetString()!))).ToList();
        Assert.Equal(["http", "mqtt", "mqtt", "mqtts", "mqtts", "ws", "wss"], all.Select(l => l.Kind));
        Assert.Equal(2, all.Count(l => l.Address.AddressFamily == AddressFamily.InterNetworkV6));
        foreach (var (kind, address) in all)
        {
            switch (kind)
            {
                case "mqtt" or "mqtts":
                    await ConnectAsync(address, kind == "mqtts");
                    break;
                case "http":
                    await ConnectAsync(new Uri($"ws://{address}/mqtt"));
                    break;
                default:
                    await ConnectAsync(new Uri($"{kind}://{address}/"));
                    break;
            }
        }

        // The page, the API and other sites' pages have no business on the port of the devices.
        var devices = all.Single(l => l.Kind == "ws").Address;
        using var page = await host.Client.GetAsync(new Uri($"http://{devices}/"));
        using var api = await host.Client.GetAsync(new Uri($"http://{devices}/api/v1/status"));
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (page.StatusCode, api.StatusCode));
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(new Uri($"ws://{devices}/mqtt"), origin: $"http://{devices}"));
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(new Uri(host.Http, "/mqtt"), origin: "http://elsewhere.example"));
        // Who comes through a proxy does not come from this machine, and so not without a name.
        await ConnectAsync(new Uri(host.Http, "/mqtt"), forwardedFor: "203.0.113.9", answer: "20020005");
        Assert.Equal(0, await host.TerminateAsync());
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_stops_the_start()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.Combine("server.pem"), "nothing of use");
        var (code, output) = await HostProcess.RunToEndAsync(
            folder.Combine("data"), "--Ioc:Mqtt:Tls:Listen=127.0.0.1:0", $"--Ioc:Mqtt:Tls:Certificate={folder.Combine("server.pem")}");
        Assert.Equal(2, code);
        Assert.Contains("Ioc:Mqtt:Tls", output, StringComparison.Ordinal);
        Assert.Contains("server.pem", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static void WriteCertificate(TempDirectory folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(folder.Combine("server.pem"), certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
    }

    private static bool IsOurs(X509Certificate? certificate) => certificate?.Subject == "CN=localhost";

    private static async Task ConnectAsync(IPEndPoint address, bool tls)
    {
        using var tcp = new TcpClient(address.AddressFamily);
        await tcp.ConnectAsync(address);
        Stream stream = tcp.GetStream();
        if (tls)
        {
            var secure = new SslStream(stream, false, (_, certificate, _, _) => IsOurs(certificate));
            await secure.AuthenticateAsClientAsync("localhost");
            stream = secure;
        }

        await stream.WriteAsync(s_connect);
        var answer = new byte[4];
        await stream.ReadExactlyAsync(answer);
        Assert.Equal("20020000", Convert.ToHexString(answer));
    }

    private static async Task ConnectAsync(Uri address, string? origin = null, string? forwardedFor = null, string answer = "20020000")
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOurs(certificate);
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        if (forwardedFor is not null)
        {
            socket.Options.SetRequestHeader("X-Forwarded-For", forwardedFor);
        }

        await socket.ConnectAsync(new UriBuilder(address) { Scheme = address.Scheme is "https" or "wss" ? "wss" : "ws" }.Uri, default);
        await socket.SendAsync(s_connect, WebSocketMessageType.Binary, true, default);
        var received = new byte[16];
        var result = await socket.ReceiveAsync(received, default);
        Assert.Equal(answer, Convert.ToHexString(received[..result.Count]));
    }
}
