using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace IOC.Mqtt;

/// <summary>Registration of the endpoint.</summary>
public static class MqttServiceCollectionExtensions
{
    /// <summary>Registers <see cref="MqttServer"/>. Register an <see cref="IMqttPublishSink"/> and an <see cref="IMqttAuthenticator"/>
    /// as well; without them the endpoint forwards everything and admits anonymous clients of this machine only.</summary>
    public static IServiceCollection AddMqttServer(this IServiceCollection services, Action<MqttServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<MqttServerOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MqttServerOptions>, MqttServerOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IMqttPublishSink, ForwardingSink>();
        services.TryAddSingleton<IMqttAuthenticator, LoopbackAuthenticator>();
        services.TryAddSingleton<MqttServer>();
        services.AddHostedService(provider => provider.GetRequiredService<MqttServer>());
        return services;
    }
}
