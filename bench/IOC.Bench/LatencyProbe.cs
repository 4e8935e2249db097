using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IOC.Testing;

namespace IOC.Bench;

/// <summary>
/// Measures from publish to hub beside a load: a sensor of its own crosses its limit and comes back, over and over; the
/// time until the alert's change reaches a hub client is taken from one clock, since both ends are in this process.
/// </summary>
internal sealed class LatencyProbe(HostProcess host, string topic, string sensor) : IAsyncDisposable
{
    private readonly List<double> _milliseconds = [];
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Latencies seen, in milliseconds, ascending.</summary>
    public IReadOnlyList<double> Sorted => [.. _milliseconds.Order()];

    /// <summary>Probes until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await _socket.ConnectAsync(IPAddress.Loopback, host.MqttPort, stop);
        await _socket.SendAsync((byte[])[0x10, 17, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 5, .. "probe"u8], stop);
        await using var hub = await HubClient.ConnectAsync(host.Http);
        var high = false;
        var buffer = new byte[256];
        try
        {
            while (!stop.IsCancellationRequested)
            {
                high = !high;
                var wanted = high ? "unacknowledged" : "returned";
                var start = Stopwatch.GetTimestamp();
                await PublishAsync(high ? 900 : 10);
                await hub.UntilAsync(
                    u => u.GetProperty("alerts").EnumerateArray().Any(a => a.GetProperty("sensor").GetString() == sensor && a.GetProperty("state").GetString() == wanted),
                    $"the probe's alert to be {wanted}",
                    TimeSpan.FromSeconds(60));
                _milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                await _socket.ReceiveAsync(buffer, stop);
                await Task.Delay(50, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The load is over.
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task PublishAsync(int value)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var payload = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"ts\":{now},\"v\":{{\"pm25\":{value}}}}}"));
        var name = Encoding.ASCII.GetBytes(topic);
        byte[] packet = [0x32, (byte)(4 + name.Length + payload.Length), 0, (byte)name.Length, .. name, 0, 1, .. payload];
        await _socket.SendAsync(packet);
    }
}
