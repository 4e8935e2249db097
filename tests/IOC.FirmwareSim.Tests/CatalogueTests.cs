using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Cli;
using IOC.FirmwareSim.World;
using IOC.Testing;

namespace IOC.FirmwareSim.Tests;

public class CatalogueTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "catalogue", "bac-giang");

    [Fact]
    public void The_same_seed_makes_the_same_sensors_and_another_seed_others()
    {
        using var folder = new TempDirectory();
        var texts = new ulong[] { 1, 1, 2 }.Select((seed, i) =>
        {
            var path = folder.Combine($"{i}.csv");
            SensorFile.Write(path, new CatalogueGenerator(seed, Outlines.None).Generate(120));
            return File.ReadAllText(path);
        }).ToList();
        Assert.Equal(texts[0], texts[1]);
        Assert.NotEqual(texts[0], texts[2]);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        using var folder = new TempDirectory();
        var (assets, made) = TopologyGenerator.Make(new CatalogueGenerator(3, Outlines.None).Generate(60));
        SensorFile.Write(folder.Combine("sensors.csv"), made);
        var read = SensorFile.Read(folder.Combine("sensors.csv"));
        Assert.Equal(
            made.Select(s => (s.Id, s.NameVi, s.NameEn, s.Longitude, s.Latitude, string.Join(' ', s.Properties), s.Period, s.Commune, string.Join(' ', s.Assets))),
            read.Select(s => (s.Id, s.NameVi, s.NameEn, s.Longitude, s.Latitude, string.Join(' ', s.Properties), s.Period, s.Commune, string.Join(' ', s.Assets))));

        AssetFile.WriteIn(folder.Path, assets);
        var again = AssetFile.ReadIn(folder.Path);
        Assert.Equal(assets.Select(a => a with { Line = [] }), again.Select(a => a with { Line = [] }));
    }

    [Fact]
    public void The_committed_fleet_hangs_on_feeders_and_gateways_near_it()
    {
        var sensors = SensorFile.Read(Path.Combine(Folder, "sensors.csv"));
        var assets = AssetFile.ReadIn(Folder);
        var byId = assets.ToDictionary(a => a.Id, StringComparer.Ordinal);
        Assert.InRange(assets.Count, 50, 300);
        Assert.All(sensors.Where(s => s.Domain == Domains.Lighting), s => Assert.Equal(AssetKinds.Feeder, byId[Assert.Single(s.Assets)].Kind));
        Assert.All(sensors.Where(s => s.Domain == Domains.Traffic), s => Assert.Equal(AssetKinds.Gateway, byId[Assert.Single(s.Assets)].Kind));
        Assert.All(sensors.SelectMany(s => s.Assets, (s, a) => (Sensor: s, Asset: byId[a])), p =>
            Assert.True(p.Asset.District == p.Sensor.District && Geo.DistanceKm(p.Sensor.Longitude, p.Sensor.Latitude, p.Asset.Longitude, p.Asset.Latitude) < 30, p.Sensor.Id));
        Assert.Contains(assets, a => a is { Kind: AssetKinds.Feeder, Parent.Length: > 0 } && byId[a.Parent].District == a.District);

        var city = new City(1, sensors, assets);
        Assert.All(assets, a => Assert.True(city.Below(a.Id).Count >= 3, $"{a.Id} has too little below it"));
        var substation = assets.First(a => a.Kind == AssetKinds.Other);
        Assert.Equal(
            assets.Where(a => a.Parent == substation.Id).Sum(a => city.Below(a.Id).Count),
            city.Below(substation.Id).Count);
    }

    [Fact]
    public void The_committed_fleet_has_500_sensors_in_ten_districts_and_three_domains_and_every_property_is_modelled()
    {
        var sensors = SensorFile.Read(Path.Combine(Folder, "sensors.csv"));
        Assert.Equal(500, sensors.Count);
        Assert.Equal(Gazetteer.Districts.Select(d => d.Id).Order(StringComparer.Ordinal), sensors.Select(s => s.District).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["environment", "lighting", "traffic"], sensors.Select(s => s.Domain).Distinct().Order(StringComparer.Ordinal));
        Assert.All(sensors.SelectMany(s => s.Properties).Distinct(), p => Assert.NotNull(PropertySpec.Find(p)));
        Assert.Equal(500, sensors.Select(s => (s.District, s.NameVi)).Distinct().Count());
        Assert.All(sensors, s => Assert.True(Slugs.IsValid(s.Id)));
        var byDistrict = sensors.CountBy(s => s.District).ToDictionary(StringComparer.Ordinal);
        Assert.All(byDistrict, d => Assert.True(d.Key is "bac-giang" or "viet-yen" || d.Value < byDistrict["viet-yen"]));
    }

    [Fact]
    public void Every_committed_sensor_stands_inside_its_district()
    {
        var outlines = Outlines.Read(Path.Combine(Folder, "outlines.geojson"));
        var sensors = SensorFile.Read(Path.Combine(Folder, "sensors.csv"));
        Assert.All(sensors, s => Assert.Contains(s.District, outlines.Ids));
        Assert.All(sensors, s => Assert.True(outlines.Contains(s.District, s.Longitude, s.Latitude), $"{s.Id} stands outside {s.District}"));
    }

    [Fact]
    public void A_point_in_a_hole_is_outside()
    {
        using var folder = new TempDirectory();
        var path = folder.Combine("o.geojson");
        File.WriteAllText(path, """
            {"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"d"},"geometry":{"type":"Polygon","coordinates":
            [[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[6,4],[6,6],[4,6],[4,4]]]}}]}
            """);
        var outlines = Outlines.Read(path);
        Assert.True(outlines.Contains("d", 2, 2));
        Assert.False(outlines.Contains("d", 5, 5));
        Assert.False(outlines.Contains("d", 11, 5));
    }

    [Theory]
    [InlineData("a,bac-giang,traffic,x,y,106,21,flow,0,", "period_s")]
    [InlineData("a,bac-giang,traffic,x,y,east,21,flow,30,", "longitude")]
    [InlineData("A b,bac-giang,traffic,x,y,106,21,flow,30,", "'A b'")]
    public void A_wrong_line_is_named(string line, string told)
    {
        using var folder = new TempDirectory();
        var path = folder.Combine("sensors.csv");
        File.WriteAllText(path, "id,district,domain,name_vi,name_en,longitude,latitude,properties,period_s,commune\n" + line + "\n");
        var error = Assert.Throws<UserErrorException>(() => SensorFile.Read(path));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.Contains("2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Đồng Sơn 2", "dong-son-2")]
    [InlineData("773869", "773869")]
    [InlineData("__x", "x")]
    [InlineData("°C", "c")]
    public void Slugs_are_made_of_names(string name, string slug) => Assert.Equal(slug, Slugs.From(name));
}
