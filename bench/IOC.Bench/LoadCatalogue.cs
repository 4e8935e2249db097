using System.Globalization;
using IOC.Testing;

namespace IOC.Bench;

/// <summary>Makes the catalogue of a load: the shipped properties, areas and rules, and one sensor per connection.</summary>
internal static class LoadCatalogue
{
    private static readonly string[] Districts = ["bac-giang", "hiep-hoa", "lang-giang", "luc-nam", "luc-ngan", "son-dong", "tan-yen", "viet-yen", "yen-dung", "yen-the"];

    /// <summary>The probe's sensor.</summary>
    public const string Probe = "bench-probe";

    /// <summary>Topic of a connection's sensor.</summary>
    public static string Topic(int connection) => $"ioc/v1/{District(connection)}/environment/{Sensor(connection)}/telemetry";

    /// <summary>Topic of the probe.</summary>
    public static string ProbeTopic => $"ioc/v1/{Districts[0]}/environment/{Probe}/telemetry";

    /// <summary>Writes the files into a folder.</summary>
    public static void Write(string folder, int connections)
    {
        Directory.CreateDirectory(folder);
        var shipped = Path.Combine(Repository.Root, "deploy", "catalogue", "bac-giang");
        foreach (var file in Directory.GetFiles(shipped, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(shipped, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        var properties = string.Join(' ', LoadPayload.Properties);
        var sensors = Enumerable.Range(0, connections).Select(i => Line(Sensor(i), District(i), properties)).Append(Line(Probe, Districts[0], "pm25"));
        File.WriteAllLines(
            Path.Combine(folder, "sensors.csv"), ["id,district,domain,name_vi,name_en,longitude,latitude,properties,period_s,commune", .. sensors]);

        // The probe's limit has no duration: what is measured is the path, not a wait that the rule asks for.
        File.WriteAllText(
            Path.Combine(folder, "rules", "bench.json"),
            $$"""
            { "rules": [ { "id": "bench-probe", "kind": "limit", "priority": "P3", "name": { "vi": "Thử", "en": "Probe" },
              "scope": { "sensor": "{{Probe}}", "property": "pm25" }, "raise": { "above": 800 }, "hysteresis": 100 } ] }
            """);
    }

    private static string District(int connection) => Districts[connection % Districts.Length];

    private static string Sensor(int connection) => string.Create(CultureInfo.InvariantCulture, $"bench-{connection:D5}");

    private static string Line(string sensor, string district, string properties) =>
        $"{sensor},{district},environment,{sensor},{sensor},106.2,21.3,{properties},60,";
}
