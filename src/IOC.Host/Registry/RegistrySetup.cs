using IOC.Host.Settings;
using IOC.Registry;

namespace IOC.Host.Registry;

/// <summary>Opens the registry that the settings ask for, and tells when its server goes and comes back.</summary>
internal static class RegistrySetup
{
    public static RegistryDatabase Open(IocOptions options, DataFolder data, TimeProvider time)
    {
        if (options.Registry.Store == RegistryStoreKind.Embedded)
        {
            return RegistryDatabase.Open(data.Combine("registry", "registry.db"));
        }

        var database = RegistryDatabase.Open(options.Registry.PostgreSql, time, $"ioc {options.Node} on {Environment.MachineName}");
        var log = Serilog.Log.ForContext(typeof(RegistrySetup));
        log.Information("Registry: {Database}", database.Name);
        database.AwayChanged += (_, change) =>
        {
            if (change.Away is { } away)
            {
                log.Error("Registry: away since {Since:O}; acts are refused and new alerts wait in the log until it is back: {Reason}", away.Since, away.Reason.En);
            }
            else
            {
                log.Information("Registry: {Database} is back", database.Name);
            }
        };
        return database;
    }

    public static IServiceCollection AddRegistry(this IServiceCollection services, RegistryDatabase database)
    {
        services.AddSingleton(database).AddExceptionHandler<RegistryProblems>();
        services.AddHealthChecks().AddCheck<RegistryHealthCheck>("registry");
        return services;
    }
}
