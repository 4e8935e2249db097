using IOC.Registry.Data;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>One import of one catalogue file.</summary>
/// <param name="File">File name.</param>
/// <param name="Hash">SHA-256 of the file, lower-case hexadecimal.</param>
/// <param name="ImportedAtMs">When, Unix milliseconds.</param>
/// <param name="Entries">Entries in the file.</param>
/// <param name="Added">New ones.</param>
/// <param name="Changed">Changed ones, those that came back from retirement included.</param>
/// <param name="Retired">Ones that were no longer there.</param>
public sealed record FileImport(string File, string Hash, long ImportedAtMs, int Entries, int Added, int Changed, int Retired)
{
    internal static FileImport From(CatalogueImportRow row) =>
        new(row.File, row.Hash, row.ImportedAtMs, row.Entries, row.Added, row.Changed, row.Retired);
}

/// <summary>What loading a catalogue folder did.</summary>
/// <param name="Imported">The files that had changed; empty when all was as before.</param>
/// <param name="Warnings">What is allowed and still looks like an oversight.</param>
public sealed record ImportReport(IReadOnlyList<FileImport> Imported, IReadOnlyList<LocalText> Warnings);

/// <summary>A loaded catalogue.</summary>
/// <param name="Catalogue">The catalogue.</param>
/// <param name="Report">What loading did.</param>
public sealed record LoadedCatalogue(Catalogue Catalogue, ImportReport Report)
{
    /// <summary>Mistakes in the rule files; not empty = the rule set that was in force before is in force still.</summary>
    public IReadOnlyList<CatalogueError> RuleErrors { get; init; } = [];
}

/// <summary>Loads the catalogue of an installation from a folder of files and keeps the database in line with it.</summary>
/// <param name="database">The database.</param>
/// <param name="book">Where sensor addresses are interned.</param>
/// <param name="clock">Clock for the time of import.</param>
/// <param name="rules">Where rules are kept.</param>
/// <param name="zone">The city's zone: a day in a rule begins at its midnight.</param>
public sealed class RegistryLoader(RegistryDatabase database, AddressBook book, TimeProvider clock, RuleBook rules, TimeZoneInfo zone)
{
    /// <summary>Reads properties.csv, areas.csv, outlines.geojson (optional), assets.csv and assets.geojson (optional),
    /// sensors.csv and the rule files, checks them
    /// together and imports them when one has changed. Mistakes in rule files alone leave the rule set that was in force
    /// before as it is, where there is one.</summary>
    /// <exception cref="CatalogueException">There are mistakes; it lists all of them, and nothing was imported.</exception>
    public async Task<LoadedCatalogue> LoadAsync(string catalogueFolder, CancellationToken cancel = default)
    {
        var first = !await rules.AnyStoredAsync(cancel);
        var folder = await CatalogueFolder.ReadAsync(catalogueFolder, book, zone, rulesMustBeRight: first, cancel);
        var imported = await new CatalogueImporter(database, clock).ImportAsync(folder, cancel);
        await rules.LoadAsync(folder.Catalogue, cancel);
        var import = await rules.ImportAsync(folder.Rules, folder.Catalogue, note: null, cancel);
        return new LoadedCatalogue(
            folder.Catalogue with { Rules = rules.Set?.Rules ?? [] },
            new ImportReport([.. imported, .. import.Imported], [.. folder.Rules.Warnings, .. import.Notes]))
        { RuleErrors = import.Errors };
    }
}
