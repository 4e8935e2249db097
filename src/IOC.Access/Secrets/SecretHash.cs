using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IOC.Access;

/// <summary>What is stored of a secret. A secret that was generated has more entropy than anybody can search, so one keyed hash
/// is as strong for it as any number of rounds; one that a person chose is stretched (docs/adr/0010).</summary>
public sealed class SecretHash
{
    private const string GeneratedKind = "hmac-sha256";
    private const string ChosenKind = "pbkdf2-sha512";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private readonly byte[] _salt;
    private readonly byte[] _hash;
    private readonly int _rounds;

    private SecretHash(int rounds, byte[] salt, byte[] hash) => (_rounds, _salt, _hash) = (rounds, salt, hash);

    /// <summary>Whether checking it takes microseconds.</summary>
    public bool IsCheap => _rounds == 0;

    internal ReadOnlySpan<byte> Salt => _salt;

    /// <summary>For a secret of at least 128 random bits.</summary>
    public static SecretHash OfGenerated(string secret) => Make(0, secret);

    /// <summary>For a secret that somebody chose.</summary>
    public static SecretHash OfChosen(string secret, int rounds) => Make(rounds, secret);

    /// <summary>Reads <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static SecretHash Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('$') switch
        {
            [GeneratedKind, var salt, var hash] => new SecretHash(0, Convert.FromBase64String(salt), Convert.FromBase64String(hash)),
            [ChosenKind, var rounds, var salt, var hash] => new SecretHash(
                int.Parse(rounds, NumberStyles.None, CultureInfo.InvariantCulture), Convert.FromBase64String(salt), Convert.FromBase64String(hash)),
            _ => throw new FormatException("The stored form of a secret is not known to this version."),
        };
    }

    /// <summary>The form that is stored: kind, rounds where there are any, salt and hash.</summary>
    public override string ToString()
    {
        var tail = $"{Convert.ToBase64String(_salt)}${Convert.ToBase64String(_hash)}";
        return IsCheap ? $"{GeneratedKind}${tail}" : string.Create(CultureInfo.InvariantCulture, $"{ChosenKind}${_rounds}${tail}");
    }

    internal bool IsOf(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        Compute(_rounds, _salt, secret, hash);
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }

    private static SecretHash Make(int rounds, string secret)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = new byte[HashBytes];
        Compute(rounds, salt, Encoding.UTF8.GetBytes(secret), hash);
        return new SecretHash(rounds, salt, hash);
    }

    private static void Compute(int rounds, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> secret, Span<byte> hash)
    {
        if (rounds == 0)
        {
            HMACSHA256.HashData(salt, secret, hash);
        }
        else
        {
            Rfc2898DeriveBytes.Pbkdf2(secret, salt, hash, rounds, HashAlgorithmName.SHA512);
        }
    }
}
