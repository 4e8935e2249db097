namespace IOC.Host.Cli;

/// <summary>The language of what the command line prints: IOC_LANG, or else the locale (LC_ALL, LC_MESSAGES, LANG); "vi..." is
/// Vietnamese, anything else English.</summary>
internal static class Language
{
    private static readonly string[] s_variables = ["IOC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>Whether it is Vietnamese.</summary>
    public static bool IsVietnamese { get; } = Asked() is { } chosen && chosen.StartsWith("vi", StringComparison.OrdinalIgnoreCase);

    /// <summary>Picks the sentence in the user's language.</summary>
    public static string Say(string english, string vietnamese) => IsVietnamese ? vietnamese : english;

    private static string? Asked() =>
        s_variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(v => !string.IsNullOrEmpty(v));
}
