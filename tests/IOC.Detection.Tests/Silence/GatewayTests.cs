using IOC.Telemetry;

namespace IOC.Detection.Tests.Silence;

public class GatewayTests
{
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Silence) with { Factor = 3 };

    private static readonly Asset Box = new("gw-1", "hiep-hoa", null, AssetKind.Gateway, null, new LocalText("Cổng 1", "Gateway 1"), 106, 21, null);

    [Fact]
    public void When_all_behind_it_are_overdue_the_gateway_is_silent_and_they_are_not()
    {
        using var f = Make(Rule);
        Both(f, 0, 10);
        f.Tick(12).Tick(13.1).Tick(20);
        var raised = Assert.Single(f.Findings);
        Assert.Equal(Subject.Of(Box), raised.Subject);
        Assert.Null(raised.Sensor);
        Assert.Equal(FindingKind.Silence, raised.Kind);
        Assert.Equal(12.3, Fixture.MinuteOf(raised), 3);
        Assert.Equal("all 2 sensors behind this gateway are silent", raised.Reason!.En);
        Assert.Equal((long)(3.8 * Fixture.Minute), raised.LastedMs);
    }

    [Fact]
    public void One_that_is_overdue_first_waits_for_a_word_that_the_gateway_lives()
    {
        using var f = Make(Rule);
        Both(f, 0, 5);
        f.Tick(7.1);
        Assert.Empty(f.Findings);
        f.Tick(7.2).Tick(7.35);
        Assert.Equal(Subject.Of(Box), Assert.Single(f.Findings).Subject);

        // The same, but the other goes on: then the first is silent by itself.
        using var alone = Make(Rule);
        Both(alone, 0, 5);
        alone.Tick(7.1).Read(7.2, 1, sensor: alone.Other).Tick(7.3);
        var raised = Assert.Single(alone.Findings);
        Assert.Same(alone.Sensor, raised.Sensor);
        Assert.Equal(7, Fixture.MinuteOf(raised));
        for (var m = 8; m < 60; m++)
        {
            alone.Read(m, 1, sensor: alone.Other).Tick(m + 0.1);
        }

        Assert.Single(alone.Findings);
    }

    [Fact]
    public void It_does_not_wait_longer_than_the_rule_allows_once_more()
    {
        using var f = Make(Rule);
        var slow = new SensorDefinition(f.Other, new LocalText("x", "x"), 106, 21, ["pm25"], TimeSpan.FromHours(1), null) { Assets = ["gw-1"] };
        f.Pipeline.ReplaceCatalogue(Behind(f, Rule) with { Sensors = [Behind(f, Rule).Sensors[0], slow] }, f.Findings);
        f.Read(0, 1).Read(0, 1, sensor: f.Other).Tick(3.1).Tick(5.9).Tick(6);
        Assert.Empty(f.Findings);
        f.Tick(6.1);
        Assert.Same(f.Sensor, Assert.Single(f.Findings).Sensor);

        // And when the other turns out to be silent too, it is the gateway after all.
        f.Tick(181);
        Assert.Equal(["Raised aq-1", "Raised gw-1", "Cleared aq-1"], f.Findings.Select(Told));
    }

    [Fact]
    public void A_word_from_any_of_them_clears_and_gives_the_others_their_time()
    {
        using var f = Make(Rule);
        Both(f, 0, 10);
        f.Tick(20).Read(30, 1).Tick(30.1).Tick(32.9);
        Assert.Equal(["Raised gw-1", "Cleared gw-1"], f.Findings.Select(Told));
        f.Read(33.05, 1).Tick(33.1);
        Assert.Equal("Raised aq-2", Told(f.Findings[2]));
        Assert.Equal(33, Fixture.MinuteOf(f.Findings[2]));
    }

    [Fact]
    public void A_gateway_with_one_sensor_known_is_nothing_more_than_that()
    {
        using var f = Make(Rule);
        f.Read(0, 1).Tick(4);
        Assert.Equal(["Raised aq-1"], f.Findings.Select(Told));
    }

    [Fact]
    public void After_a_restart_it_is_silent_still_and_its_time_counts_on()
    {
        using var f = Make(Rule);
        Both(f, 0, 10);
        f.Tick(20).Checkpoint().Restart().Tick(21, resumed: true).Tick(60);
        Assert.Single(f.Findings);
        f.Read(61, 1).Checkpoint().Restart().Read(63, 1).Tick(63.9);
        Assert.Equal(["Raised gw-1", "Cleared gw-1"], f.Findings.Select(Told));
        f.Read(64.02, 1).Tick(64.1);
        Assert.Equal("Raised aq-2", Told(f.Findings[2]));
    }

    [Fact]
    public void When_the_gateway_or_its_rule_is_gone_it_clears()
    {
        using var f = Make(Rule);
        Both(f, 0, 10);
        f.Tick(20);
        f.Pipeline.ReplaceCatalogue(Behind(f, Rule) with { Assets = [] }, f.Findings);
        f.Tick(21);
        Assert.Equal(["Raised gw-1", "Cleared gw-1", "Raised aq-1", "Raised aq-2"], f.Findings.Select(Told));

        using var other = Make(Rule);
        Both(other, 0, 10);
        other.Tick(20).Checkpoint();
        other.With();
        other.Restart();
        Assert.Equal(["Raised gw-1", "Cleared gw-1"], other.Findings.Select(Told));

        using var kept = Make(Rule);
        Both(kept, 0, 10);
        kept.Tick(20);
        kept.Pipeline.ReplaceCatalogue(Behind(kept, Rule), kept.Findings);
        kept.Tick(21).Read(22, 1);
        Assert.Equal(["Raised gw-1", "Cleared gw-1"], kept.Findings.Select(Told));
    }

    [Fact]
    public void Two_domains_behind_one_gateway_make_one_finding()
    {
        var environment = Rule with { Id = "environment", Sensor = "aq-1" };
        var lighting = Rule with { Id = "lighting", Sensor = "aq-2", Factor = 5 };
        using var f = Make(environment, lighting);
        Both(f, 0, 10);
        f.Tick(12.5).Tick(14.5);
        var raised = Assert.Single(f.Findings);
        Assert.Equal(Subject.Of(Box), raised.Subject);
        Assert.Equal("lighting", raised.RuleId);
    }

    [Fact]
    public void In_a_districts_share_of_silent_sensors_those_behind_it_count()
    {
        var share = Fixture.Rule(FindingKind.Aggregate, "share") with
        {
            Property = null,
            RaiseAbove = 0.9,
            Hysteresis = 0.1,
            Aggregate = new RuleAggregate(AggregateFunction.ShareSilent, 2),
        };
        foreach (var restarts in new[] { false, true })
        {
            using var f = Make(Rule, share);
            Both(f, 0, 10);
            f.Tick(12.5);
            if (restarts)
            {
                f.Checkpoint().Restart();
                f.Pipeline.ReplaceCatalogue(Behind(f, Rule, share), f.Findings);
            }

            f.Tick(13).Tick(14).Read(20, 1).Tick(21).Tick(22);
            Assert.Equal(["Raised", "Cleared"], f.Findings.Where(x => x.RuleId == "share").Select(x => x.Transition.ToString()));
        }
    }

    private static string Told(Finding finding) => $"{finding.Transition} {finding.Subject.Id}";

    private static Fixture Make(params DetectionRule[] rules)
    {
        var f = new Fixture(rules);
        f.Use(Behind(f, rules));
        return f;
    }

    private static Catalogue Behind(Fixture f, params DetectionRule[] rules)
    {
        var catalogue = f.With(rules);
        return catalogue with { Assets = [Box], Sensors = [.. catalogue.Sensors.Select(s => s with { Assets = ["gw-1"] })] };
    }

    /// <summary>One at each whole minute, the other 0.3 later.</summary>
    private static void Both(Fixture f, int from, int to)
    {
        for (var m = from; m < to; m++)
        {
            f.Read(m, 1).Read(m + 0.3, 1, sensor: f.Other).Tick(m + 0.4);
        }
    }
}
