using IOC.Telemetry;

namespace IOC.Detection.Tests.Silence;

public class PropertySilenceTests
{
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Silence, "no2") with { Property = "no2", Factor = 3 };

    [Fact]
    public void A_property_that_does_not_come_while_its_sensor_reports()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 1, property: 1);
        Run(f, 1, 10);
        var raised = Assert.Single(f.Findings);
        Assert.Equal("no2", raised.Property);
        Assert.Equal(3, Fixture.MinuteOf(raised));
        f.Read(10, 1, property: 1);
        Assert.Equal("Raised@3 Cleared@10", f.Story());
        Assert.Equal(10 * Fixture.Minute, f.Findings[1].LastedMs);
    }

    [Fact]
    public void Of_any_quality_and_late_ones_count()
    {
        using var f = new Fixture(Rule);
        for (var m = 0; m < 20; m += 2)
        {
            f.Read(m, 1).Read(m == 8 ? -50 : m, 1, (Quality)(m / 2 % 4), property: 1, receivedMinutes: m).Tick(m + 0.5).Tick(m + 1.5);
        }

        Assert.Empty(f.Findings);
    }

    [Fact]
    public void A_sensor_that_is_silent_altogether_is_another_rules_business()
    {
        using var f = new Fixture(Rule, Fixture.Rule(FindingKind.Silence, "sensor") with { Factor = 3 });
        f.Read(0, 1).Read(0, 1, property: 1).Tick(3.1).Tick(60);
        Assert.Equal(["sensor"], f.Findings.Select(x => x.RuleId));

        // Back again: what it has not reported yet has its time anew.
        f.Read(61, 1).Tick(61.1).Read(62, 1).Tick(63.5).Read(63.6, 1).Tick(63.9);
        Assert.Equal(["sensor", "sensor"], f.Findings.Select(x => x.RuleId));
        f.Tick(64.1);
        Assert.Equal("Raised@64", f.Story("no2"));
    }

    [Fact]
    public void It_survives_a_restart_and_a_resumption_gives_time()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 1, property: 1);
        Run(f, 1, 3);
        f.Checkpoint().Restart().Read(3, 1).Tick(3.1).Checkpoint().Restart();
        Run(f, 4, 8);
        Assert.Equal("Raised@3", f.Story());

        using var resumed = new Fixture(Rule);
        resumed.Read(0, 1, property: 1).Checkpoint().Restart().Tick(50, resumed: true);
        Run(resumed, 50, 53);
        Assert.Empty(resumed.Findings);
        Run(resumed, 53, 55);
        Assert.Equal("Raised@53", resumed.Story());
    }

    [Fact]
    public void A_rule_that_is_gone_clears()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 1, property: 1);
        Run(f, 1, 10);
        f.Pipeline.ReplaceCatalogue(f.With(), f.Findings);
        Assert.Equal(["Raised", "Cleared"], f.Findings.Select(x => x.Transition.ToString()));
        Assert.Equal("no2", f.Findings[1].Property);
    }

    private static void Run(Fixture f, int from, int to)
    {
        for (var m = from; m < to; m++)
        {
            f.Read(m, 1).Tick(m + 0.1);
        }
    }
}
