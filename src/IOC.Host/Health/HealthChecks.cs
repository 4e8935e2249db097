using IOC.History;
using IOC.Host.Health.Damage;
using IOC.Host.Health.Disk;
using IOC.Host.Pump;
using IOC.Ingest.Log;
using IOC.Mqtt;
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
            : health.IsFull ? HealthCheckResult.Unhealthy($"{StorageWatch.DiskFull} ({health.Since:O}: {health.LastError})")
            : health.IsFailing ? HealthCheckResult.Unhealthy($"{StorageWatch.CannotWrite} ({health.Since:O}: {health.LastError})")
            : HealthCheckResult.Healthy("publishes are taken"));
    }
}

/// <summary>Sessions, retained messages and wills can be stored. Degraded, not unready: telemetry is taken.</summary>
internal sealed class MqttStoreHealthCheck(MqttServer server) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = server.StoreHealth;
        return Task.FromResult(
            health.IsFull ? HealthCheckResult.Degraded($"{StorageWatch.DiskFull} ({health.Since:O}: {health.Problem})")
            : health.IsFailing ? HealthCheckResult.Degraded($"{StorageWatch.CannotWrite} (mqtt.db, {health.Since:O}: {health.Problem})")
            : HealthCheckResult.Healthy());
    }
}

/// <summary>The readers of the log get on. Degraded, not unready: publishes are still stored.</summary>
internal sealed class ReadersHealthCheck(IocRuntime runtime) : IHealthCheck
{
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(1);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var failures = runtime.Readers.Where(r => r.Failure is not null || r.TakingFor >= Stuck)
            .Select(r => $"{r.Reader}, partition {r.Partition}: {r.Failure ?? $"stuck behind batch {r.Offset}"}").ToList();
        return Task.FromResult(failures.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join("; ", failures)));
    }
}

/// <summary>History can be written. Degraded, not unready: the log keeps what it cannot take.</summary>
internal sealed class HistoryHealthCheck(IHistoryStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(store.ReadFigures().Failure is { } failure ? HealthCheckResult.Degraded(failure) : HealthCheckResult.Healthy());
}

/// <summary>The disk will not be full within the days that the settings name.</summary>
internal sealed class DiskHealthCheck(DiskWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(watch.State?.Warning is { } warning ? HealthCheckResult.Degraded($"{warning.Vi} / {warning.En}") : HealthCheckResult.Healthy());
}

/// <summary>The clock of the machine was not set within the last hour.</summary>
internal sealed class ClockHealthCheck(ClockWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(watch.Warning is { } warning ? HealthCheckResult.Degraded($"{warning.Vi} / {warning.En}") : HealthCheckResult.Healthy());
}

/// <summary>No database of the data folder is damaged, as far as is known. What is damaged is not there: 503.</summary>
internal sealed class DamageHealthCheck(DamageWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(watch.Warning is { } warning ? HealthCheckResult.Unhealthy($"{warning.Vi} / {warning.En}") : HealthCheckResult.Healthy());
}
