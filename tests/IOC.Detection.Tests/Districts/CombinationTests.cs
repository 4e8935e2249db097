using IOC.Telemetry;

namespace IOC.Detection.Tests.Districts;

public class CombinationTests
{
    /// <summary>A lamp circuit that is switched on and takes no power.</summary>
    private static readonly DetectionRule Circuit = Rule("circuit", new RuleCondition.All(
    [
        new RuleCondition.Value("dim", 20, null),
        new RuleCondition.Value("power", null, 5),
    ])) with
    { Duration = TimeSpan.FromMinutes(2) };

    [Fact]
    public void All_at_once_for_the_duration()
    {
        using var d = new TestDistrict(2, Circuit);
        for (var minute = 0; minute < 6; minute++)
        {
            Lamp(d, minute, 0, minute == 0 ? 0 : 80, 3);
            Lamp(d, minute, 1, 80, 300);
        }

        Assert.Equal("Raised s0@3", d.Story("circuit"));
        Assert.Equal(("Mức sáng 80 %; Công suất 3 W", "Level 80 %; Power 3 W"), (d.Findings[0].Reason!.Vi, d.Findings[0].Reason!.En));
        Lamp(d, 6, 0, 0, 0);
        Assert.Equal("Raised s0@3 Cleared s0@6", d.Story("circuit"));
    }

    [Theory]
    [InlineData(Quality.Calibrating)]
    [InlineData(Quality.Fault)]
    [InlineData(Quality.Implausible)]
    public void What_is_not_known_never_raises_and_never_clears(Quality quality)
    {
        using var d = new TestDistrict(1, Circuit with { Duration = TimeSpan.Zero }, Rule("not", new RuleCondition.Not(new RuleCondition.Value("power", 10, null))));
        d.Read(0, 0, 80, TestDistrict.Dim).Read(0, 0, 3, TestDistrict.Power, quality);
        Assert.Empty(d.Findings);
        d.Read(1, 0, 3, TestDistrict.Power);
        Assert.Equal(("Raised s0@1", "Raised s0@1"), (d.Story("circuit"), d.Story("not")));
        d.Read(2, 0, 800, TestDistrict.Power, quality);
        Assert.Equal(2, d.Findings.Count);

        // The level of minute 0 is too old: nobody knows.
        d.Read(5, 0, 3, TestDistrict.Power).Read(5.5, 0, 0, TestDistrict.Dim);
        Assert.Equal("Raised s0@1 Cleared s0@5.5", d.Story("circuit"));
    }

    [Fact]
    public void Unknown_follows_three_valued_logic()
    {
        var yes = new RuleCondition.Value("pm25", 10, null);
        var no = new RuleCondition.Value("pm25", 1000, null);
        var unknown = new RuleCondition.Value("dim", 10, null);
        RuleCondition[] raising =
        [
            new RuleCondition.Any([unknown, yes]), new RuleCondition.Not(no), new RuleCondition.Not(new RuleCondition.All([unknown, no])),
            new RuleCondition.All([yes, new RuleCondition.Any([no, yes])]),
        ];
        RuleCondition[] quiet =
        [
            unknown, new RuleCondition.Not(unknown), new RuleCondition.Any([unknown, no]), new RuleCondition.All([unknown, yes]), new RuleCondition.All([]),
            new RuleCondition.Any([]), new RuleCondition.Value("no-such", null, 10), new RuleCondition.Value("pm25", 10, null, "nobody"),
            new RuleCondition.Raised("no-such"), new RuleCondition.Not(new RuleCondition.Raised("no-such")), new RuleCondition.Value("pm25", 100, 3),
        ];
        var rules = raising.Select((c, i) => Rule($"yes-{i}", c)).Concat(quiet.Select((c, i) => Rule($"no-{i}", c))).ToArray();
        using var d = new TestDistrict(1, rules);
        d.Read(0, 0, 50);
        Assert.Equal(["yes-0", "yes-1", "yes-2", "yes-3"], d.Findings.Select(f => f.RuleId));
    }

    [Fact]
    public void Another_rule_that_has_something_raised_counts_from_the_same_message_on()
    {
        DetectionRule[] rules =
        [
            Rule("both", new RuleCondition.All([new RuleCondition.Raised("high"), new RuleCondition.Value("power", null, 5)])),
            Rule("second", new RuleCondition.Raised("both")),
            TestDistrict.Rule(FindingKind.Limit, "high") with { RaiseAbove = 50 },
        ];
        using var d = new TestDistrict(1, rules);
        d.Read(0, 0, 3, TestDistrict.Power).Read(0.5, 0, 60).Read(1, 0, 40);
        Assert.Equal(
            ["Raised high@0.5", "Raised both@0.5", "Raised second@0.5", "Cleared high@1", "Cleared both@1", "Cleared second@1"],
            d.Findings.Select(f => FormattableString.Invariant($"{f.Transition} {f.RuleId}@{Fixture.MinuteOf(f)}")));
        Assert.Equal("Quy tắc high; Công suất 3 W", d.Findings.Single(f => f is { RuleId: "both", Transition: FindingTransition.Raised }).Reason!.Vi);
    }

