using IOC.Telemetry;

namespace IOC.Detection.Tests;

/// <summary>The host's clock was ahead by some hours and is put right.</summary>
public class ClockCorrectionTests
{
    private const double Ahead = 600;
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Silence) with { Factor = 3 };

    [Fact]
    public void Sensors_that_report_are_not_silent_after_the_clock_was_set_back()
    {
        using var f = new Fixture(Rule);
        f.Read(Ahead, 1).Tick(Ahead).Tick(0);
        for (var minute = 1; minute < 20; minute++)
        {
            f.Read(minute, 1).Read(minute, 1, sensor: f.Other).Tick(minute);
        }

        Assert.Empty(f.Findings);
    }

    [Fact]
    public void Values_of_the_time_that_was_ahead_do_not_keep_those_of_the_right_time_from_raising_and_clearing()
    {
        using var f = new Fixture(Fixture.Rule(FindingKind.Limit) with { RaiseAbove = 50, Hysteresis = 5 });
        f.Read(Ahead, 1).Tick(Ahead).Tick(0).Read(1, 100).Read(2, 1);
        Assert.Equal("Raised@1 Cleared@2", f.Story());

        // What is late by the right time still moves nothing.
        f.Read(1.5, 100, receivedMinutes: 3);
        Assert.Equal("Raised@1 Cleared@2", f.Story());
    }

    [Fact]
    public void Nor_after_a_restart_with_a_stored_time_in_the_future()
    {
        using var f = new Fixture(Rule);
        f.Read(Ahead, 1).Tick(Ahead).Checkpoint().Restart().Tick(0, resumed: true);
        for (var minute = 1; minute < 20; minute++)
        {
            f.Read(minute, 1).Tick(minute);
        }

        Assert.Empty(f.Findings);
        Assert.Equal("Raised@22", f.Tick(21).Tick(22.05).Story());
    }

    [Fact]
    public void One_that_stops_is_silent_by_the_time_put_right()
    {
        using var f = new Fixture(Rule);
        f.Read(Ahead, 1).Tick(Ahead).Tick(0).Tick(2.9);
        Assert.Empty(f.Findings);
        f.Tick(3).Checkpoint().Restart().Tick(4).Read(5, 1);
        Assert.Equal("Raised@3 Cleared@5", f.Story());
        Assert.Equal(5 * Fixture.Minute, f.Findings[1].LastedMs);
    }

    [Fact]
    public void A_receipt_stamped_before_the_correction_and_logged_behind_it_holds_until_the_next()
    {
        using var f = new Fixture(Rule);
        f.Tick(Ahead).Tick(0).Read(Ahead, 1).Read(1, 1).Tick(3.9);
        Assert.Empty(f.Findings);
        Assert.Equal("Raised@4", f.Tick(4.05).Story());
    }

    [Fact]
    public void Ticks_a_little_out_of_order_do_not_give_anybody_more_time()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 1).Tick(2.9).Tick(1.9).Tick(2.5).Tick(3.05);
        Assert.Equal("Raised@3", f.Story());
    }

    [Fact]
    public void The_interval_over_a_correction_teaches_nothing()
    {
        using var f = new Fixture(new DetectionOptions { DefaultPeriod = TimeSpan.FromMinutes(1) }, Rule);
        var hourly = f.Addresses.GetOrAdd("hiep-hoa", "environment", "stranger");
        for (var hour = 0; hour < 60; hour++)
        {
            f.Read(Ahead + (hour * 60), 1, sensor: hourly);
        }

        f.Read(30, 1, sensor: hourly).Tick(31).Tick(150);
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void Idle_sensors_leave_memory_by_the_time_put_right()
    {
        var options = new DetectionOptions { IdleAfter = TimeSpan.FromMinutes(5), SweepEvery = TimeSpan.FromMinutes(1) };
        using var f = new Fixture(options, Rule with { Factor = 60 });
        f.Tick(Ahead).Read(Ahead, 1).Tick(Ahead + 1).Tick(0).Checkpoint().Tick(6);
        Assert.Equal(1, f.Pipeline.Counters.Evictions);
    }
}
