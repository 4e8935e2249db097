using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>
/// A host of its own process with the catalogue that IOC is shipped with, and rules added to it that raise an alert at
/// once: what the shipped rules wait for takes minutes.
/// </summary>
internal sealed class City : IAsyncDisposable
{
    /// <summary>Fine particles above this (ug/m3) raise a P1 at once; 60 below it, nothing.</summary>
    public const int Hazardous = 400;

    private const string ImmediateRules =
        """
        { "rules": [
          { "id": "pm25-hazard", "kind": "limit", "priority": "P1", "name": { "vi": "Bụi PM2.5 ở mức nguy hại", "en": "PM2.5 at a hazardous level" },
            "scope": { "domain": "environment", "property": "pm25" }, "raise": { "above": 400 }, "hysteresis": 20,
            "source": { "vi": "Ngưỡng vận hành", "en": "operating threshold" } },
          { "id": "occupancy-jam", "kind": "limit", "priority": "P2", "name": { "vi": "Giao lộ bị tắc cứng", "en": "Junction at a standstill" },
            "scope": { "domain": "traffic", "property": "occupancy" }, "raise": { "above": 95 }, "hysteresis": 5 },
          { "id": "noise-extreme", "kind": "limit", "priority": "P3", "name": { "vi": "Tiếng ồn cực lớn", "en": "Extreme noise" },
            "scope": { "domain": "environment", "property": "noise" }, "raise": { "above": 115 }, "hysteresis": 5 },
          { "id": "lamp-without-load", "kind": "limit", "priority": "P4", "name": { "vi": "Tủ chiếu sáng không có tải", "en": "Lighting cabinet without load" },
            "scope": { "domain": "lighting", "property": "power" }, "raise": { "below": 5 }, "hysteresis": 1 }
        ] }
        """;

    // Of many tests together: what one does must not fold the list of another.
    private const string NoFlood = "--Ioc:Alerts:Flood:EnterAbove=1000";

    // What is usual, so that no rule minds.
    private static readonly Dictionary<string, double> Usual = new(StringComparer.Ordinal)
    {
        ["pm25"] = 38.4,
        ["pm10"] = 61.2,
        ["no2"] = 24,
        ["so2"] = 8.5,
        ["o3"] = 47,
        ["co"] = 610,
        ["temp"] = 27.3,
        ["humidity"] = 78,
        ["pressure"] = 1008.6,
        ["rain"] = 0,
        ["wind"] = 2.4,
        ["noise"] = 61.5,
        ["flow"] = 1240,
        ["speed"] = 36,
        ["occupancy"] = 18.5,
        ["power"] = 1850,
        ["voltage"] = 226.4,
        ["current"] = 8.2,
        ["dim"] = 100,
        ["energy"] = 48210.4,
    };

    private readonly TempDirectory _folder;
    private readonly string[] _settings;
    private readonly Queue<string> _airStations;

    private City(TempDirectory folder, string[] settings, HostProcess host, IReadOnlyList<JsonElement> sensors)
    {
        (_folder, _settings, Host) = (folder, settings, host);
        Sensors = sensors.ToDictionary(s => s.GetProperty("id").GetString()!, StringComparer.Ordinal);
        _airStations = new(WithProperty("pm25"));
    }

    public HostProcess Host { get; private set; }

    /// <summary>Folder of the host's catalogue.</summary>
    public string Catalogue => _folder.Combine("catalogue");

    /// <summary>The catalogue's sensors as the host lists them, by slug.</summary>
    public IReadOnlyDictionary<string, JsonElement> Sensors { get; }

    public static async Task<City> StartAsync(params string[] settings)
    {
        var folder = new TempDirectory();
        var catalogue = await WriteCatalogueAsync(folder);
        settings = [$"--Ioc:CatalogueDirectory={catalogue}", .. settings.Length == 0 ? [NoFlood] : settings];
        var host = await HostProcess.StartAsync(folder.Combine("data"), settings);
        return new City(folder, settings, host, [.. (await host.GetAsync("/api/v1/sensors")).EnumerateArray()]);
    }

