using IOC.Telemetry;

namespace IOC.Detection.Tests.Districts;

public class NeighbourTests
{
    private static readonly DetectionRule Rule = TestDistrict.Rule(FindingKind.Neighbour, "near") with
    {
        Neighbours = new RuleNeighbours(null, 4),
        Factor = 5,
        MinimumChange = 20,
        Hysteresis = 5,
        Duration = TimeSpan.FromMinutes(3),
    };

    [Fact]
    public void One_that_is_far_from_the_others_is_found_after_the_duration_and_clears_with_hysteresis()
    {
        using var d = new TestDistrict(7, Rule);
        for (var minute = 0; minute < 8; minute++)
        {
            d.All(minute, 80, 84, 88, 92, 96, 110, minute == 0 ? 90 : 12);
        }

        Assert.Equal("Raised s6@4", d.Story("near"));
        var found = d.Findings[0];
        Assert.Equal((12.0, 80.0, 110.0), (found.Value, found.ExpectedLow, found.ExpectedHigh));
        Assert.Equal("Bụi PM2.5 12 µg/m³, 6 trạm lân cận 80–110", found.Reason!.Vi);
        Assert.Equal("PM2.5 12 µg/m³, 6 neighbours 80–110", found.Reason.En);

        // Median 90, deviations 2, 2, 6, 6, 10, 20: threshold 5 x 1.4826 x 6 = 44.5; back at 39.5 or less.
        Assert.Equal(90 - 44.478, found.Limit!.Value, 3);
        d.All(8, 80, 84, 88, 92, 96, 110, 49);
        Assert.Single(d.Findings);
        d.All(9, 80, 84, 88, 92, 96, 110, 51);
        Assert.Equal("Raised s6@4 Cleared s6@9", d.Story("near"));
    }

    [Fact]
    public void The_smallest_change_worth_a_finding_counts_where_all_others_agree()
    {
        using var d = new TestDistrict(5, Rule with { Duration = TimeSpan.Zero });
        d.All(0, 10, 10, 10, 10, 29).All(1, 10, 10, 10, 10, 31);
        Assert.Equal("Raised s4@1", d.Story("near"));
    }

    [Fact]
    public void When_many_deviate_nobody_is_singled_out()
    {
        using var d = new TestDistrict(7, Rule);
        d.All(0, 10, 11, 12, 13, 14, 15, 16);
        for (var minute = 1; minute < 16; minute++)
        {
            // The smoke reaches three of them, then four.
            d.All(minute, 10, 11, 12, minute > 8 ? 205 : 13, 200, 205, 210);
        }

        Assert.Empty(d.Findings);
        for (var minute = 16; minute < 24; minute++)
        {
            // All but one.
            d.All(minute, 210, 200, 12, 205, 200, 205, 210);
        }

        Assert.Equal("Raised s2@19", d.Story("near"));
    }

    [Fact]
    public void Too_few_current_good_neighbours_say_nothing()
    {
        using var d = new TestDistrict(5, Rule with { Duration = TimeSpan.Zero });
        d.All(0, 10, 11, 12, 13).Read(3, 4, 200);
        Assert.Equal("Raised s4@3", d.Story("near"));

        // The others' values are more than three periods old.
        d.Read(3.9, 4, 10);
        Assert.Single(d.Findings);

        using var bad = new TestDistrict(5, Rule with { Duration = TimeSpan.Zero });
        bad.All(0, 10, 11, 12).Read(0, 3, 13, quality: Quality.Calibrating).Read(0, 4, 200);
        Assert.Empty(bad.Findings);
    }

    [Theory]
    [InlineData(Quality.Calibrating)]
    [InlineData(Quality.Fault)]
    [InlineData(Quality.Implausible)]
    public void Values_that_are_not_good_never_raise(Quality quality)
    {
        using var d = new TestDistrict(5, Rule with { Duration = TimeSpan.Zero });
        d.All(0, 10, 11, 12, 13).Read(0, 4, 200, quality: quality);
        Assert.Empty(d.Findings);
    }

    [Fact]
    public void Late_values_move_nothing()
    {
        using var d = new TestDistrict(5, Rule with { Duration = TimeSpan.Zero });
        d.All(10, 10, 11, 12, 13, 12).Read(5, 4, 200, received: 10).Read(10, 4, 200);
        Assert.Empty(d.Findings);

        // A neighbour's late value is none that others are compared with.
        d.Read(4, 0, 200, received: 11).Read(4, 1, 200, received: 11).Read(4, 2, 200, received: 11).Read(11, 4, 12);
        Assert.Empty(d.Findings);
    }

