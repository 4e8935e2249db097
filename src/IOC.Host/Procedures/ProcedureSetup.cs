using IOC.Host.Settings;
using IOC.Registry;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Procedures;

/// <summary>What is to be done about alerts.</summary>
internal static class ProcedureSetup
{
    public static IServiceCollection AddProcedures(this IServiceCollection services, IocOptions options)
    {
        services.AddSingleton(options.Procedures).AddSingleton<ProcedureBook>().AddSingleton<ProcedureDesk>().AddHostedService<ProcedureWatch>();
        services.AddHealthChecks().AddCheck<ProceduresHealthCheck>("procedures");
        return services;
    }

    public static void MapProcedures(this RouteGroupBuilder api)
    {
        ProcedureEndpoints.Map(api);
        ChecklistEndpoints.Map(api);
    }
}

/// <summary>The procedure files can be read. Degraded, not unready: the procedures from before are there.</summary>
internal sealed class ProceduresHealthCheck(ProcedureDesk desk) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        desk.Files.Errors is { Count: > 0 } errors
            ? HealthCheckResult.Degraded($"Tệp quy trình có {errors.Count} lỗi / the procedure files have {errors.Count} mistakes: {errors[0]}")
            : HealthCheckResult.Healthy());
}
