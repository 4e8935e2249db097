using System.Globalization;
using System.Text;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Publishes reading after reading, and after a lost connection sends again what was not acknowledged.</summary>
internal sealed class AckedPublisher(int index)
{
    private const int InFlight = 20;
    private const int HalfPeriod = 50;
    private const long FirstMs = 1_760_000_000_000;

    private readonly string _topic = $"ioc/v1/{District(index)}/environment/{Sensor(index)}/telemetry";

    /// <summary>Readings 0 to this less one are acknowledged.</summary>
    public int Acknowledged { get; private set; }

    public int Sent { get; private set; }

    /// <summary>Least time between two windows of readings; none = as fast as they are acknowledged.</summary>
    public TimeSpan? Pace { get; init; }

    public async Task RunAsync(int port)
    {
        try
        {
            using var client = await RawMqtt.ConnectAsync(port, $"publisher-{index}");
            var next = Acknowledged;
            using var pace = Pace is { } every ? new PeriodicTimer(every) : null;
            while (true)
            {
                if (pace is not null && next == Acknowledged)
                {
                    await pace.WaitForNextTickAsync();
                }

                for (var top = pace is null || next == Acknowledged ? Acknowledged + InFlight : next; next < top;)
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

    public static string District(int i) => string.Create(CultureInfo.InvariantCulture, $"d{i}");

    public static string Sensor(int i) => string.Create(CultureInfo.InvariantCulture, $"s{i}");

    // Above the limit for 50 readings, below it for 50, and so on.
    private static int ValueOf(long n) => n / HalfPeriod % 2 == 0 ? 10 : 100;

    /// <summary>Checks that a host has them: without gaps, each once, with the alerts that they give.</summary>
    /// <param name="host">The host.</param>
    /// <param name="atLeast">Readings that it must have; null = all that are acknowledged.</param>
    public async Task CheckAsync(HostProcess host, int? atLeast = null)
    {
        var least = atLeast ?? Acknowledged;
        long[] stored = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                stored = await StoredAsync(host, index);
                return stored.Length >= least;
            },
            $"{least} readings of {Sensor(index)} in history");
        Assert.Equal(stored.Length, stored.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, stored.Length).Select(n => (long)n), stored);
        Assert.InRange(stored.Length, least, Sent);

        var crossings = Enumerable.Range(1, stored.Length - 1).Where(n => ValueOf(n) != ValueOf(n - 1)).Select(n => FirstMs + n).ToArray();
        long[] acts = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                acts = await AlertActsAsync(host, index);
                return acts.Length >= crossings.Length;
            },
            $"{crossings.Length} alert acts of {Sensor(index)}");
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
}
