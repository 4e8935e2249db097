using System.Text;

namespace IOC.Alerts;

/// <summary>Names of operators, as people type them. Two names are the same person's when they differ only in letter case, in the space
/// around and between their words, or in how Unicode spells an accented letter (one character, or a letter and its marks).</summary>
public static class OperatorName
{
    /// <summary>Compares names by whose they are.</summary>
    public static IEqualityComparer<string> Comparer { get; } = new NameComparer();

    /// <summary>A name in the form in which it is stored and shown: accents composed (NFC), one space between words and none around. Case stays.
    /// Half a surrogate pair becomes U+FFFD.</summary>
    public static string Clean(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var whole = string.Concat(name.EnumerateRunes().Select(r => r.ToString()));
        return string.Join(' ', whole.Normalize(NormalizationForm.FormC).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Whether two names are the same person's; nobody's name (null) is nobody's.</summary>
    public static bool Same(string? one, string? other) =>
        one is not null && other is not null && (string.Equals(one, other, StringComparison.Ordinal) || string.Equals(Clean(one), Clean(other), StringComparison.OrdinalIgnoreCase));

    private sealed class NameComparer : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => (x is null && y is null) || Same(x, y);

        public int GetHashCode(string obj) => StringComparer.OrdinalIgnoreCase.GetHashCode(Clean(obj));
    }
}
