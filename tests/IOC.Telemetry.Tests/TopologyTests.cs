namespace IOC.Telemetry.Tests;

public class TopologyTests
{
    private readonly AddressBook _book = new();

    [Fact]
    public void A_sensor_is_below_what_it_depends_on_and_below_what_that_depends_on()
    {
        var topology = new Topology(Catalogue(
            [Asset("station", null), Asset("feeder-1", "station"), Asset("feeder-2", "station"), Asset("gateway", null)],
            Sensor("lamp-2", "feeder-1"), Sensor("lamp-1", "feeder-1", "gateway"), Sensor("lamp-3", "feeder-2"), Sensor("lamp-4")));

        Assert.Equal(["lamp-1", "lamp-2"], Ids(topology.SensorsBelow("feeder-1")));
        Assert.Equal(["lamp-1", "lamp-2", "lamp-3"], Ids(topology.SensorsBelow("station")));
        Assert.Equal(["lamp-1"], Ids(topology.SensorsBelow("gateway")));
        Assert.Empty(topology.SensorsBelow("nothing"));
        Assert.Equal(["feeder-1", "gateway", "station"], topology.Above(Address("lamp-1")).Select(a => a.Id));
        Assert.Empty(topology.Above(Address("lamp-4")));
        Assert.Empty(topology.Above(Address("unregistered")));
        Assert.Equal(["station"], topology.Above(topology.Find("feeder-2")!).Select(a => a.Id));
        Assert.Empty(topology.Above(topology.Find("station")!));
        Assert.Null(topology.Find("nothing"));
    }

    [Fact]
    public void A_sensor_below_an_asset_in_two_ways_is_there_once()
    {
        var topology = new Topology(Catalogue([Asset("station", null), Asset("feeder", "station")], Sensor("lamp", "feeder", "station")));
        Assert.Equal(["lamp"], Ids(topology.SensorsBelow("station")));
        Assert.Equal(["feeder", "station"], topology.Above(Address("lamp")).Select(a => a.Id));
    }

    [Fact]
    public void A_catalogue_with_a_cycle_or_a_gap_ends_the_walk()
    {
        var topology = new Topology(Catalogue([Asset("a", "b"), Asset("b", "a")], Sensor("lamp", "a", "gone")));
        Assert.Equal(["a", "b"], topology.Above(Address("lamp")).Select(a => a.Id));
        Assert.True(topology.Above(topology.Find("a")!).Count() <= 2);
    }

    private static IEnumerable<string> Ids(IReadOnlyList<SensorAddress> sensors) => sensors.Select(s => s.Sensor);

    private static Asset Asset(string id, string? parent) =>
        new(id, "bac-giang", "lighting", AssetKind.Feeder, parent, new LocalText(id, id), 106.2, 21.3, null);

    private static Catalogue Catalogue(IReadOnlyList<Asset> assets, params SensorDefinition[] sensors) =>
        new(new PropertyCatalogue([]), [], sensors, []) { Assets = assets };

    private SensorAddress Address(string id) => _book.GetOrAdd("bac-giang", "lighting", id);

    private SensorDefinition Sensor(string id, params string[] assets) =>
        new(Address(id), new LocalText(id, id), 106.2, 21.3, ["power"], TimeSpan.FromMinutes(2), null) { Assets = assets };
}
