using IOC.Host.Health.Disk;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Health;

/// <summary>Puts the checks in place that are no other feature's.</summary>
internal static class HealthSetup
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<IngestHealthCheck>("ingest", tags: [HealthTags.Ready])
            .AddCheck<ReadersHealthCheck>("readers").AddCheck<HistoryHealthCheck>("history").AddCheck<MqttStoreHealthCheck>("mqtt")
            .AddCheck<DiskHealthCheck>("disk");
        services.Configure<HealthCheckPublisherOptions>(o => (o.Delay, o.Period) = (TimeSpan.FromSeconds(1), HealthMemory.Period));
        return services.AddSingleton<HealthMemory>().AddSingleton<IHealthCheckPublisher>(s => s.GetRequiredService<HealthMemory>())
            .AddHostedService<StorageWatch>()
            .AddSingleton<IDiskGauge, DiskGauge>().AddSingleton<DiskWatch>().AddHostedService(s => s.GetRequiredService<DiskWatch>());
    }
}
