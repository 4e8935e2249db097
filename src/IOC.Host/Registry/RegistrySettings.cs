using IOC.Registry;

namespace IOC.Host.Registry;

/// <summary>Where the registry is kept, section "Ioc:Registry".</summary>
public sealed class RegistrySettings
{
    /// <summary>Embedded (a file of the data folder) or PostgreSql.</summary>
    public RegistryStoreKind Store { get; set; }

    /// <summary>The server, where that is the store.</summary>
    public PostgreSqlOptions PostgreSql { get; set; } = new();

    /// <summary>Checks the settings.</summary>
    /// <param name="errors">Takes the mistakes, each with the setting's full name.</param>
    internal void Validate(List<string> errors)
    {
        if (Store == RegistryStoreKind.PostgreSql)
        {
            errors.AddRange(PostgreSql.Validate().Select(e => $"Ioc:Registry:PostgreSql:{e}"));
        }
    }
}
