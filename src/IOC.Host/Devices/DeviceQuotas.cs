using IOC.Access;
using IOC.Mqtt;

namespace IOC.Host.Devices;

/// <summary>Limits of credentials as the endpoint keeps them.</summary>
internal static class DeviceQuotas
{
    private static readonly Lock Gate = new();

    /// <summary>The limits of one new connection; what all connections of the credential share is one object for all of them.</summary>
    public static MqttClientLimits? Of(DeviceEntry entry)
    {
        var limits = entry.Limits;
        if (limits == new DeviceLimits())
        {
            return null;
        }

        return new MqttClientLimits
        {
            MaxPacketSize = limits.MaxPacketSize,
            ReceiveMaximum = limits.MaxInFlight,
            MaxSubscriptions = limits.MaxSubscriptions,
            Publishes = Rate(limits.ConnectionPublishesPerSecond),
            Bytes = Rate(limits.ConnectionBytesPerSecond),
            Shared = Shared(entry),
        };
    }

    private static MqttSharedQuota Shared(DeviceEntry entry)
    {
        lock (Gate)
        {
            entry.Use.Quota ??= new MqttSharedQuota(
                entry.Limits.MaxConnections ?? int.MaxValue, Rate(entry.Limits.PublishesPerSecond), Rate(entry.Limits.BytesPerSecond));
            return (MqttSharedQuota)entry.Use.Quota;
        }
    }

    // A second's worth may come at once.
    private static MqttRate? Rate(double? perSecond) => perSecond is { } rate ? new MqttRate(rate, Math.Max(1, rate)) : null;
}
