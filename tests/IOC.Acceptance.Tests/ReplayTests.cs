using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Acceptance.Tests;

/// <summary>
/// Real files through real sockets: firmware-sim replays them over MQTT, and what came out is compared with the files:
/// every value stored once and equal, districts' aggregates equal, alerts where the data have faults.
/// </summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    private const string Everything = "from=2000-01-01T00:00:00Z&to=2030-01-01T00:00:00Z";

    [SharedDataFact]
    public async Task Air_of_four_stations_over_three_years()
    {
        string[] stations = ["aotizhongxin", "changping", "dongsi", "wanliu"];
        Dictionary<string, string> properties = new(StringComparer.Ordinal)
        {
            ["pm25_ugm3"] = "pm25",
            ["pm10_ugm3"] = "pm10",
            ["so2_ugm3"] = "so2",
            ["no2_ugm3"] = "no2",
            ["co_ugm3"] = "co",
            ["o3_ugm3"] = "o3",
            ["temp_c"] = "temp",
            ["pressure_hpa"] = "pressure",
            ["dewpoint_c"] = "dewpoint",
            ["rain_mm"] = "rain",
            ["wind_ms"] = "wind",
        };
        await using var city = await City.StartAsync(c =>
        {
            foreach (var code in properties.Values)
            {
                c.Property(code, "1", -100, 20_000);
            }

            c.District("beijing").Limit("pm25-high", "pm25", 300, 50);
            Array.ForEach(stations, s => c.Sensor("beijing", "environment", s, 3600, properties.Values));
        });
        var files = new List<(string Sensor, Csv File)>();
        foreach (var station in stations)
        {
            var name = $"air_beijing/{station}.csv";
            await city.ReplayAsync(output, name, [.. properties.SelectMany(p => (string[])["--column", $"{p.Key}=beijing/environment/{station}:{p.Value}"])]);
            files.Add((station, Csv.Read(name)));
        }

        foreach (var (station, file) in files)
        {
            foreach (var (column, code) in properties)
            {
                await city.CheckStoredAsync(station, code, file.Numbers(column));
            }
        }

        await city.CheckDistrictAsync("beijing", "environment", "pm25", [.. files.Select(f => f.File.Numbers("pm25_ugm3"))]);
        await city.CheckDistrictAsync("beijing", "environment", "temp", [.. files.Select(f => f.File.Numbers("temp_c"))]);
        var alerts = await city.AlertsAsync();
        Assert.All(stations, s => Assert.Contains(alerts, a => a.Sensor == s && a.Rule == "pm25-high"));
    }

    [SharedDataFact]
    public async Task Traffic_of_207_detectors_over_a_week()
    {
        var file = Csv.Read("traffic_metr_la/speed_mph.csv");
        var loops = file.Columns.Skip(1).Select(c => $"loop-{c}").ToArray();
        await using var city = await City.StartAsync(c =>
        {
            c.Property("speed_mph", "[mi_i]/h", 0, 120).District("downtown");
            Array.ForEach(loops, l => c.Sensor("downtown", "traffic", l, 300, "speed_mph"));
        });
        await city.ReplayAsync(output, "traffic_metr_la/speed_mph.csv", "--column-template", "*=downtown/traffic/loop-{column}:speed_mph");
        foreach (var column in file.Columns.Skip(1))
        {
            await city.CheckStoredAsync($"loop-{column}", "speed_mph", file.Numbers(column));
        }

        await city.CheckDistrictAsync("downtown", "traffic", "speed_mph", [.. file.Columns.Skip(1).Select(file.Numbers)]);
    }

    [SharedDataFact]
    public async Task Power_of_three_zones_over_eight_months()
    {
        const string Name = "power_tetouan/tetouan_2017-01_2017-08.csv";
        var file = Csv.Read(Name);
        await using var city = await City.StartAsync(c =>
        {
            c.Property("load", "kW", 0, 1_000_000).District("tetouan");
            Array.ForEach(["zone1", "zone2", "zone3"], z => c.Sensor("tetouan", "power", z, 600, "load"));
        });
        await city.ReplayAsync(
            output, Name, "--column", "zone1_kw=tetouan/power/zone1:load", "--column", "zone2_kw=tetouan/power/zone2:load", "--column", "zone3_kw=tetouan/power/zone3:load");
        foreach (var zone in new[] { "zone1", "zone2", "zone3" })
        {
            await city.CheckStoredAsync(zone, "load", file.Numbers($"{zone}_kw"));
        }

        await city.CheckDistrictAsync("tetouan", "power", "load", [.. new[] { "zone1_kw", "zone2_kw", "zone3_kw" }.Select(file.Numbers)]);
    }

    [SharedDataFact]
    public async Task Water_with_sentinel_values_and_stuck_sensors()
    {
        string[] sites = ["mendon", "mainstreet"];
        Dictionary<string, string> properties = new(StringComparer.Ordinal)
        {
            ["water_temp_c"] = "water_temp",
            ["conductance_uscm"] = "conductance",
            ["ph"] = "ph",
            ["oxygen_mgl"] = "oxygen",
            ["turbidity"] = "turbidity",
            ["stage_cm"] = "stage",
        };
        await using var city = await City.StartAsync(c =>
        {
            c.Property("water_temp", "Cel", -2, 45).Property("conductance", "uS/cm", 1, 6000).Property("ph", "[pH]", 0.5, 14)
                .Property("oxygen", "mg/L", 0.05, 25).Property("turbidity", "{NTU}", 0, 4000).Property("stage", "cm", -200, 2000).District("logan")
                .Rule("broken,implausible,P3,Giá trị bất khả,Impossible value,,,,,,,,,2,,")
                .Rule("stuck,flatline,P3,Cảm biến kẹt,Stuck sensor,,,,,,,,43200,,0,");
            Array.ForEach(sites, s => c.Sensor("logan", "water", s, 900, properties.Values));
        });
        foreach (var site in sites)
        {
            await city.ReplayAsync(
                output, $"water_lro/{site}_2019.csv", [.. properties.SelectMany(p => (string[])["--column", $"{p.Key}=logan/water/{site}:{p.Value}"])]);
        }

        foreach (var site in sites)
        {
            var file = Csv.Read($"water_lro/{site}_2019.csv");
            foreach (var (column, code) in properties)
            {
                await city.CheckStoredAsync(site, code, file.Numbers(column));
            }
        }

        var alerts = await city.AlertsAsync();
        output.WriteLine(string.Join('\n', alerts.Select(a => $"{a.Sensor} {a.Rule} {a.Property}")));

        // -9999 and 7999 in both sites' temperature and conductance; conductance, pH and oxygen of Mendon stuck for weeks.
        Assert.All(sites, s => Assert.Contains(alerts, a => a.Sensor == s && a.Rule == "broken"));
        Assert.Contains(alerts, a => a is { Sensor: "mendon", Rule: "stuck" });
    }

    /// <summary>A host with a catalogue of its own, and the simulator that feeds it.</summary>
    private sealed class City(TempDirectory folder, HostProcess host) : IAsyncDisposable
    {
        public static async Task<City> StartAsync(Action<TestCatalogue> define)
        {
            var folder = new TempDirectory();
            var catalogue = new TestCatalogue(folder.Combine("catalogue"));
            define(catalogue);
            return new City(folder, await HostProcess.StartAsync(folder.Combine("data"), catalogue.Write(), "--Ioc:Log:Level=Warning"));
        }

        public async Task ReplayAsync(ITestOutputHelper output, string file, params string[] mapping)
        {
            var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            string[] arguments =
            [
                Path.Combine(AppContext.BaseDirectory, "firmware-sim.dll"), "replay", Csv.PathOf(file), "--mqtt", $"127.0.0.1:{host.MqttPort}",
                "--zone", "UTC", "--speed", "max", .. mapping,
            ];
            Array.ForEach(arguments, start.ArgumentList.Add);
            var clock = Stopwatch.StartNew();
            using var simulator = Process.Start(start)!;
            var errors = simulator.StandardError.ReadToEndAsync();
            var said = await simulator.StandardOutput.ReadToEndAsync();
            await simulator.WaitForExitAsync();
            output.WriteLine($"{file}: {clock.Elapsed.TotalSeconds:F1} s\n{said}{await errors}");
            Assert.Equal(0, simulator.ExitCode);
        }

        public async Task CheckStoredAsync(string sensor, string property, IReadOnlyList<(long AtMs, double Value)> expected)
        {
            List<(long, double)> stored = [];
            await Eventually.HoldsAsync(
                async () =>
                {
                    stored = await StoredAsync(sensor, property);
                    return stored.Count >= expected.Count;
                },
                $"{expected.Count} readings of {sensor} {property} in history",
                TimeSpan.FromSeconds(60));
            Assert.Equal(expected, stored);
        }

        /// <summary>The district's windows per day and its latest aggregate, against the same computed from the files.</summary>
        public async Task CheckDistrictAsync(string district, string domain, string property, IReadOnlyList<(long AtMs, double Value)>[] sensors)
        {
            const long Day = 86_400_000;
            var days = sensors.SelectMany(s => s).GroupBy(p => p.AtMs / Day * Day).OrderBy(g => g.Key).ToArray();
            var answer = await host.GetAsync($"/api/v1/history?district={district}&property={property}&{Everything}&window=P1D&zone=UTC");
            var windows = answer.GetProperty("windows").EnumerateArray().ToArray();
            Assert.Equal(days.Length, windows.Length);
            foreach (var (day, window) in days.Zip(windows))
            {
                Assert.Equal(day.Key, window.GetProperty("start").GetInt64());
                Assert.Equal(day.Count(), window.GetProperty("count").GetInt32());
                Assert.Equal(day.Min(p => p.Value), window.GetProperty("min").GetDouble());
                Assert.Equal(day.Max(p => p.Value), window.GetProperty("max").GetDouble());
                Assert.Equal(day.Average(p => p.Value), window.GetProperty("mean").GetDouble(), tolerance: 1e-6);
            }

            var latest = sensors.Select(s => s[^1].Value).ToArray();
            JsonElement aggregate = default;
            await Eventually.HoldsAsync(
                async () =>
                {
                    aggregate = (await host.GetAsync("/api/v1/districts")).EnumerateArray().Single(d => d.GetProperty("id").GetString() == district)
                        .GetProperty("aggregates").EnumerateArray()
                        .SingleOrDefault(a => a.GetProperty("domain").GetString() == domain && a.GetProperty("property").GetString() == property);
                    return aggregate.ValueKind == JsonValueKind.Object && Math.Abs(aggregate.GetProperty("mean").GetDouble() - latest.Average()) < 1e-6;
                },
                $"the district's latest mean of {property} to be {latest.Average().ToString(CultureInfo.InvariantCulture)}");
            Assert.Equal(latest.Length, aggregate.GetProperty("count").GetInt32());
            Assert.Equal(latest.Min(), aggregate.GetProperty("min").GetDouble());
            Assert.Equal(latest.Max(), aggregate.GetProperty("max").GetDouble());
        }

        public async Task<List<(string Sensor, string Rule, string? Property)>> AlertsAsync() =>
        [
            .. (await host.GetAsync("/api/v1/alerts?state=all&limit=5000")).GetProperty("items").EnumerateArray()
                .Select(a => (a.GetProperty("sensor").GetString()!, a.GetProperty("ruleId").GetString()!, a.GetProperty("property").GetString())),
        ];

        public async ValueTask DisposeAsync()
        {
            await host.DisposeAsync();
            folder.Dispose();
        }

        private async Task<List<(long, double)>> StoredAsync(string sensor, string property)
        {
            var stored = new List<(long, double)>();
            var cursor = "";
            do
            {
                var page = await host.GetAsync(
                    $"/api/v1/history?sensor={sensor}&property={property}&{Everything}&quality=all&limit=50000&cursor={Uri.EscapeDataString(cursor)}");
                stored.AddRange(page.GetProperty("points").EnumerateArray().Select(p => (p[0].GetInt64(), p[1].GetDouble())));
                cursor = page.GetProperty("next").GetString() ?? "";
            }
            while (cursor.Length > 0);
            return stored;
        }
    }
}
