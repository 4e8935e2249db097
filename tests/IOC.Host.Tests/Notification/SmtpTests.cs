using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IOC.Alerts.Notification;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Host.Tests.Notification;

/// <summary>Against a real mail server that refuses, asks to come back later, is down, hangs, and asks for protection and a password.</summary>
public sealed class SmtpTests : IAsyncLifetime
{
    private readonly NotificationRig _rig = new();
    private readonly TempDirectory _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        _folder.Dispose();
    }

    [NeedsProgramFact(SmtpServer.Program)]
    public async Task A_mail_has_both_languages_letters_both_forms_and_the_key()
    {
        await using var server = await SmtpServer.StartAsync();
        _rig.With(Mail(server.Port, "truc.ban@ioc.example"), r => r with { Language = NoticeLanguage.Vi });
        _rig.Raise();
        await _rig.TurnAsync();
        Assert.Equal((DeliveryState.Sent, 250, null), (_rig.Only.State, _rig.Only.Status, _rig.Only.Error));
        var mail = Assert.Single(await server.MailsAsync(1));
        Assert.Equal(("ioc@ioc.example", "truc.ban@ioc.example"), (mail.From, Assert.Single(mail.To)));
        Assert.Equal($"<{_rig.Only.Id}@ioc.example>", mail.Header("Message-ID"));
        Assert.Equal(_rig.Only.Id, mail.Header("Idempotency-Key"));
        Assert.Equal("[P1] mới: Bụi PM2.5 cao - Trạm s1 (Việt Yên)", Decode(mail.Header("Subject")!));
        var parts = mail.Text.Split("Content-Transfer-Encoding: base64\r\n\r\n")[1..].Select(p => Encoding.UTF8.GetString(Convert.FromBase64String(p[..p.IndexOf("--", StringComparison.Ordinal)]))).ToList();
        Assert.Contains("181,5 µg/m³ (ngưỡng 150)", parts[0], StringComparison.Ordinal);
        Assert.Contains("https://ioc.example/", parts[0], StringComparison.Ordinal);
        Assert.Contains("<table", parts[1], StringComparison.Ordinal);
        Assert.All(mail.Text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
    }

    [NeedsProgramFact(SmtpServer.Program)]
    public async Task Each_recipient_has_an_outcome_of_its_own()
    {
        await using var server = await SmtpServer.StartAsync();
        _rig.With(Mail(server.Port, "refuse@x.example", "grey@x.example", "full@x.example", "well@x.example"));
        _rig.Raise();
        await _rig.TurnAsync();
        Assert.Equal(
            [(DeliveryState.GivenUp, 550), (DeliveryState.Pending, 451), (DeliveryState.GivenUp, 552), (DeliveryState.Sent, 250)], _rig.Deliveries.Select(d => (d.State, d.Status!.Value)));
        Assert.Equal("RCPT: 550 5.1.1 no such mailbox", _rig.Deliveries[0].Error);
        await _rig.AfterAsync(TimeSpan.FromSeconds(12));
        Assert.Equal(["well@x.example", "grey@x.example"], (await server.MailsAsync(2)).Select(m => m.To[0]));
        Assert.Equal((DeliveryState.Sent, 2), (_rig.Deliveries[1].State, _rig.Deliveries[1].Attempts));
    }

    [NeedsProgramFact(SmtpServer.Program)]
    public async Task A_server_that_is_down_gets_everything_when_it_is_back()
    {
        await using var server = await SmtpServer.StartAsync();
        _rig.With(Mail(server.Port, "a@x.example"));
        await server.StopAsync();
        _rig.Raise();
        _rig.Raise("s2");
        await _rig.TurnAsync();
        await _rig.AfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal([2, 0], _rig.Deliveries.Select(d => d.Attempts));
        await server.StartAsync();
        await _rig.AfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(_rig.Deliveries.Select(d => d.Id), (await server.MailsAsync(2)).Select(m => m.Header("Idempotency-Key")));
    }

    [NeedsProgramFact(SmtpServer.Program)]
    public async Task A_server_that_closes_rests_the_channel_and_one_that_hangs_is_left()
    {
        await using var server = await SmtpServer.StartAsync();
        _rig.With(Mail(server.Port, "busy@x.example"));
        _rig.Raise();
        await _rig.TurnAsync();
        Assert.Equal((DeliveryState.Pending, 421), (_rig.Only.State, _rig.Only.Status));
        Assert.Single(_rig.Desk.Figures.FailingChannels);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        _rig.With(Mail(((IPEndPoint)silent.LocalEndpoint).Port, "busy@x.example"));
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        await _rig.Desk.TurnAsync(CancellationToken.None);
        using var connection = await silent.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30));
        _rig.Time.Advance(_rig.Settings.Timeout);
        await _rig.Desk.SettleAsync();
        Assert.Equal((2, "no answer within 20 s"), (_rig.Only.Attempts, _rig.Only.Error));
    }

    [NeedsProgramFact(SmtpServer.Program)]
    public async Task A_recipient_at_which_the_server_hangs_does_not_hold_the_host_for_ever()
    {
        await using var server = await SmtpServer.StartAsync();
        var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var port = ((IPEndPoint)proxy.LocalEndpoint).Port;
        var relayed = new StringBuilder();
        var relay = RelayAsync(proxy, server.Port, relayed);
        _rig.With(Mail(port, "hang@x.example"));
        _rig.Raise();
        await _rig.Desk.TurnAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => Said(relayed).Contains("RCPT TO:<hang@x.example>", StringComparison.Ordinal), "the server to be asked for the recipient");
        _rig.Time.Advance(_rig.Settings.Timeout);
        await _rig.Desk.SettleAsync();
        Assert.Equal((DeliveryState.Pending, "no answer within 20 s"), (_rig.Only.State, _rig.Only.Error));
        proxy.Stop();
        await relay;
    }

    [NeedsProgramTheory(SmtpServer.Program)]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task A_protected_connection_signs_in_and_a_wrong_password_waits_to_be_mended(SmtpSecurity security)
    {
        var (ca, certificate, key) = Certificates("localhost");
        await using var server = await SmtpServer.StartAsync(security == SmtpSecurity.Tls ? "--tls" : "--starttls", certificate, key, "--user", "ioc", "mật khẩu");
        var mail = Mail(server.Port, "a@x.example");
        mail = mail with { Smtp = mail.Smtp! with { Host = "localhost", Security = security, CaFile = ca, User = "ioc" } };
        _rig.With(mail with { Secrets = Password("wrong") });
        _rig.Raise();
        await _rig.TurnAsync();
        Assert.Equal((DeliveryState.Pending, 535), (_rig.Only.State, _rig.Only.Status));
        Assert.DoesNotContain("wrong", _rig.Only.Error, StringComparison.Ordinal);
        _rig.With(mail with { Secrets = Password("mật khẩu") });
        await _rig.AfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(DeliveryState.Sent, _rig.Only.State);
        var taken = Assert.Single(await server.MailsAsync(1));
        Assert.Equal((true, "ioc"), (taken.Tls, taken.User));
    }

    [NeedsProgramTheory(SmtpServer.Program)]
    [InlineData("other.example", true)]
    [InlineData("localhost", false)]
    public async Task A_certificate_for_another_name_or_of_an_unknown_authority_gets_no_mail(string name, bool known)
    {
        var (ca, certificate, key) = Certificates(name);
        await using var server = await SmtpServer.StartAsync("--starttls", certificate, key);
        var mail = Mail(server.Port, "a@x.example");
        _rig.With(mail with { Smtp = mail.Smtp! with { Host = "localhost", Security = SmtpSecurity.StartTls, CaFile = known ? ca : null } });
        _rig.Raise();
        await _rig.TurnAsync();
        Assert.Empty(server.Mails);
        Assert.Equal(DeliveryState.Pending, _rig.Only.State);
        Assert.Contains("certificate", _rig.Only.Error, StringComparison.Ordinal);
    }

    [NeedsProgramFact(SmtpServer.Program)]
    public async Task A_server_without_STARTTLS_gets_no_mail_that_was_to_be_protected()
    {
        await using var server = await SmtpServer.StartAsync();
        var mail = Mail(server.Port, "a@x.example");
        _rig.With(mail with { Smtp = mail.Smtp! with { Security = SmtpSecurity.StartTls } });
        _rig.Raise();
        await _rig.TurnAsync();
        Assert.Empty(server.Mails);
        Assert.Equal("the server does not offer STARTTLS", _rig.Only.Error);
    }

    [NeedsProgramFact(SmtpServer.Program)]
    public async Task A_summary_of_many_alerts_arrives_whole()
    {
        await using var server = await SmtpServer.StartAsync();
        _rig.With(Mail(server.Port, "a@x.example"), r => r with { GroupWait = TimeSpan.FromSeconds(30) });
        for (var i = 0; i < 60; i++)
        {
            _rig.Raise($"s{i}");
        }

        await _rig.TurnAsync();
        await _rig.AfterAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("[P1] 60 alert messages - Viet Yen, …", Decode(Assert.Single(await server.MailsAsync(1)).Header("Subject")!));
    }

    private static string Said(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static async Task RelayAsync(TcpListener listener, int to, StringBuilder said)
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, to);
        var back = CopyAsync(server.GetStream(), client.GetStream(), null);
        await CopyAsync(client.GetStream(), server.GetStream(), said);
        server.Close();
        await back;
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, StringBuilder? said)
    {
        var buffer = new byte[4096];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var read)
            {
                lock (said ?? new StringBuilder())
                {
                    said?.Append(Encoding.UTF8.GetString(buffer, 0, read));
                }

                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One of the two went away.
        }
    }

    private static string Decode(string header) => string.Concat(header.Split(' ').Select(w =>
        w.StartsWith("=?utf-8?B?", StringComparison.Ordinal) ? Encoding.UTF8.GetString(Convert.FromBase64String(w[10..^2])) : w));

    private static Dictionary<string, SecretReference> Password(string password) => new(StringComparer.Ordinal) { [Channel.Password] = new(null, password) };

    private static Channel Mail(int port, params string[] recipients) => new()
    {
        Name = "mail",
        Smtp = new SmtpChannel("127.0.0.1", port, SmtpSecurity.None, "ioc@ioc.example"),
        Recipients = recipients,
    };

    private (string Ca, string Certificate, string Key) Certificates(string name)
    {
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=test authority", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var ca = caRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(ca, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, 4]);
        File.WriteAllText(_folder.Combine("ca.pem"), ca.ExportCertificatePem());
        File.WriteAllText(_folder.Combine("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.Combine("key.pem"), key.ExportPkcs8PrivateKeyPem());
        return (_folder.Combine("ca.pem"), _folder.Combine("cert.pem"), _folder.Combine("key.pem"));
    }
}
