using IOC.Commands;
using IOC.Host.Live;
using IOC.Host.Settings;
using IOC.Mqtt;
using IOC.Registry;

namespace IOC.Host.Commands;

/// <summary>Puts the commands together.</summary>
internal static class CommandsSetup
{
    public static IServiceCollection AddCommands(this IServiceCollection services, IocOptions options) => services
        .AddSingleton(options.Commands)
        .AddSingleton<ICommandStore, CommandStore>()
        .AddSingleton<ICommandLink>(s => new MqttCommandLink(new Lazy<MqttServer>(s.GetRequiredService<MqttServer>), s.GetRequiredService<LiveView>()))
        .AddSingleton(s => new CommandBook(options.Node, s.GetRequiredService<ICommandStore>(), options.Commands))
        .AddSingleton<CommandDesk>()
        .AddHostedService(s => s.GetRequiredService<CommandDesk>());
}
