using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>What checking the files of a catalogue found.</summary>
/// <param name="Rules">Number of rules read.</param>
/// <param name="Errors">Mistakes of all files; empty when there are none.</param>
/// <param name="Warnings">What is allowed and still looks like an oversight.</param>
public sealed record RuleCheck(int Rules, IReadOnlyList<CatalogueError> Errors, IReadOnlyList<LocalText> Warnings)
{
    /// <summary>Checks a catalogue folder without a database.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="zone">The city's zone.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<RuleCheck> RunAsync(string folder, TimeZoneInfo zone, CancellationToken cancel = default)
    {
        try
        {
            var read = await CatalogueFolder.ReadAsync(folder, new AddressBook(), zone, rulesMustBeRight: true, cancel);
            return new RuleCheck(read.Rules.Rules.Count, [], read.Rules.Warnings);
        }
        catch (CatalogueException e)
        {
            return new RuleCheck(0, e.Errors, []);
        }
    }
}
