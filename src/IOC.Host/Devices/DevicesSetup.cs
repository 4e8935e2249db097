using IOC.Access;
using IOC.Host.Settings;
using IOC.Mqtt;
using IOC.Registry;

namespace IOC.Host.Devices;

/// <summary>Registration of device access.</summary>
internal static class DevicesSetup
{
    public static void AddDevices(this IServiceCollection services, IocOptions options)
    {
        var access = options.Mqtt.Access;
        services.AddSingleton<IDeviceStore, DeviceStore>();
        services.AddSingleton(s => new DeviceBook(s.GetRequiredService<IDeviceStore>().Load()));
        services.AddSingleton(s =>
        {
            var bans = new BanList(access, s.GetRequiredService<TimeProvider>());
            foreach (var ban in s.GetRequiredService<IDeviceStore>().Load().Bans)
            {
                bans.Set(ban);
            }

            return bans;
        });
        services.AddSingleton(_ => new SecretVerifier(access.PasswordThreads, access.PasswordQueue));
        services.AddSingleton<RefusalLog>().AddSingleton<DeviceDoor>();
        services.AddSingleton(s => new DeviceDesk(
            s.GetRequiredService<IDeviceStore>(), s.GetRequiredService<DeviceBook>(), s.GetRequiredService<BanList>(), access, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IMqttAuthenticator, DeviceAuthenticator>();
        services.AddHostedService<DeviceService>();
    }

    public static void MapDevices(this RouteGroupBuilder api)
    {
        DeviceEndpoints.Map(api);
        AccessEndpoints.Map(api);
    }
}
