using IOC.Access.Accounts;
using IOC.Host.Security;
namespace IOC.Host.Bridges;

/// <summary>Registers the bridges to other brokers.</summary>
internal static class BridgeSetup
{
    /// <summary>Adds the bridges; after the runtime, so that they stop before it.</summary>
    public static void AddBridges(this IServiceCollection services)
    {
        services.AddSingleton<BridgeService>().AddHostedService(s => s.GetRequiredService<BridgeService>());
        services.AddHealthChecks().AddCheck<BridgeHealthCheck>("bridges");
    }

    /// <summary>Maps GET /bridges.</summary>
    public static void MapBridges(this RouteGroupBuilder api) =>
        api.MapGet("/bridges", (BridgeService bridges) => bridges.Statuses).NeedsEverywhere(Permission.Engineer).WithSummary("Bridges to other brokers: state, counts, last problem");
}
