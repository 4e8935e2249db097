using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IOC.Access;

/// <summary>Who asks to come in.</summary>
public sealed record LoginAttempt(string ClientId, string? Name, ReadOnlyMemory<byte>? Secret, IPAddress? Address, X509Certificate2? Certificate)
{
    /// <summary>Whether an authority that the host trusts has issued the certificate; without one, its subject proves nothing.</summary>
    public bool CertificateIsVouchedFor { get; init; }

    /// <summary>Whether it needs no credential: then a name that no credential has opens what none would, and is no failed login.
    /// A name that a credential has must come with its secret all the same.</summary>
    public bool MayBeAnonymous { get; init; }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{ClientId} ({Name}) from {Address}";
}

/// <summary>What became of a login.</summary>
public enum LoginOutcome
{
    /// <summary>Let in.</summary>
    Admitted,

    /// <summary>Neither a name nor a certificate that is known.</summary>
    NoCredential,

    /// <summary>No such name, a wrong secret, or a certificate of another credential.</summary>
    BadCredential,

    /// <summary>The credential is disabled or its time is over.</summary>
    Disabled,

    /// <summary>The name, address or client is banned.</summary>
    Banned,

    /// <summary>Too many logins are being checked.</summary>
    Busy,
}

/// <summary>A client that was let in: what its connection keeps.</summary>
/// <param name="Entry">Its credential, as it was at the login.</param>
/// <param name="Subject">Whom rules are judged for.</param>
/// <param name="SecretNumber">Which secret it had; 0 = a certificate.</param>
/// <param name="Certificate">Which certificate it had.</param>
/// <param name="Address">Where it comes from.</param>
public sealed record DeviceLogin(DeviceEntry Entry, AclSubject Subject, int SecretNumber, DeviceCertificate? Certificate, IPAddress? Address);

/// <summary>An answer to a login.</summary>
public readonly record struct LoginAnswer(LoginOutcome Outcome, DeviceLogin? Login = null, IReadOnlyList<Ban>? NewBans = null);

/// <summary>Lets clients in by name and secret, or by certificate.</summary>
/// <param name="book">The credentials.</param>
/// <param name="verifier">Checks secrets.</param>
/// <param name="bans">Who is not even looked at.</param>
/// <param name="time">Clock.</param>
public sealed class DeviceDoor(DeviceBook book, SecretVerifier verifier, BanList bans, TimeProvider time)
{
    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Told when a credential's newest secret was used while an older one waits for just that.</summary>
    public Action<DeviceCredential>? NewSecretUsed { get; set; }

    /// <summary>Judges a login.</summary>
    public async ValueTask<LoginAnswer> LoginAsync(LoginAttempt attempt, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        if (bans.IsBanned(attempt.Name, attempt.ClientId, attempt.Address))
        {
            return new LoginAnswer(LoginOutcome.Banned);
        }

        if (attempt.MayBeAnonymous && attempt.Certificate is null && (attempt.Name is null || !book.TryGet(attempt.Name, out _)))
        {
            return new LoginAnswer(LoginOutcome.NoCredential);
        }

        if (attempt.Secret is null)
        {
            return ByCertificate(attempt);
        }

        if (attempt.Name is null || !book.TryGet(attempt.Name, out var entry))
        {
            return Fail(attempt, entry: null);
        }

        return await BySecretAsync(attempt, entry, cancel);
    }

    private async ValueTask<LoginAnswer> BySecretAsync(LoginAttempt attempt, DeviceEntry entry, CancellationToken cancel)
    {
        var now = NowMs;
        foreach (var secret in entry.Credential.Secrets.Where(s => !s.IsVoid(now)).OrderByDescending(s => s.Number))
        {
            var verdict = await verifier.VerifyAsync(secret, attempt.Secret!.Value, cancel);
            if (verdict == SecretVerdict.Busy)
            {
                return new LoginAnswer(LoginOutcome.Busy);
            }

            if (verdict == SecretVerdict.Right)
            {
                return Admit(attempt, entry, secret.Number, certificate: null);
            }
        }

        return Fail(attempt, entry);
    }

    private LoginAnswer ByCertificate(LoginAttempt attempt)
    {
        if (attempt.Certificate is null)
        {
            return attempt.Name is null ? new LoginAnswer(LoginOutcome.NoCredential) : Fail(attempt, entry: null);
        }

        foreach (var binding in Bindings(attempt.Certificate))
        {
            if (book.TryFind(binding, out var entry) && (attempt.Name is null || attempt.Name == entry.Credential.Name)
                && (binding.Binding == CertificateBinding.Fingerprint || attempt.CertificateIsVouchedFor))
            {
                return Admit(attempt, entry, secretNumber: 0, binding);
            }
        }

        return Fail(attempt, entry: null);
    }

    private LoginAnswer Admit(LoginAttempt attempt, DeviceEntry entry, int secretNumber, DeviceCertificate? certificate)
    {
        // Said only to whoever has proved to be the device. The credential may have changed while the secret was checked.
        var now = NowMs;
        if (!book.TryGet(entry.Credential.Name, out var current) || !IsStillGood(current.Credential, secretNumber, certificate, now))
        {
            return new LoginAnswer(LoginOutcome.BadCredential);
        }

        if (current.Credential.Disabled || current.Credential.ExpiresAtMs <= now)
        {
            return new LoginAnswer(LoginOutcome.Disabled);
        }

        bans.Succeed(current.Credential.Name, attempt.Address);
        current.Use.Login(now);
        if (current.Credential.Secrets.Any(s => s.UntilNextUsed && s.Number < secretNumber))
        {
            NewSecretUsed?.Invoke(current.Credential);
        }

        var subject = new AclSubject(attempt.ClientId, current.Credential.Name, current.Sensors);
        return new LoginAnswer(LoginOutcome.Admitted, new DeviceLogin(current, subject, secretNumber, certificate, attempt.Address));
    }

    private LoginAnswer Fail(LoginAttempt attempt, DeviceEntry? entry)
    {
        entry?.Use.Fail();
        return new LoginAnswer(LoginOutcome.BadCredential, NewBans: bans.Fail(attempt.Name, attempt.Address));
    }

    /// <summary>Whether what a login was made with still belongs to the credential.</summary>
    public static bool IsStillGood(DeviceCredential credential, int secretNumber, DeviceCertificate? certificate, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return certificate is null
            ? credential.Secrets.Any(s => s.Number == secretNumber && !s.IsVoid(nowMs))
            : credential.Certificates.Contains(certificate);
    }

    private static IEnumerable<DeviceCertificate> Bindings(X509Certificate2 certificate)
    {
        yield return new DeviceCertificate(CertificateBinding.Fingerprint, certificate.GetCertHashString(HashAlgorithmName.SHA256));
        if (certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } common)
        {
            yield return new DeviceCertificate(CertificateBinding.Subject, common);
        }

        foreach (var name in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames()))
        {
            yield return new DeviceCertificate(CertificateBinding.Subject, name);
        }
    }
}
