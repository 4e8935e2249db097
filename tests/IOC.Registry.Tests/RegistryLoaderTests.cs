using System.Text;
using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Registry.Tests;

public abstract class RegistryLoaderTests(RegistryStoreKind kind) : IDisposable
{
    private readonly CatalogueSample _sample = new(kind);

    [Fact]
    public async Task A_good_folder_becomes_the_catalogue()
    {
        var (catalogue, report) = await _sample.LoadAsync();

        Assert.Equal(new PropertyDefinition("pm25", "ug/m3", new LocalText("Bụi PM2.5", "PM2.5"), 0, 1000, 1, "µg/m³"), catalogue.Properties[0]);
        Assert.Equal(["province", "bac-giang", "hiep-hoa", "bac-giang-xuong-giang"], catalogue.Areas.Select(a => a.Id));
        Assert.Equal((new DateOnly(1997, 1, 1), new DateOnly(2025, 6, 30)), (catalogue.Areas[0].ValidFrom, catalogue.Areas[0].ValidTo));
        Assert.Equal((true, false, null), (catalogue.Areas[1].OutlineIsSketch, catalogue.Areas[0].OutlineIsSketch, catalogue.Areas[2].Outline));

        var sensor = catalogue.Sensors[0];
        Assert.Same(_sample.Book.GetOrAdd("bac-giang", "environment", "air-1"), sensor.Address);
        Assert.Equal(("Trạm 1, Xương Giang", TimeSpan.FromMinutes(1), "bac-giang-xuong-giang"), (sensor.Name.Vi, sensor.Period, sensor.CommuneId));
        Assert.Equal(["pm25", "temp"], sensor.Properties);
        Assert.Equal((TimeSpan.FromMilliseconds(500), null), (catalogue.Sensors[1].Period, catalogue.Sensors[1].CommuneId));

        Assert.Equal(new DetectionRule
        {
            Id = "pm25-high",
            Kind = FindingKind.Limit,
            Severity = Severity.P2,
            Name = new LocalText("Bụi cao", "High dust"),
            Property = "pm25",
            Domain = "environment",
            RaiseAbove = 150,
            Hysteresis = 15,
            Duration = TimeSpan.FromMinutes(30),
            Source = new LocalText("Quyết định A", "Quyết định A"),
        }, catalogue.Rules[0]);
        Assert.Equal(("air-1", 8.0, 5.0), (catalogue.Rules[1].Sensor, catalogue.Rules[1].Factor, catalogue.Rules[1].MinimumChange));
        Assert.Equal(5, report.Imported.Count);
        Assert.Contains(report.Warnings, w => w.En.Contains("temp-flat", StringComparison.Ordinal));
        Assert.Single(report.Warnings);
    }

    [Fact]
    public async Task The_database_answers_as_the_files_do()
    {
        var catalogue = (await _sample.LoadAsync()).Catalogue;
        Assert.Equal(catalogue.Properties.All, await _sample.Reader.PropertiesAsync());
        Assert.Equal(catalogue.Areas, await _sample.Reader.AreasAsync());
        Assert.Equal(catalogue.Rules, _sample.Rules.Set!.Rules);
        Assert.Equal(["bac-giang", "hiep-hoa"], (await _sample.Reader.AreasAsync(AreaLevel.District)).Select(a => a.Id));

        var sensors = await _sample.Reader.SensorsAsync();
        Assert.Equal(catalogue.Sensors.Select(s => s with { Properties = [] }), sensors.Select(s => s.Definition with { Properties = [] }));
        Assert.Equal(catalogue.Sensors.Select(s => string.Join(' ', s.Properties)), sensors.Select(s => string.Join(' ', s.Definition.Properties)));
        Assert.Equal("air-2", Assert.Single(await _sample.Reader.SensorsAsync(district: "hiep-hoa", domain: "environment")).Definition.Address.Sensor);
        Assert.Empty(await _sample.Reader.SensorsAsync(domain: "water"));
    }

    [Fact]
    public async Task Outlines_are_a_feature_collection_of_one_level()
    {
        await _sample.LoadAsync();
        using var json = JsonDocument.Parse(await _sample.Reader.OutlinesAsync(AreaLevel.District));
        Assert.Equal("FeatureCollection", json.RootElement.GetProperty("type").GetString());
        var feature = Assert.Single(json.RootElement.GetProperty("features").EnumerateArray());
        var properties = feature.GetProperty("properties");
        Assert.Equal(["id", "nameVi", "nameEn", "sketch"], properties.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("bac-giang", "TP. Bắc Giang", "Bắc Giang city", true), (properties.GetProperty("id").GetString(),
            properties.GetProperty("nameVi").GetString(), properties.GetProperty("nameEn").GetString(), properties.GetProperty("sketch").GetBoolean()));
        Assert.Equal("[[[106.1,21.2],[106.3,21.2],[106.3,21.4],[106.1,21.2]]]", feature.GetProperty("geometry").GetProperty("coordinates").GetRawText());
        Assert.False(feature.TryGetProperty("id", out _));
    }

