using IOC.Telemetry;

namespace IOC.Registry.Tests;

/// <summary>What sensors depend on: assets.csv, assets.geojson and the sensors' column.</summary>
public abstract class AssetsTests : IDisposable
{
    private readonly CatalogueSample _sample;

    protected AssetsTests(RegistryStoreKind kind)
    {
        _sample = new CatalogueSample(kind);
        _sample.Write("assets.csv",
            "id,district,domain,kind,parent,name_vi,name_en,longitude,latitude",
            "f-12,bac-giang,lighting,feeder,s-1,Tuyến F-12,Feeder F-12,106.2,21.29",
            "s-1,bac-giang,,other,,Trạm 1,Station 1,106.21,21.3",
            "gw-1,hiep-hoa,,gateway,,Cổng 1,Gateway 1,105.98,21.35");
        _sample.Write("assets.geojson",
            "{\"type\": \"FeatureCollection\", \"features\": [",
            "{\"type\": \"Feature\", \"properties\": {\"id\": \"f-12\"}, \"geometry\": {\"type\": \"LineString\", \"coordinates\": [[106.2, 21.29], [106.21, 21.3]]}}",
            "]}");
        _sample.Write("sensors.csv",
            "id,district,domain,name_vi,name_en,longitude,latitude,properties,period_s,commune,assets",
            "air-1,bac-giang,environment,Trạm 1,Station 1,106.2,21.29,pm25 temp,60,bac-giang-xuong-giang,f-12",
            "air-2,hiep-hoa,environment,Trạm 2,Station 2,105.98,21.35,pm25,60,,gw-1");
    }

    [Fact]
    public async Task They_are_read_with_parents_first_and_known_to_the_database()
    {
        var (catalogue, report) = await _sample.LoadAsync();
        Assert.Equal(["s-1", "gw-1", "f-12"], catalogue.Assets.Select(a => a.Id));
        Assert.Equal(new Asset("f-12", "bac-giang", "lighting", AssetKind.Feeder, "s-1", new LocalText("Tuyến F-12", "Feeder F-12"), 106.2, 21.29,
            "{\"type\": \"LineString\", \"coordinates\": [[106.2, 21.29], [106.21, 21.3]]}".Replace(" ", "", StringComparison.Ordinal)), catalogue.Assets[2]);
        Assert.Equal((null, null, AssetKind.Other), (catalogue.Assets[0].Domain, catalogue.Assets[0].ParentId, catalogue.Assets[0].Kind));
        Assert.Equal(["f-12"], catalogue.Sensors[0].Assets);
        Assert.Contains(report.Imported, i => i is { File: "assets.csv", Entries: 3, Added: 3 });
        Assert.Contains(report.Imported, i => i is { File: "assets.geojson", Entries: 1 });

        Assert.Equal(catalogue.Assets, await _sample.Reader.AssetsAsync());
        Assert.Equal(["f-12"], (await _sample.Reader.SensorsAsync())[0].Definition.Assets);
    }

    [Fact]
    public async Task A_vanished_asset_is_retired()
    {
        await _sample.LoadAsync();
        _sample.Replace("sensors.csv", ",gw-1", ",");
        var lines = await File.ReadAllLinesAsync(_sample.PathOf("assets.csv"));
        _sample.Write("assets.csv", lines[..3]);
        var report = (await _sample.LoadAsync()).Report;
        Assert.Contains(report.Imported, i => i is { File: "assets.csv", Entries: 2, Retired: 1 });
        Assert.Equal(["s-1", "f-12"], (await _sample.Reader.AssetsAsync()).Select(a => a.Id));
    }

    [Fact]
    public async Task An_asset_that_nothing_depends_on_is_an_oversight()
    {
        _sample.Replace("sensors.csv", ",gw-1", ",");
        Assert.Contains((await _sample.LoadAsync()).Report.Warnings, w => w.En.Contains("'gw-1'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("assets.csv", "f-12,bac", "s-1,bac", "assets.csv:3 id", "twice")]
    [InlineData("assets.csv", "f-12,bac-giang", "f-12,nowhere", "assets.csv:2 district", "no district 'nowhere'")]
    [InlineData("assets.csv", "f-12,bac-giang", "f-12,province", "assets.csv:2 district", "no district 'province'")]
    [InlineData("assets.csv", "feeder,s-1", "cable,s-1", "assets.csv:2 kind", "use one of feeder, cabinet, gateway, road, waterworks, other")]
    [InlineData("assets.csv", "feeder,s-1", "feeder,s-9", "assets.csv:2 parent", "no asset 's-9'")]
    [InlineData("assets.csv", "feeder,s-1", "feeder,gw-1", "assets.csv:2 parent", "stands in 'hiep-hoa'")]
    [InlineData("assets.csv", "feeder,s-1", "feeder,f-12", "assets.csv:2 parent", "depend on itself")]
    [InlineData("assets.csv", "other,,", "other,f-12,", "assets.csv:2 parent", "depend on itself")]
    [InlineData("assets.csv", "other,,", "other,f-12,", "assets.csv:3 parent", "depend on itself")]
    [InlineData("assets.csv", "lighting,feeder", "Điện,feeder", "assets.csv:2 domain", "no slug")]
    [InlineData("assets.csv", "Tuyến F-12,", ",", "assets.csv:2 name_vi", "empty")]
    [InlineData("assets.csv", "106.21,21.3", "106.21,213", "assets.csv:3 latitude", "out of range")]
    [InlineData("assets.geojson", "\"f-12\"", "\"f-13\"", "assets.geojson:2 features[0]", "no asset 'f-13'")]
    [InlineData("assets.geojson", ", [106.21, 21.3]]", "]", "assets.geojson:2 features[0]", "2 or more positions")]
    [InlineData("assets.geojson", "LineString", "Polygon", "assets.geojson:2 features[0]", "LineString")]
    [InlineData("sensors.csv", ",,gw-1", ",,gw-9", "sensors.csv:3 assets", "no asset 'gw-9'")]
    [InlineData("sensors.csv", ",,gw-1", ",,f-12", "sensors.csv:3 assets", "stands in 'bac-giang'")]
    [InlineData("sensors.csv", ",,gw-1", ",,gw-1 gw-1", "sensors.csv:3 assets", "twice")]
    [InlineData("sensors.csv", "assets", "asset", "sensors.csv:1 asset", "Unknown column")]
    public async Task A_mistake_is_told_with_its_place(string file, string text, string by, string place, string message)
    {
        _sample.Replace(file, text, by);
        var exception = await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync);
        Assert.Contains(exception.Errors, e => e.ToString().StartsWith(place, StringComparison.Ordinal) && e.Message.En.Contains(message, StringComparison.Ordinal));
        Assert.All(exception.Errors, e => Assert.False(string.IsNullOrWhiteSpace(e.Message.Vi)));
    }

    [Fact]
    public async Task Without_assets_there_are_none_and_a_sensor_that_names_one_is_a_mistake()
    {
        File.Delete(_sample.PathOf("assets.csv"));
        File.Delete(_sample.PathOf("assets.geojson"));
        await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync);
        _sample.Replace("sensors.csv", ",gw-1", ",");
        _sample.Replace("sensors.csv", ",f-12", ",");
        Assert.Empty((await _sample.LoadAsync()).Catalogue.Assets);
    }

    public void Dispose()
    {
        _sample.Dispose();
        GC.SuppressFinalize(this);
    }
}
