using IOC.Ingest;

namespace IOC.Host.Sparkplug;

/// <summary>Puts the host's side of Sparkplug in.</summary>
internal static class SparkplugSetup
{
    /// <summary>Adds it. Behind the runtime, so that it stops before it.</summary>
    public static IServiceCollection AddSparkplug(this IServiceCollection services) => services
        .AddSingleton<SparkplugHost>()
        .AddSingleton<IIngestOutput>(s => s.GetRequiredService<SparkplugHost>())
        .AddHostedService(s => s.GetRequiredService<SparkplugHost>());
}
