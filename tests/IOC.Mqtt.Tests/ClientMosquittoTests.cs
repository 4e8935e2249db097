using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>The client against Debian's mosquitto.</summary>
public sealed class ClientMosquittoTests
{
    [NeedsProgramFact(MosquittoBroker.Program)]
    public async Task Tls_with_a_ca_of_its_own_a_client_certificate_and_the_servers_name()
    {
        using var folder = new TempDirectory();
        using var authority = new TestAuthority("test ca");
        using var stranger = new TestAuthority("another ca");
        Write(authority.Certificate, folder.Combine("ca.pem"), null);
        Write(stranger.Certificate, folder.Combine("other.pem"), null);
        using var server = authority.Issue("localhost");
        using var device = authority.Issue("bridge");
        Write(server, folder.Combine("server.pem"), folder.Combine("server.key"));
        Write(device, folder.Combine("client.pem"), folder.Combine("client.key"));
        await using var broker = await MosquittoBroker.StartAsync(
            folder.Combine("broker"), $"cafile {folder.Combine("ca.pem")}", $"certfile {folder.Combine("server.pem")}", $"keyfile {folder.Combine("server.key")}",
            "require_certificate true", "use_identity_as_username true", "allow_anonymous false");
        MqttClientTls Tls(string ca = "ca.pem", string? certificate = "client.pem", string name = "localhost") => new()
        {
            CaFile = folder.Combine(ca),
            CertificateFile = certificate is null ? null : folder.Combine(certificate),
            KeyFile = certificate is null ? null : folder.Combine("client.key"),
            ServerName = name,
        };

        await using (var client = Client(broker, tls: Tls()))
        {
            await client.ConnectAsync();
            Assert.Equal(MqttReasonCode.NoMatchingSubscribers, await client.PublishAsync("a", new byte[100_000]));
        }

        foreach (var wrong in new[] { Tls(ca: "other.pem"), Tls(name: "elsewhere"), Tls(certificate: null) })
        {
            await using var client = Client(broker, tls: wrong);
            await Assert.ThrowsAsync<MqttConnectionException>(() => client.ConnectAsync());
        }

        await using var careless = Client(broker, tls: new MqttClientTls
        {
            AcceptAnyServerCertificate = true,
            CertificateFile = folder.Combine("client.pem"),
            KeyFile = folder.Combine("client.key"),
        });
        await careless.ConnectAsync();
    }

    [NeedsProgramFact(MosquittoBroker.Program, "mosquitto_passwd")]
    public async Task User_and_password()
    {
        using var folder = new TempDirectory();
        using (var make = Process.Start("mosquitto_passwd", ["-c", "-b", folder.Combine("users"), "city", "right"]))
        {
            await make.WaitForExitAsync();
        }

        await using var broker = await MosquittoBroker.StartAsync(folder.Combine("broker"), "allow_anonymous false", $"password_file {folder.Combine("users")}");
        foreach (var version in new[] { MqttVersion.V311, MqttVersion.V500 })
        {
            await using var client = Client(broker, version, user: "city", password: "right");
            await client.ConnectAsync();
            await using var wrong = Client(broker, version, user: "city", password: "wrong");
            var error = await Assert.ThrowsAsync<MqttConnectionException>(() => wrong.ConnectAsync());
            Assert.Equal(MqttReasonCode.NotAuthorized, error.Reason);
            Assert.DoesNotContain("wrong", error.Message, StringComparison.Ordinal);
        }
    }

    [NeedsProgramFact(MosquittoBroker.Program)]
    public async Task Mqtt_5_properties_qos_2_and_subscription_identifiers_arrive_as_sent()
    {
        using var folder = new TempDirectory();
        await using var broker = await MosquittoBroker.StartAsync(folder.Combine("broker"), "allow_anonymous true");
        await using var client = Client(broker);
        await client.ConnectAsync();
        var inbox = new Inbox();
        var granted = await client.SubscribeAsync(
            new MqttTopicFilter("q/+", MqttQos.ExactlyOnce),
            m =>
            {
                inbox.Add(m);
                return ValueTask.CompletedTask;
            },
            identifier: 42);
        Assert.Equal(MqttReasonCode.GrantedQos2, granted);
        var answer = await client.PublishAsync("q/1", "x"u8.ToArray(), MqttQos.ExactlyOnce, properties: new MqttProperties
        {
            ContentType = "application/json",
            ResponseTopic = "r/1",
            CorrelationData = [1, 2, 3],
            MessageExpiryInterval = 60,
            PayloadFormatIndicator = 1,
            UserProperties = [new("k", "v1"), new("k", "v2")],
        });
        Assert.Equal(MqttReasonCode.Success, answer);
        var message = (await inbox.WaitAsync(1))[0];
        Assert.Equal((MqttQos.ExactlyOnce, "q/1"), (message.Qos, message.Topic));
        Assert.Equal(("application/json", "r/1"), (message.Properties!.ContentType, message.Properties.ResponseTopic));
        Assert.Equal([1, 2, 3], message.Properties.CorrelationData);
        Assert.InRange(message.Properties.MessageExpiryInterval!.Value, 1u, 60u);
        Assert.Equal(["v1", "v2"], message.Properties.UserProperties!.Select(p => p.Value));
        Assert.Equal([42u], message.Properties.SubscriptionIdentifiers);
        Assert.Equal(MqttReasonCode.Success, await client.UnsubscribeAsync("q/+"));
        Assert.Equal(MqttReasonCode.NoSubscriptionExisted, await client.UnsubscribeAsync("q/+"));
    }

