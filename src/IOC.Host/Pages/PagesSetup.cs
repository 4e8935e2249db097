namespace IOC.Host.Pages;

/// <summary>What the operators' pages about one alert, one sensor and one district ask for.</summary>
internal static class PagesSetup
{
    public static IServiceCollection AddOperatorPages(this IServiceCollection services) => services.AddSingleton<Exceedances>();

    public static void MapOperatorPages(this RouteGroupBuilder api)
    {
        SimilarEndpoints.Map(api);
        SensorPageEndpoints.Map(api);
        DistrictPageEndpoints.Map(api);
    }
}