    /// <summary>The shipped catalogue with the rules that raise at once; returns its folder.</summary>
    public static async Task<string> WriteCatalogueAsync(TempDirectory folder)
    {
        var catalogue = folder.Combine("catalogue");
        Directory.CreateDirectory(catalogue);
        var shipped = Path.Combine(Repository.Root, "deploy", "catalogue", "bac-giang");
        foreach (var file in Directory.GetFiles(shipped, "*.*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".md", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(catalogue, Path.GetRelativePath(shipped, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            if (Path.GetExtension(copy) == ".json")
            {
                await QuietAsync(copy);
            }
        }

        await File.WriteAllTextAsync(Path.Combine(catalogue, "rules", "immediate.json"), ImmediateRules);
        return catalogue;
    }

    /// <summary>An air quality station that no other test uses.</summary>
    public string TakeAirStation() => _airStations.Dequeue();

    /// <summary>An air quality station that reports only what one test makes it report, whatever else has been filled.</summary>
    public string SilentAirStation => Sensors.Keys.Where((_, i) => StaysSilent(i)).First(WithProperty("pm25").Contains);

    /// <summary>Publishes one value as the sensor's device would and returns when the host has acknowledged it.</summary>
    public async Task PublishAsync(string sensor, string property, double value, DateTimeOffset? measuredAt = null)
    {
        using var device = await RawMqtt.ConnectAsync(Host.MqttPort, $"device-of-{sensor}");
        await PublishAsync(device, sensor, $"\"{property}\":{value.ToString(CultureInfo.InvariantCulture)}", measuredAt ?? DateTimeOffset.UtcNow);
    }

    /// <summary>Publishes a row of values, one each minute, the last one now.</summary>
    public async Task PublishRowAsync(string sensor, string property, params double[] values)
    {
        using var device = await RawMqtt.ConnectAsync(Host.MqttPort, $"device-of-{sensor}");
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < values.Length; i++)
        {
            await PublishAsync(device, sensor, $"\"{property}\":{values[i].ToString(CultureInfo.InvariantCulture)}", now.AddMinutes(i - values.Length + 1));
        }
    }

    /// <summary>A city as it usually is: all but a few sensors report, and there are alerts of all four priorities.</summary>
    public async Task FillAsync()
    {
        using (var device = await RawMqtt.ConnectAsync(Host.MqttPort, "city"))
        {
            foreach (var (id, sensor) in Sensors.Where((_, i) => !StaysSilent(i)))
            {
                var values = sensor.GetProperty("properties").EnumerateArray().Select(p => p.GetString()!)
                    .Select(code => $"\"{code}\":{Usual[code].ToString(CultureInfo.InvariantCulture)}");
                await PublishAsync(device, id, string.Join(',', values), DateTimeOffset.UtcNow);
            }
        }

        await PublishAsync(WithProperty("pm25").Last(), "pm25", 512);
        foreach (var junction in WithProperty("occupancy").Take(3))
        {
            await PublishAsync(junction, "occupancy", 98);
        }

        await PublishAsync(WithProperty("noise").First(), "noise", 121);
        await PublishAsync(WithProperty("power").First(), "power", 0);
    }

    /// <summary>Waits for the open alert of a sensor and returns its id.</summary>
    public async Task<string> AlertIdAsync(string sensor)
    {
        string? id = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                var open = (await Host.GetAsync($"/api/v1/alerts?state=open&limit=1&sensor={sensor}")).GetProperty("items");
                id = open.GetArrayLength() > 0 ? open[0].GetProperty("id").GetString() : null;
                return id is not null;
            },
            $"an alert of {sensor}");
        return id!;
    }

    /// <summary>Starts the host again after a kill: same ports, same data.</summary>
    public async Task StartAgainAsync()
    {
        var before = Host;
        Host = await HostProcess.StartAsync(before.DataDirectory, [.. _settings, $"--http=127.0.0.1:{before.Http.Port}", $"--mqtt=127.0.0.1:{before.MqttPort}"]);
        await before.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }

    internal IEnumerable<string> WithProperty(string code) => Sensors
        .Where(s => s.Value.GetProperty("properties").EnumerateArray().Any(p => p.GetString() == code)).Select(s => s.Key).Order(StringComparer.Ordinal);

    // The tests' sensors report when a test has them report, at any hour: that one is silent, or its lamp lit, is no news.
    private static async Task QuietAsync(string file)
    {
        var content = JsonNode.Parse(await File.ReadAllTextAsync(file), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        foreach (var rule in content["rules"]?.AsArray() ?? [])
        {
            var (id, kind) = (rule!["id"]!.GetValue<string>(), rule["kind"]!.GetValue<string>());
            if (kind is "silence" or "schedule" || id.EndsWith("-silent", StringComparison.Ordinal))
            {
                rule["enabled"] = false;
            }
        }

        await File.WriteAllTextAsync(file, content.ToJsonString());
    }

    private static bool StaysSilent(int index) => index % 25 == 7;

    private Task PublishAsync(RawMqtt device, string sensor, string values, DateTimeOffset measuredAt)
    {
        var (district, domain) = (Sensors[sensor].GetProperty("district").GetString(), Sensors[sensor].GetProperty("domain").GetString());
        return device.PublishAsync($"ioc/v1/{district}/{domain}/{sensor}/telemetry", $$$"""{"ts":{{{measuredAt.ToUnixTimeMilliseconds()}}},"v":{{{{values}}}}}""");
    }
}
