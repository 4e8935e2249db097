using IOC.Telemetry;

namespace IOC.Grains.Tests;

/// <summary>The host's clock was ahead by some hours and is put right.</summary>
public class ClockCorrectionTests
{
    private const double Ahead = 600;

    [Fact]
    public void Sensors_that_report_stay_online_after_the_clock_was_set_back()
    {
        var f = new Fixture().Read(-1, 1, receivedMinutes: Ahead).Tick(Ahead).Tick(0);
        for (var minute = 1; minute < 20; minute++)
        {
            f.Read(minute, minute).Tick(minute);
            Assert.Equal((SensorPresence.Online, Fixture.At(minute)), (f.View().Presence, f.View().ReceivedAtMs));
        }
    }

    [Fact]
    public void And_after_a_restart_with_a_stored_time_in_the_future()
    {
        var f = new Fixture().Read(-1, 1, receivedMinutes: Ahead).Tick(Ahead).Checkpoint().Restart().Tick(0, resumed: true);
        for (var minute = 1; minute < 20; minute++)
        {
            f.Read(minute, minute).Tick(minute);
            Assert.Equal(SensorPresence.Online, f.View().Presence);
        }

        Assert.Equal(SensorPresence.Stale, f.Tick(22).View().Presence);
        Assert.Equal(SensorPresence.Silent, f.Tick(24).View().Presence);
    }

    [Fact]
    public void One_that_stops_is_silent_by_the_time_put_right_in_memory_or_not()
    {
        var f = new Fixture(new GrainOptions { IdleAfter = TimeSpan.FromMinutes(1), SweepEvery = TimeSpan.FromSeconds(1) });
        f.Read(Ahead, 1, sensor: f.Other).Collect().Checkpoint().Tick(Ahead + 2);
        f.Read(Ahead + 2, 1);
        Assert.Equal(1, f.Grains.SensorMailboxes.Active);

        f.Tick(0);
        Assert.Equal((Fixture.At(0), Fixture.At(0)), (f.View().ReceivedAtMs, f.View(f.Other).ReceivedAtMs));
        f.Tick(4.9);
        Assert.Equal((SensorPresence.Online, SensorPresence.Online), (f.View().Presence, f.View(f.Other).Presence));
        f.Checkpoint().Restart().Tick(5);
        Assert.Equal((SensorPresence.Silent, SensorPresence.Silent), (f.View().Presence, f.View(f.Other).Presence));
    }

    [Fact]
    public void A_receipt_stamped_before_the_correction_and_logged_behind_it_holds_until_the_next()
    {
        var f = new Fixture().Tick(Ahead).Tick(0).Read(0, 1, receivedMinutes: Ahead).Read(1, 1);
        Assert.Equal((SensorPresence.Online, Fixture.At(1)), (f.View().Presence, f.View().ReceivedAtMs));
        Assert.Equal(SensorPresence.Silent, f.Tick(6).View().Presence);
    }

    [Fact]
    public void Ticks_a_little_out_of_order_do_not_give_anybody_more_time()
    {
        var f = new Fixture().Read(0, 1).Tick(2.9).Tick(1.9).Tick(2.5);
        Assert.Equal(SensorPresence.Online, f.View().Presence);
        Assert.Equal(SensorPresence.Stale, f.Tick(3).View().Presence);
    }

    [Fact]
    public void Idle_grains_are_put_away_by_the_time_put_right()
    {
        var f = new Fixture(new GrainOptions { IdleAfter = TimeSpan.FromMinutes(5), SweepEvery = TimeSpan.FromMinutes(1) });
        f.Read(Ahead, 1).Tick(Ahead + 1).Tick(0).Tick(5).Collect().Checkpoint().Tick(6);
        Assert.Equal(0, f.Grains.SensorMailboxes.Active);
    }
}
