using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
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

        services.Configure<SocketTransportOptions>(o =>
        {
            // What a connection may have unread in memory, and so how long one turn of its reading takes: with Kestrel's 1 MiB a few busy
            // publishers hold the threads for so long that subscribers get nothing. A larger packet is still read.
            o.MaxReadBufferSize = 32 * 1024;

            // Two of the pump's rounds: the transport sends one while the next is encoded.
            o.MaxWriteBufferSize = 128 * 1024;
        });
        services.AddHostedService(provider => provider.GetRequiredService<MqttServer>());
        return services;
    }
}
