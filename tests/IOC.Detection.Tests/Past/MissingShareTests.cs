using IOC.Telemetry;

namespace IOC.Detection.Tests.Past;

public class MissingShareTests
{
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.MissingShare) with { RaiseAbove = 0.4, Hysteresis = 0.1, Window = TimeSpan.FromHours(2) };

    private static readonly DetectionRule OfSensor = Rule with { Property = null };

    [Fact]
    public void A_sensor_that_leaves_out_half_is_told_after_a_full_window()
    {
        using var f = new Fixture(Rule);
        Run(f, 0, 600, m => m % 2 == 0);
        var raised = Assert.Single(f.Findings);
        Assert.InRange(Fixture.MinuteOf(raised), 120, 126);
        Assert.InRange(raised.Value!.Value, 0.49, 0.51);
        Assert.Equal(0.4, raised.Limit);
        Assert.Equal("50 % of the readings missing over 2 h", raised.Reason!.En);
        Assert.Equal("pm25", raised.Property);

        Run(f, 600, 800, _ => true);
        Assert.Equal(FindingTransition.Cleared, f.Findings[1].Transition);
        Assert.InRange(Fixture.MinuteOf(f.Findings[1]), 640, 660);
    }

    [Fact]
    public void One_that_reports_regularly_is_not_whatever_its_phase_and_jitter()
    {
        var random = new Random(3);
        using var f = new Fixture(Rule with { RaiseAbove = 0.04, Hysteresis = 0 });
        for (var m = 0; m < 2000; m++)
        {
            f.Tick(m + 0.3).Read(m + 0.5 + (random.NextDouble() * 0.4), 1).Tick(m + 0.95);
        }

        Assert.Empty(f.Findings);
    }

    [Fact]
    public void One_that_stops_is_judged_by_ticks()
    {
        using var f = new Fixture(OfSensor);
        Run(f, 0, 300, _ => true);
        Run(f, 300, 400, _ => false);
        var raised = Assert.Single(f.Findings);
        Assert.Null(raised.Property);
        Assert.InRange(Fixture.MinuteOf(raised), 347, 354);
        Run(f, 400, 10_000, _ => false);
        Assert.Single(f.Findings);
    }

    [Fact]
    public void Not_before_a_full_window()
    {
        using var f = new Fixture(OfSensor);
        f.Read(0, 1);
        Run(f, 1, 119, _ => false);
        Assert.Empty(f.Findings);
        Run(f, 119, 130, _ => false);
        Assert.Single(f.Findings);
    }

    [Fact]
    public void A_backlog_from_before_does_not_count_as_the_beginning()
    {
        using var f = new Fixture(Rule);
        for (var m = -600; m < 0; m += 10)
        {
            f.Read(m, 1, receivedMinutes: 0);
        }

        Run(f, 0, 119, m => m % 10 == 0);
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void While_the_host_was_away_nothing_is_missing()
    {
        using var f = new Fixture(Rule);
        Run(f, 0, 200, _ => true);
        f.Checkpoint().Restart().Tick(300, resumed: true);
        Run(f, 300, 900, _ => true);
        Assert.Empty(f.Findings);

        // Away for more than half of the window: nothing is said until enough is known.
        Run(f, 900, 930, _ => false);
        f.Tick(1050, resumed: true);
        Run(f, 1051, 1085, _ => false);
        Assert.Empty(f.Findings);
        Run(f, 1085, 1120, _ => false);
        Assert.InRange(Fixture.MinuteOf(Assert.Single(f.Findings)), 1090, 1112);
    }

    [Fact]
    public void Late_readings_fill_what_was_missing_and_repeated_ones_do_not()
    {
        using var f = new Fixture(Rule with { RaiseAbove = 0.6 });
        Run(f, 0, 200, _ => true);
        f.Tick(260).Read(260.2, 1);
        for (var m = 200; m < 260; m++)
        {
            f.Read(m + 0.5, 1, receivedMinutes: 260.5);
        }

        Run(f, 261, 300, _ => false);
        Assert.Empty(f.Findings);

        using var repeated = new Fixture(Rule with { RaiseAbove = 0.6 });
        Run(repeated, 0, 200, _ => true);
        repeated.Tick(260).Read(260.2, 1);
        for (var m = 140; m < 200; m++)
        {
            repeated.Read(m + 0.5, 1, receivedMinutes: 260.5);
        }

        Run(repeated, 261, 300, _ => false);
        Assert.Single(repeated.Findings);
    }

    [Fact]
    public void Readings_of_any_quality_are_there()
    {
        using var f = new Fixture(Rule);
        for (var m = 0; m < 500; m++)
        {
            f.Read(m + 0.5, 1, (Quality)(m % 4)).Tick(m + 0.6);
        }

        Assert.Empty(f.Findings);
    }

    [Fact]
    public void Of_the_whole_sensor_any_property_counts_and_an_instant_once()
    {
        using var f = new Fixture(OfSensor);
        for (var m = 0; m < 500; m++)
        {
            f.Read(m + 0.5, 1, property: m % 2).Tick(m + 0.6);
        }

        Assert.Empty(f.Findings);
        for (var m = 500; m < 700; m += 3)
        {
            f.Read(m, 1).Read(m, 2, property: 1).Read(m, 1).Tick(m + 0.6);
        }

        Assert.Single(f.Findings);
    }

    [Fact]
    public void Readings_of_a_sensor_that_no_rule_of_series_concerns_are_counted_too()
    {
        using var f = new Fixture(OfSensor with { Sensor = "aq-2" });
        for (var m = 0; m < 300; m++)
        {
            f.Read(m, 1, sensor: f.Other).Tick(m + 0.6);
        }

        Run(f, 300, 450, _ => false);
        Assert.Same(f.Other, Assert.Single(f.Findings).Sensor);
    }

    [Fact]
    public void A_clock_that_is_set_back_begins_the_window_anew()
    {
        using var f = new Fixture(Rule);
        Run(f, 1000, 1300, _ => true);
        Run(f, 0, 100, _ => false);
        Assert.Empty(f.Findings);
        Run(f, 100, 140, _ => false);
        Assert.Single(f.Findings);
    }

    private static void Run(Fixture f, int from, int to, Func<int, bool> reports)
    {
        for (var m = from; m < to; m++)
        {
            if (reports(m))
            {
                f.Read(m + 0.5, 1);
            }

            f.Tick(m + 0.75);
        }
    }
}
