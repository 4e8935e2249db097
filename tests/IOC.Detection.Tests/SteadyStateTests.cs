using System.Diagnostics;
using IOC.Telemetry;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Detection.Tests;

public class SteadyStateTests(ITestOutputHelper output)
{
    private const int Sensors = 2000;
    private const int PropertyCount = 7;

    [Fact]
    public void Nothing_is_allocated_when_nothing_is_found()
    {
        var addresses = new AddressBook();
        using var pipeline = new DetectionPipeline(0, Catalogue(), addresses, new MemoryStore(), new DetectionOptions());
        var batches = Enumerable.Range(0, 8).Select(_ => new TelemetryBatch()).ToArray();
        var sensors = Enumerable.Range(0, Sensors).Select(i => addresses.GetOrAdd("d", "environment", $"s-{i}")).ToArray();
        var findings = new List<Finding>();
        var offset = 0L;
        var elapsed = 0L;
        var allocated = 0L;
        const int rounds = 150;
        for (var round = 0; round < rounds; round++)
        {
            Fill(batches, sensors, round, ref offset);
            var allocations = Allocations.Begin();
            var began = Stopwatch.GetTimestamp();
            foreach (var batch in batches)
            {
                pipeline.Process(batch, findings);
            }

            if (round >= rounds / 2)
            {
                elapsed += Stopwatch.GetTimestamp() - began;
                allocated += allocations.Bytes;
            }
        }

        Assert.Empty(findings);
        var values = (double)Sensors * PropertyCount * rounds / 2;
        output.WriteLine($"{Stopwatch.GetElapsedTime(0, elapsed).TotalNanoseconds / values:F0} ns per reading, {allocated} B in {values:N0} readings");
        Assert.InRange(allocated, 0, 1000);
    }

    private static void Fill(TelemetryBatch[] batches, SensorAddress[] sensors, int round, ref long offset)
    {
        var now = Fixture.At(round);
        var each = sensors.Length / batches.Length;
        for (var b = 0; b < batches.Length; b++)
        {
            batches[b].Reset(0, ++offset);
            for (var s = b * each; s < (b + 1) * each; s++)
            {
                batches[b].BeginReadings(sensors[s], now, now);
                for (var p = 0; p < PropertyCount; p++)
                {
                    batches[b].AddValue(p, Quality.Ok, 20 + (((round * 7) + (s * 3) + p) % 10 * 0.1));
                }
            }

            batches[b].Add(MessageKind.Tick, null, now, now);
        }
    }

    private static Catalogue Catalogue()
    {
        var properties = new PropertyCatalogue(Enumerable.Range(0, PropertyCount)
            .Select(i => new PropertyDefinition($"p{i}", "1", new LocalText("x", "x"), 0, 1000, 1, "1")));
        var rules = new List<DetectionRule> { Fixture.Rule(FindingKind.Silence, "silence") with { Factor = 5 } };
        foreach (var property in properties.All)
        {
            rules.Add(Fixture.Rule(FindingKind.Limit, $"{property.Code}-p3") with { Property = property.Code, RaiseAbove = 50, Hysteresis = 5 });
            rules.Add(Fixture.Rule(FindingKind.Limit, $"{property.Code}-p1") with { Property = property.Code, RaiseAbove = 150, Duration = TimeSpan.FromMinutes(5) });
            rules.Add(Fixture.Rule(FindingKind.Spike, $"{property.Code}-spike") with { Property = property.Code, Factor = 8 });
            rules.Add(Fixture.Rule(FindingKind.Flatline, $"{property.Code}-flat") with { Property = property.Code, Duration = TimeSpan.FromHours(2) });
            rules.Add(Fixture.Rule(FindingKind.Implausible, $"{property.Code}-bad") with { Property = property.Code });
        }

        return new Catalogue(properties, [], [], rules);
    }
}
