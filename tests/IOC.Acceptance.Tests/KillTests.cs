using System.Globalization;
using System.Text;
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
    private const int InFlight = 20;
    private const int HalfPeriod = 50;
    private const long FirstMs = 1_760_000_000_000;

    // An alert that comes and goes this often would be told as chattering, its acts summed up: here each of them is counted.
    private const string NoDamping = "--Ioc:Alerts:Chattering:Raises=0";

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_no_alert_is_lost_or_doubled()
    {
        using var folder = new TempDirectory();
        var catalogue = new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5);
        for (var i = 0; i < Publishers; i++)
        {
            catalogue.District(District(i)).Sensor(District(i), "environment", Sensor(i), 60, "pm25");
        }

        var setting = catalogue.Write();
        var random = new Random(20261121);
        var publishers = Enumerable.Range(0, Publishers).Select(i => new Publisher(i)).ToArray();
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
            await CheckAsync(last, publishers[i]);
        }

        Assert.Equal(0, await last.TerminateAsync());
    }

    private static string District(int i) => string.Create(CultureInfo.InvariantCulture, $"d{i}");

    private static string Sensor(int i) => string.Create(CultureInfo.InvariantCulture, $"s{i}");

    // Above the limit for 50 readings, below it for 50, and so on.
    private static int ValueOf(long n) => n / HalfPeriod % 2 == 0 ? 10 : 100;

    private static async Task CheckAsync(HostProcess host, Publisher publisher)
    {
        long[] stored = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                stored = await StoredAsync(host, publisher.Index);
                return stored.Length >= publisher.Acknowledged;
            },
            $"{publisher.Acknowledged} readings of {Sensor(publisher.Index)} in history");
        Assert.Equal(stored.Length, stored.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, stored.Length).Select(n => (long)n), stored);
        Assert.InRange(stored.Length, publisher.Acknowledged, publisher.Sent);

        var crossings = Enumerable.Range(1, stored.Length - 1).Where(n => ValueOf(n) != ValueOf(n - 1)).Select(n => FirstMs + n).ToArray();
        long[] acts = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                acts = await AlertActsAsync(host, publisher.Index);
                return acts.Length >= crossings.Length;
            },
            $"{crossings.Length} alert acts of {Sensor(publisher.Index)}");
        Assert.Equal(crossings, acts);
    }

    private static async Task<long[]> StoredAsync(HostProcess host, int index)
    {
        var stored = new List<long>();
        var next = "";
        do
        {
            var page = await host.GetAsync(
                $"/api/v1/history?sensor={Sensor(index)}&property=pm25&from=2025-10-01T00:00:00Z&to=2025-12-01T00:00:00Z&limit=5000&cursor={Uri.EscapeDataString(next)}");
            foreach (var point in page.GetProperty("points").EnumerateArray())
            {
                var n = point[0].GetInt64() - FirstMs;
                Assert.Equal(ValueOf(n), point[1].GetDouble());
                stored.Add(n);
            }

            next = page.GetProperty("next").GetString() ?? "";
        }
        while (next.Length > 0);
        return [.. stored];
    }

    private static async Task<long[]> AlertActsAsync(HostProcess host, int index)
    {
        var alerts = (await host.GetAsync("/api/v1/alerts?state=all&limit=500")).GetProperty("items").EnumerateArray()
            .Where(a => a.GetProperty("sensor").GetString() == Sensor(index)).ToArray();
        if (alerts.Length == 0)
        {
            return [];
        }

        var id = Assert.Single(alerts).GetProperty("id").GetString();
        var acts = await host.GetAsync($"/api/v1/alerts/{id}/acts");
        return [.. acts.EnumerateArray().Where(a => a.GetProperty("kind").GetString() is "raised" or "re_raised" or "cleared").Select(a => a.GetProperty("at").GetInt64())];
    }

    /// <summary>Publishes reading after reading, and after a lost connection sends again what was not acknowledged.</summary>
    private sealed class Publisher(int index)
    {
        private readonly string _topic = $"ioc/v1/{District(index)}/environment/{Sensor(index)}/telemetry";

        public int Index => index;

        /// <summary>Readings 0 to this less one are acknowledged.</summary>
        public int Acknowledged { get; private set; }

        public int Sent { get; private set; }

        public async Task RunAsync(int port)
        {
            try
            {
                using var client = await RawMqtt.ConnectAsync(port, $"publisher-{index}");
                var next = Acknowledged;
                while (true)
                {
                    while (next < Acknowledged + InFlight)
                    {
                        var payload = Encoding.ASCII.GetBytes(string.Create(
                            CultureInfo.InvariantCulture, $"{{\"ts\":{FirstMs + next},\"v\":{{\"pm25\":{ValueOf(next)}}}}}"));
                        await client.SendRawAsync(RawMqtt.Publish(_topic, payload, PacketId(next), duplicate: next < Sent));
                        Sent = Math.Max(Sent, ++next);
                    }

                    if (await client.ReceiveAsync() is not { } ack)
                    {
                        return;
                    }

                    Assert.Equal([0x40, 2, (byte)(PacketId(Acknowledged) >> 8), (byte)PacketId(Acknowledged)], ack);
                    Acknowledged++;
                }
            }
            catch (Exception e) when (e is System.Net.Sockets.SocketException or IOException)
            {
                // The host was killed: whatever is unacknowledged is sent again to the next one.
            }
        }

        private static ushort PacketId(int n) => (ushort)((n % 60_000) + 1);
    }
}
