using IOC.Telemetry;

namespace IOC.Detection.Tests.Districts;

public class AggregateTests
{
    [Theory]
    [InlineData(AggregateFunction.Mean, 40, "Mean of PM2.5 over 4 sensors: 40 µg/m³", "Trung bình Bụi PM2.5 của 4 thiết bị: 40 µg/m³")]
    [InlineData(AggregateFunction.Median, 25, "Median of PM2.5 over 4 sensors: 25 µg/m³", "Trung vị Bụi PM2.5 của 4 thiết bị: 25 µg/m³")]
    [InlineData(AggregateFunction.Min, 10, "Lowest of PM2.5 over 4 sensors: 10 µg/m³", "Nhỏ nhất Bụi PM2.5 của 4 thiết bị: 10 µg/m³")]
    [InlineData(AggregateFunction.Max, 100, "Highest of PM2.5 over 4 sensors: 100 µg/m³", "Lớn nhất Bụi PM2.5 của 4 thiết bị: 100 µg/m³")]
    [InlineData(AggregateFunction.Sum, 160, "Sum of PM2.5 over 4 sensors: 160 µg/m³", "Tổng Bụi PM2.5 của 4 thiết bị: 160 µg/m³")]
    [InlineData(AggregateFunction.ShareBeyond, 0.5, "50 % of 4 sensors with PM2.5 ≥ 30 µg/m³", "50 % trong 4 thiết bị có Bụi PM2.5 ≥ 30 µg/m³")]
    public void Each_function_over_the_current_values(AggregateFunction function, double expected, string en, string vi)
    {
        using var d = new TestDistrict(4, Of(function, minimum: 4) with { RaiseAbove = expected });
        d.All(0, 10, 20, 30, 100);
        var found = Assert.Single(d.Findings);
        Assert.Equal((expected, expected, "pm25"), (found.Value, found.Limit, found.Property));
        Assert.Equal(Subject.OfDistrict("hiep-hoa", "environment"), found.Subject);
        Assert.Equal((en, vi), (found.Reason!.En, found.Reason.Vi));
    }

    [Fact]
    public void It_must_hold_for_the_duration_and_clears_with_hysteresis()
    {
        using var d = new TestDistrict(2, Of(AggregateFunction.Mean) with { RaiseAbove = 50, Hysteresis = 10, Duration = TimeSpan.FromMinutes(3) });
        foreach (var (minute, value) in new[] { 60, 60, 40, 60, 60, 60, 60, 60, 45, 45, 40, 40 }.Index())
        {
            d.All(minute, value, value);
        }

        Assert.Equal("Raised hiep-hoa@6 Cleared hiep-hoa@10", Rounded(d));
    }

    [Fact]
    public void A_lower_limit_and_a_share_at_or_below_a_value()
    {
        var rule = Of(AggregateFunction.ShareBeyond) with
        {
            Aggregate = new RuleAggregate(AggregateFunction.ShareBeyond, 3, 10, BeyondIsBelow: true),
            RaiseAbove = 0.6,
        };
        using var d = new TestDistrict(3, rule, Of(AggregateFunction.Min) with { Id = "low", RaiseBelow = 3 });
        d.All(0, 20, 20, 20).All(1, 20, 10, 10).All(2, 20, 10, 10);
        Assert.Equal("Raised hiep-hoa@1", d.Story("agg"));
        Assert.Contains("67 % of 3 sensors with PM2.5 ≤ 10 µg/m³", d.Findings[0].Reason!.En, StringComparison.Ordinal);
        d.All(3, 20, 20, 2);
        Assert.Equal("Raised hiep-hoa@3", d.Story("low"));
    }

