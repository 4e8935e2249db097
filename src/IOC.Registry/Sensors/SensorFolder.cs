using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>The sensors of a catalogue folder, without a database.</summary>
public static class SensorFolder
{
    /// <summary>Reads them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="zone">The city's zone.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="CatalogueException">The folder has mistakes.</exception>
    public static async Task<IReadOnlyList<SensorDefinition>> ReadAsync(string folder, TimeZoneInfo zone, CancellationToken cancel = default) =>
        (await CatalogueFolder.ReadAsync(folder, new AddressBook(), zone, rulesMustBeRight: false, cancel)).Catalogue.Sensors;
}
