using IOC.Alerts;
using IOC.Host.Settings;
using IOC.Registry;

namespace IOC.Host.Alerts;

/// <summary>Puts together what operators do with alerts.</summary>
internal static class AlertSetup
{
    public static IServiceCollection AddAlertDesk(this IServiceCollection services, IocOptions options) => services
        .AddSingleton(options.Alerts).AddSingleton<IHandoverStore, HandoverStore>().AddSingleton<AlertDesk>();

    public static void MapAlerts(this RouteGroupBuilder api)
    {
        AlertEndpoints.Map(api);
        OutOfServiceEndpoints.Map(api);
        HandoverEndpoints.Map(api);
    }
}