    [Fact]
    public void Too_few_say_nothing_and_bad_old_and_late_values_are_not_counted()
    {
        using var d = new TestDistrict(4, Of(AggregateFunction.Mean, minimum: 3) with { RaiseAbove = 50 });
        d.All(0, 90, 90).Read(0, 2, 90, quality: Quality.Fault).Read(0.5, 3, 90, quality: Quality.Implausible);
        Assert.Empty(d.Findings);

        // Of minute 0 nothing is current any more.
        d.Read(4, 0, 90).Read(4.2, 1, 90).Read(4.4, 2, 90, quality: Quality.Calibrating);
        Assert.Empty(d.Findings);

        d.Read(1, 2, 90, received: 4.6).Read(4.7, 3, 90, quality: Quality.Fault);
        Assert.Empty(d.Findings);
        d.Read(5, 3, 90).Read(5.2, 0, 90);
        Assert.Equal("Raised hiep-hoa@5", d.Story("agg"));
    }

    [Fact]
    public void What_is_not_known_keeps_it_raised_and_begins_the_duration_anew()
    {
        using var d = new TestDistrict(2, Of(AggregateFunction.Mean, minimum: 2) with { RaiseAbove = 50, Duration = TimeSpan.FromMinutes(2) });
        d.All(0, 60, 60).All(1, 60, 60).Read(1.5, 0, 1, quality: Quality.Fault).All(2, 60, 60).All(3, 60, 60);
        Assert.Empty(d.Findings);
        d.All(4, 60, 60).All(5, 60, 60);
        Assert.Equal("Raised hiep-hoa@4", Rounded(d));
        d.Read(6, 0, 1, quality: Quality.Fault).Read(9, 1, 1);
        Assert.Equal("Raised hiep-hoa@4", Rounded(d));
    }

    [Fact]
    public void A_window_takes_the_mean_of_the_figure_once_three_quarters_of_it_are_known()
    {
        using var d = new TestDistrict(2, Of(AggregateFunction.Mean) with { RaiseAbove = 50, Window = TimeSpan.FromMinutes(60) });
        for (var minute = 0; minute < 100; minute++)
        {
            d.All(minute, minute < 60 ? 40 : 80, minute < 60 ? 40 : 80);
        }

        // 40 + 40 x share of the hour at 80 reaches 50 after a quarter of an hour.
        var found = Assert.Single(d.Findings);
        Assert.InRange(Fixture.MinuteOf(found), 74, 76);
        Assert.InRange(found.Value!.Value, 50, 51);
        Assert.Equal("Mean of PM2.5 over 2 sensors: 50.1 µg/m³ (mean of 1 h)", found.Reason!.En);

        using var young = new TestDistrict(2, Of(AggregateFunction.Mean) with { RaiseAbove = 50, Window = TimeSpan.FromMinutes(60) });
        for (var minute = 0; minute < 60; minute++)
        {
            young.All(minute, 80, 80);
        }

        Assert.InRange(Fixture.MinuteOf(Assert.Single(young.Findings)), 45, 46);
    }

    [Fact]
    public void The_share_of_silent_sensors_counts_those_once_heard()
    {
        DetectionRule[] rules =
        [
            TestDistrict.Rule(FindingKind.Silence, "silence", null) with { Factor = 3 },
            Of(AggregateFunction.ShareSilent, minimum: 4) with { Property = null, RaiseAbove = 0.5, Hysteresis = 0.2, Duration = TimeSpan.FromMinutes(1) },
        ];
        using var d = new TestDistrict(6, rules);
        d.All(0, 1, 1, 1, 1);
        for (var half = 1; half < 20; half++)
        {
            d.Read(half / 2.0, 0, 1).Tick(half / 2.0);
        }

        // Three of four are silent from minute 3 on, which the tick after it tells.
        Assert.Equal("Raised hiep-hoa@4.5", d.Story("agg"));
        Assert.Equal("75 % of 4 sensors silent", d.Findings.Single(f => f.RuleId == "agg").Reason!.En);
        d.Read(10, 1, 1).Tick(10.1).Read(10.2, 2, 1).Tick(10.5);
        Assert.Equal("Raised hiep-hoa@4.5 Cleared hiep-hoa@10.5", d.Story("agg"));
    }

