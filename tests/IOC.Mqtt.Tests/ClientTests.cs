using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

public class ClientTests
{
    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task Pipelined_publishes_are_all_acknowledged(MqttVersion version)
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        await using var client = await server.ConnectAsync("c", version, maxInFlight: 20);
        var publishes = Enumerable.Range(0, 5000)
            .Select(i => client.PublishAsync("a", Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture))).AsTask());
        Assert.All(await Task.WhenAll(publishes), r => Assert.Equal(MqttReasonCode.Success, r));
        Assert.Equal(5000, client.Counters.Acknowledged);
        Assert.Equal(0, client.InFlight);
        Assert.Equal(5000, sink.All.Select(s => s.Payload).Distinct().Count());
    }

    [Fact]
    public async Task The_window_bounds_what_is_in_flight()
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new RecordingSink { Answer = _ => PublishVerdict.After(durable.Task) };
        await using var server = await TestServer.StartAsync(o => o.ReceiveMaximum = 3, sink);
        await using var client = await server.ConnectAsync("c", MqttVersion.V500, maxInFlight: 10);
        var publishes = Enumerable.Range(0, 8).Select(_ => client.PublishAsync("a", "x"u8.ToArray()).AsTask()).ToArray();
        await Eventually.HoldsAsync(() => sink.All.Count == 3, "the server's receive maximum");
        Assert.Equal(3, client.InFlight);
        durable.SetResult();
        await Task.WhenAll(publishes);
    }

    [Fact]
    public async Task A_refused_publish_says_why()
    {
        await using var server = await TestServer.StartAsync(
            sink: new RecordingSink { Answer = _ => PublishVerdict.Refused(MqttReasonCode.NotAuthorized) });
        await using var client = await server.ConnectAsync("c", MqttVersion.V500);
        Assert.Equal(MqttReasonCode.NotAuthorized, await client.PublishAsync("a", "x"u8.ToArray()));
        Assert.Equal(1, client.Counters.Refused);
    }

    [Fact]
    public async Task A_reconnect_sends_unacknowledged_publishes_again_with_dup_and_in_order()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = true;
        var sink = new RecordingSink { Answer = _ => hold ? PublishVerdict.After(held.Task) : PublishVerdict.Accepted };
        await using var server = await TestServer.StartAsync(sink: sink);
        await using var client = await server.ConnectAsync("c", clean: false, reconnect: true);
        var inbox = new Inbox();
        await client.SubscribeAsync("echo", MqttQos.AtLeastOnce, inbox.Add);
        var publishes = Enumerable.Range(0, 5).Select(i => client.PublishAsync("a", Encoding.UTF8.GetBytes($"{i}")).AsTask()).ToArray();
        await Eventually.HoldsAsync(() => sink.All.Count == 5, "five publishes");
        hold = false;
        client.Abort();

        await Task.WhenAll(publishes);
        Assert.Equal(["0", "1", "2", "3", "4"], sink.All.Skip(5).Select(s => s.Payload));
        Assert.All(sink.All.Skip(5), s => Assert.True(s.Dup));
        Assert.Equal(5, client.Counters.Resent);
        Assert.Equal(2, client.Counters.Connections);
        await server.Server.PublishAsync("echo", "still subscribed"u8.ToArray(), MqttQos.AtLeastOnce);
        await inbox.WaitAsync(1);
    }

    [Fact]
    public async Task A_clean_client_subscribes_again_after_a_reconnect()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync("c", reconnect: true);
        var inbox = new Inbox();
        await client.SubscribeAsync("echo", MqttQos.AtLeastOnce, inbox.Add);
        client.Abort();
        await Eventually.HoldsAsync(() => client.Counters.Connections == 2 && server.Server.SubscriptionCount == 1, "the new subscription");
        await server.Server.PublishAsync("echo", "x"u8.ToArray(), MqttQos.AtLeastOnce);
        await inbox.WaitAsync(1);
    }

    [Fact]
    public async Task Without_reconnect_pending_publishes_fail()
    {
        var never = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(
            o => o.StopTimeout = TimeSpan.FromMilliseconds(50), new RecordingSink { Answer = _ => PublishVerdict.After(never.Task) });
        await using var client = await server.ConnectAsync("c");
        var publish = client.PublishAsync("a", "x"u8.ToArray()).AsTask();
        await server.StopAsync();
        await Assert.ThrowsAsync<MqttConnectionException>(() => publish);
        await Assert.ThrowsAsync<MqttConnectionException>(async () => await client.PublishAsync("a", "x"u8.ToArray()));
    }

    [Fact]
    public async Task Pings_keep_an_idle_connection()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync();
        await using var client = new MqttClient(new MqttClientOptions { Host = "127.0.0.1", Port = server.Port, KeepAliveSeconds = 10, Time = time });
        await client.ConnectAsync();
        var before = server.Server.Counters.BytesIn;
        time.Advance(TimeSpan.FromSeconds(8));
        await Eventually.HoldsAsync(() => server.Server.Counters.BytesIn > before, "the PINGREQ");
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        var time = new ManualTimeProvider();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new MqttClientOptions
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            KeepAliveSeconds = 10,
            Time = time,
        };
        await using var client = new MqttClient(options);
        var connecting = client.ConnectAsync();
        using var peer = await listener.AcceptTcpClientAsync();
        await peer.GetStream().WriteAsync(new byte[] { 0x20, 2, 0, 0 });
        await connecting;
        var publish = client.PublishAsync("a", "x"u8.ToArray()).AsTask();
        time.Advance(TimeSpan.FromSeconds(16));
        Assert.True(client.IsConnected);
        time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<MqttConnectionException>(() => publish);
        Assert.False(client.IsConnected);
    }

    [Fact]
    public async Task Tls_works_with_a_trusted_certificate_only()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        await using var server = await TestServer.StartAsync(certificate: certificate);
        await using var client = new MqttClient(Options(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, c, _, _) => c!.GetCertHashString() == certificate.GetCertHashString(),
        }));
        await client.ConnectAsync();
        Assert.Equal(MqttReasonCode.Success, await client.PublishAsync("a", new byte[100_000]));
        await client.DisconnectAsync();
        await using var distrustful = new MqttClient(Options(new SslClientAuthenticationOptions { TargetHost = "localhost" }));
        await Assert.ThrowsAsync<MqttConnectionException>(() => distrustful.ConnectAsync());

        MqttClientOptions Options(SslClientAuthenticationOptions tls) => new() { Host = "127.0.0.1", Port = server.Port, Tls = tls };
    }

    [Fact]
    public async Task A_disconnect_with_unread_answers_still_drops_the_will()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        var will = new MqttWill { Topic = "w", Payload = "gone"u8.ToArray() };
        for (var i = 0; i < 20; i++)
        {
            var client = await server.ConnectAsync($"c{i}", will: will);
            var publishes = Enumerable.Range(0, 50).Select(_ => client.PublishAsync("a", "x"u8.ToArray()).AsTask()).ToArray();
            await client.DisconnectAsync();
            await Task.WhenAll(publishes.Select(p => p.ContinueWith(_ => { }, TaskScheduler.Default)));
        }

        await Eventually.HoldsAsync(() => server.Server.SessionCount == 0, "all sessions to end");
        Assert.DoesNotContain(sink.All, s => s.IsWill);
    }

    [Fact]
    public async Task Nobody_listening_is_an_error_with_the_address()
    {
        await using var client = new MqttClient(new MqttClientOptions { Host = "127.0.0.1", Port = 1 });
        var e = await Assert.ThrowsAsync<MqttConnectionException>(() => client.ConnectAsync());
        Assert.Contains("127.0.0.1:1", e.Message, StringComparison.Ordinal);
    }
}
