using IOC.Access.Accounts;
using IOC.Host.Security;
using IOC.Host.Settings;

namespace IOC.Host.Priming;

/// <summary>Registers the priming of learned detectors.</summary>
internal static class PrimingSetup
{
    /// <summary>Adds it; after the runtime, whose readers it waits for.</summary>
    public static void AddPriming(this IServiceCollection services, IocOptions options)
    {
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<PrimingService>(s, options.Detection));
        services.AddHostedService(s => s.GetRequiredService<PrimingService>());
    }

    /// <summary>Maps GET and POST /detection/priming.</summary>
    public static void MapPriming(this RouteGroupBuilder api)
    {
        api.MapGet("/detection/priming", (PrimingService priming) => priming.Status).NeedsEverywhere(Permission.Engineer)
            .WithSummary("How far sensors whose learned state is new have learned from history");
        api.MapPost("/detection/priming", (PrimingService priming) =>
        {
            priming.Ask();
            return TypedResults.Accepted("/api/v1/detection/priming", priming.Status);
        }).NeedsEverywhere(Permission.Engineer).WithSummary("Looks now for sensors whose learned state is new, and lets them learn from history");
    }
}
