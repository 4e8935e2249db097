using IOC.Access.Accounts;
using IOC.Host.Health;
using IOC.Host.Health.Damage;
using IOC.Host.Health.Disk;
using IOC.Host.Metrics.Exposition;
using IOC.Host.Security;
using IOC.Host.Security.OpenId;
using IOC.Host.Settings;

namespace IOC.Host.Metrics;

/// <summary>Puts the host's figures in place: as instruments, and for Prometheus on /metrics.</summary>
internal static class MetricsSetup
{
    public static IServiceCollection AddHostMetrics(this IServiceCollection services) =>
        services.AddSingleton<HostMeter>().AddSingleton<MetricCollector>().AddHostedService<MetricsStart>();

    public static void MapMetrics(this WebApplication app) => app.MapGet("/metrics", Read).NeedsEverywhere(Permission.Monitor)
        .Produces<string>(contentType: "text/plain")
        .WithSummary("Figures of the host for Prometheus: text format 0.0.4, or OpenMetrics 1.0 when asked for");

    private static IResult Read(HttpRequest request, MetricCollector collector)
    {
        var open = MetricText.WantsOpen(request.Headers.Accept);
        return Results.Text(collector.Collect(families => MetricText.Write(families, open)), open ? MetricText.OpenType : MetricText.PlainType);
    }
}

/// <summary>Makes the instruments, and begins to listen to the framework's, before the first request.</summary>
internal sealed class MetricsStart(HostMeter meter, MetricCollector collector, IServiceProvider services, IocOptions options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        DataFigures.Add(meter, services);
        LinkFigures.Add(meter, services);
        PeopleFigures.Add(meter, services);
        services.GetRequiredService<OpenIdFigures>().Add(meter);
        ProcessFigures.Add(meter, options);
        ProcessFigures.AddDisk(meter, services.GetRequiredService<DiskWatch>(), services.GetRequiredService<TimeProvider>());
        HealthFigures.Add(meter, services.GetRequiredService<HealthMemory>(), services.GetRequiredService<ClockWatch>(), services.GetRequiredService<DamageWatch>(), options);
        meter.Counter("ioc.metrics.left_out", "{measurement}", "Measurements that are not on /metrics because an instrument has too many combinations of labels.", () => collector.LeftOut);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
