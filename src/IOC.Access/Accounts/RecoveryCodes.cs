using System.Security.Cryptography;

namespace IOC.Access.Accounts;

/// <summary>Codes for the day when the second factor is lost: each counts once.</summary>
public static class RecoveryCodes
{
    /// <summary>How many there are at first.</summary>
    public const int Count = 10;

    // Without what people take for one another. 16 of 31 characters: 79 bits, too many to search for even with the hashes at hand.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>A new code: four groups of four characters.</summary>
    public static string Generate() => string.Join('-', RandomNumberGenerator.GetString(Alphabet, 16).Chunk(4).Select(c => new string(c)));

    /// <summary>The form that is compared: however somebody wrote the groups.</summary>
    public static string Plain(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return new string([.. code.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
    }

    /// <summary>Whether something looks like a recovery code, and not like a code of an authenticator application.</summary>
    public static bool IsOne(string? code) => code is not null && Plain(code).Length == 16;
}
