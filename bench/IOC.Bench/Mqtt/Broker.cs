using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using IOC.Testing;

namespace IOC.Bench.Mqtt;

/// <summary>A server under load, in a process of its own.</summary>
internal abstract class Broker : IAsyncDisposable
{
    public abstract int Port { get; }

    public abstract int ProcessId { get; }

    /// <summary>Topic of a publisher.</summary>
    public virtual string Topic(int publisher) => LoadCatalogue.Topic(publisher);

    public abstract ValueTask DisposeAsync();

    /// <summary>Resident memory, bytes.</summary>
    public long ResidentBytes()
    {
        using var process = Process.GetProcessById(ProcessId);
        return process.WorkingSet64;
    }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan Cpu()
    {
        using var process = Process.GetProcessById(ProcessId);
        return process.TotalProcessorTime;
    }
}

/// <summary>The real host with everything on and a fresh data folder.</summary>
/// <param name="host">The process.</param>
/// <param name="folder">Its files.</param>
/// <param name="kind">Last levels of the topics: telemetry is stored and acknowledged when it is on disk, commands are only routed.</param>
internal sealed class IocBroker(HostProcess host, TempDirectory folder, string kind) : Broker
{
    public override int Port => host.MqttPort;

    public override int ProcessId => host.Id;

    public HostProcess Host => host;

    public static async Task<Broker> StartAsync(int sensors, string kind)
    {
        var folder = new TempDirectory();
        var catalogue = folder.Combine("catalogue");
        LoadCatalogue.Write(catalogue, sensors);
        var host = await HostProcess.StartAsync(folder.Combine("data"), $"--Ioc:CatalogueDirectory={catalogue}", "--Ioc:Log:Level=Warning");
        return new IocBroker(host, folder, kind);
    }

    public override string Topic(int publisher) => base.Topic(publisher).Replace("telemetry", kind, StringComparison.Ordinal);

    public override async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>Debian's mosquitto.</summary>
internal sealed class Mosquitto : Broker
{
    /// <summary>Nothing is dropped for a full queue, no window holds deliveries back, and answers leave at once.</summary>
    public const string Unlimited = "max_queued_messages 0\nmax_queued_bytes 0\nmax_inflight_messages 0\nset_tcp_nodelay true\n";

    private const string Program = "/usr/sbin/mosquitto";
    private readonly Process _process;
    private readonly TempDirectory _folder;

    private Mosquitto(Process process, TempDirectory folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public override int Port { get; }

    public override int ProcessId => _process.Id;

    public static async Task<Broker> StartAsync(string settings)
    {
        var folder = new TempDirectory();
        var port = FreePort();
        var file = folder.Combine("mosquitto.conf");
        await File.WriteAllTextAsync(
            file, string.Create(CultureInfo.InvariantCulture, $"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type none\nuser root\n{settings}"));
        var start = new ProcessStartInfo(Program, ["-c", file]) { UseShellExecute = false, RedirectStandardError = true };
        var broker = new Mosquitto(Process.Start(start)!, folder, port);
        await Eventually.HoldsAsync(() => CanConnect(port), "mosquitto to listen");
        return broker;
    }

    public override async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool CanConnect(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
