using System.Globalization;
using System.Text;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>A host with 10,000 sensors, and the devices that report for them.</summary>
internal sealed class LargeCity : IAsyncDisposable
{
    /// <summary>Number of sensors.</summary>
    public const int Count = 10_000;

    // Each reports once in 20 s: 500 messages and 1,000 values a second.
    private const int PeriodSeconds = 20;
    private const int BatchesPerSecond = 20;

    private readonly TempDirectory _folder;
    private readonly List<(string District, string Id)> _sensors;

    private LargeCity(TempDirectory folder, HostProcess host, List<(string District, string Id)> sensors) => (_folder, Host, _sensors) = (folder, host, sensors);

    public HostProcess Host { get; }

    /// <summary>Values that devices sent so far.</summary>
    public long ValuesSent { get; private set; }

    public static async Task<LargeCity> StartAsync()
    {
        var folder = new TempDirectory();
        var catalogue = folder.Combine("catalogue");
        Directory.CreateDirectory(catalogue);
        var shipped = Path.Combine(Repository.Root, "deploy", "catalogue", "bac-giang");
        foreach (var name in new[] { "properties.csv", "areas.csv", "outlines.geojson" })
        {
            File.Copy(Path.Combine(shipped, name), Path.Combine(catalogue, name));
        }

        var districts = File.ReadLines(Path.Combine(shipped, "areas.csv")).Select(l => l.Split(',')).Where(c => c[2] == "district").ToList();
        var random = new Random(10_000);
        var csv = new StringBuilder("id,district,domain,name_vi,name_en,longitude,latitude,properties,period_s,commune\n");
        List<(string, string)> sensors = [];
        for (var i = 0; i < Count; i++)
        {
            var district = districts[random.Next(districts.Count)];
            var (longitude, latitude) = (Around(random, district[5], 0.06), Around(random, district[6], 0.04));
            csv.Append(CultureInfo.InvariantCulture, $"big-{i:00000},{district[0]},environment,Trạm đo số {i},Station {i},{longitude:0.00000},{latitude:0.00000},temp humidity,{PeriodSeconds},\n");
            sensors.Add((district[0], $"big-{i:00000}"));
        }

        await File.WriteAllTextAsync(Path.Combine(catalogue, "sensors.csv"), csv.ToString());
        Directory.CreateDirectory(Path.Combine(catalogue, "rules"));
        await File.WriteAllTextAsync(
            Path.Combine(catalogue, "rules", "heat.json"),
            """{ "rules": [ { "id": "heat", "kind": "limit", "priority": "P2", "name": { "vi": "Nóng", "en": "Heat" }, "scope": { "property": "temp" }, "raise": { "above": 40 }, "hysteresis": 30 } ] }""");
        var host = await HostProcess.StartAsync(folder.Combine("data"), $"--Ioc:CatalogueDirectory={catalogue}");
        return new LargeCity(folder, host, sensors);
    }

    /// <summary>Reports for all sensors, one after the other and again, until told to stop.</summary>
    public async Task ReportAsync(CancellationToken stop)
    {
        using var device = await RawMqtt.ConnectAsync(Host.MqttPort, "large-city");
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / BatchesPerSecond));
        const int Batch = Count / PeriodSeconds / BatchesPerSecond;
        var random = new Random(1);
        for (var next = 0; !stop.IsCancellationRequested; next = (next + Batch) % Count)
        {
            await SendAsync(device, next, Batch, random);
            try
            {
                await beat.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Lets every sensor report once; forty are too hot, and the alerts stay.</summary>
    public async Task ReportAllAsync()
    {
        using var device = await RawMqtt.ConnectAsync(Host.MqttPort, "large-city-all");
        var random = new Random(2);
        for (var next = 0; next < Count; next += 40)
        {
            await SendAsync(device, next, 40, random, hot: next == 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }

    private async Task SendAsync(RawMqtt device, int first, int count, Random random, bool hot = false)
    {
        var bytes = new List<byte>();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (var i = 0; i < count; i++)
        {
            var (district, id) = _sensors[(first + i) % Count];
            var payload = string.Create(
                CultureInfo.InvariantCulture, $$$"""{"ts":{{{now}}},"v":{"temp":{{{(hot ? 45 : 25) + (random.NextDouble() * 6):0.0}}},"humidity":{{{60 + random.Next(30)}}}}}""");
            bytes.AddRange(RawMqtt.Publish($"ioc/v1/{district}/environment/{id}/telemetry", Encoding.UTF8.GetBytes(payload), (ushort)(1 + i)));
        }

        await device.SendRawAsync(bytes.ToArray());
        for (var i = 0; i < count; i++)
        {
            Assert.NotNull(await device.ReceiveAsync());
        }

        ValuesSent += 2 * count;
    }

    private static double Around(Random random, string centre, double spread) =>
        double.Parse(centre, CultureInfo.InvariantCulture) + (spread * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5));
}
