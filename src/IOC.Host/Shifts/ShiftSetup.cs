using IOC.Alerts;
using IOC.Host.Alerts;
using IOC.Host.Settings;
using IOC.Registry;

namespace IOC.Host.Shifts;

/// <summary>Puts together the shift log, the duties and the report.</summary>
internal static class ShiftSetup
{
    public static IServiceCollection AddShifts(this IServiceCollection services, IocOptions options) => services
        .AddSingleton(options.Shifts).AddSingleton<IShiftLog, ShiftLogStore>().AddSingleton<ShiftDesk>().AddSingleton<ShiftReport>()
        .AddSingleton(s => new ShiftWords(s.GetRequiredService<SubjectNames>(), TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone)))
        .AddSingleton<ShiftScribe>().AddHostedService(s => s.GetRequiredService<ShiftScribe>());

    public static void MapShifts(this RouteGroupBuilder api)
    {
        ShiftLogEndpoints.Map(api);
        ShiftReportEndpoint.Map(api);
    }
}
