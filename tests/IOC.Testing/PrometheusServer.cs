using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace IOC.Testing;

/// <summary>A Prometheus (Debian's) that scrapes one address every second, with a folder that goes with it.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly Process _process;
    private readonly HttpClient _client;

    private PrometheusServer(Uri target)
    {
        var port = FreePort();
        var config = _folder.Combine("prometheus.yml");
        File.WriteAllText(config, $"""
            scrape_configs:
              - job_name: ioc
                scrape_interval: 1s
                static_configs: [{"{"} targets: ['{target.Authority}'] {"}"}]
            """);
        _process = Process.Start(new ProcessStartInfo("prometheus", [$"--config.file={config}", $"--storage.tsdb.path={_folder.Combine("data")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
        {
            UseShellExecute = false,
        })!;
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<PrometheusServer> StartAsync(Uri target)
    {
        var server = new PrometheusServer(target);
        try
        {
            await Eventually.HoldsAsync(server.IsReadyAsync, "prometheus to be ready");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The value of an expression that gives one series; null when it gives none.</summary>
    public async Task<double?> QueryAsync(string expression)
    {
        using var response = await _client.GetAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(expression)}", UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        var results = JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("result");
        return results.GetArrayLength() == 0 ? null : double.Parse(results[0].GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Why the last scrape failed; empty when it did not.</summary>
    public async Task<string> LastErrorAsync()
    {
        var text = await _client.GetStringAsync(new Uri("/api/v1/targets", UriKind.Relative));
        return JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("activeTargets")[0].GetProperty("lastError").GetString() ?? "";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _client.GetAsync(new Uri("/-/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException e)
        {
            return _process.HasExited ? throw new InvalidOperationException("prometheus ended at its start", e) : false;
        }
    }
}
