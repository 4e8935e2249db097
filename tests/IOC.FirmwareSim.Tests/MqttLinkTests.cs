using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IOC.FirmwareSim.Cli;
using IOC.FirmwareSim.Publishing;
using IOC.Mqtt;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.FirmwareSim.Tests;

public class MqttLinkTests
{
    [NeedsProgramFact("mosquitto")]
    public async Task A_dropped_link_fires_the_will_and_comes_back()
    {
        using var broker = await Mosquitto.StartAsync();
        var factory = MqttLinkFactory.For(Broker(broker.Address));
        await using var watcher = new MqttClient(new MqttClientOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "watcher" });
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await watcher.ConnectAsync();
        await watcher.SubscribeAsync(new MqttTopicFilter("ioc/#", MqttQos.AtLeastOnce), m => seen.Enqueue($"{m.Topic} {Encoding.UTF8.GetString(m.Payload)}"));

        await using var link = factory.Create(new LinkIdentity("device", "ioc/status"), 4);
        await link.ConnectAsync(CancellationToken.None);
        for (var i = 0; i < 20; i++)
        {
            var outcome = await link.PublishAsync("ioc/telemetry", Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)), retain: false, CancellationToken.None);
            Assert.Equal(PublishOutcome.Acknowledged, await outcome);
        }

        await link.DropAsync();
        await Eventually.HoldsAsync(() => seen.Contains("ioc/status offline"), "the will");
        await link.ConnectAsync(CancellationToken.None);
        Assert.Equal(PublishOutcome.Acknowledged, await await link.PublishAsync("ioc/status", "online"u8.ToArray(), retain: true, CancellationToken.None));
        await link.CloseAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => seen.Count == 22, "all messages");
        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => $"ioc/telemetry {i}"), "ioc/status offline", "ioc/status online"], seen);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_tried_again_and_told()
    {
        var factory = MqttLinkFactory.For(Broker($"127.0.0.1:{FreePort()}"));
        using var stop = new CancellationTokenSource();
        await using var link = factory.Create(new LinkIdentity("device", null), 4);
        var connecting = link.ConnectAsync(stop.Token);
        await Eventually.HoldsAsync(() => factory.LastProblem is not null, "the problem to be told");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.False(link.IsConnected);
    }

    private static BrokerConnection Broker(string address) =>
        BrokerAddress.TryParse(address, out var parsed) ? new BrokerConnection(parsed) : throw new ArgumentException(address, nameof(address));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Mosquitto : IDisposable
    {
        private readonly TempDirectory _folder = new();
        private readonly Process _process;

        private Mosquitto(int port)
        {
            Port = port;
            var settings = _folder.Combine("mosquitto.conf");
            File.WriteAllText(settings, $"listener {port} 127.0.0.1\nallow_anonymous true\n");
            _process = Process.Start(new ProcessStartInfo("mosquitto", ["-c", settings]) { UseShellExecute = false, RedirectStandardError = true })!;
        }

        public int Port { get; }

        public string Address => $"127.0.0.1:{Port}";

        public static async Task<Mosquitto> StartAsync()
        {
            var broker = new Mosquitto(FreePort());
            await Eventually.HoldsAsync(broker.ListensAsync, "mosquitto to listen");
            return broker;
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _folder.Dispose();
        }

        private async Task<bool> ListensAsync()
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}
