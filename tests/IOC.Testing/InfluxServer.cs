using System.Diagnostics;

namespace IOC.Testing;

/// <summary>Debian's InfluxDB 1.6 in a process of its own, on ports of loopback that it keeps over restarts.</summary>
public sealed class InfluxServer : IAsyncDisposable
{
    /// <summary>The program; for <see cref="NeedsProgramFactAttribute"/>.</summary>
    public const string Program = "influxd";

    private readonly string _folder;
    private Process? _process;

    private InfluxServer(string folder) => _folder = folder;

    /// <summary>Port of its HTTP interface.</summary>
    public int Port { get; } = MosquittoBroker.FreePort();

    /// <summary>Address of its HTTP interface.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Starts a server that keeps everything in a folder.</summary>
    public static async Task<InfluxServer> StartAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var server = new InfluxServer(folder);
        await File.WriteAllTextAsync(server.Configuration, $"""
            reporting-disabled = true
            bind-address = "127.0.0.1:{MosquittoBroker.FreePort()}"
            [meta]
              dir = "{folder}/meta"
            [data]
              dir = "{folder}/data"
              wal-dir = "{folder}/wal"
              query-log-enabled = false
            [http]
              bind-address = "127.0.0.1:{server.Port}"
              log-enabled = false
            [monitor]
              store-enabled = false
            [subscriber]
              enabled = false
            """);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it again and waits until it answers.</summary>
    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo(Program, ["-config", Configuration]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("/ping", UriKind.Relative));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "influxd to answer");
    }

    /// <summary>Ends it as a power cut would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
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

    private string Configuration => Path.Combine(_folder, "influxdb.conf");
}
