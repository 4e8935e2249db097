using IOC.Host.Metrics;
using IOC.Host.Settings;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace IOC.Host.Otlp;

/// <summary>Sends traces and figures to a collector, where the settings name one. Without, nothing listens to the sources and a span costs a look at a field.</summary>
internal sealed class OtlpExport(IocOptions options, ILogger<OtlpExport> logger) : IHostedService, IDisposable
{
    private static readonly string[] s_meters = [HostMeter.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];
    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = options.Otlp;
        if (settings.Endpoint.Length == 0)
        {
            return Task.CompletedTask;
        }

        var resource = ResourceBuilder.CreateDefault().AddService("ioc", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3), serviceInstanceId: options.Node);
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
            .AddSource(Spans.Name, "Microsoft.AspNetCore")
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.TraceShare)))
            .AddOtlpExporter(o => Set(o, settings, "v1/traces")).Build();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter(s_meters)
            .AddOtlpExporter((o, reader) =>
            {
                Set(o, settings, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = settings.MetricSeconds * 1000;
            }).Build();
        logger.LogInformation("OTLP: traces and figures go to {Endpoint}", settings.Endpoint);
        return Task.CompletedTask;
    }

    // The last spans and figures go out; a collector that is away must not hold up the stop for long.
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            _traces?.Shutdown(2000);
            _metrics?.Shutdown(2000);
        },
        CancellationToken.None);

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static void Set(OtlpExporterOptions exporter, OtlpSettings settings, string path)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri($"{settings.Endpoint.TrimEnd('/')}/{path}");
        exporter.Headers = settings.ReadHeaders();
    }
}
