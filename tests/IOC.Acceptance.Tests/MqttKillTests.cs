using System.Globalization;
using System.Text;
using System.Text.Json;
using IOC.Mqtt;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>The real host is killed (SIGKILL): what it has acknowledged for stored sessions and as retained messages is there when it is back.</summary>
public sealed class MqttKillTests
{
    private const int Kills = 4;

    [Fact]
    public async Task Acknowledged_messages_of_stored_sessions_survive_kills_in_order()
    {
        using var folder = new TempDirectory();
        var received = new List<int>();
        var acknowledged = -1;
        var next = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var host = await HostProcess.StartAsync(folder.Combine("data"), "--Ioc:Mqtt:MaxQueuedMessages=100000");
            if (kill == 0)
            {
                await using var subscriber = Client(host, "subscriber");
                await subscriber.ConnectAsync();
                await subscriber.SubscribeAsync("queue/#", MqttQos.AtLeastOnce, _ => { });
                await subscriber.DisconnectAsync();
            }

            await using var publisher = Client(host, "publisher");
            await publisher.ConnectAsync();
            var goal = next + 150;
            var running = Task.Run(async () =>
            {
                try
                {
                    for (; ; next++)
                    {
                        await publisher.PublishAsync("queue/a", Number(next), MqttQos.AtLeastOnce);
                        Volatile.Write(ref acknowledged, next);
                        await publisher.PublishAsync("state/last", Number(next), MqttQos.AtLeastOnce, retain: true);
                    }
                }
                catch (Exception e) when (e is IOException or MqttConnectionException or OperationCanceledException)
                {
                    // Killed. The message in flight is sent again to the next host, as a publisher that keeps QoS 1 does.
                }
            });
            await Eventually.HoldsAsync(() => Volatile.Read(ref acknowledged) >= goal, $"message {goal} to be acknowledged");
            await host.KillAsync();
            await publisher.DisposeAsync();
            await running;
        }

        await using var last = await HostProcess.StartAsync(folder.Combine("data"), "--Ioc:Mqtt:MaxQueuedMessages=100000");
        await using var reader = Client(last, "subscriber");
        reader.Register(new MqttTopicFilter("queue/#", MqttQos.AtLeastOnce), m =>
        {
            lock (received)
            {
                received.Add(int.Parse(Encoding.UTF8.GetString(m.Payload), CultureInfo.InvariantCulture));
            }

            return ValueTask.CompletedTask;
        });
        Assert.True((await reader.ConnectAsync()).SessionPresent);
        await Eventually.HoldsAsync(
            () =>
            {
                lock (received)
                {
                    return received.Count > 0 && received[^1] >= acknowledged;
                }
            },
            $"message {acknowledged}");
        lock (received)
        {
            Assert.Equal(Enumerable.Range(0, received[^1] + 1), received.Distinct());
        }

        var retained = new TaskCompletionSource<int>();
        await using var watcher = Client(last, "watcher");
        await watcher.ConnectAsync();
        await watcher.SubscribeAsync("state/last", MqttQos.AtLeastOnce, m => retained.TrySetResult(int.Parse(Encoding.UTF8.GetString(m.Payload), CultureInfo.InvariantCulture)));
        Assert.InRange(await retained.Task.WaitAsync(TimeSpan.FromSeconds(30)), acknowledged - 1, next);
        Assert.Equal(0, await last.TerminateAsync());
    }

    [Fact]
    public async Task A_damaged_store_stops_the_start_and_is_named()
    {
        using var folder = new TempDirectory();
        await using (var first = await HostProcess.StartAsync(folder.Combine("data")))
        {
            Assert.Equal(0, await first.TerminateAsync());
        }

        await File.WriteAllTextAsync(Path.Combine(folder.Combine("data"), "mqtt", "mqtt.db"), new string('x', 9000));
        var (code, output) = await HostProcess.RunToEndAsync(folder.Combine("data"));
        Assert.Equal(2, code);
        Assert.Contains("mqtt.db", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static byte[] Number(int i) => Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture));

    private static MqttClient Client(HostProcess host, string id) => new(new MqttClientOptions
    {
        Host = "127.0.0.1",
        Port = host.MqttPort,
        ClientId = id,
        Version = MqttVersion.V500,
        CleanStart = false,
        SessionExpirySeconds = 3600,
        Reconnect = false,
    });
}
