using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Acceptance.Tests;

/// <summary>
/// The host is killed (SIGKILL) in mid-stream, over and over, while QoS 1 publishers wait for PUBACKs. Afterwards every
/// acknowledged reading is in history exactly once, and the alerts are those that the stored readings give: none lost,
/// none doubled.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int Publishers = 8;

    // An alert that comes and goes this often would be told as chattering, its acts summed up: here each of them is counted.
    private const string NoDamping = "--Ioc:Alerts:Chattering:Raises=0";

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_no_alert_is_lost_or_doubled()
    {
        using var folder = new TempDirectory();
        var catalogue = new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5);
        for (var i = 0; i < Publishers; i++)
        {
            catalogue.District(AckedPublisher.District(i)).Sensor(AckedPublisher.District(i), "environment", AckedPublisher.Sensor(i), 60, "pm25");
        }

        var setting = catalogue.Write();
        var random = new Random(20261121);
        var publishers = Enumerable.Range(0, Publishers).Select(i => new AckedPublisher(i)).ToArray();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var host = await HostProcess.StartAsync(folder.Combine("data"), setting, NoDamping, "--Ioc:CheckpointSeconds=1", "--Ioc:Log:Level=Warning");
            var running = publishers.Select(p => Task.Run(() => p.RunAsync(host.MqttPort))).ToArray();

            // A random amount of acknowledged work, so that kills fall everywhere between commits and checkpoints.
            var goal = publishers.Sum(p => p.Acknowledged) + random.Next(50, 6000);
            await Eventually.HoldsAsync(() => publishers.Sum(p => p.Acknowledged) >= goal, $"{goal} acknowledged publishes before kill {kill}");
            await host.KillAsync();
            await Task.WhenAll(running);
        }

        await using var last = await HostProcess.StartAsync(folder.Combine("data"), setting, NoDamping);
        output.WriteLine($"{publishers.Sum(p => p.Acknowledged)} acknowledged over {Kills} kills");
        for (var i = 0; i < Publishers; i++)
        {
            await publishers[i].CheckAsync(last);
        }

        Assert.Equal(0, await last.TerminateAsync());
    }
}
