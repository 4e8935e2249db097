using System.Globalization;
using IOC.Telemetry;

namespace IOC.Access;

/// <summary>A problem with what was asked for.</summary>
/// <param name="Code">What it is, in a word; part of the API.</param>
/// <param name="Text">For people.</param>
public sealed record AccessProblem(string Code, LocalText Text)
{
    internal static AccessProblem Of(string code, string vi, string en) => new(code, new LocalText(vi, en));

    internal static AccessProblem NotFound(string name) => Of("not_found", $"Không có '{name}'.", $"There is no '{name}'.");
}

/// <summary>A credential to be made.</summary>
public sealed record DeviceDraft
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its profile; null = <see cref="BuiltInProfiles.Default"/>.</summary>
    public string? Profile { get; init; }

    /// <summary>Its sensors; null = one of its own name, where that is a slug.</summary>
    public IReadOnlyList<string>? Sensors { get; init; }

    /// <summary>Rules of its own.</summary>
    public IReadOnlyList<string>? Rules { get; init; }

    /// <summary>Limits of its own.</summary>
    public DeviceLimits? Limits { get; init; }

    /// <summary>A secret of the caller's choice; null = one is generated.</summary>
    public string? Secret { get; init; }

    /// <summary>Whether the caller knows that its secret has at least 128 random bits.</summary>
    public bool SecretIsRandom { get; init; }

    /// <summary>Whether it has certificates only.</summary>
    public bool WithoutSecret { get; init; }

    /// <summary>SHA-256 fingerprints of its certificates.</summary>
    public IReadOnlyList<string>? Fingerprints { get; init; }

    /// <summary>Subjects of its certificates.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }

    /// <summary>Whether it may not connect for now.</summary>
    public bool Disabled { get; init; }

    /// <summary>From when on it may not connect, Unix ms.</summary>
    public long? ExpiresAtMs { get; init; }

    /// <summary>A note.</summary>
    public string? Note { get; init; }

    /// <summary>Without the secret.</summary>
    public override string ToString() => Name;
}

/// <summary>What is to change of a credential; null = stays.</summary>
public sealed record DeviceChange
{
    /// <summary>Profile.</summary>
    public string? Profile { get; init; }

    /// <summary>Sensors.</summary>
    public IReadOnlyList<string>? Sensors { get; init; }

    /// <summary>Rules of its own.</summary>
    public IReadOnlyList<string>? Rules { get; init; }

    /// <summary>Limits of its own.</summary>
    public DeviceLimits? Limits { get; init; }

    /// <summary>Fingerprints of its certificates.</summary>
    public IReadOnlyList<string>? Fingerprints { get; init; }

    /// <summary>Subjects of its certificates.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }

    /// <summary>Whether it may not connect.</summary>
    public bool? Disabled { get; init; }

    /// <summary>From when on it may not connect, Unix ms; 0 = never.</summary>
    public long? ExpiresAtMs { get; init; }

    /// <summary>Note; empty = none.</summary>
    public string? Note { get; init; }
}

/// <summary>How long the secret before stays valid after a rotation.</summary>
public sealed record Rotation
{
    /// <summary>How long; null = <see cref="AccessOptions.RotationGrace"/>; zero = it is void at once.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>Whether it is void as soon as the new one was used.</summary>
    public bool UntilUsed { get; init; }

    /// <summary>A secret of the caller's choice; null = one is generated.</summary>
    public string? Secret { get; init; }

    /// <summary>Whether the caller knows that its secret has at least 128 random bits.</summary>
    public bool SecretIsRandom { get; init; }
}

/// <summary>Reads the parts of drafts and changes.</summary>
internal static class DraftReader
{
    private const int MaxSensors = 10_000;
    private const int MaxRules = 200;

    public static bool TryRules(IReadOnlyList<string> texts, out IReadOnlyList<AclRule> rules, out AccessProblem? problem)
    {
        var read = new List<AclRule>();
        rules = read;
        problem = texts.Count > MaxRules ? AccessProblem.Of("bad_rule", $"Tối đa {MaxRules} quy tắc.", $"There may be {MaxRules} rules at most.") : null;
        foreach (var text in problem is null ? texts : [])
        {
            if (!AclRule.TryParse(text, out var rule, out var wrong))
            {
                problem = new AccessProblem("bad_rule", wrong);
                break;
            }

            read.Add(rule);
        }

        return problem is null;
    }

    public static AccessProblem? CheckSensors(IReadOnlyList<string> sensors)
    {
        var bad = sensors.FirstOrDefault(s => !Slug.IsValid(s));
        return sensors.Count > MaxSensors || bad is not null
            ? AccessProblem.Of(
                "bad_sensor", $"Cảm biến '{bad}' không phải là mã hợp lệ (a-z, 0-9, '-', '_'), tối đa {MaxSensors} cảm biến.", $"'{bad}' is no sensor slug (a-z, 0-9, '-', '_'), or there are more than {MaxSensors}.")
            : null;
    }

    public static AccessProblem? CheckSecret(string secret, bool isRandom)
    {
        var least = isRandom ? Secrets.MinRandomLength : Secrets.MinChosenLength;
        return secret.Length < least || System.Text.Encoding.UTF8.GetByteCount(secret) > Secrets.MaxBytes
            ? AccessProblem.Of(
                "bad_secret", $"Mật khẩu phải dài từ {least} ký tự đến {Secrets.MaxBytes} byte.", $"A secret has {least} characters to {Secrets.MaxBytes} bytes.")
            : null;
    }

    public static bool TryCertificates(
        IReadOnlyList<string> fingerprints, IReadOnlyList<string> subjects, out IReadOnlyList<DeviceCertificate> certificates, out AccessProblem? problem)
    {
        var read = new List<DeviceCertificate>();
        certificates = read;
        problem = null;
        foreach (var text in fingerprints)
        {
            var plain = text.Replace(":", "", StringComparison.Ordinal).ToUpper(CultureInfo.InvariantCulture);
            if (plain.Length != 64 || !plain.All(char.IsAsciiHexDigit))
            {
                problem = AccessProblem.Of(
                    "bad_fingerprint", $"'{text}' không phải là dấu vân tay SHA-256 (64 chữ số hệ 16).", $"'{text}' is no SHA-256 fingerprint (64 hexadecimal digits).");
                return false;
            }

            read.Add(new DeviceCertificate(CertificateBinding.Fingerprint, plain));
        }

        foreach (var subject in subjects)
        {
            if (subject.Length is 0 or > 256)
            {
                problem = AccessProblem.Of("bad_subject", "Tên chủ thể chứng thư phải có 1 đến 256 ký tự.", "A certificate's subject has 1 to 256 characters.");
                return false;
            }

            read.Add(new DeviceCertificate(CertificateBinding.Subject, subject));
        }

        return true;
    }
}
