using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace IOC.Bench.Mqtt;

/// <summary>A fleet that does nothing: what an idle connection costs the server, and how long it takes until all of them are back
/// after they were dropped at once.</summary>
internal sealed class FleetBench(int connections, TextWriter report)
{
    /// <summary>Connections that are being made at the same time.</summary>
    private const int Parallel = 256;

    /// <summary>Runs against one server.</summary>
    public async Task RunAsync(string name)
    {
        await using var broker = await MqttBench.Servers[name].Start(1);
        var warm = await ConnectAsync(broker.Port, Math.Min(1000, connections), "warm-", clean: true);
        await DropAsync(warm);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var before = broker.ResidentBytes();
        var clock = Stopwatch.StartNew();
        var fleet = await ConnectAsync(broker.Port, connections, "device-", clean: false);
        var first = clock.Elapsed;

        // A collection may be due; the smallest of what is seen in the next time is what it needs.
        var after = broker.ResidentBytes();
        for (var i = 0; i < 20; i++)
        {
            await Task.Delay(500);
            after = Math.Min(after, broker.ResidentBytes());
        }

        await DropAsync(fleet);
        clock.Restart();
        fleet = await ConnectAsync(broker.Port, connections, "device-", clean: false);
        var back = clock.Elapsed;
        await DropAsync(fleet);
        await report.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"| {MqttBench.Servers[name].Title} | {connections:N0} | {(after - before) / (double)connections:N0} | {connections / first.TotalSeconds:N0} | {back.TotalSeconds:F1} s |"));
    }

    private static async Task<List<Socket>> ConnectAsync(int port, int count, string prefix, bool clean)
    {
        var server = new IPEndPoint(IPAddress.Loopback, port);
        var sockets = new Socket[count];
        await System.Threading.Tasks.Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (i, _) =>
        {
            // Several addresses of this machine: one has only so many ports.
            sockets[i] = await MqttLink.ConnectAsync(server, IPAddress.Parse($"127.0.0.{1 + (i % 8)}"), $"{prefix}{i}", clean);
        });
        return [.. sockets];
    }

    /// <summary>All at once and without a DISCONNECT, as when a base station fails.</summary>
    private static Task DropAsync(List<Socket> fleet)
    {
        foreach (var socket in fleet)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Dispose();
        }

        return Task.CompletedTask;
    }
}
