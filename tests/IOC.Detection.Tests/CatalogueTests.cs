using IOC.Telemetry;

namespace IOC.Detection.Tests;

public class CatalogueTests
{
    private static readonly DetectionRule Limit = Fixture.Rule(FindingKind.Limit, "limit") with { RaiseAbove = 50 };
    private static readonly DetectionRule Silence = Fixture.Rule(FindingKind.Silence, "silence") with { Factor = 3 };

    [Fact]
    public void What_a_removed_rule_had_raised_is_cleared()
    {
        using var f = new Fixture(Limit, Silence);
        f.Read(0, 60).Tick(10);
        f.Findings.Clear();
        f.Pipeline.ReplaceCatalogue(f.With(), f.Findings);

        Assert.Equal(["silence", "limit"], f.Findings.Select(x => x.RuleId));
        Assert.All(f.Findings, x => Assert.Equal((FindingTransition.Cleared, Fixture.At(10)), (x.Transition, x.AtMs)));
        Assert.Equal("pm25", f.Findings[1].Property);

        f.Read(11, 90).Tick(100);
        Assert.Equal(2, f.Findings.Count);
    }

    [Fact]
    public void A_changed_rule_judges_the_next_value()
    {
        using var f = new Fixture(Limit);
        f.Read(0, 60);
        f.Pipeline.ReplaceCatalogue(f.With(Limit with { RaiseAbove = 70 }), f.Findings);
        Assert.Equal("Raised@0", f.Story());

        f.Read(1, 65);
        Assert.Equal("Raised@0 Cleared@1", f.Story());
    }

    [Fact]
    public void A_new_rule_starts_with_the_next_value()
    {
        using var f = new Fixture();
        f.Read(0, 60);
        f.Pipeline.ReplaceCatalogue(f.With(Limit), f.Findings);
        f.Read(1, 60);
        Assert.Equal("Raised@1", f.Story());
    }

    [Fact]
    public void A_rule_removed_while_the_sensor_is_out_of_memory_is_cleared_too()
    {
        using var f = new Fixture(new DetectionOptions { IdleAfter = TimeSpan.FromMinutes(1), SweepEvery = TimeSpan.FromSeconds(1) }, Limit);
        f.Read(0, 60).Checkpoint().Tick(5);
        Assert.Equal(1, f.Pipeline.Counters.Evictions);

        f.Pipeline.ReplaceCatalogue(f.With(Silence), f.Findings);
        Assert.Equal("Raised@0 Cleared@5", f.Story("limit"));
    }

    [Fact]
    public void A_rule_removed_while_the_host_was_down_is_cleared_at_the_restart()
    {
        using var f = new Fixture(Limit, Silence);
        f.Read(0, 60).Tick(10).Checkpoint();
        f.With(Silence with { Id = "silence-2" });
        f.Restart();

        Assert.Equal("Raised@0 Cleared@10", f.Story("limit"));
        Assert.Equal("Raised@3 Cleared@10", f.Story("silence"));
        f.Checkpoint().Restart();
        Assert.Equal(4, f.Findings.Count);
    }

    [Fact]
    public void A_sensor_that_is_no_longer_registered_is_cleared_and_not_waited_for()
    {
        using var f = new Fixture(Limit, Silence);
        f.Read(0, 60).Tick(10);
        f.Pipeline.ReplaceCatalogue(f.WithSensors(f.Other), f.Findings);

        Assert.Equal("Raised@0 Cleared@10", f.Story("limit"));
        Assert.Equal("Raised@3 Cleared@10", f.Story("silence"));
        f.Tick(1000);
        Assert.Equal(4, f.Findings.Count);
    }

    [Fact]
    public void A_sensor_whose_registration_went_while_the_host_was_down_is_cleared()
    {
        using var f = new Fixture(Silence);
        f.Read(0, 60).Tick(10).Checkpoint();
        f.WithSensors(f.Other);
        f.Restart();
        Assert.Equal("Raised@3 Cleared@10", f.Story("silence"));
    }

    [Fact]
    public void A_longer_period_gives_more_time()
    {
        using var f = new Fixture(Silence);
        f.Read(0, 60).Tick(1);
        var catalogue = f.With(Silence);
        f.Pipeline.ReplaceCatalogue(catalogue with { Sensors = [catalogue.Sensors[0] with { Period = TimeSpan.FromMinutes(10) }] }, f.Findings);
        f.Tick(30).Tick(30.05);
        Assert.Equal("Raised@30", f.Story());
    }

    [Fact]
    public void Baselines_survive_a_new_catalogue_with_other_property_numbers()
    {
        using var f = new Fixture(Limit with { Duration = TimeSpan.FromMinutes(3) });
        f.Series(0, 60, 60);
        var swapped = f.With(Limit with { Duration = TimeSpan.FromMinutes(3) }) with
        {
            Properties = new PropertyCatalogue(Fixture.Properties.All.Reverse()),
        };
        f.Pipeline.ReplaceCatalogue(swapped, f.Findings);
        f.Read(2, 60, property: 1).Read(3, 60, property: 1);
        Assert.Equal("Raised@3", f.Story());
    }
}
