using IOC.Host.Pump;
using IOC.Ingest.Log;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Health;

/// <summary>Ready: publishes are taken, because the log can write them.</summary>
internal sealed class IngestHealthCheck(IocRuntime runtime, IReadingLog log) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = log.Health;
        return Task.FromResult(
            !runtime.IsRunning ? HealthCheckResult.Unhealthy("starting or stopping")
            : health.IsFailing ? HealthCheckResult.Unhealthy($"the reading log cannot write since {health.Since:O}: {health.LastError}")
            : HealthCheckResult.Healthy("publishes are taken"));
    }
}

/// <summary>The readers of the log get on. Degraded, not unready: publishes are still stored.</summary>
internal sealed class ReadersHealthCheck(IocRuntime runtime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var failures = runtime.Readers.Where(r => r.Failure is not null).Select(r => $"{r.Reader}, partition {r.Partition}: {r.Failure}").ToList();
        return Task.FromResult(failures.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join("; ", failures)));
    }
}
