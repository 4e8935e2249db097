using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace IOC.Access.Accounts;

/// <summary>What browsers, programs and links hold: random, so one hash of it is enough to know it again (docs/adr/0010).</summary>
public static class AccountKeys
{
    /// <summary>How a token begins, so that people and scanners of source code see what it is.</summary>
    public const string TokenPrefix = "ioc_";

    private const int RandomBytes = 32;

    /// <summary>256 random bits, 43 characters of A-Z, a-z, 0-9, '-' and '_'.</summary>
    public static string Generate() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>What is stored of it: SHA-256, hexadecimal.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>What a page of a session must send along with a change, so that another site's page cannot: it follows from the session's key,
    /// and does not give it away.</summary>
    public static string CsrfOf(string key) => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), "ioc csrf"u8));

    /// <summary>Whether two keys are the same, in a time that does not tell how much of them is.</summary>
    public static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
