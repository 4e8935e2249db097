using IOC.Telemetry;

namespace IOC.Grains.Tests;

public class CatalogueTests
{
    [Fact]
    public void A_stranger_can_be_registered_and_its_period_counts()
    {
        var f = new Fixture();
        f.Read(0, 1, sensor: f.Stranger).Tick(1).Collect();
        f.Grains.ReplaceCatalogue(f.Catalogue with { Sensors = [.. f.Catalogue.Sensors, Fixture.Define(f.Stranger)] });
        Assert.True(f.View(f.Stranger).Registered);
        Assert.Equal(SensorPresence.Stale, f.Tick(3).View(f.Stranger).Presence);
    }

    [Fact]
    public void A_sensor_that_never_reported_goes_with_its_registration()
    {
        var f = new Fixture();
        f.Read(0, 1).Collect();
        f.Grains.ReplaceCatalogue(f.Catalogue with { Sensors = [] });
        f.Collect();
        Assert.Same(f.Other, Assert.Single(f.Retired));
        var left = Assert.Single(f.Sensors);
        Assert.False(left.Registered);
        Assert.Equal(new PresenceCounts(1, 1, 0, 0, 0, 0), f.Districts.Single().Sensors);
        Assert.Equal(1, f.Grains.SensorCount);
    }

    [Fact]
    public void A_sensor_that_moved_leaves_its_old_district()
    {
        var f = new Fixture();
        f.Read(0, 1).Collect();
        var moved = f.Addresses.GetOrAdd("viet-yen", "environment", "aq-1");
        f.Catalogue = f.Catalogue with { Sensors = [Fixture.Define(moved), Fixture.Define(f.Other)] };
        f.Grains.ReplaceCatalogue(f.Catalogue);
        f.Collect();
        Assert.Same(f.Sensor, Assert.Single(f.Retired));
        Assert.Equal(["hiep-hoa", "viet-yen"], f.Districts.Select(d => d.District));
        Assert.All(f.Districts, d => Assert.Equal(1, d.Sensors.Total));
        Assert.Empty(f.Districts[0].Aggregates);

        // The stored state of the old place does not bring it back.
        f.Checkpoint().Restart();
        Assert.Equal(2, f.Grains.SensorCount);
    }

    [Fact]
    public void Property_numbers_may_change()
    {
        var f = new Fixture(new GrainOptions { IdleAfter = TimeSpan.FromMinutes(1), SweepEvery = TimeSpan.FromSeconds(1) });
        f.Read(0, 1).Read(0, 2, property: 1).Collect().Checkpoint().Tick(2);
        f.Read(2, 3, sensor: f.Other).Read(2, 4, property: 1, sensor: f.Other);
        Assert.Equal(1, f.Grains.SensorMailboxes.Active);

        f.Grains.ReplaceCatalogue(f.Catalogue with { Properties = new PropertyCatalogue([Fixture.Properties[1]]) });
        Assert.Equal((0, 2.0), (f.View().Values.Single().Property, f.View().Values.Single().Value));
        Assert.Equal((0, 4.0), (f.View(f.Other).Values.Single().Property, f.View(f.Other).Values.Single().Value));
        Assert.Equal((2, 3.0), (f.District().Aggregates.Single().Count, f.District().Aggregates.Single().Mean));
    }

    [Fact]
    public void Only_the_partitions_own_districts_appear()
    {
        var f = new Fixture();
        var grains = new PartitionGrains(1, f.Catalogue, f.Addresses, f.Store, new GrainOptions(), district => district != "hiep-hoa");
        var districts = new List<DistrictView>();
        grains.CollectChanges([], districts);
        Assert.Equal((0, 0), (grains.SensorCount, districts.Count));
    }

    [Fact]
    public void Bad_settings_are_named()
    {
        var f = new Fixture();
        var error = Assert.Throws<ArgumentException>(() => new PartitionGrains(0, f.Catalogue, f.Addresses, f.Store, new GrainOptions { Quantum = 0 }));
        Assert.Contains("Grains:Quantum", error.Message, StringComparison.Ordinal);
    }
}
