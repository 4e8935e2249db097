using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Bridges;

/// <summary>The other brokers are reached. Degraded, not unready: devices that publish here are served all the same.</summary>
internal sealed class BridgeHealthCheck(BridgeService bridges) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var down = bridges.Statuses.Where(b => b.State is BridgeState.Connecting or BridgeState.Impaired)
            .Select(b => $"{b.Name} ({b.Address}): {b.LastProblem?.Detail ?? b.StateText.En}").ToList();
        return Task.FromResult(down.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join("; ", down)));
    }
}
