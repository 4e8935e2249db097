using IOC.Telemetry;

namespace IOC.Detection.Tests;

public class LimitTests
{
    private static readonly DetectionRule Above50 = Fixture.Rule(FindingKind.Limit) with { RaiseAbove = 50 };

    [Fact]
    public void A_value_at_the_limit_raises_and_the_first_below_clears()
    {
        using var f = new Fixture(Above50);
        f.Series(0, 49.9, 50, 70, 49.99, 20);

        Assert.Equal("Raised@1 Cleared@3", f.Story());
        var raised = f.Findings[0];
        Assert.Equal((FindingKind.Limit, Severity.P2, "pm25", 50.0, 50.0), (raised.Kind, raised.Severity, raised.Property, raised.Value, raised.Limit));
        Assert.Same(f.Sensor, raised.Sensor);
    }

    [Fact]
    public void Hysteresis_keeps_it_raised_near_the_limit()
    {
        using var f = new Fixture(Above50 with { Hysteresis = 5 });
        f.Series(0, 60, 48, 51, 45.1, 45);

        Assert.Equal("Raised@0 Cleared@4", f.Story());
    }

    [Fact]
    public void A_lower_limit_works_the_other_way_round()
    {
        using var f = new Fixture(Fixture.Rule(FindingKind.Limit) with { RaiseBelow = 5, Hysteresis = 1 });
        f.Series(0, 6, 5, 5.9, 6);

        Assert.Equal("Raised@1 Cleared@3", f.Story());
        Assert.Equal(5, f.Findings[0].Limit);
    }

    [Fact]
    public void With_a_duration_it_is_raised_by_the_value_that_fulfils_it()
    {
        using var f = new Fixture(Above50 with { Duration = TimeSpan.FromMinutes(3) });
        f.Series(0, 10, 60, 61, 62, 63, 10);

        Assert.Equal("Raised@4 Cleared@5", f.Story());
        Assert.Equal(63, f.Findings[0].Value);
    }

    [Fact]
    public void One_value_inside_begins_the_duration_anew()
    {
        using var f = new Fixture(Above50 with { Duration = TimeSpan.FromMinutes(3) });
        f.Series(0, 60, 61, 49, 60, 61, 62);
        Assert.Empty(f.Findings);

        f.Read(6, 60);
        Assert.Equal("Raised@6", f.Story());
    }

    [Fact]
    public void A_gap_begins_the_duration_anew()
    {
        using var f = new Fixture(Above50 with { Duration = TimeSpan.FromMinutes(10) });
        f.Series(0, 60, 60, 60).Read(30, 60);
        Assert.Empty(f.Findings);

        f.Series(31, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60);
        Assert.Equal("Raised@40", f.Story());
    }

    [Fact]
    public void Crossing_from_one_limit_to_the_other_begins_the_duration_anew()
    {
        using var f = new Fixture(Above50 with { RaiseBelow = 5, Duration = TimeSpan.FromMinutes(2) });
        f.Series(0, 60, 60, 2, 2);
        Assert.Empty(f.Findings);

        f.Read(4, 2);
        Assert.Equal("Raised@4", f.Story());
        Assert.Equal(5, f.Findings[0].Limit);
    }

    [Fact]
    public void Rules_of_one_property_stand_alone()
    {
        using var f = new Fixture(
            Above50 with { Id = "pm25-p3", Severity = Severity.P3 }, Above50 with { Id = "pm25-p1", RaiseAbove = 150, Severity = Severity.P1 });
        f.Series(0, 60, 160, 100, 20);

        Assert.Equal("Raised@0 Cleared@3", f.Story("pm25-p3"));
        Assert.Equal("Raised@1 Cleared@2", f.Story("pm25-p1"));
    }

    [Theory]
    [InlineData(Quality.Calibrating)]
    [InlineData(Quality.Fault)]
    [InlineData(Quality.Implausible)]
    public void Bad_values_neither_raise_nor_clear(Quality quality)
    {
        using var f = new Fixture(Above50);
        f.Read(0, 90, quality);
        Assert.Empty(f.Findings);

        f.Read(1, 90).Read(2, 10, quality);
        Assert.Equal("Raised@1", f.Story());
    }

    [Fact]
    public void Late_and_redelivered_values_move_nothing()
    {
        using var f = new Fixture(Above50 with { Duration = TimeSpan.FromMinutes(3) });
        f.Series(0, 60, 60, 60).Read(1.5, 10, receivedMinutes: 2).Read(2, 10).Read(3, 60);
        Assert.Equal("Raised@3", f.Story());

        f.Read(2.5, 10).Read(3, 10);
        Assert.Single(f.Findings);
    }

    [Fact]
    public void Rules_hold_for_what_they_cover()
    {
        using var f = new Fixture(Above50 with { Id = "a", Sensor = "aq-2" }, Above50 with { Id = "b", District = "elsewhere" }, Above50 with { Id = "c", Domain = "environment" });
        f.Read(0, 60).Read(0, 60, sensor: f.Other);

        Assert.Equal(["c", "a", "c"], f.Findings.Select(x => x.RuleId));
    }
}
