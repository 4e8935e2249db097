using IOC.Alerts;
using IOC.Host.Settings;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Alerts;

/// <summary>Puts together what operators do with alerts.</summary>
internal static class AlertSetup
{
    public static IServiceCollection AddAlertDesk(this IServiceCollection services, IocOptions options) => services
        .AddSingleton(options.Alerts).AddSingleton<IHandoverStore, HandoverStore>().AddSingleton<AlertDesk>().AddSingleton<KnownOperators>()
        .AddSingleton(s => Books(s, options))
        .AddSingleton<IAlertLives, AlertLives>().AddSingleton<FigureDesk>().AddSingleton<SubjectNames>()
        .AddSingleton(_ => new FloodMeter(options.Alerts.Flood)).AddSingleton<OperatorsOnShift>().AddHostedService<FloodWatch>();

    public static void MapAlerts(this RouteGroupBuilder api)
    {
        AlertEndpoints.Map(api);
        OutOfServiceEndpoints.Map(api);
        HandoverEndpoints.Map(api);
        MemberEndpoints.Map(api);
        FigureEndpoints.Map(api);
    }

    private static AlertBooks Books(IServiceProvider s, IocOptions options)
    {
        var (catalogue, store, flood, time) = (
            s.GetRequiredService<Catalogue>(), s.GetRequiredService<IAlertStore>(), s.GetRequiredService<FloodMeter>(), s.GetRequiredService<TimeProvider>());
        var plan = new GroupingPlan(catalogue);
        var books = new AlertBooks(
            Enumerable.Range(0, options.Partitions).Select(p => new AlertBook(
                p, options.Node, catalogue, store, options.Alerts,
                new AlertGrouping(plan, changed => flood.Take(changed, time.GetUtcNow().ToUnixTimeMilliseconds())))),
            options.Alerts);
        flood.Restore([.. books.All.SelectMany(b => b.Open())]);
        return books;
    }
}
