using System.Globalization;
using System.Text;

namespace IOC.FirmwareSim.Catalogue;

/// <summary>Names in topics: 1 to 64 of a-z, 0-9, '-' and '_', starting with a letter or digit.</summary>
internal static class Slugs
{
    private const int MaxLength = 64;

    /// <summary>Tells whether a text is a slug.</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= MaxLength && char.IsAsciiLetterOrDigit(text[0]) && text.All(IsPart);

    /// <summary>Makes a slug of a column's or a place's name: accents dropped, the rest joined by '-'.</summary>
    /// <returns>The slug; empty when nothing of the text can stand in one.</returns>
    public static string From(string text)
    {
        var plain = new StringBuilder();
        foreach (var c in text.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
            {
                continue;
            }

            plain.Append(c == 'đ' ? 'd' : IsPart(c) ? c : '-');
        }

        var joined = string.Join('-', plain.ToString().Split('-', StringSplitOptions.RemoveEmptyEntries)).TrimStart('_');
        return joined.Length <= MaxLength ? joined : joined[..MaxLength];
    }

    private static bool IsPart(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_';
}
