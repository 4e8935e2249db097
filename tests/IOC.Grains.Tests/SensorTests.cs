using IOC.Telemetry;

namespace IOC.Grains.Tests;

public class SensorTests
{
    [Fact]
    public void A_registered_sensor_is_there_before_it_reports()
    {
        var f = new Fixture().Collect();
        Assert.Equal(2, f.Sensors.Count);
        Assert.All(f.Sensors, s => Assert.Equal((true, SensorPresence.Unknown, null, null, 0), (s.Registered, s.Presence, s.MeasuredAtMs, s.ReceivedAtMs, s.Values.Count)));
        Assert.Equal(new PresenceCounts(2, 0, 0, 0, 0, 2), Assert.Single(f.Districts).Sensors);
        Assert.Empty(f.Collect().Sensors);
    }

    [Fact]
    public void A_reading_makes_it_online_and_is_its_value()
    {
        var f = new Fixture().Collect().Read(0, 12.5, receivedMinutes: 0.1).Collect();
        var view = Assert.Single(f.Sensors);
        Assert.Equal((SensorPresence.Online, Quality.Ok, Fixture.At(0), Fixture.At(0.1)), (view.Presence, view.Quality, view.MeasuredAtMs, view.ReceivedAtMs));
        Assert.Equal(new SensorValue(0, Quality.Ok, 12.5, Fixture.At(0)), Assert.Single(view.Values));
    }

    [Fact]
    public void An_unregistered_sensor_appears_when_it_first_reports()
    {
        var f = new Fixture().Collect();
        f.Collect().Read(0, 7, sensor: f.Stranger).Collect();
        Assert.False(Assert.Single(f.Sensors).Registered);
        Assert.Equal(3, f.District().Sensors.Total);
    }

    [Fact]
    public void A_late_value_never_overwrites_but_another_property_has_its_own_time()
    {
        var f = new Fixture().Read(5, 50).Read(3, 30, receivedMinutes: 5.5).Read(4, 40, property: 1, receivedMinutes: 6);
        var view = f.View();
        Assert.Equal([new SensorValue(0, Quality.Ok, 50, Fixture.At(5)), new SensorValue(1, Quality.Ok, 40, Fixture.At(4))], view.Values);
        Assert.Equal((Fixture.At(5), Fixture.At(6)), (view.MeasuredAtMs, view.ReceivedAtMs));
    }

    [Fact]
    public void A_redelivered_reading_changes_nothing_that_is_shown()
    {
        var f = new Fixture().Read(5, 50).Collect().Read(5, 50);
        Assert.Empty(f.Collect().Sensors);
        f.Read(5, 99);
        Assert.Empty(f.Collect().Sensors);
        Assert.Equal(50, f.View().Values[0].Value);
    }

    [Fact]
    public void Quality_is_the_worst_of_the_current_values()
    {
        var f = new Fixture().Read(0, 1).Read(0, -9999, Quality.Implausible, property: 1);
        Assert.Equal(Quality.Implausible, f.View().Quality);
        f.Read(1, 5, Quality.Calibrating, property: 1);
        Assert.Equal(Quality.Calibrating, f.View().Quality);
        f.Read(2, 5, property: 1);
        Assert.Equal(Quality.Ok, f.View().Quality);
    }

    [Fact]
    public void It_goes_stale_and_then_silent_by_ticks()
    {
        var f = new Fixture().Read(0, 1).Tick(2.9);
        Assert.Equal(SensorPresence.Online, f.View().Presence);
        Assert.Equal(SensorPresence.Stale, f.Tick(3).View().Presence);
        Assert.Equal(SensorPresence.Stale, f.Tick(4.9).View().Presence);
        Assert.Equal(SensorPresence.Silent, f.Tick(5).View().Presence);
        Assert.Equal(SensorPresence.Online, f.Read(9, 1).View().Presence);
    }

    [Fact]
    public void Time_does_not_pass_between_ticks()
    {
        var f = new Fixture().Read(0, 1).Tick(1);
        f.Read(100, 1, sensor: f.Other);
        Assert.Equal(SensorPresence.Online, f.View().Presence);
    }

    [Fact]
    public void Buffered_data_is_stale_not_silent()
    {
        var f = new Fixture().Read(0, 1, receivedMinutes: 100);
        Assert.Equal(SensorPresence.Stale, f.View().Presence);
        Assert.Equal(SensorPresence.Stale, f.Tick(104.9).View().Presence);
        Assert.Equal(SensorPresence.Silent, f.Tick(105).View().Presence);
    }

    [Fact]
    public void A_will_makes_it_offline_until_something_comes()
    {
        var f = new Fixture().Read(0, 1).Status(1, online: false);
        Assert.Equal((SensorPresence.Offline, Fixture.At(0)), (f.View().Presence, f.View().ReceivedAtMs));
        Assert.Equal(SensorPresence.Offline, f.Tick(100).View().Presence);
        Assert.Equal(SensorPresence.Online, f.Read(101, 1).View().Presence);

        f.Status(102, online: false).Status(103, online: true);
        Assert.Equal(SensorPresence.Online, f.View().Presence);
    }

    [Fact]
    public void A_birth_alone_is_online_without_values_and_can_go_silent()
    {
        var f = new Fixture().Status(0, online: true);
        Assert.Equal((SensorPresence.Online, null), (f.View().Presence, f.View().MeasuredAtMs));
        Assert.Equal(SensorPresence.Online, f.Tick(4.9).View().Presence);
        Assert.Equal(SensorPresence.Silent, f.Tick(5).View().Presence);
    }

    [Fact]
    public void A_host_that_was_down_says_nothing_about_sensors()
    {
        var f = new Fixture().Read(0, 1).Tick(1).Tick(600, resumed: true);
        Assert.Equal(SensorPresence.Online, f.View().Presence);
        Assert.Equal(SensorPresence.Stale, f.Tick(603).View().Presence);
        Assert.Equal(SensorPresence.Silent, f.Tick(605).View().Presence);

        f.Tick(900, resumed: true);
        Assert.Equal(SensorPresence.Silent, f.View().Presence);
    }

    [Fact]
    public void Only_what_changed_is_collected()
    {
        var f = new Fixture().Read(0, 1).Collect();
        Assert.Empty(f.Collect().Sensors);
        Assert.Empty(f.Districts);
        f.Read(1, 3, sensor: f.Other).Collect();
        Assert.Same(f.Other, Assert.Single(f.Sensors).Address);
        Assert.Single(f.Districts);
        Assert.Empty(f.Tick(1.1).Collect().Sensors);
    }
}
