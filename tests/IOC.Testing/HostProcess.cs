using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace IOC.Testing;

/// <summary>The real host in a process of its own, on free ports of loopback, with a data folder that outlives it.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private HostProcess(Process process, string dataDirectory)
    {
        _process = process;
        DataDirectory = dataDirectory;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Folder of everything that the host stores.</summary>
    public string DataDirectory { get; }

    /// <summary>Root address of the web side.</summary>
    public Uri Http { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Port of the MQTT endpoint on 127.0.0.1.</summary>
    public int MqttPort { get; private set; }

    /// <summary>Client of the web side.</summary>
    public HttpClient Client { get; private set; } = new();

    /// <summary>What the host wrote to its console.</summary>
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

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a host and waits until it takes publishes.</summary>
    public static async Task<HostProcess> StartAsync(string dataDirectory, params string[] settings)
    {
        var host = Launch(dataDirectory, settings);
        try
        {
            await host.WaitUntilReadyAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a host and waits until it says where it listens, without asking it anything: the caller has its own way to.</summary>
    public static async Task<HostProcess> StartUnansweredAsync(string dataDirectory, params string[] settings)
    {
        var host = Launch(dataDirectory, settings);
        try
        {
            await host.ReadEndpointsAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a host that is expected to end by itself and returns its exit code and output.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(string dataDirectory, params string[] settings)
    {
        await using var host = Launch(dataDirectory, settings);
        await host._process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        host._process.WaitForExit();
        return (host._process.ExitCode, host.Output);
    }

    /// <summary>Runs a command of the program's command line, in English unless said otherwise.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> CommandAsync(string language, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [FindHost(), .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["IOC_LANG"] = language;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Ends it as a power cut would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to end (SIGTERM) and returns its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    /// <summary>GETs JSON from a path of the web side.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"GET {path}: {(int)response.StatusCode} {text}");
        }

        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>POSTs JSON and returns the status and the answer.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var response = await Client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        Client.Dispose();
        _process.Dispose();
    }

    private static HostProcess Launch(string dataDirectory, string[] settings)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(FindHost());
        string[] defaults = ["--data", dataDirectory, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--Ioc:Security:Accounts=Off"];
        foreach (var argument in defaults.Concat(settings))
        {
            start.ArgumentList.Add(argument);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(EndpointsFile(dataDirectory))!);
        File.Delete(EndpointsFile(dataDirectory));
        return new HostProcess(Process.Start(start)!, dataDirectory);
    }

    private static string FindHost()
    {
        if (Repository.PublishedHost is { } published)
        {
            return Path.Combine(published, "IOC.Host.dll");
        }

        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        return Path.Combine(Repository.Root, "src", "IOC.Host", "bin", configuration, "net10.0", "IOC.Host.dll");
    }

    private static string EndpointsFile(string dataDirectory) => Path.Combine(dataDirectory, "run", "endpoints.json");

    private async Task WaitUntilReadyAsync()
    {
        await ReadEndpointsAsync();
        await Eventually.HoldsAsync(
            async () => (await Client.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode, "/health/ready to answer 200");
    }

    private async Task ReadEndpointsAsync()
    {
        await Eventually.HoldsAsync(
            () =>
            {
                if (_process.HasExited)
                {
                    throw new InvalidOperationException($"The host ended at its start with {_process.ExitCode}: {Output}");
                }

                return File.Exists(EndpointsFile(DataDirectory));
            },
            "the host's endpoints file",
            TimeSpan.FromSeconds(90));
        using var endpoints = JsonDocument.Parse(await File.ReadAllTextAsync(EndpointsFile(DataDirectory)));
        Http = new Uri(endpoints.RootElement.GetProperty("http").GetString()!);
        MqttPort = int.Parse(endpoints.RootElement.GetProperty("mqtt").GetString()!.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
        Client.Dispose();
        Client = new HttpClient { BaseAddress = Http };
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
