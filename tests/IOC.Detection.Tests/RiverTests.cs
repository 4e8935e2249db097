using System.Globalization;
using IOC.Telemetry;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Detection.Tests;

/// <summary>A year of two river stations as they really are: sentinels, stuck probes, drift, storms, ice.</summary>
public class RiverTests(ITestOutputHelper output)
{
    private static readonly PropertyCatalogue Properties = new(
    [
        Property("water-temp", -5, 50), Property("conductance", 0, 5000), Property("ph", 0, 14),
        Property("oxygen", 0, 30), Property("turbidity", 0, 3000), Property("stage", -100, 1000),
    ]);

    [SharedDataFact]
    public void Sentinels_are_found_as_implausible()
    {
        var mendon = Run("mendon");
        var temperature = Of(mendon, FindingKind.Implausible, "water-temp");
        Assert.Contains(temperature, f => f.Value == -9999 && Day(f) == "2019-02-07");
        Assert.Contains(Of(mendon, FindingKind.Implausible, "stage"), f => f.Value == -9999);

        var main = Run("mainstreet");
        Assert.Contains(Of(main, FindingKind.Implausible, "water-temp"), f => f.Value == -9999 && Day(f) == "2019-08-19");
        Assert.Contains(Of(main, FindingKind.Implausible, "conductance"), f => f.Value == 7999);
        Assert.Equal(Of(main, FindingKind.Implausible, "water-temp").Count, Cleared(main, FindingKind.Implausible, "water-temp"));
    }

    [SharedDataFact]
    public void Stuck_probes_are_found_as_flatlines()
    {
        var mendon = Run("mendon");
        Assert.Contains(Of(mendon, FindingKind.Flatline, "conductance"), f => f.Value == 19.84 && Day(f) == "2019-02-07");
        Assert.Contains(Of(mendon, FindingKind.Flatline, "ph"), f => f.Value == 8.47 && Day(f) == "2019-02-08");
        Assert.Contains(Of(mendon, FindingKind.Flatline, "oxygen"), f => f.Value == 11.5 && Day(f) == "2019-02-07");
        Assert.Contains(Of(Run("mainstreet"), FindingKind.Flatline, "oxygen"), f => f.Value == 0 && Day(f) == "2019-08-11");
    }

    [SharedDataFact]
    public void Spikes_are_found_and_are_few()
    {
        foreach (var station in new[] { "mendon", "mainstreet" })
        {
            var findings = Run(station);
            foreach (var property in Properties.All)
            {
                Assert.InRange(Of(findings, FindingKind.Spike, property.Code).Count, 0, 150);
            }

            Print(station, findings);
        }

        Assert.Contains(Of(Run("mendon"), FindingKind.Spike, "conductance"), f => f.Value == 19.84 && Day(f) == "2019-02-07");
        Assert.Contains(Of(Run("mendon"), FindingKind.Spike, "turbidity"), f => f.Value == 2077);
    }

    private void Print(string station, List<Finding> findings)
    {
        foreach (var group in findings.Where(f => f.Transition == FindingTransition.Raised).GroupBy(f => (f.Kind, f.Property)).OrderBy(g => g.Key))
        {
            output.WriteLine($"{station} {group.Key.Kind} {group.Key.Property}: {group.Count()}");
        }
    }

    private static List<Finding> Of(List<Finding> findings, FindingKind kind, string property) =>
        findings.FindAll(f => f.Kind == kind && f.Property == property && f.Transition == FindingTransition.Raised);

    private static int Cleared(List<Finding> findings, FindingKind kind, string property) =>
        findings.Count(f => f.Kind == kind && f.Property == property && f.Transition == FindingTransition.Cleared);

    private static string Day(Finding finding) =>
        DateTimeOffset.FromUnixTimeMilliseconds(finding.AtMs).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static PropertyDefinition Property(string code, double min, double max) => new(code, "1", new LocalText(code, code), min, max, 2, "1");

    private static List<Finding> Run(string station)
    {
        var rules = new List<DetectionRule> { Fixture.Rule(FindingKind.Implausible, "implausible") with { Property = null } };
        foreach (var property in Properties.All)
        {
            rules.Add(Fixture.Rule(FindingKind.Spike, $"{property.Code}-spike") with { Property = property.Code, Factor = 8 });
            var hours = property.Code == "ph" ? 12 : 4;
            rules.Add(Fixture.Rule(FindingKind.Flatline, $"{property.Code}-flat") with { Property = property.Code, Duration = TimeSpan.FromHours(hours) });
        }

        var addresses = new AddressBook();
        var address = addresses.GetOrAdd("logan", "water", station);
        using var pipeline = new DetectionPipeline(0, new Catalogue(Properties, [], [], rules), addresses, new MemoryStore(), new DetectionOptions());
        var findings = new List<Finding>();
        var batch = new TelemetryBatch();
        var offset = 0L;
        foreach (var line in File.ReadLines(Path.Combine(Repository.SharedData, "replay", "water_lro", $"{station}_2019.csv")).Skip(1))
        {
            var fields = line.Split(',');
            var at = new DateTimeOffset(DateTime.Parse(fields[0], CultureInfo.InvariantCulture), TimeSpan.Zero).ToUnixTimeMilliseconds();
            batch.Reset(0, ++offset);
            batch.BeginReadings(address, at, at);
            for (var p = 0; p < Properties.Count; p++)
            {
                if (double.TryParse(fields[p + 1], CultureInfo.InvariantCulture, out var value))
                {
                    batch.AddValue(p, Properties[p].IsPlausible(value) ? Quality.Ok : Quality.Implausible, value);
                }
            }

            pipeline.Process(batch, findings);
        }

        return findings;
    }
}
