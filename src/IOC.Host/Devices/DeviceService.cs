using IOC.Access;
using IOC.Mqtt;
using IOC.Mqtt.Wire;

namespace IOC.Host.Devices;

/// <summary>Ends connections whose right has ended, and lets time end secrets and credentials.</summary>
internal sealed class DeviceService(DeviceDesk desk, DeviceDoor door, MqttServer mqtt, TimeProvider time, ILogger<DeviceService> log) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(10);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        desk.Evict = Evict;
        door.NewSecretUsed = credential => _ = RetireAsync(credential.Name);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await desk.SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The database was not to be had; void secrets let nobody in meanwhile, and the next sweep tries again.
                log.LogError(e, "Void secrets could not be dropped");
            }
        }
    }

    private void Evict(Eviction eviction)
    {
        var reason = eviction.ByAdministrator ? MqttReasonCode.AdministrativeAction : MqttReasonCode.NotAuthorized;
        var count = mqtt.Disconnect(
            c => eviction.Which(c.ClientId, DeviceAuthenticator.AddressOf(c.RemoteEndPoint), c.State as DeviceLogin), reason);
        var sessions = eviction.EndSessionsOf is { } name ? mqtt.EndSessions(name) : 0;
        if (count + sessions > 0)
        {
            log.LogInformation("{Count} connections ended ({Reason}), {Sessions} sessions", count, reason, sessions);
        }
    }

    private async Task RetireAsync(string name)
    {
        try
        {
            await desk.RetireAsync(name, CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogError(e, "The former secret of {Name} is still valid: it could not be dropped", name);
        }
    }
}
