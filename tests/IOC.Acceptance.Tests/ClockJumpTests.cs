using System.Text.Json;
using IOC.Host;
using IOC.Testing;
using Microsoft.AspNetCore.Builder;

namespace IOC.Acceptance.Tests;

/// <summary>The machine's clock is set a day forward, and back again by more than that, under a host that works.</summary>
public sealed class ClockJumpTests : IAsyncLifetime
{
    private const int Sensors = 20;
    private readonly TempDirectory _folder = new();
    private readonly SettableTime _time = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;
    private int _mqttPort;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5)
            .Rule("quiet,silence,P3,quiet,quiet,,,,,,,,,3,,").District("d1");
        for (var i = 0; i < Sensors; i++)
        {
            catalogue.Sensor("d1", "environment", Sensor(i), 60, "pm25");
        }

        _app = await IocApplication.BuildAsync(
            [$"--data={_folder.Combine("data")}", "--http=127.0.0.1:0", "--mqtt=127.0.0.1:0", "--Ioc:Log:Level=Error", "--Ioc:Security:Accounts=Off", catalogue.Write()], _time);
        await _app.StartAsync();
        var endpoints = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.Combine("data", "run", "endpoints.json"))).RootElement;
        _client = new HttpClient { BaseAddress = new Uri(endpoints.GetProperty("http").GetString()!) };
        _mqttPort = int.Parse(endpoints.GetProperty("mqtt").GetString()!.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Nobody_is_called_silent_alerts_come_and_go_and_it_is_said()
    {
        using var device = await RawMqtt.ConnectAsync(_mqttPort, "device");
        for (var i = 0; i < Sensors; i++)
        {
            await PublishAsync(device, i, 10);
        }

        await Eventually.HoldsAsync(async () => (await ValueAsync(0)) == 10, "the first value");
        _time.Set(TimeSpan.FromDays(1));
        await TicksAsync(3);
        await SaidAsync("+1.00:00:00");
        Assert.Empty(await AlertsAsync());
        Assert.Equal("online", (await SensorAsync(5)).GetProperty("state").GetString());

        // A device whose own clock is right is a day behind now: its time is kept.
        var measured = _time.System.AddSeconds(-1).ToUnixTimeMilliseconds();
        await device.PublishAsync(Topic(1), JsonSerializer.Serialize(new { ts = measured, v = new { pm25 = 12 } }));
        await PublishAsync(device, 0, 100);
        await Eventually.HoldsAsync(async () => (await AlertsAsync()).SequenceEqual([$"{Sensor(0)} pm25-high unacknowledged"]), "the alert of a sensor without a clock, and no other");

        _time.Set(TimeSpan.FromHours(-1));
        await TicksAsync(3);
        await SaidAsync("−1.01:00:00");
        await PublishAsync(device, 0, 20);
        await PublishAsync(device, 2, 100);
        await Eventually.HoldsAsync(
            async () => (await AlertsAsync()).SequenceEqual([$"{Sensor(0)} pm25-high returned", $"{Sensor(2)} pm25-high unacknowledged"]),
            "the alert to return and another to come, though both sensors have readings of a day ahead");
        await Eventually.HoldsAsync(async () => await ValueAsync(0) == 20, "the value to be the latest again");
        Assert.Equal("online", (await SensorAsync(5)).GetProperty("state").GetString());

        _time.Set(TimeSpan.Zero);
        await TicksAsync(3);
        await SaidAsync("+01:00:00");
        Assert.Equal(2, (await AlertsAsync()).Count);
        var points = (await GetAsync($"/api/v1/history?sensor={Sensor(1)}&property=pm25&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=100")).GetProperty("points").EnumerateArray();
        Assert.Contains(measured, points.Select(p => p[0].GetInt64()));
        Assert.Contains("ioc_clock_steps_total 3", await _client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    // Time went on and was looked at: the log has so many more batches, of which every tick makes one.
    private async Task TicksAsync(int count)
    {
        var before = await HeadAsync();
        await Eventually.HoldsAsync(async () => await HeadAsync() >= before + count, $"{count} ticks");
    }

    private async Task<long> HeadAsync() =>
        (await GetAsync("/api/v1/status")).GetProperty("log").GetProperty("partitions").EnumerateArray().Min(p => p.GetProperty("head").GetInt64());

    private async Task SaidAsync(string by)
    {
        var health = await _client.GetStringAsync(new Uri("/health/dependencies", UriKind.Relative));
        var clock = JsonDocument.Parse(health).RootElement.GetProperty("checks").GetProperty("clock");
        Assert.Equal("Degraded", clock.GetProperty("status").GetString());
        Assert.Contains($"The clock of this machine was set by {by} (", clock.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Contains($"Đồng hồ của máy chủ vừa bị chỉnh {by} (", clock.GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    private async Task<List<string>> AlertsAsync() =>
    [
        .. (await GetAsync("/api/v1/alerts?state=open&limit=100")).GetProperty("items").EnumerateArray()
            .Select(a => $"{a.GetProperty("sensor").GetString()} {a.GetProperty("ruleId").GetString()} {a.GetProperty("state").GetString()}").Order(StringComparer.Ordinal),
    ];

    private async Task<double?> ValueAsync(int sensor) =>
        (await SensorAsync(sensor)).GetProperty("values").TryGetProperty("pm25", out var value) ? value.GetDouble() : null;

    private Task<JsonElement> SensorAsync(int sensor) => GetAsync($"/api/v1/sensors/{Sensor(sensor)}");

    private async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await _client.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;

    private static Task PublishAsync(RawMqtt device, int sensor, int value) => device.PublishAsync(Topic(sensor), JsonSerializer.Serialize(new { v = new { pm25 = value } }));

    private static string Sensor(int i) => $"air-{i:D2}";

    private static string Topic(int i) => $"ioc/v1/d1/environment/{Sensor(i)}/telemetry";

    /// <summary>The machine's time, of which the clock can be set and the passing cannot.</summary>
    private sealed class SettableTime : TimeProvider
    {
        private long _aheadTicks;

        /// <summary>What the clock ought to say.</summary>
        public new DateTimeOffset System => TimeProvider.System.GetUtcNow();

        public void Set(TimeSpan ahead) => Interlocked.Exchange(ref _aheadTicks, ahead.Ticks);

        public override DateTimeOffset GetUtcNow() => TimeProvider.System.GetUtcNow().AddTicks(Interlocked.Read(ref _aheadTicks));
    }
}
