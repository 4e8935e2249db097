using System.Diagnostics;
using IOC.Telemetry;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Detection.Tests.Districts;

public class DistrictCostTests(ITestOutputHelper output)
{
    private const int Properties = 7;
    private const int Rounds = 240;

    /// <summary>Tells what the rules about several series cost per value, beside limit and spike rules: with each sensor reporting once per
    /// period, as in a replay at full speed (the dearest case), and sixty times per period, as under load.</summary>
    [Theory]
    [InlineData(500, 60_000)]
    [InlineData(500, 1_000)]
    [InlineData(50, 60_000)]
    public void Nothing_is_allocated_when_nothing_is_found(int sensors, int stepMs)
    {
        var without = Measure(sensors, stepMs, withDistrict: false);
        var with = Measure(sensors, stepMs, withDistrict: true);
        output.WriteLine($"{sensors} sensors, a value every {stepMs / 1000} s: {without.Nanoseconds:F0} ns per value without, {with.Nanoseconds:F0} with ({with.Nanoseconds / without.Nanoseconds:F2}x)");
        Assert.InRange(with.Allocated, 0, 1000);
    }

    private static (double Nanoseconds, long Allocated) Measure(int sensors, int stepMs, bool withDistrict)
    {
        var addresses = new AddressBook();
        var catalogue = Catalogue(addresses, sensors, withDistrict);
        using var pipeline = new DetectionPipeline(0, catalogue, addresses, new MemoryStore(), new DetectionOptions());
        var batch = new TelemetryBatch();
        var findings = new List<Finding>();
        var elapsed = new List<double>();
        long allocated = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var now = Fixture.Start + ((long)round * stepMs);
            batch.Reset(0, round + 1);
            for (var s = 0; s < sensors; s++)
            {
                batch.BeginReadings(catalogue.Sensors[s].Address, now, now);
                for (var p = 0; p < Properties; p++)
                {
                    batch.AddValue(p, Quality.Ok, 20 + (((round * 7) + (s * 3) + p) % 10 * 0.1));
                }
            }

            batch.Add(MessageKind.Tick, null, now, now);
            var allocations = Allocations.Begin();
            var began = Stopwatch.GetTimestamp();
            pipeline.Process(batch, findings);
            if (round >= Rounds / 2)
            {
                allocated += allocations.Bytes;
                elapsed.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds);
            }
        }

        Assert.Empty(findings);
        elapsed.Sort();
        return (elapsed[elapsed.Count / 2] / (sensors * Properties), allocated);
    }

    private static Catalogue Catalogue(AddressBook addresses, int sensors, bool withDistrict)
    {
        var properties = new PropertyCatalogue(Enumerable.Range(0, Properties)
            .Select(i => new PropertyDefinition($"p{i}", "1", new LocalText("x", "x"), 0, 1000, 1, "1")));
        var rules = new List<DetectionRule>();
        foreach (var property in properties.All.Select(p => p.Code))
        {
            rules.Add(TestDistrict.Rule(FindingKind.Limit, $"{property}-limit", property) with { RaiseAbove = 50 });
            rules.Add(TestDistrict.Rule(FindingKind.Spike, $"{property}-spike", property) with { Factor = 12 });
            if (withDistrict)
            {
                rules.Add(TestDistrict.Rule(FindingKind.Neighbour, $"{property}-near", property) with { Neighbours = new RuleNeighbours(null, 4), MinimumChange = 10 });
                rules.Add(TestDistrict.Rule(FindingKind.Aggregate, $"{property}-mean", property) with { Aggregate = new RuleAggregate(AggregateFunction.Mean, 4), RaiseAbove = 50 });
            }
        }

        if (withDistrict)
        {
            rules.Add(TestDistrict.Rule(FindingKind.Combination, "both", null) with
            {
                When = new RuleCondition.All([new RuleCondition.Value("p0", 50, null), new RuleCondition.Value("p1", null, 5)]),
            });
        }

        var name = new LocalText("Trạm", "Station");
        return new Catalogue(
            properties, [], [.. Enumerable.Range(0, sensors).Select(i => new SensorDefinition(
                addresses.GetOrAdd("d", "environment", $"s{i}"), name, 106 + (i % 25 * 0.01), 21 + (i / 25 * 0.01), [], TimeSpan.FromMinutes(1), null))], rules);
    }
}
