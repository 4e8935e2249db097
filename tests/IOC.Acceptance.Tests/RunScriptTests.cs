using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Acceptance.Tests;

/// <summary>What a newcomer does first: ./run.sh, a live city, and SIGTERM.</summary>
public sealed class RunScriptTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_city_is_live_and_sigterm_ends_it_cleanly()
    {
        using var folder = new TempDirectory();
        var (http, mqtt) = (FreePort(), FreePort());
        var data = folder.Combine("data");
        using var script = Start("--release", "--data", data, "--http", $"127.0.0.1:{http}", "--mqtt", $"127.0.0.1:{mqtt}");
        var said = script.StandardOutput.ReadToEndAsync();
        var errors = script.StandardError.ReadToEndAsync();
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{http}") };
            await Eventually.HoldsAsync(() => ReadyAsync(client, script), "/health/ready to answer 200", TimeSpan.FromMinutes(5));
            client.DefaultRequestHeaders.Authorization = new("Bearer", await File.ReadAllTextAsync(Path.Combine(data, "run", "local.token")));
            var page = await client.GetStringAsync(new Uri("/", UriKind.Relative));
            Assert.Contains("<html", page, StringComparison.OrdinalIgnoreCase);
            await Eventually.HoldsAsync(
                async () => await OnlineAsync(client) >= 500, "500 sensors of the simulated city to be online", TimeSpan.FromMinutes(2));
        }
        finally
        {
            using var kill = Process.Start("kill", ["-TERM", script.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            await script.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
            output.WriteLine($"{await said}\n{await errors}");
        }

        Assert.Equal(0, script.ExitCode);
        Assert.Contains($"http://127.0.0.1:{http}", await said, StringComparison.Ordinal);
        Assert.Contains("everything received is stored", await said, StringComparison.Ordinal);
        Assert.Contains($"http://127.0.0.1:{http}/setup/#token=", await said, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(data, "fleet-truth.ndjson")));

        // Nobody is left behind: the data folder can be opened again.
        await using var again = await HostProcess.StartAsync(data);
        Assert.Equal(0, await again.TerminateAsync());
    }

    [Theory]
    [InlineData("--unknown")]
    [InlineData("--data")]
    public async Task A_wrong_option_is_told_and_nothing_starts(string option)
    {
        using var script = Start(option);
        var errors = await script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        Assert.Equal(2, script.ExitCode);
        Assert.Contains(option, errors, StringComparison.Ordinal);
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments.Prepend(Path.Combine(Repository.Root, "run.sh")))
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static async Task<bool> ReadyAsync(HttpClient client, Process script)
    {
        Assert.False(script.HasExited, "run.sh ended");
        try
        {
            using var response = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<int> OnlineAsync(HttpClient client)
    {
        using var districts = JsonDocument.Parse(await client.GetStringAsync(new Uri("/api/v1/districts", UriKind.Relative)));
        return districts.RootElement.EnumerateArray().Sum(d => d.GetProperty("sensors").GetProperty("online").GetInt32());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
