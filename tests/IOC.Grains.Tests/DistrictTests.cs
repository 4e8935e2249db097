using IOC.Telemetry;

namespace IOC.Grains.Tests;

public class DistrictTests
{
    [Fact]
    public void Aggregates_are_over_the_newest_good_value_of_each_sensor()
    {
        var f = new Fixture();
        f.Read(0, 10).Read(1, 20).Read(0.5, 40, sensor: f.Other).Read(1, 900, Quality.Fault, property: 1);

        var aggregate = Assert.Single(f.District().Aggregates);
        Assert.Equal(new DistrictAggregate("environment", 0, 2, 30, 20, 40, Fixture.At(0.5), Fixture.At(1)), aggregate);
    }

    [Fact]
    public void Domains_and_properties_are_apart()
    {
        var f = new Fixture();
        f.Read(0, 10).Read(0, 5, property: 1).Read(0, 99, sensor: f.Stranger);
        Assert.Equal([("environment", 0, 10.0), ("environment", 1, 5.0), ("water", 0, 99.0)], f.District().Aggregates.Select(a => (a.Domain, a.Property, a.Mean)));
    }

    [Fact]
    public void Old_data_of_a_sensor_that_sends_counts_and_says_how_old_it_is()
    {
        var f = new Fixture();
        f.Read(-1_000_000, 7, receivedMinutes: 0).Tick(1);
        var view = f.District();
        Assert.Equal(new PresenceCounts(2, 0, 0, 1, 0, 1), view.Sensors);
        Assert.Equal((7.0, Fixture.At(-1_000_000)), (view.Aggregates[0].Mean, view.Aggregates[0].OldestMeasuredAtMs));
    }

    [Fact]
    public void What_a_sensor_said_before_it_went_silent_is_not_current()
    {
        var f = new Fixture();
        f.Read(0, 480).Read(0, 12, sensor: f.Other).Tick(2);
        Assert.Equal((2, 480.0), (f.District().Aggregates[0].Count, f.District().Aggregates[0].Max));

        // The first dies; the other goes on.
        f.Read(4, 14, sensor: f.Other).Tick(5);
        Assert.Equal(new PresenceCounts(2, 1, 0, 0, 1, 0), f.District().Sensors);
        Assert.Equal((1, 14.0, 14.0), (f.District().Aggregates[0].Count, f.District().Aggregates[0].Mean, f.District().Aggregates[0].Max));
        Assert.Equal(480, f.View().Values[0].Value);

        // Back, it counts again.
        f.Read(6, 100);
        Assert.Equal((2, 100.0), (f.District().Aggregates[0].Count, f.District().Aggregates[0].Max));
    }

    [Fact]
    public void What_a_sensor_said_before_it_took_its_leave_is_not_current()
    {
        var f = new Fixture();
        f.Read(0, 480).Status(0.5, online: false);
        Assert.Empty(f.District().Aggregates);
        f.Checkpoint().Restart();
        Assert.Empty(f.District().Aggregates);
    }

    [Fact]
    public void A_property_that_its_sensor_tells_no_more_is_not_current_though_it_tells_others()
    {
        var f = new Fixture();
        f.Read(0, 480).Read(60, 20, property: 1);
        Assert.Equal([0, 1], f.District().Aggregates.Select(a => a.Property));
        f.Read(60.1, 21, property: 1);
        Assert.Equal([1], f.District().Aggregates.Select(a => a.Property));
        f.Checkpoint().Restart();
        Assert.Equal([1], f.District().Aggregates.Select(a => a.Property));
    }

    [Fact]
    public void A_value_that_turns_bad_leaves_the_aggregate()
    {
        var f = new Fixture();
        f.Read(0, 10).Read(0, 30, sensor: f.Other);
        Assert.Equal(20, f.District().Aggregates[0].Mean);
        f.Read(1, -9999, Quality.Implausible);
        Assert.Equal((1, 30.0), (f.District().Aggregates[0].Count, f.District().Aggregates[0].Min));
    }

    [Fact]
    public void Sums_do_not_drift()
    {
        var f = new Fixture();
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            f.Read(i * 0.01, random.NextDouble() * 1e9).Read(i * 0.01, random.NextDouble(), sensor: f.Other);
        }

        f.Read(30, 1).Read(30, 2, sensor: f.Other);
        Assert.Equal((1.5, 1.0, 2.0), (f.District().Aggregates[0].Mean, f.District().Aggregates[0].Min, f.District().Aggregates[0].Max));
    }

    [Fact]
    public void Open_alerts_come_from_the_host()
    {
        var f = new Fixture().Collect();
        f.Grains.SetOpenAlerts("hiep-hoa", 1, 2, 3, 4);
        f.Collect();
        Assert.Equal(new OpenAlerts(1, 2, 3, 4), Assert.Single(f.Districts).OpenAlerts);
        f.Grains.SetOpenAlerts("hiep-hoa", 1, 2, 3, 4);
        Assert.Empty(f.Collect().Districts);
    }

    [Fact]
    public void A_sensor_reaches_its_district_once_per_tick_however_much_it_sends()
    {
        var f = new Fixture().Collect();
        var before = f.Grains.DistrictMailboxes.Messages;
        for (var i = 0; i < 100; i++)
        {
            f.Read(i * 0.001, i);
        }

        Assert.Equal(before, f.Grains.DistrictMailboxes.Messages);
        f.Tick(1);
        Assert.Equal(before + 1, f.Grains.DistrictMailboxes.Messages);
        Assert.Equal(100L, f.Grains.SensorMailboxes.Messages);
    }
}