    [Fact]
    public void Conditions_about_named_sensors_and_the_district()
    {
        DetectionRule[] rules =
        [
            Rule("flood", new RuleCondition.All(
                [new RuleCondition.Value("pm25", 90, null, "s1"), new RuleCondition.Value("power", 10, null), new RuleCondition.Raised("mean")])) with { Sensor = "s0" },
            TestDistrict.Rule(FindingKind.Aggregate, "mean", "dim") with { Aggregate = new RuleAggregate(AggregateFunction.Mean, 1), RaiseAbove = 50 },
        ];
        using var d = new TestDistrict(3, rules);
        d.Read(0, 0, 20, TestDistrict.Power).Read(0.2, 1, 95).Read(0.4, 2, 60, TestDistrict.Dim);
        Assert.Equal("Raised s0@0.4", d.Story("flood"));
        Assert.Equal("Station s1: PM2.5 95 µg/m³; Power 20 W; Rule mean", d.Findings[^1].Reason!.En);

        // The named sensor alone ends it: nothing else comes.
        d.Read(1, 1, 10);
        Assert.Equal("Raised s0@0.4 Cleared s0@1", d.Story("flood"));
    }

    [Fact]
    public void Alerts_alone_go_by_ticks_and_a_start_of_the_host_begins_anew()
    {
        DetectionRule[] rules =
        [
            TestDistrict.Rule(FindingKind.Silence, "silence", null) with { Factor = 3 },
            Rule("pair", new RuleCondition.All([new RuleCondition.Raised("silence", "s0"), new RuleCondition.Raised("silence", "s1")])) with
            {
                Sensor = "s0",
                Duration = TimeSpan.FromMinutes(5),
            },
        ];
        using var d = new TestDistrict(2, rules);
        d.All(0, 1, 1);
        for (var minute = 1; minute < 30; minute++)
        {
            d.Tick(minute, resumed: minute == 6);
        }

        Assert.Equal("Raised s0@3 Raised s1@3", d.Story("silence"));
        Assert.Equal("Raised s0@11", d.Story("pair"));
        d.Read(30, 1, 1);
        Assert.Equal("Raised s0@11 Cleared s0@30", d.Story("pair"));
    }

    [Fact]
    public void Rules_that_ask_for_each_other_in_a_circle_say_nothing()
    {
        using var d = new TestDistrict(
            1, Rule("a", new RuleCondition.Any([new RuleCondition.Raised("b"), new RuleCondition.Value("pm25", 1, null)])), Rule("b", new RuleCondition.Not(new RuleCondition.Raised("a"))),
            Rule("self", new RuleCondition.Not(new RuleCondition.Raised("self"))), Rule("c", new RuleCondition.Not(new RuleCondition.Raised("a"))));
        d.Read(0, 0, 50).Tick(1);
        Assert.Empty(d.Findings);
    }

    [Fact]
    public void Late_values_and_gaps()
    {
        using var d = new TestDistrict(1, Circuit);
        Lamp(d, 10, 0, 80, 300);
        Lamp(d, 8, 0, 80, 1);
        Lamp(d, 11, 0, 80, 1);

        // Four minutes without a word: the duration begins anew.
        Lamp(d, 15, 0, 80, 1);
        Assert.Empty(d.Findings);
        Lamp(d, 16, 0, 80, 1);
        Lamp(d, 17, 0, 80, 1);
        Assert.Equal("Raised s0@17", d.Story("circuit"));
    }

    [Fact]
    public void A_new_rule_set_keeps_what_stays_clears_what_is_gone_and_looks_at_once_at_alerts()
    {
        var limit = TestDistrict.Rule(FindingKind.Limit, "high") with { RaiseAbove = 50 };
        var at = Circuit with { Duration = TimeSpan.Zero };
        using var d = new TestDistrict(1, limit, at, at with { Id = "gone" });
        d.Read(0, 0, 60);
        Lamp(d, 0.1, 0, 80, 1);
        d.Tick(1).Replace(rules: [limit, at, Rule("pure", new RuleCondition.Raised("high"))]);
        Assert.Equal("Raised s0@0.1 Cleared s0@1", d.Story("gone"));
        Assert.Equal("Raised s0@0.1", d.Story("circuit"));
        d.Tick(2);
        Assert.Equal("Raised s0@2", d.Story("pure"));
        Lamp(d, 3, 0, 80, 100);
        Assert.Equal("Raised s0@0.1 Cleared s0@3", d.Story("circuit"));
    }

    [Fact]
    public void Outside_its_dates_a_rule_neither_raises_nor_stays_raised()
    {
        using var d = new TestDistrict(1, Circuit with
        {
            Duration = TimeSpan.Zero,
            ValidFrom = DateTimeOffset.FromUnixTimeMilliseconds(Fixture.At(2)),
            ValidTo = DateTimeOffset.FromUnixTimeMilliseconds(Fixture.At(5)),
        });
        for (var minute = 0; minute < 8; minute++)
        {
            Lamp(d, minute, 0, 80, 1);
        }

        Assert.Equal("Raised s0@2 Cleared s0@5", d.Story("circuit"));
    }

    private static DetectionRule Rule(string id, RuleCondition when) => TestDistrict.Rule(FindingKind.Combination, id, null) with { When = when };

    private static void Lamp(TestDistrict d, double minute, int sensor, double dim, double power) => d.Send(b =>
    {
        b.BeginReadings(d.Sensors[sensor], Fixture.At(minute), Fixture.At(Math.Max(minute, 0)));
        b.AddValue(TestDistrict.Dim, Quality.Ok, dim);
        b.AddValue(TestDistrict.Power, Quality.Ok, power);
    });
}
