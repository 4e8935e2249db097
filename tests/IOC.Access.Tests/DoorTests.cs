using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace IOC.Access.Tests;

public class DoorTests
{
    [Fact]
    public async Task A_generated_secret_lets_in_and_nothing_else_does()
    {
        using var shop = new Shop();
        var secret = await shop.AddAsync("air-1");
        Assert.Equal(32, secret.Length);
        var answer = await shop.LoginAsync("air-1", secret);
        Assert.Equal(LoginOutcome.Admitted, answer.Outcome);
        Assert.True(answer.Login!.Entry.Acl.MayPublish(answer.Login.Subject, "ioc/v1/d/air/air-1/telemetry"u8, retain: false));
        Assert.False(answer.Login.Entry.Acl.MayPublish(answer.Login.Subject, "ioc/v1/d/air/air-2/telemetry"u8, retain: false));
        Assert.False(answer.Login.Entry.Acl.MayPublish(answer.Login.Subject, "ioc/v1/d/air/air-1/cmd"u8, retain: false));
        Assert.True(answer.Login.Entry.Acl.MaySubscribe(answer.Login.Subject, "ioc/v1/+/+/air-1/cmd"));
        Assert.False(answer.Login.Entry.Acl.MaySubscribe(answer.Login.Subject, "ioc/v1/+/+/+/cmd"));
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("air-1", secret + "x"));
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("air-1", ""));
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("air-2", secret));
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("air-1", null));
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync(null, secret));
        Assert.Equal(LoginOutcome.NoCredential, await shop.TryAsync(null, null));
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("air-1", new string('x', 100_000)));
    }

    [Fact]
    public async Task Where_nobody_needs_a_credential_only_a_name_that_has_one_must_come_with_its_secret()
    {
        using var shop = new Shop();
        var secret = await shop.AddAsync("air-1");
        foreach (var (name, given, outcome) in new (string?, string?, LoginOutcome)[]
        {
            (null, null, LoginOutcome.NoCredential), ("nobody", "x", LoginOutcome.NoCredential), ("nobody", null, LoginOutcome.NoCredential), (null, "x", LoginOutcome.NoCredential),
            ("air-1", secret, LoginOutcome.Admitted), ("air-1", "x", LoginOutcome.BadCredential), ("air-1", null, LoginOutcome.BadCredential),
        })
        {
            var attempt = new LoginAttempt("c", name, given is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(given), System.Net.IPAddress.Loopback, Certificate: null) { MayBeAnonymous = true };
            Assert.Equal(outcome, (await shop.Door.LoginAsync(attempt, default)).Outcome);
        }
    }

    [Fact]
    public async Task The_stored_form_holds_no_secret()
    {
        using var shop = new Shop();
        var secret = await shop.AddAsync("a");
        await shop.AddAsync(new DeviceDraft { Name = "b", Secret = "correct horse battery" });
        Assert.StartsWith("hmac-sha256$", Stored("a"), StringComparison.Ordinal);
        Assert.StartsWith("pbkdf2-sha512$10000$", Stored("b"), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, Stored("a"), StringComparison.Ordinal);
        Assert.True(SecretHash.Parse(Stored("a")).IsOf(Encoding.UTF8.GetBytes(secret)));
        Assert.True(SecretHash.Parse(Stored("b")).IsOf("correct horse battery"u8));
        Assert.Throws<FormatException>(() => SecretHash.Parse("md5$x$y"));

        string Stored(string name) => shop.Store.Credentials[name].Secrets[0].Hash.ToString();
    }

    [Fact]
    public async Task A_chosen_secret_is_stretched_once()
    {
        using var shop = new Shop();
        await shop.AddAsync(new DeviceDraft { Name = "b", Secret = "correct horse battery" });
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("b", "correct horse battery"));
        }

        Assert.Equal(1, shop.Verifier.Stretched);
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("b", "correct horse batterx"));
        Assert.Equal(2, shop.Verifier.Stretched);

        // Another secret: what was known of the old one means nothing.
        await shop.Desk.RotateAsync("b", new Rotation { Grace = TimeSpan.Zero, Secret = "another secret altogether" }, "test", default);
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("b", "correct horse battery"));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("b", "another secret altogether"));
    }

    [Fact]
    public async Task A_full_queue_is_busy_and_known_devices_pass_it()
    {
        using var shop = new Shop(o => (o.PasswordRounds, o.PasswordQueue, o.BanFailures) = (400_000, 1, 0));
        await shop.AddAsync(new DeviceDraft { Name = "slow", Secret = "correct horse battery" });
        var generated = await shop.AddAsync("quick");
        var working = shop.TryAsync("slow", "wrong secret, but long");
        Assert.Equal(LoginOutcome.Busy, await shop.TryAsync("slow", "correct horse battery"));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("quick", generated));
        Assert.Equal(LoginOutcome.BadCredential, await working);
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("slow", "correct horse battery"));
    }

    [Fact]
    public async Task Disabled_and_expired_credentials_stay_out_and_only_their_owner_learns_it()
    {
        using var shop = new Shop();
        var a = await shop.AddAsync("a");
        var b = await shop.AddAsync(new DeviceDraft { Name = "b", ExpiresAtMs = shop.Time.NowMs + 1000 });
        await shop.Desk.ChangeAsync("a", new DeviceChange { Disabled = true }, "test", default);
        Assert.Equal(LoginOutcome.Disabled, await shop.TryAsync("a", a));
        Assert.Equal(LoginOutcome.BadCredential, await shop.TryAsync("a", "wrong"));
        Assert.Equal(LoginOutcome.Admitted, await shop.TryAsync("b", b));
        shop.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(LoginOutcome.Disabled, await shop.TryAsync("b", b));
    }

    [Fact]
    public async Task A_certificate_is_known_by_its_fingerprint()
    {
        using var shop = new Shop();
        using var certificate = Issue("CN=whoever");
        await shop.AddAsync(new DeviceDraft { Name = "a", WithoutSecret = true, Fingerprints = [certificate.GetCertHashString(HashAlgorithmName.SHA256)] });
        Assert.Equal("a", (await shop.LoginAsync(null, null, certificate: certificate)).Login!.Entry.Credential.Name);
        Assert.Equal(LoginOutcome.Admitted, (await shop.LoginAsync("a", null, certificate: certificate)).Outcome);
        Assert.Equal(LoginOutcome.BadCredential, (await shop.LoginAsync("b", null, certificate: certificate)).Outcome);
        using var other = Issue("CN=whoever");
        Assert.Equal(LoginOutcome.BadCredential, (await shop.LoginAsync(null, null, certificate: other)).Outcome);
        await shop.Desk.ChangeAsync("a", new DeviceChange { Fingerprints = [] }, "test", default);
        Assert.Equal(LoginOutcome.BadCredential, (await shop.LoginAsync(null, null, certificate: certificate)).Outcome);
    }

    [Fact]
    public async Task A_certificate_is_known_by_its_subject_only_from_an_authority()
    {
        using var shop = new Shop();
        using var byName = Issue("CN=air-1");
        using var byDnsName = Issue("CN=whoever", "air-2.example");
        await shop.AddAsync(new DeviceDraft { Name = "one", WithoutSecret = true, Subjects = ["air-1"] });
        await shop.AddAsync(new DeviceDraft { Name = "two", WithoutSecret = true, Subjects = ["air-2.example"] });
        Assert.Equal("one", (await shop.LoginAsync(null, null, certificate: byName, vouched: true)).Login!.Entry.Credential.Name);
        Assert.Equal("two", (await shop.LoginAsync(null, null, certificate: byDnsName, vouched: true)).Login!.Entry.Credential.Name);
        Assert.Equal(LoginOutcome.BadCredential, (await shop.LoginAsync(null, null, certificate: byName)).Outcome);
    }

    private static X509Certificate2 Issue(string subject, string? dnsName = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (dnsName is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(dnsName);
            request.CertificateExtensions.Add(names.Build());
        }

        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