    [Fact]
    public void A_clock_that_is_ahead_does_not_make_the_others_look_old()
    {
        using var d = new TestDistrict(6, Rule with { Duration = TimeSpan.Zero });
        d.All(0, 10, 11, 12, 13).Read(60, 4, 12, received: 0).Read(0, 5, 200);
        Assert.Equal("Raised s5@0", d.Story("near"));
        Assert.Contains("5 neighbours", d.Findings[0].Reason!.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_those_within_the_radius_are_asked()
    {
        // 1.1 km apart: within 2.5 km of s0 are s1 and s2.
        var rule = Rule with { Duration = TimeSpan.Zero, Neighbours = new RuleNeighbours(2500, 2) };
        using var d = new TestDistrict(8, rule);
        d.All(0, 10, 10, 10, 300, 300, 300, 300, 300);
        d.All(1, 10, 10, 10, 300, 300, 300, 300, 300);
        Assert.DoesNotContain(d.Findings, f => f.Sensor!.Sensor is "s0" or "s1" or "s7");
        d.Read(2, 0, 300);
        Assert.Equal("2 neighbours 10–10", d.Findings.Single(f => f.Sensor!.Sensor == "s0").Reason!.En[^18..]);
    }

    [Fact]
    public void A_series_is_judged_at_most_once_per_period()
    {
        using var d = new TestDistrict(5, Rule with { Duration = TimeSpan.Zero });
        d.All(0, 10, 11, 12, 13, 12).Read(0.5, 4, 200);
        Assert.Empty(d.Findings);
        d.Read(1, 4, 200);
        Assert.Equal("Raised s4@1", d.Story("near"));
    }

    [Fact]
    public void A_gap_begins_the_duration_anew()
    {
        using var d = new TestDistrict(5, Rule);
        for (var minute = 0; minute < 12; minute++)
        {
            d.All(minute, 10, 11, 12, 13);
            if (minute is < 2 or > 6)
            {
                d.Read(minute, 4, 200);
            }
        }

        Assert.Equal("Raised s4@10", d.Story("near"));
    }

    [Fact]
    public void Outside_its_dates_a_rule_neither_raises_nor_stays_raised()
    {
        var rule = Rule with
        {
            Duration = TimeSpan.Zero,
            ValidFrom = DateTimeOffset.FromUnixTimeMilliseconds(Fixture.At(2)),
            ValidTo = DateTimeOffset.FromUnixTimeMilliseconds(Fixture.At(5)),
        };
        using var d = new TestDistrict(5, rule);
        for (var minute = 0; minute < 8; minute++)
        {
            // A rule enters and leaves with the ticks, of which a running host has one a second.
            d.Tick(minute).All(minute, 10, 11, 12, 13, 200);
        }

        Assert.Equal("Raised s4@2 Cleared s4@5", d.Story("near"));
    }

    [Fact]
    public void A_new_rule_set_keeps_what_stays_and_clears_what_is_gone()
    {
        var now = Rule with { Duration = TimeSpan.Zero };
        using var d = new TestDistrict(5, now, now with { Id = "other" });
        d.All(0, 10, 11, 12, 13, 200).Tick(1);
        d.Replace(rules: [now with { MinimumChange = 30, Severity = Severity.P4 }]);
        Assert.Equal("Raised s4@0 Cleared s4@1", d.Story("other"));
        Assert.Equal("Raised s4@0", d.Story("near"));

        d.All(1, 10, 11, 12, 13, 12);
        Assert.Equal("Raised s4@0 Cleared s4@1", d.Story("near"));
    }

    [Fact]
    public void A_sensor_that_is_no_longer_registered_is_cleared()
    {
        var now = Rule with { Duration = TimeSpan.Zero };
        using var d = new TestDistrict(5, now);
        d.All(0, 10, 11, 12, 13, 200).Tick(1).Replace(registered: 4, now);
        Assert.Equal("Raised s4@0 Cleared s4@1", d.Story("near"));
    }

    [Fact]
    public void A_rule_removed_while_the_host_was_down_is_cleared_once()
    {
        using var d = new TestDistrict(5, Rule with { Duration = TimeSpan.Zero });
        d.All(0, 10, 11, 12, 13, 200).Tick(1).Checkpoint().With().Restart();
        Assert.Equal("Raised s4@0 Cleared s4@1", d.Story("near"));
        d.Checkpoint().Restart();
        Assert.Equal(2, d.Findings.Count);
    }

    [Fact]
    public void The_median_deviation_is_that_of_the_definition()
    {
        var random = new Random(1);
        for (var n = 1; n < 40; n++)
        {
            var values = Enumerable.Range(0, n).Select(_ => Math.Round(random.NextDouble() * 10)).Order().ToArray();
            var median = Robust.Median(values);
            var deviations = values.Select(v => Math.Abs(v - median)).Order().ToArray();
            Assert.Equal(Robust.Median(deviations), Robust.MedianDeviation(values, median), 12);
        }
    }

    [Fact]
    public void Distances_are_those_of_the_sphere()
    {
        // A degree of a great circle of the earth's mean radius.
        Assert.Equal(111_195, GreatCircle.Metres(106, 21, 106, 22), 0);
        Assert.Equal(0, GreatCircle.Metres(106, 21, 106, 21));
        Assert.Equal(111_195 * Math.Cos(double.DegreesToRadians(60)), GreatCircle.Metres(0, 60, 1, 60), tolerance: 5);
    }
}
