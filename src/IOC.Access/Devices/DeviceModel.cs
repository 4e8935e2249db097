using IOC.Telemetry;

namespace IOC.Access;

/// <summary>When and by whom something was made and changed last. Times are Unix milliseconds, UTC.</summary>
public sealed record Audit(long CreatedAtMs, string CreatedBy, long ChangedAtMs, string ChangedBy);

/// <summary>A secret of a credential.</summary>
/// <param name="number">Number within the credential, rising.</param>
/// <param name="hash">What is stored of it.</param>
/// <param name="createdAtMs">When it was made.</param>
/// <param name="createdBy">By whom.</param>
/// <param name="expiresAtMs">From when on it is void; null = never.</param>
/// <param name="untilNextUsed">Whether it is void once its successor has been used.</param>
public sealed class DeviceSecret(int number, SecretHash hash, long createdAtMs, string createdBy, long? expiresAtMs = null, bool untilNextUsed = false)
{
    private byte[]? _verifiedTag;

    /// <summary>Number within the credential, rising.</summary>
    public int Number => number;

    /// <summary>What is stored of it.</summary>
    public SecretHash Hash => hash;

    /// <summary>When it was made.</summary>
    public long CreatedAtMs => createdAtMs;

    /// <summary>By whom.</summary>
    public string CreatedBy => createdBy;

    /// <summary>From when on it is void; null = never.</summary>
    public long? ExpiresAtMs => expiresAtMs;

    /// <summary>Whether it is void once its successor has been used.</summary>
    public bool UntilNextUsed => untilNextUsed;

    internal byte[]? VerifiedTag
    {
        get => Volatile.Read(ref _verifiedTag);
        set => Volatile.Write(ref _verifiedTag, value);
    }

    internal bool IsVoid(long nowMs) => expiresAtMs <= nowMs;

    internal DeviceSecret Until(long? expiry, bool nextUsed) => new(number, hash, createdAtMs, createdBy, expiry, nextUsed) { VerifiedTag = VerifiedTag };
}

/// <summary>How a client certificate is told.</summary>
public enum CertificateBinding
{
    /// <summary>SHA-256 fingerprint of the certificate, 64 upper-case hexadecimal digits.</summary>
    Fingerprint = 1,

    /// <summary>Common name of the subject, or a DNS name of it, of a certificate that a configured authority issued.</summary>
    Subject = 2,
}

/// <summary>A certificate that a credential may connect with.</summary>
public sealed record DeviceCertificate(CertificateBinding Binding, string Value);

/// <summary>What a credential may use; null = the profile's, and there: no limit but the server's.</summary>
public sealed record DeviceLimits
{
    /// <summary>Connections at once.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>Publishes a second of all its connections.</summary>
    public double? PublishesPerSecond { get; init; }

    /// <summary>Bytes of publishes a second of all its connections.</summary>
    public double? BytesPerSecond { get; init; }

    /// <summary>Publishes a second of one connection.</summary>
    public double? ConnectionPublishesPerSecond { get; init; }

    /// <summary>Bytes of publishes a second of one connection.</summary>
    public double? ConnectionBytesPerSecond { get; init; }

    /// <summary>Largest packet, bytes.</summary>
    public int? MaxPacketSize { get; init; }

    /// <summary>Unanswered publishes of QoS 1 and 2 of one connection.</summary>
    public int? MaxInFlight { get; init; }

    /// <summary>Subscriptions of one connection.</summary>
    public int? MaxSubscriptions { get; init; }

    /// <summary>These, and where one is not set, those of <paramref name="other"/>.</summary>
    public DeviceLimits Or(DeviceLimits other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new DeviceLimits
        {
            MaxConnections = MaxConnections ?? other.MaxConnections,
            PublishesPerSecond = PublishesPerSecond ?? other.PublishesPerSecond,
            BytesPerSecond = BytesPerSecond ?? other.BytesPerSecond,
            ConnectionPublishesPerSecond = ConnectionPublishesPerSecond ?? other.ConnectionPublishesPerSecond,
            ConnectionBytesPerSecond = ConnectionBytesPerSecond ?? other.ConnectionBytesPerSecond,
            MaxPacketSize = MaxPacketSize ?? other.MaxPacketSize,
            MaxInFlight = MaxInFlight ?? other.MaxInFlight,
            MaxSubscriptions = MaxSubscriptions ?? other.MaxSubscriptions,
        };
    }

    internal LocalText? Problem()
    {
        var rates = new[] { PublishesPerSecond, BytesPerSecond, ConnectionPublishesPerSecond, ConnectionBytesPerSecond };
        var good = MaxConnections is null or >= 1 && MaxPacketSize is null or (>= 128 and <= 268_435_460) && MaxInFlight is null or (>= 1 and <= 65_535)
            && MaxSubscriptions is null or >= 0 && Array.TrueForAll(rates, r => r is null or (>= 0.001 and <= 1e9));
        return good
            ? null
            : new LocalText(
                "Giới hạn không hợp lệ: số kết nối từ 1, gói tin từ 128 byte, số bản tin chờ từ 1 đến 65535, tốc độ từ 0,001 đến 1e9 mỗi giây.",
                "A limit is not valid: connections from 1, packets from 128 bytes, in flight 1 to 65535, rates 0.001 to 1e9 a second.");
    }
}

/// <summary>Rules and limits that many credentials share.</summary>
public sealed record DeviceProfile(string Name, LocalText Title, IReadOnlyList<AclRule> Rules, DeviceLimits Limits, Audit? Audit = null);

/// <summary>A credential. Its name is the MQTT user name.</summary>
public sealed record DeviceCredential
{
    /// <summary>Name: 1 to 64 of A-Z, a-z, 0-9, '.', '_', '-', ':', '@', beginning with a letter or digit.</summary>
    public required string Name { get; init; }

    /// <summary>Name of its profile.</summary>
    public required string Profile { get; init; }

    /// <summary>Slugs of its sensors: what %s stands for.</summary>
    public IReadOnlyList<string> Sensors { get; init; } = [];

    /// <summary>Rules of its own beside the profile's.</summary>
    public IReadOnlyList<AclRule> Rules { get; init; } = [];

    /// <summary>Limits of its own.</summary>
    public DeviceLimits Limits { get; init; } = new();

    /// <summary>Whether it may not connect.</summary>
    public bool Disabled { get; init; }

    /// <summary>From when on it may not connect, Unix ms; null = never.</summary>
    public long? ExpiresAtMs { get; init; }

    /// <summary>Whatever its keeper wants to remember.</summary>
    public string? Note { get; init; }

    /// <summary>Its secrets: one, two during a rotation, none for a certificate alone.</summary>
    public IReadOnlyList<DeviceSecret> Secrets { get; init; } = [];

    /// <summary>Its certificates.</summary>
    public IReadOnlyList<DeviceCertificate> Certificates { get; init; } = [];

    /// <summary>Made and changed.</summary>
    public required Audit Audit { get; init; }

    /// <summary>Whether a text can be a name.</summary>
    public static bool IsName(string? name) =>
        name is { Length: >= 1 and <= 64 } && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || "._-:@".Contains(c, StringComparison.Ordinal));
}