    [Fact]
    public void Each_district_is_by_itself_and_a_rule_of_one_is_for_that_one()
    {
        using var d = new TestDistrict(2, Of(AggregateFunction.Max) with { RaiseAbove = 50 }, Of(AggregateFunction.Max) with { Id = "one", RaiseAbove = 50, District = "yen-the" });
        var elsewhere = d.Addresses.GetOrAdd("yen-the", "environment", "y0");
        d.All(0, 10, 10).Send(b =>
        {
            b.BeginReadings(elsewhere, Fixture.At(1), Fixture.At(1));
            b.AddValue(0, Quality.Ok, 70);
        });
        Assert.Equal("Raised yen-the@1", d.Story("agg"));
        Assert.Equal("Raised yen-the@1", d.Story("one"));
    }

    [Fact]
    public void Limits_that_change_in_time_and_dates_are_respected()
    {
        var change = DateTimeOffset.FromUnixTimeMilliseconds(Fixture.At(5));
        using var d = new TestDistrict(1, Of(AggregateFunction.Mean) with
        {
            Periods = [new LimitPeriod(null, change, 50, null, null), new LimitPeriod(change, null, 45, null, null)],
            ValidTo = DateTimeOffset.FromUnixTimeMilliseconds(Fixture.At(8)),
        });
        for (var minute = 0; minute < 10; minute++)
        {
            d.All(minute, 47);
        }

        Assert.Equal("Raised hiep-hoa@5 Cleared hiep-hoa@8", d.Story("agg"));
        Assert.Equal(45, d.Findings[0].Limit);
    }

    [Fact]
    public void A_new_rule_set_keeps_what_stays_and_clears_what_is_gone_or_about_something_else()
    {
        var rule = Of(AggregateFunction.Mean) with { RaiseAbove = 50 };
        using var d = new TestDistrict(2, rule, rule with { Id = "gone" }, rule with { Id = "moved" });
        d.All(0, 60, 60).Replace(rules: [rule with { Hysteresis = 5 }, rule with { Id = "moved", Domain = null }]);
        Assert.Equal("Raised hiep-hoa@0 Cleared hiep-hoa@0", d.Story("gone"));
        Assert.Equal("Raised hiep-hoa@0 Cleared hiep-hoa@0", d.Story("moved"));
        Assert.Equal("environment", d.Findings[^1].Subject.Domain);
        d.All(1, 47, 47);
        Assert.Equal("Raised hiep-hoa@0", d.Story("agg"));
        d.All(2, 40, 40).All(3, 40, 40);
        Assert.Equal("Raised hiep-hoa@0 Cleared hiep-hoa@2", Rounded(d));
    }

    [Fact]
    public void A_clock_set_back_does_not_blind_it()
    {
        using var d = new TestDistrict(2, Of(AggregateFunction.Mean) with { RaiseAbove = 50 });
        d.All(600, 10, 10).Tick(600).Tick(10).Tick(11);
        d.Send(b =>
        {
            foreach (var i in new[] { 0, 1 })
            {
                b.BeginReadings(d.Addresses.GetOrAdd("hiep-hoa", "environment", $"new{i}"), Fixture.At(12), Fixture.At(12));
                b.AddValue(0, Quality.Ok, 90);
            }
        });
        Assert.Equal("Raised hiep-hoa@12", d.Story("agg"));
    }

    private static DetectionRule Of(AggregateFunction function, int minimum = 1) => TestDistrict.Rule(FindingKind.Aggregate, "agg") with
    {
        Domain = "environment",
        Aggregate = new RuleAggregate(function, minimum, function == AggregateFunction.ShareBeyond ? 30 : null),
    };

    private static string Rounded(TestDistrict d) => d.Story("agg");
}
