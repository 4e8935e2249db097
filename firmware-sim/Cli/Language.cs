namespace IOC.FirmwareSim.Cli;

/// <summary>The language of what the program prints: IOC_LANG, or else the locale (LC_ALL, LC_MESSAGES, LANG); "vi..." is
/// Vietnamese, anything else English.</summary>
internal static class Language
{
    private static readonly bool Vietnamese = IsVietnamese(Environment.GetEnvironmentVariable);

    /// <summary>Picks the sentence in the user's language.</summary>
    public static string Say(string english, string vietnamese) => Vietnamese ? vietnamese : english;

    /// <summary>Tells whether an environment asks for Vietnamese.</summary>
    internal static bool IsVietnamese(Func<string, string?> environment)
    {
        string[] variables = ["IOC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];
        var chosen = Array.Find([.. variables.Select(environment)], v => !string.IsNullOrEmpty(v));
        return chosen is not null && chosen.StartsWith("vi", StringComparison.OrdinalIgnoreCase);
    }
}