    [NeedsProgramFact(MosquittoBroker.Program)]
    public async Task A_shared_subscription_divides_the_messages()
    {
        using var folder = new TempDirectory();
        await using var broker = await MosquittoBroker.StartAsync(folder.Combine("broker"), "allow_anonymous true");
        await using var one = Client(broker);
        await using var two = Client(broker);
        await using var publisher = Client(broker);
        var inboxes = new[] { new Inbox(), new Inbox() };
        foreach (var (client, inbox) in new[] { (one, inboxes[0]), (two, inboxes[1]) })
        {
            await client.ConnectAsync();
            Assert.Equal(MqttReasonCode.GrantedQos1, await client.SubscribeAsync("$share/ioc/s/#", MqttQos.AtLeastOnce, inbox.Add));
        }

        await publisher.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => publisher.PublishAsync($"s/{i}", Encoding.UTF8.GetBytes($"{i}")).AsTask()));
        await Eventually.HoldsAsync(() => inboxes.Sum(i => i.All.Count) == 100, "all messages");
        Assert.All(inboxes, i => Assert.NotEmpty(i.All));
        Assert.Equal(100, inboxes.SelectMany(i => i.Texts).Distinct().Count());
    }

    [NeedsProgramFact(MosquittoBroker.Program)]
    public async Task A_session_goes_on_when_the_broker_has_restarted()
    {
        using var folder = new TempDirectory();
        await using var broker = await MosquittoBroker.StartAsync(folder.Combine("broker"), "allow_anonymous true");
        await using var client = Client(broker, reconnect: true, id: "keeper");
        var inbox = new Inbox();
        var answers = 0;
        client.SubscriptionAnswered = (_, _) => Interlocked.Increment(ref answers);
        client.Register(new MqttTopicFilter("a/#", MqttQos.AtLeastOnce), m =>
        {
            inbox.Add(m);
            return ValueTask.CompletedTask;
        });
        client.Start();
        await Eventually.HoldsAsync(() => Volatile.Read(ref answers) == 1, "the subscription");
        await broker.TerminateAsync();
        await Eventually.HoldsAsync(() => !client.IsConnected, "the loss of the connection");
        var publish = client.PublishAsync("a/1", "queued"u8.ToArray(), MqttQos.ExactlyOnce).AsTask();
        await broker.StartAsync();
        Assert.Equal(MqttReasonCode.Success, await publish);
        await inbox.WaitAsync(1);
        Assert.True(client.SessionPresent);
        Assert.Equal(1, answers);
    }

    [NeedsProgramFact(MosquittoBroker.Program)]
    public async Task Over_web_sockets()
    {
        using var folder = new TempDirectory();
        var port = MosquittoBroker.FreePort();
        await using var broker = await MosquittoBroker.StartAsync(folder.Combine("broker"), "allow_anonymous true", $"listener {port} 127.0.0.1", "protocol websockets");
        await using var client = new MqttClient(new MqttClientOptions
        {
            Host = "127.0.0.1",
            Port = port,
            WebSocketPath = "/mqtt",
            Version = MqttVersion.V500,
            Reconnect = true,
            ReconnectMin = TimeSpan.FromMilliseconds(20),
        });

        // The second listener may open a little later than the first.
        client.Start();
        await Eventually.HoldsAsync(() => client.IsConnected, "the connection");
        var inbox = new Inbox();
        await client.SubscribeAsync("w", MqttQos.AtLeastOnce, inbox.Add);
        var payload = new byte[300_000];
        Random.Shared.NextBytes(payload);
        Assert.Equal(MqttReasonCode.Success, await client.PublishAsync("w", payload));
        Assert.Equal(payload, (await inbox.WaitAsync(1))[0].Payload);
        await client.DisconnectAsync();
    }

    private static MqttClient Client(
        MosquittoBroker broker,
        MqttVersion version = MqttVersion.V500,
        MqttClientTls? tls = null,
        string? user = null,
        string? password = null,
        bool reconnect = false,
        string id = "") => new(new MqttClientOptions
        {
            Host = "127.0.0.1",
            Port = broker.Port,
            Version = version,
            ClientId = id,
            CleanStart = id.Length == 0,
            SessionExpirySeconds = id.Length == 0 ? 0u : 600,
            TlsSource = tls is null ? null : () => tls.Create("127.0.0.1"),
            UserName = user,
            Password = password,
            Reconnect = reconnect,
            ReconnectMin = TimeSpan.FromMilliseconds(20),
            ReconnectMax = TimeSpan.FromMilliseconds(100),
        });

    private static void Write(X509Certificate2 certificate, string file, string? keyFile)
    {
        File.WriteAllText(file, certificate.ExportCertificatePem());
        if (keyFile is not null)
        {
            using var key = certificate.GetRSAPrivateKey()!;
            File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        }
    }
}
