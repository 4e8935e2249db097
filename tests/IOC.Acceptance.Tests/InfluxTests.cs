using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>A whole host with a real InfluxDB behind it.</summary>
public sealed class InfluxTests : IDisposable
{
    private static readonly long StartMs = DateTimeOffset.UtcNow.AddHours(-2).ToUnixTimeMilliseconds();
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [NeedsProgramFact(InfluxServer.Program)]
    public async Task A_host_starts_and_takes_readings_without_its_influxdb_and_all_of_them_are_there_when_it_is_back()
    {
        await using var server = await InfluxServer.StartAsync(_folder.Combine("influx"));
        await using var host = await HostProcess.StartAsync(
            _folder.Combine("data"), new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1").Sensor("d1", "environment", "s1", 60, "pm25").Write(),
            "--Ioc:History:Store=Influx", $"--Ioc:History:Influx:Url={server.Url}", "--Ioc:CheckpointSeconds=1");
        using var device = await RawMqtt.ConnectAsync(host.MqttPort, "device");
        await SendAsync(device, 0, 20);
        await Eventually.HoldsAsync(async () => await CountAsync(host) == 20, "20 readings");

        await server.KillAsync();
        await SendAsync(device, 20, 40);
        await Eventually.HoldsAsync(async () => (await host.Client.GetStringAsync(new Uri(host.Http, "/health/dependencies"))).Contains("cannot be reached", StringComparison.Ordinal), "health to tell");
        Assert.Equal(39, (await host.GetAsync("/api/v1/sensors/s1")).GetProperty("values").GetProperty("pm25").GetDouble());

        await server.StartAsync();
        await Eventually.HoldsAsync(async () => await CountAsync(host) == 40, "40 readings");
        Assert.Equal(0, await host.TerminateAsync());
    }

    private static async Task SendAsync(RawMqtt device, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            await device.PublishAsync("ioc/v1/d1/environment/s1/telemetry", $$$"""{"ts":{{{StartMs + (i * 60_000L)}}},"v":{"pm25":{{{i}}}}}""");
        }
    }

    private static async Task<int> CountAsync(HostProcess host)
    {
        using var answer = await host.Client.GetAsync(new Uri(host.Http, "/api/v1/history/series"));
        return answer.IsSuccessStatusCode
            ? System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.EnumerateArray().Sum(s => s.GetProperty("count").GetInt32())
            : -1;
    }
}
