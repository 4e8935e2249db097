using IOC.Telemetry;

namespace IOC.Detection.Tests;

public class FlatlineTests
{
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Flatline) with { Duration = TimeSpan.FromMinutes(10) };

    [Fact]
    public void One_value_for_the_duration_raises_and_another_clears()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 7);
        for (var i = 1; i <= 15; i++)
        {
            f.Read(i, 8);
        }

        f.Read(16, 9);

        Assert.Equal("Raised@11 Cleared@16", f.Story());
        Assert.Equal(10 * Fixture.Minute, f.Findings[0].LastedMs);
        Assert.Equal(15 * Fixture.Minute, f.Findings[1].LastedMs);
        Assert.Equal(8, f.Findings[0].Value);
    }

    [Fact]
    public void Small_changes_are_flat_but_a_slow_drift_is_not()
    {
        using var f = new Fixture(Rule with { MinimumChange = 0.5 });
        for (var i = 0; i < 60; i++)
        {
            f.Read(i, 10 + (i * 0.1));
        }

        Assert.Empty(f.Findings);
        for (var i = 60; i < 75; i++)
        {
            f.Read(i, 20 + (i % 2 * 0.4));
        }

        Assert.Equal("Raised@70", f.Story());
    }

    [Fact]
    public void Few_values_are_not_enough()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 8).Read(3, 8).Read(6, 8).Read(9, 8).Read(12, 8);
        Assert.Empty(f.Findings);

        f.Read(15, 8);
        Assert.Equal("Raised@15", f.Story());
    }

    [Fact]
    public void A_gap_begins_the_run_anew_until_it_is_raised()
    {
        using var f = new Fixture(Rule);
        f.Series(0, 8, 8, 8, 8, 8, 8, 8, 8).Read(100, 8);
        Assert.Empty(f.Findings);

        f.Series(101, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8);
        Assert.Equal("Raised@110", f.Story());

        f.Read(300, 8).Read(301, 9);
        Assert.Equal("Raised@110 Cleared@301", f.Story());
    }

    [Fact]
    public void Bad_values_do_not_count()
    {
        using var f = new Fixture(Rule);
        for (var i = 0; i < 30; i++)
        {
            f.Read(i, 8, Quality.Calibrating);
        }

        Assert.Empty(f.Findings);
    }
}

public class ImplausibleTests
{
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Implausible);

    [Fact]
    public void One_value_raises_and_one_good_clears()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 10).Read(1, -9999, Quality.Implausible).Read(2, -9999, Quality.Implausible).Read(3, 11);

        Assert.Equal("Raised@1 Cleared@3", f.Story());
        Assert.Equal((-9999.0, 0.0, 0.0, 1000.0), (f.Findings[0].Value, f.Findings[0].Limit, f.Findings[0].ExpectedLow, f.Findings[0].ExpectedHigh));
    }

    [Fact]
    public void A_factor_asks_for_so_many_in_a_row_both_ways()
    {
        using var f = new Fixture(Rule with { Factor = 3 });
        var bad = new[] { true, true, false, true, true, true, false, false, true, false, false, false };
        for (var i = 0; i < bad.Length; i++)
        {
            f.Read(i, bad[i] ? 7999 : 10, bad[i] ? Quality.Implausible : Quality.Ok);
        }

        Assert.Equal("Raised@5 Cleared@11", f.Story());
        Assert.Equal(1000, f.Findings[0].Limit);
    }

    [Fact]
    public void What_the_device_calls_calibrating_is_neither_good_nor_bad()
    {
        using var f = new Fixture(Rule);
        f.Read(0, -9999, Quality.Implausible).Read(1, 10, Quality.Calibrating);
        Assert.Equal("Raised@0", f.Story());
    }

    [Fact]
    public void A_rule_for_all_properties_speaks_of_each_by_itself()
    {
        using var f = new Fixture(Rule with { Property = null });
        f.Read(0, -9999, Quality.Implausible).Read(0, -9999, Quality.Implausible, property: 1).Read(1, 5).Checkpoint().Restart();
        f.Read(4, 5, property: 1);

        Assert.Equal(
            ["Raised pm25", "Raised no2", "Cleared pm25", "Cleared no2"], f.Findings.Select(x => $"{x.Transition} {x.Property}"));
    }
}
