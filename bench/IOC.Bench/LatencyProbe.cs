using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IOC.Testing;

namespace IOC.Bench;

/// <summary>
/// Measures from publish to hub beside a load: a sensor of its own crosses its limit and comes back, over and over; the
/// time until the alert's change reaches a hub client is taken from one clock, since both ends are in this process. So is the
/// time until the publish is acknowledged.
/// </summary>
internal sealed class LatencyProbe(HostProcess host, string topic, string sensor) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private List<double> _milliseconds = [];
    private List<double> _acknowledged = [];
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Time between two probes.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Latencies seen, in milliseconds, ascending.</summary>
    public IReadOnlyList<double> Sorted
    {
        get
        {
            lock (_gate)
            {
                return [.. _milliseconds.Order()];
            }
        }
    }

    /// <summary>Latencies since the last call, in milliseconds, ascending: to the acknowledgement, and to the hub.</summary>
    public (IReadOnlyList<double> Acknowledged, IReadOnlyList<double> Hub) Take()
    {
        lock (_gate)
        {
            var taken = ((IReadOnlyList<double>)[.. _acknowledged.Order()], (IReadOnlyList<double>)[.. _milliseconds.Order()]);
            (_acknowledged, _milliseconds) = ([], []);
            return taken;
        }
    }

    /// <summary>Does something between two probes, so that none of them measures it.</summary>
    public async Task BetweenAsync(Func<Task> work)
    {
        await _turn.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Probes until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await _socket.ConnectAsync(IPAddress.Loopback, host.MqttPort, stop);
        await _socket.SendAsync((byte[])[0x10, 17, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 5, .. "probe"u8], stop);
        await ReceiveAsync(stop);
        await using var hub = await HubClient.ConnectAsync(host.Http);
        var high = false;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                high = !high;
                await BetweenAsync(() => ProbeAsync(hub, high, stop));
                await Task.Delay(Pause, stop);
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
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ProbeAsync(HubClient hub, bool high, CancellationToken stop)
    {
        var wanted = high ? "unacknowledged" : "returned";
        var start = Stopwatch.GetTimestamp();
        await PublishAsync(high ? 900 : 10);
        await ReceiveAsync(stop);
        var acknowledged = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await hub.UntilAsync(
            u => u.GetProperty("alerts").EnumerateArray().Any(a => a.GetProperty("sensor").GetString() == sensor && a.GetProperty("state").GetString() == wanted),
            $"the probe's alert to be {wanted}",
            TimeSpan.FromSeconds(60));
        lock (_gate)
        {
            _acknowledged.Add(acknowledged);
            _milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    // CONNACK and PUBACK are of four bytes each.
    private async Task ReceiveAsync(CancellationToken stop)
    {
        var buffer = new byte[4];
        for (var got = 0; got < buffer.Length;)
        {
            var n = await _socket.ReceiveAsync(buffer.AsMemory(got), stop);
            got += n > 0 ? n : throw new IOException("The host closed the probe's connection.");
        }
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