    [Fact]
    public async Task Loading_the_same_files_again_imports_nothing()
    {
        var first = await _sample.LoadAsync();
        _sample.Clock.Advance(TimeSpan.FromHours(1));
        var second = await _sample.LoadAsync();
        Assert.Empty(second.Report.Imported);
        Assert.Equal(first.Catalogue.Rules, second.Catalogue.Rules);
        Assert.Equal(5, (await _sample.Reader.ImportsAsync()).Count);
    }

    [Fact]
    public async Task A_changed_file_is_imported_with_its_counts_and_a_vanished_sensor_is_retired_not_deleted()
    {
        await _sample.LoadAsync();
        _sample.Clock.Advance(TimeSpan.FromHours(1));
        _sample.Write("sensors.csv",
            "id,district,domain,name_vi,name_en,longitude,latitude,properties,period_s,commune",
            "air-1,bac-giang,environment,Trạm mới,New station,106.2,21.29,pm25 temp,60,",
            "air-3,hiep-hoa,environment,Trạm 3,Station 3,105.98,21.35,pm25,60,");
        var import = Assert.Single((await _sample.LoadAsync()).Report.Imported);

        Assert.Equal(("sensors.csv", 2, 1, 1, 1), (import.File, import.Entries, import.Added, import.Changed, import.Retired));
        Assert.Equal(_sample.Clock.NowMs, import.ImportedAtMs);
        Assert.Equal(["air-1", "air-3"], (await _sample.Reader.SensorsAsync()).Select(s => s.Definition.Address.Sensor));
        var retired = Assert.Single(await _sample.Reader.SensorsAsync(retired: true), s => s.RetiredAtMs is not null);
        Assert.Equal(("air-2", _sample.Clock.NowMs), (retired.Definition.Address.Sensor, retired.RetiredAtMs));
    }

    [Fact]
    public async Task A_sensor_that_comes_back_is_retired_no_more()
    {
        await _sample.LoadAsync();
        var all = File.ReadAllLines(_sample.PathOf("sensors.csv"));
        _sample.Write("sensors.csv", all[..2]);
        await _sample.LoadAsync();
        _sample.Write("sensors.csv", all);
        var import = Assert.Single((await _sample.LoadAsync()).Report.Imported);
        Assert.Equal((0, 1, 0), (import.Added, import.Changed, import.Retired));
        Assert.Equal(2, (await _sample.Reader.SensorsAsync()).Count);
    }

    [Fact]
    public async Task A_changed_outline_alone_reaches_the_database()
    {
        await _sample.LoadAsync();
        _sample.Replace("outlines.geojson", "106.3, 21.4", "106.35, 21.4");
        Assert.Equal("outlines.geojson", Assert.Single((await _sample.LoadAsync()).Report.Imported).File);
        Assert.Contains("106.35", (await _sample.Reader.AreasAsync(AreaLevel.District))[0].Outline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_mistake_nothing_is_imported_at_all()
    {
        await _sample.LoadAsync();
        _sample.Replace("sensors.csv", "Trạm 2", "Trạm hai");
        _sample.Replace("areas.csv", "bac-giang,province", "bac-giang,nowhere");
        await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync);
        Assert.Equal("Trạm 2", (await _sample.Reader.SensorsAsync())[1].Definition.Name.Vi);
        Assert.Equal(5, (await _sample.Reader.ImportsAsync()).Count);
    }

    [Fact]
    public async Task A_byte_order_mark_other_line_ends_column_order_and_blank_lines_do_not_matter()
    {
        var text = "name_en,code,unit,unit_label,name_vi,plausible_max,plausible_min,decimals\r\n\r\n PM2.5 ,pm25,ug/m3,µg/m³,Bụi,1000,0,1\r\n"
            + "Temperature,temp,Cel,°C,Nhiệt độ,60,-30,1\r\n";
        await File.WriteAllTextAsync(_sample.PathOf("properties.csv"), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        var property = (await _sample.LoadAsync()).Catalogue.Properties[0];
        Assert.Equal(("pm25", "PM2.5", 1000.0), (property.Code, property.Name.En, property.PlausibleMax));
    }

    [Fact]
    public async Task Outlines_may_be_absent()
    {
        File.Delete(_sample.PathOf("outlines.geojson"));
        Assert.All((await _sample.LoadAsync()).Catalogue.Areas, a => Assert.Null(a.Outline));
    }

    public void Dispose()
    {
        _sample.Dispose();
        GC.SuppressFinalize(this);
    }
}
