using System.Diagnostics;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>The real host and the real simulator: a street light's own readings show that it obeys.</summary>
public sealed class SimulatedLampTests
{
    [Fact]
    public async Task A_simulated_street_light_obeys_and_reports_its_new_light()
    {
        using var folder = new TempDirectory();
        var catalogue = new TestCatalogue(folder.Combine("catalogue")).District("bac-giang")
            .Property("power", "W", 0, 5000).Property("voltage", "V", 0, 500).Property("current", "A", 0, 1000).Property("dim", "%", 0, 100).Property("energy", "kW.h", 0, 10_000_000);
        for (var i = 1; i <= 2; i++)
        {
            catalogue.Sensor("bac-giang", "lighting", $"lamp-{i}", 120, "power", "voltage", "current", "dim", "energy");
        }

        await using var host = await HostProcess.StartAsync(folder.Combine("data"), catalogue.Write(), "--Ioc:Log:Level=Warning");
        string id;
        using (Start(host, catalogue.Folder))
        {
            await UntilStateAsync(host, "lamp-1", "online");
            id = await IssueAsync(host, "lamp-1", new { name = "dim", level = 37, @operator = "vh01" });
            await UntilOutcomeAsync(host, id, "done");
            await Eventually.HoldsAsync(async () => await ValueAsync(host, "lamp-1", "dim") == 37, "the lamp's readings to show its new level");
            var dimmed = await ValueAsync(host, "lamp-1", "power");
            await UntilOutcomeAsync(host, await IssueAsync(host, "lamp-1", new { name = "switch", on = true, @operator = "vh01" }), "done");
            await Eventually.HoldsAsync(async () => await ValueAsync(host, "lamp-1", "power") > dimmed * 2, "the lamp's power to follow");
        }

        // Cut off: its will says so, and what it is told meanwhile waits for it.
        await UntilStateAsync(host, "lamp-1", "offline");
        id = await IssueAsync(host, "lamp-1", new { name = "dim", level = 50, @operator = "vh01" });
        Assert.Equal("pending", (await host.GetAsync($"/api/v1/commands/{id}")).GetProperty("state").GetString());
        using (Start(host, catalogue.Folder, "--failing-lamps", "1"))
        {
            await UntilOutcomeAsync(host, id, "failed");
            Assert.Contains("driver", (await host.GetAsync($"/api/v1/commands/{id}")).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    private static async Task<string> IssueAsync(HostProcess host, string sensor, object request)
    {
        var (status, body) = await host.PostAsync($"/api/v1/sensors/{sensor}/commands", request);
        Assert.True(status == 202, $"{status}: {body}");
        return body.GetProperty("id").GetString()!;
    }

    private static Task UntilOutcomeAsync(HostProcess host, string id, string state) =>
        Eventually.HoldsAsync(async () => (await host.GetAsync($"/api/v1/commands/{id}")).GetProperty("state").GetString() == state, $"command {id} to be {state}");

    private static Task UntilStateAsync(HostProcess host, string sensor, string state) =>
        Eventually.HoldsAsync(async () => (await host.GetAsync($"/api/v1/sensors/{sensor}")).GetProperty("state").GetString() == state, $"{sensor} to be {state}");

    private static async Task<double> ValueAsync(HostProcess host, string sensor, string property) =>
        (await host.GetAsync($"/api/v1/sensors/{sensor}")).GetProperty("values").TryGetProperty(property, out var value) ? value.GetDouble() : double.NaN;

    private static Simulator Start(HostProcess host, string catalogue, params IEnumerable<string> more)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])
        [
            Path.Combine(AppContext.BaseDirectory, "firmware-sim.dll"), "fleet", "--mqtt", $"127.0.0.1:{host.MqttPort}", "--catalogue", catalogue, "--fault-rate", "0", "--quiet", .. more,
        ])
        {
            start.ArgumentList.Add(argument);
        }

        return new Simulator(Process.Start(start)!);
    }

    /// <summary>A running simulator; its end is a power cut.</summary>
    private sealed class Simulator(Process process) : IDisposable
    {
        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
