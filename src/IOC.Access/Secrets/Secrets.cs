using System.Buffers.Text;
using System.Security.Cryptography;

namespace IOC.Access;

/// <summary>Makes secrets and says which ones may be chosen.</summary>
public static class Secrets
{
    /// <summary>Shortest chosen secret, characters. No rules on what is in it: length is what counts (NIST SP 800-63B, 5.1.1.2).</summary>
    public const int MinChosenLength = 12;

    /// <summary>Shortest secret that may be called random: 128 bits in base64url.</summary>
    public const int MinRandomLength = 22;

    /// <summary>Longest secret, UTF-8 bytes.</summary>
    public const int MaxBytes = 512;

    private const int RandomBytes = 24;

    /// <summary>A secret of 192 random bits, 32 characters of A-Z, a-z, 0-9, '-' and '_'.</summary>
    public static string Generate() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
}
