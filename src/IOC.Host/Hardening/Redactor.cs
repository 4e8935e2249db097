using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using IOC.Host.Notification;
using IOC.Host.Otlp;
using IOC.Host.Settings;

namespace IOC.Host.Hardening;

/// <summary>
/// Takes secrets out of text before it is logged: those that the settings hold, word for word, and whatever stands where a secret
/// usually does (a password in JSON or in a connection string, an Authorization header, a cookie, a name and password in an address).
/// </summary>
internal sealed class Redactor
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mask = "***";

    // Shorter ones would take harmless words out with them.
    private const int ShortestKnown = 6;
    private const string Names = "(password|passwd|passphrase|pwd|secret|token|api[_-]?key|authorization|cookie)";

    // NonBacktracking: the text may be a stranger's, and must not take more than its length's worth of time.
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    // What comes before the secret, and stays, is "keep".
    private static readonly Regex[] Places =
    [
        // "password":"..." as JSON, and as JSON within a JSON string.
        new($@"(?<keep>""[\w.:-]*{Names}[\w-]*""\s*:\s*"")([^""\\]|\\.)+", Options),
        new($@"(?<keep>\\""[\w.:-]*{Names}[\w-]*\\""\s*:\s*\\"")([^""\\]|\\[^""])+", Options),

        // What a structure is written as in a message: Password: "...", also within a JSON string.
        new($@"(?<keep>\b[\w-]*{Names}[\w-]*\s*:\s*"")([^""\\]|\\.)+", Options),
        new($@"(?<keep>\b[\w-]*{Names}[\w-]*\s*:\s*\\"")([^""\\]|\\[^""])+", Options),

        // Headers, to the end of the line.
        new(@"(?<keep>\b((proxy-)?authorization|(set-)?cookie)\s*[:=]\s*)[^""\r\n\\]+", Options),
        new(@"(?<keep>\b(bearer|basic)\s+)[a-z0-9._~+/=-]{6,}", Options),

        // password=... in connection strings and addresses; ?code=... of a sign-in; a name and a password in an address.
        new($@"(?<keep>[\w-]*{Names}[\w-]*\s?=\s?)[^\s,;&""'\\}}\]]+", Options),
        new(@"(?<keep>[?&](code|state|key|sig)=)[^\s&""'\\]+", Options),
        new(@"(?<keep>[a-z][a-z0-9+.-]*://)[^/\s:@""]+:[^@/\s""]+@", Options),

        // A JSON web token, and a token of the product's own, wherever.
        new(@"(?<keep>\bioc_)[\w-]{20,}", Options),
        new(@"(?<keep>\b)eyJ[\w-]{8,}\.[\w-]{4,}(\.[\w-]*)?", Options),
    ];

    private readonly string[] _known;

    /// <param name="known">Secrets that are taken out wherever they stand.</param>
    public Redactor(IEnumerable<string> known) => _known =
    [
        .. known.Where(s => s.Length >= ShortestKnown).SelectMany(s => new[] { s, JsonEncodedText.Encode(s).ToString(), Uri.EscapeDataString(s) })
            .Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length),
    ];

    /// <summary>With the secrets of the settings, and of the files that they name as far as those can be read now.</summary>
    public static Redactor For(IocOptions options) => new(SecretsOf(options));

    /// <summary>The text without secrets.</summary>
    public string Clean(string text)
    {
        foreach (var secret in _known)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        foreach (var place in Places)
        {
            text = place.Replace(text, $"${{keep}}{Mask}");
        }

        return text;
    }

    /// <summary>Whether a setting's value is a secret, by its name.</summary>
    internal static bool IsSecret(Type owner, string name) =>
        (owner == typeof(NotificationSecret) && name == nameof(NotificationSecret.Value)) || (owner == typeof(OtlpSettings) && name == nameof(OtlpSettings.Headers))
        || name.EndsWith("Secret", StringComparison.Ordinal) || name.EndsWith("Password", StringComparison.Ordinal) || name.EndsWith("Token", StringComparison.Ordinal)
        || name.EndsWith("ConnectionString", StringComparison.Ordinal) || name.EndsWith("ApiKey", StringComparison.Ordinal);

    private static IEnumerable<string> SecretsOf(object settings)
    {
        foreach (var property in settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0))
        {
            var value = property.GetValue(settings);
            if (value is string text)
            {
                if (text.Length > 0 && IsSecret(settings.GetType(), property.Name))
                {
                    yield return text;
                }
                else if (text.Length > 0 && IsFileOfSecret(settings.GetType(), property.Name) && FirstLine(text) is { } line)
                {
                    yield return line;
                }

                continue;
            }

            var groups = value is IEnumerable list and not IDictionary ? list.Cast<object>() : value is null ? [] : [value];
            foreach (var secret in groups.Where(g => g.GetType().Namespace?.StartsWith("IOC.", StringComparison.Ordinal) == true && g.GetType().IsClass).SelectMany(SecretsOf))
            {
                yield return secret;
            }
        }
    }

    private static bool IsFileOfSecret(Type owner, string name) =>
        (owner == typeof(NotificationSecret) && name == nameof(NotificationSecret.File))
        || (name.EndsWith("File", StringComparison.Ordinal) && IsSecret(owner, name[..^"File".Length]));

    private static string? FirstLine(string file)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever needs the file says that it cannot be read.
            return null;
        }
    }
}
