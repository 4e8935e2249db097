using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Health;

/// <summary>Marks of checks.</summary>
internal static class HealthTags
{
    /// <summary>Without it publishes are not taken: part of /health/ready. Everything else is part of /health/dependencies.</summary>
    public const string Ready = "ready";
}

/// <summary>The last report on health, looked at every few seconds, so that figures do not have to wait for the checks.</summary>
internal sealed class HealthMemory : IHealthCheckPublisher
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private HealthReport? _report;

    /// <summary>The last report; null before the first.</summary>
    public HealthReport? Report => Volatile.Read(ref _report);

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _report, report);
        return Task.CompletedTask;
    }
}
