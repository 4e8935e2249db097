namespace IOC.Telemetry;

/// <summary>
/// The form of every name in a topic: 1 to 64 characters of a-z, 0-9, '-' and '_', starting with a letter or digit.
/// </summary>
public static class Slug
{
    /// <summary>Longest slug, in characters (each is one byte of UTF-8).</summary>
    public const int MaxLength = 64;

    /// <summary>Tells whether <paramref name="text"/> is a slug.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength || !char.IsAsciiLetterLower(text[0]) && !char.IsAsciiDigit(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!IsPart(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Tells whether the UTF-8 bytes are a slug.</summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxLength || utf8[0] is (byte)'-' or (byte)'_')
        {
            return false;
        }

        foreach (var b in utf8)
        {
            if (!IsPart((char)b))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPart(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_';
}
