using IOC.Telemetry;

namespace IOC.Host.Assets;

/// <summary>What sensors depend on.</summary>
internal static class AssetsSetup
{
    public static IServiceCollection AddAssets(this IServiceCollection services) =>
        services.AddSingleton(s => new Topology(s.GetRequiredService<Catalogue>()));

    public static void MapAssets(this RouteGroupBuilder api) => AssetEndpoints.Map(api);
}
