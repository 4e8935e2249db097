using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IOC.Testing;

/// <summary>Debian's mosquitto in a process of its own, on a port of loopback that it keeps over restarts.</summary>
public sealed class MosquittoBroker : IAsyncDisposable
{
    /// <summary>The program; for <see cref="NeedsProgramFactAttribute"/>.</summary>
    public const string Program = "/usr/sbin/mosquitto";

    private readonly string _folder;
    private readonly StringBuilder _output = new();
    private Process? _process;

    private MosquittoBroker(string folder) => _folder = folder;

    /// <summary>Port of the first listener.</summary>
    public int Port { get; } = FreePort();

    /// <summary>What it wrote to its console.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    private string Database => Path.Combine(_folder, "mosquitto.db");

    /// <summary>Starts a broker that keeps its sessions in <paramref name="folder"/>.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="settings">Lines for its configuration, after "listener PORT 127.0.0.1".</param>
    public static async Task<MosquittoBroker> StartAsync(string folder, params string[] settings)
    {
        Directory.CreateDirectory(folder);
        var broker = new MosquittoBroker(folder);
        string[] lines =
        [
            "user root", "per_listener_settings false", "persistence true", $"persistence_location {folder}/", "autosave_interval 0", "log_type error",
            "log_type warning", "log_type notice", "max_queued_messages 0", $"listener {broker.Port} 127.0.0.1", .. settings,
        ];
        await File.WriteAllLinesAsync(broker.ConfigurationFile, lines);
        await broker.StartAsync();
        return broker;
    }

    /// <summary>A port of loopback that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it again and waits until it listens.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(ConfigurationFile);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.HoldsAsync(IsListeningAsync, "mosquitto to listen");
    }

    /// <summary>Ends it as a power cut would (SIGKILL): what it has not saved is gone, acknowledged or not.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to end (SIGTERM); it saves first.</summary>
    public async Task TerminateAsync()
    {
        await SignalAsync("-TERM");
        await _process!.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Makes it save sessions and messages to disk now (SIGUSR1), and waits until it has.</summary>
    public async Task SaveAsync()
    {
        // It writes mosquitto.db.new and renames it.
        var before = File.Exists(Database) ? File.GetLastWriteTimeUtc(Database) : DateTime.MinValue;
        await SignalAsync("-USR1");
        await Eventually.HoldsAsync(() => File.Exists(Database) && File.GetLastWriteTimeUtc(Database) > before, "mosquitto to save");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
    }

    private string ConfigurationFile => Path.Combine(_folder, "mosquitto.conf");

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private async Task<bool> IsListeningAsync()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"mosquitto ended with {_process.ExitCode}: {Output}");
        }

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

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }
}
