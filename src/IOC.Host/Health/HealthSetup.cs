using IOC.Host.Health.Damage;
using IOC.Host.Health.Disk;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Health;

/// <summary>Puts the checks in place that are no other feature's.</summary>
internal static class HealthSetup
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddExceptionHandler<DamageProblems>();
        services.AddHealthChecks().AddCheck<IngestHealthCheck>("ingest", tags: [HealthTags.Ready])
            .AddCheck<ReadersHealthCheck>("readers").AddCheck<HistoryHealthCheck>("history").AddCheck<MqttStoreHealthCheck>("mqtt")
            .AddCheck<DiskHealthCheck>("disk").AddCheck<ClockHealthCheck>("clock").AddCheck<DamageHealthCheck>("files");
        services.Configure<HealthCheckPublisherOptions>(o => (o.Delay, o.Period) = (TimeSpan.FromSeconds(1), HealthMemory.Period));
        return services.AddSingleton<HealthMemory>().AddSingleton<IHealthCheckPublisher>(s => s.GetRequiredService<HealthMemory>())
            .AddSingleton<ClockWatch>().AddHostedService<StorageWatch>()
            .AddSingleton<DamageWatch>().AddHostedService(s => s.GetRequiredService<DamageWatch>())
            .AddSingleton<IDiskGauge, DiskGauge>().AddSingleton<DiskWatch>().AddHostedService(s => s.GetRequiredService<DiskWatch>());
    }
}
