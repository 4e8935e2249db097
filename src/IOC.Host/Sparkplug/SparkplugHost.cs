using System.Threading.Channels;
using IOC.Host.Settings;
using IOC.Ingest;
using IOC.Ingest.Sparkplug;
using IOC.Mqtt;
using IOC.Mqtt.Wire;

namespace IOC.Host.Sparkplug;

/// <summary>
/// The host's side of Sparkplug: sends what ingest asks of edge nodes, and tells them by a retained message that the host is
/// there. The server is looked up late, because it hands its messages to ingest, which sends them here.
/// </summary>
internal sealed class SparkplugHost(IServiceProvider services, IocOptions options, TimeProvider time, ILogger<SparkplugHost> logger)
    : IIngestOutput, IHostedLifecycleService
{
    private const int MaxWaiting = 1024;

    private readonly Channel<(string Topic, byte[] Payload)> _waiting = Channel.CreateBounded<(string, byte[])>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private Task _sending = Task.CompletedTask;
    private long _sessionMs;

    /// <summary>Puts a message in line. It is published on a thread of its own: this is called while a client's message is being
    /// taken.</summary>
    public void Publish(string topic, byte[] payload) => _waiting.Writer.TryWrite((topic, payload));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _sending = SendAsync();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _sessionMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return TellStateAsync(online: true);
    }

    /// <summary>Before clients are sent away, so that they learn of it.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => TellStateAsync(online: false);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await _sending;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task TellStateAsync(bool online)
    {
        if (options.Ingest.Sparkplug is { Enabled: true, HostId.Length: > 0 } sparkplug)
        {
            var server = services.GetRequiredService<MqttServer>();
            await server.PublishAsync(SparkplugMessages.StateTopic(sparkplug.HostId), SparkplugMessages.State(online, _sessionMs), MqttQos.AtLeastOnce, retain: true);
        }
    }

    private async Task SendAsync()
    {
        var server = services.GetRequiredService<MqttServer>();
        await foreach (var (topic, payload) in _waiting.Reader.ReadAllAsync())
        {
            try
            {
                var takers = await server.PublishAsync(topic, payload);
                logger.LogInformation("Asked for births on {Topic}; {Takers} subscribers", topic, takers);
            }
            catch (ArgumentException e)
            {
                logger.LogWarning(e, "An edge node's id makes no topic: {Topic}", topic);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One that fails must not keep later ones from being sent; it is asked again.
                logger.LogError(e, "Births could not be asked for on {Topic}", topic);
            }
        }
    }
}
