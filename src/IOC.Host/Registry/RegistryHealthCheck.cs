using IOC.Registry;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Registry;

/// <summary>The registry can be used. Degraded, not unready: readings are taken, and the log keeps what alerts will be made of.</summary>
internal sealed class RegistryHealthCheck(RegistryDatabase database) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Away is { } away ? HealthCheckResult.Degraded($"since {away.Since:O}: {away.Reason.En}") : HealthCheckResult.Healthy());
}
