using System.Globalization;
using System.Text;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Pages that do not read, and pages that all come back at once. Both are told by counts and versions, never by a time.</summary>
public sealed class HubLoadTests : IAsyncLifetime
{
    private const int Sensors = 300;
    private const int Pages = 100;
    private readonly TempDirectory _folder = new();
    private HostProcess _host = null!;
    private long _now = DateTimeOffset.UtcNow.AddMinutes(-10).ToUnixTimeMilliseconds();

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5).District("d1");
        for (var i = 0; i < Sensors; i++)
        {
            catalogue.Sensor("d1", "environment", Sensor(i), 60, "pm25");
        }

        _host = await HostProcess.StartAsync(_folder.Combine("data"), catalogue.Write(), "--Ioc:Alerts:Chattering:Raises=0", "--Ioc:Log:Level=Warning");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_page_that_stops_reading_holds_up_nobody_and_skips_to_the_latest_when_it_reads_again()
    {
        const int Rounds = 40;
        await using var slow = await HubClient.ConnectNarrowAsync(_host.Http, 8 * 1024);
        await slow.NextAsync();
        await using var quick = await HubClient.ConnectAsync(_host.Http);
        await quick.NextAsync();
        using var device = await RawMqtt.ConnectAsync(_host.MqttPort, "device");
        var (quickUpdates, quickAt) = (0, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            // Every sensor crosses its limit, or comes back: what changes is far more than a socket holds.
            var (high, left) = (round % 2 == 0, Enumerable.Range(0, Sensors).Select(Sensor).ToHashSet(StringComparer.Ordinal));
            await PublishAllAsync(device, high ? 100 : 10);
            quickAt = (await quick.UntilAsync(
                u =>
                {
                    quickUpdates++;
                    left.ExceptWith(AlertsIn(u, high ? "unacknowledged" : "returned"));
                    return left.Count == 0;
                },
                $"all alerts of round {round} at the page that reads")).GetProperty("version").GetInt64();
        }

        // The other page has been told nothing since its buffers were full; what it gets now is what they hold, and then the latest.
        var slowUpdates = 0;
        var state = new Dictionary<string, string>(StringComparer.Ordinal);
        await slow.UntilAsync(
            u =>
            {
                slowUpdates++;
                foreach (var alert in u.GetProperty("alerts").EnumerateArray())
                {
                    state[alert.GetProperty("sensor").GetString()!] = alert.GetProperty("state").GetString()!;
                }

                return u.GetProperty("version").GetInt64() >= quickAt;
            },
            "the page that did not read to be current");
        Assert.Equal(Sensors, state.Count);
        Assert.All(state.Values, s => Assert.Equal("returned", s));
        Assert.True(slowUpdates < quickUpdates / 2, $"{slowUpdates} updates waited for the page that did not read, of {quickUpdates} that the other got");
    }

    [Fact]
    public async Task A_hundred_pages_that_come_back_at_once_each_get_what_they_missed_once_while_readings_are_taken()
    {
        using var device = await RawMqtt.ConnectAsync(_host.MqttPort, "device");
        var pages = await Task.WhenAll(Enumerable.Range(0, Pages).Select(_ => HubClient.ConnectAsync(_host.Http)));
        var places = new (string Epoch, long Version)[Pages];
        for (var i = 0; i < Pages; i++)
        {
            var update = await pages[i].NextAsync();
            Assert.True(update.GetProperty("full").GetBoolean());
            Assert.Equal(Sensors, update.GetProperty("sensors").GetArrayLength());
            places[i] = (update.GetProperty("epoch").GetString()!, update.GetProperty("version").GetInt64());
            await pages[i].DisposeAsync();
        }

        // All away: every sensor has an alert.
        await PublishAllAsync(device, 100);
        await Eventually.HoldsAsync(
            async () => (await _host.GetAsync("/api/v1/alerts?state=open&limit=500")).GetProperty("items").GetArrayLength() == Sensors, "an alert for each sensor");
        var before = (await _host.GetAsync("/api/v1/status")).GetProperty("log").GetProperty("partitions").EnumerateArray().Sum(p => p.GetProperty("head").GetInt64());

        using var done = new CancellationTokenSource();
        var publishing = PublishUntilAsync(device, done.Token);
        var seen = await Task.WhenAll(places.Select(p => MissedAsync(p.Epoch, p.Version)));
        await done.CancelAsync();
        var published = await publishing;

        // The alerts were there before the pages were: the first update holds them all, and no later one any of them again.
        Assert.All(seen, s => Assert.Equal(Sensors, s.First.Count));
        Assert.All(seen, s => Assert.Equal(Sensors, s.First.Distinct(StringComparer.Ordinal).Count()));
        Assert.All(seen, s => Assert.Empty(s.Later));
        Assert.True(published > 0, "readings were acknowledged meanwhile");
        var after = (await _host.GetAsync("/api/v1/status")).GetProperty("log").GetProperty("partitions").EnumerateArray().Sum(p => p.GetProperty("head").GetInt64());
        Assert.True(after > before, "the log went on");
    }

    private async Task<(List<string> First, List<string> Later)> MissedAsync(string epoch, long version)
    {
        await using var page = await HubClient.ConnectAsync(_host.Http, epoch, version);
        var first = await page.NextAsync();
        Assert.False(first.GetProperty("full").GetBoolean(), "only what was missed");
        var later = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            later.AddRange(AlertsIn(await page.NextAsync(), "unacknowledged"));
        }

        return ([.. AlertsIn(first, "unacknowledged")], later);
    }

    private static IEnumerable<string> AlertsIn(JsonElement update, string state) => update.GetProperty("alerts").EnumerateArray()
        .Where(a => a.GetProperty("state").GetString() == state).Select(a => a.GetProperty("sensor").GetString()!);

    private async Task PublishAllAsync(RawMqtt device, int value)
    {
        _now += 1000;
        for (var i = 0; i < Sensors; i++)
        {
            await device.SendRawAsync(RawMqtt.Publish(Topic(i), Payload(value), (ushort)(i + 1)));
        }

        for (var i = 0; i < Sensors; i++)
        {
            Assert.NotNull(await device.ReceiveAsync());
        }
    }

    // Values above the limit, so that no alert changes by them.
    private async Task<int> PublishUntilAsync(RawMqtt device, CancellationToken stop)
    {
        var published = 0;
        while (!stop.IsCancellationRequested)
        {
            _now++;
            await device.PublishAsync(Topic(published % Sensors), Encoding.ASCII.GetString(Payload(101 + (published % 7))));
            published++;
        }

        return published;
    }

    private byte[] Payload(int value) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"ts\":{_now},\"v\":{{\"pm25\":{value}}}}}"));

    private static string Sensor(int i) => string.Create(CultureInfo.InvariantCulture, $"air-{i:D3}");

    private static string Topic(int i) => $"ioc/v1/d1/environment/{Sensor(i)}/telemetry";
}
