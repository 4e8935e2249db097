using IOC.Host.Health;
using IOC.Host.Health.Damage;
using IOC.Host.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static IOC.Host.Metrics.HostMeter;

namespace IOC.Host.Metrics;

/// <summary>Figures of health, and of what runs out by date.</summary>
internal static class HealthFigures
{
    public static void Add(HostMeter meter, HealthMemory memory, ClockWatch clock, DamageWatch damage, IocOptions options)
    {
        meter.Counter("ioc.clock.steps", "{time}", "Times that the machine's clock was set, forward or back, since the host started.", () => clock.Count);
        meter.Gauge("ioc.storage.damaged_files", "{file}", "Databases of the data folder that are known to be damaged.", () => damage.Damaged.Count);
        meter.Gauge(
            "ioc.storage.check_timestamp", "s", "When the databases were last read through for damage, Unix time; absent before.",
            () => damage.LookedAtMs is { } at ? [new(at / 1000.0)] : []);
        meter.Gauge(
            "ioc.health.status", null, "How each part is: 2 healthy, 1 degraded, 0 unhealthy.",
            () => memory.Report?.Entries.Select(e => Of(Value(e.Value.Status), "check", e.Key)) ?? []);
        meter.Gauge(
            "ioc.certificate.expiry_timestamp", "s", "When a certificate that the host shows is valid no more, Unix time, by the setting that names its file.",
            () => CertificateFiles.Of(options).Where(c => c.NotAfter is not null).Select(c => Of(c.NotAfter!.Value.ToUnixTimeSeconds(), "setting", c.Setting)));
    }

    private static double Value(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => 2,
        HealthStatus.Degraded => 1,
        _ => 0,
    };
}
