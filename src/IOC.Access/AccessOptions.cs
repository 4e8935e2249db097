namespace IOC.Access;

/// <summary>Settings of who may connect.</summary>
public sealed class AccessOptions
{
    /// <summary>Rounds of PBKDF2-HMAC-SHA512 for secrets that a person chose, 10,000 to 10,000,000. Default 210,000 (OWASP's
    /// Password Storage Cheat Sheet). A stored secret keeps the rounds that it was made with.</summary>
    public int PasswordRounds { get; set; } = 210_000;

    /// <summary>Logins whose chosen secret is worked on at once, 1 to 64; the rest queues. Default 1: ingest needs the other core.</summary>
    public int PasswordThreads { get; set; } = 1;

    /// <summary>Logins that may queue for that; beyond it a client is told that the server is busy (0x89). Default 2,000.</summary>
    public int PasswordQueue { get; set; } = 2000;

    /// <summary>Failed logins of one name from one address, within <see cref="BanWindow"/>, after which they are banned. Default 10; 0 = never.</summary>
    public int BanFailures { get; set; } = 10;

    /// <summary>Failed logins of all names from one address after which the address is banned; an IPv6 address counts with its /64.
    /// Default 200; 0 = never.</summary>
    public int BanAddressFailures { get; set; } = 200;

    /// <summary>Time in which failures add up. Default 5 minutes.</summary>
    public TimeSpan BanWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a ban lasts. Default 15 minutes.</summary>
    public TimeSpan BanDuration { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Names and addresses whose failures are remembered at once; the oldest go first. Default 100,000.</summary>
    public int MaxTrackedFailures { get; set; } = 100_000;

    /// <summary>How long the secret before stays valid after a rotation, unless the rotation says otherwise. Default 7 days.</summary>
    public TimeSpan RotationGrace { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Throws when a setting is out of range.</summary>
    /// <exception cref="InvalidOperationException">Names the setting and its range.</exception>
    public void Validate()
    {
        Check(nameof(PasswordRounds), PasswordRounds, 10_000, 10_000_000);
        Check(nameof(PasswordThreads), PasswordThreads, 1, 64);
        Check(nameof(PasswordQueue), PasswordQueue, 1, 1_000_000);
        Check(nameof(BanFailures), BanFailures, 0, 1_000_000);
        Check(nameof(BanAddressFailures), BanAddressFailures, 0, 1_000_000);
        Check(nameof(MaxTrackedFailures), MaxTrackedFailures, 16, 10_000_000);
        Check(nameof(BanWindow), (long)BanWindow.TotalSeconds, 1, 86_400);
        Check(nameof(BanDuration), (long)BanDuration.TotalSeconds, 1, 31_536_000);
        Check(nameof(RotationGrace), (long)RotationGrace.TotalSeconds, 0, 31_536_000);
    }

    private static void Check(string name, long value, long min, long max)
    {
        if (value < min || value > max)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"Mqtt:Access:{name} is {value}; it must be {min} to {max} (times in seconds)."));
        }
    }
}
