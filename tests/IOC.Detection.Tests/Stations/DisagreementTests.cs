using IOC.Telemetry;

namespace IOC.Detection.Tests.Stations;

/// <summary>Rules of kind disagreement within the pipeline.</summary>
public class DisagreementTests
{
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Disagreement, "disagreement") with { Severity = Severity.P4, Property = null };

    [Fact]
    public void It_is_raised_with_its_reason_and_cleared()
    {
        using var f = new Fixture(Rule);
        Usual(f, 0, 900);
        Both(f, 900, 8, 180);
        Usual(f, 901, 40);

        Assert.Equal([FindingTransition.Raised, FindingTransition.Cleared], f.Findings.Select(x => x.Transition));
        var raised = f.Findings[0];
        Assert.Equal((FindingKind.Disagreement, Severity.P4, 900d), (raised.Kind, raised.Severity, Fixture.MinuteOf(raised)));
        Assert.Equal(raised.Property, f.Findings[1].Property);
        Assert.Equal(raised.Property == "pm25" ? 8 : 180, raised.Value);
        Assert.False(raised.Value >= raised.ExpectedLow && raised.Value <= raised.ExpectedHigh);
        Assert.Contains(raised.Property == "pm25" ? "PM2.5 8 µg/m³, while NO2 180 suggests" : "NO2 180 µg/m³, while PM2.5 8 µg/m³ suggests", raised.Reason!.En.Replace("180 µg/m³ suggests", "180 suggests", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("trong khi", raised.Reason.Vi, StringComparison.Ordinal);
        Assert.InRange(Fixture.MinuteOf(f.Findings[1]), 912, 930);
    }

    [Fact]
    public void Properties_that_are_sent_by_turns_are_compared()
    {
        using var f = new Fixture(Rule);
        for (var i = 0; i < 900; i++)
        {
            f.Read(i, Level(i)).Read(i + 0.4, Other(i), property: 1);
        }

        f.Read(900, 8).Read(900.4, 180, property: 1).Read(901, 8);
        Assert.Single(f.Findings);
    }

    [Fact]
    public void What_is_measured_at_different_times_is_not_compared()
    {
        using var f = new Fixture(Rule);
        Usual(f, 0, 900);

        // The one long before the other: in between, both may have changed.
        f.Read(900, 8);
        f.Read(920, 180, property: 1).Read(921, 180, property: 1);
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void A_missing_property_holds_up_the_others_by_a_message_and_bad_values_are_missing()
    {
        using var f = new Fixture(Rule);
        Usual(f, 0, 900);
        f.Send(b =>
        {
            b.BeginReadings(f.Sensor, Fixture.At(900), Fixture.At(900));
            b.AddValue(0, Quality.Fault, 8);
            b.AddValue(1, Quality.Ok, 180);
        });
        Usual(f, 901, 5);
        Assert.Empty(f.Findings);

        Both(f, 906, 8, 180);
        Assert.Single(f.Findings);
    }

    [Fact]
    public void Nothing_is_raised_before_enough_is_learned()
    {
        using var f = new Fixture(Rule);
        Usual(f, 0, 700);
        Both(f, 700, 8, 180);
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void Another_property_than_the_rules_raises_nothing()
    {
        using var any = new Fixture(Rule);
        using var pm = new Fixture(Rule with { Property = "pm25" });
        using var no2 = new Fixture(Rule with { Property = "no2" });
        foreach (var f in new[] { any, pm, no2 })
        {
            Usual(f, 0, 900);
            Both(f, 900, 8, 180);
        }

        Assert.Equal(any.Findings.Count, pm.Findings.Count + no2.Findings.Count);
        Assert.Equal(any.Findings[0].Property, (pm.Findings.Count > 0 ? pm : no2).Findings[0].Property);
    }

    [Fact]
    public void A_restart_at_any_message_changes_nothing()
    {
        using var whole = new Fixture(Rule);
        using var restarted = new Fixture(Rule);
        foreach (var f in new[] { whole, restarted })
        {
            Usual(f, 0, 895);
            for (var i = 895; i < 940; i++)
            {
                f.Read(i, i == 900 ? 8 : Level(i)).Read(i + 0.3, i == 900 ? 180 : Other(i), property: 1);
                if (f == restarted)
                {
                    f.Checkpoint().Restart();
                }

                if (i % 10 == 0)
                {
                    // Late ones, known or not, between the others.
                    Both(f, i - 5.2, 50, 60);
                    Both(f, i - 5, 50, 60);
                }
            }
        }

        Assert.Equal(2, whole.Findings.Count);
        Assert.Equal(Told(whole), Told(restarted));
        whole.Checkpoint();
        restarted.Checkpoint();
        Assert.Equal(whole.Store.States[whole.Sensor.Path], restarted.Store.States[restarted.Sensor.Path]);

        static IEnumerable<object> Told(Fixture f) => f.Findings.Select(x => (object)(x.Transition, x.AtMs, x.Value, x.Property, x.Reason, x.ExpectedHigh));
    }

    [Fact]
    public void Late_messages_teach_once()
    {
        Assert.Equal(State(0), State(0, 20, 40));
        Assert.NotEqual(State(0), State(0, 105));
        Assert.Equal(State(0, 105), State(0, 105, 105));

        static byte[] State(params int[] late)
        {
            using var f = new Fixture(Rule);
            Usual(f, 0, 100);
            Usual(f, 110, 10);
            Array.ForEach(late, minute => Both(f, minute, 70, 90));
            f.Checkpoint();
            return f.Store.States[f.Sensor.Path][18..];
        }
    }

    [Fact]
    public void A_rule_that_is_gone_clears_what_it_raised()
    {
        using var f = new Fixture(Rule);
        Usual(f, 0, 900);
        Both(f, 900, 8, 180);
        var raised = f.Findings.Single();
        var findings = new List<Finding>();
        f.Pipeline.ReplaceCatalogue(f.With(Rule with { Id = "other" }), findings);
        Assert.Equal((FindingTransition.Cleared, "disagreement", raised.Property), (findings.Single().Transition, findings.Single().RuleId, findings.Single().Property));

        // Another rule goes on with what was learned.
        Usual(f, 901, 60);
        Both(f, 961, 6, 200);
        Assert.Contains(f.Findings, x => x.RuleId == "other");

        findings.Clear();
        f.Pipeline.ReplaceCatalogue(f.With(), findings);
        Assert.Equal("other", findings.Single().RuleId);
    }

    [Fact]
    public void A_stations_state_of_the_version_before_is_read()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 10).Checkpoint();
        var bytes = f.Store.States[f.Sensor.Path];
        f.Store.States[f.Sensor.Path] = [1, .. bytes[1..14], .. bytes[18..21]];
        f.Restart().Read(1, 11);
    }

    private static void Usual(Fixture f, double from, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Both(f, from + i, Level(from + i), Other(from + i));
        }
    }

    private static double Level(double minute) => 60 + (50 * Math.Sin(minute / 30)) + Noise(minute, 3);

    private static double Other(double minute) => 1.6 * (60 + (50 * Math.Sin(minute / 30)) + Noise(minute, 7)) + 10;

    private static double Noise(double minute, int of) => minute * 31 % of - (of / 2.0);

    private static void Both(Fixture f, double minute, double pm, double no2) => f.Send(b =>
    {
        b.BeginReadings(f.Sensor, Fixture.At(minute), Fixture.At(minute));
        b.AddValue(0, Quality.Ok, pm);
        b.AddValue(1, Quality.Ok, no2);
    });
}
