using IOC.Commands;
using IOC.Host.Live;
using IOC.Mqtt;
using IOC.Mqtt.Wire;
using IOC.Telemetry;

namespace IOC.Host.Commands;

/// <summary>The way to the devices.</summary>
internal interface ICommandLink
{
    /// <summary>Whether a device can be sent something now.</summary>
    bool IsReachable(SensorAddress sensor);

    /// <summary>Sends a command. That it arrived, only the device's answer tells.</summary>
    ValueTask SendAsync(Command command, long nowMs);
}

/// <summary>Commands by this host's own MQTT endpoint.</summary>
/// <param name="mqtt">The endpoint; asked for late, because its sink hands answers to the commands' desk.</param>
/// <param name="live">What devices say now.</param>
internal sealed class MqttCommandLink(Lazy<MqttServer> mqtt, LiveView live) : ICommandLink
{
    /// <summary>A device can be reached when somebody who is connected listens to its topic. That may be a tool that listens to
    /// everything, so a device whose birth and will say that it is offline is not.</summary>
    public bool IsReachable(SensorAddress sensor) => live.Sensor(sensor.Sensor)?.State != "offline" && mqtt.Value.IsListenedTo(CommandMessage.Topic(sensor));

    public async ValueTask SendAsync(Command command, long nowMs) =>
        await mqtt.Value.PublishAsync(new MqttHostMessage(CommandMessage.Topic(command.Sensor), CommandMessage.Write(command))
        {
            Qos = MqttQos.AtLeastOnce,
            IsText = true,
            ContentType = CommandMessage.ContentType,
            ResponseTopic = CommandMessage.AckTopic(command.Sensor),
            CorrelationData = System.Text.Encoding.ASCII.GetBytes(command.Id),
            ExpirySeconds = (uint)Math.Max(1, (command.ExpiresAtMs - nowMs + 999) / 1000),
        });
}
