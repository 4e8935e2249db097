using IOC.Telemetry;

namespace IOC.Registry.Tests.Sensors;

/// <summary>Sensors brought into a catalogue folder and taken away from it.</summary>
public sealed class SensorImportTests : IDisposable
{
    private const string Heading = "id,district,domain,name_vi,name_en,longitude,latitude,properties,period_s,commune";
    private readonly CatalogueSample _sample = new();

    [Fact]
    public async Task A_file_adds_changes_and_leaves_alone()
    {
        var plan = await PlanAsync($"{Heading}\nair-3,hiep-hoa,environment,\"Trạm 3, chợ\",Station 3,105.9,21.3,pm25,60,\nair-2,hiep-hoa,environment,Trạm 2,Station two,105.98,21.35,pm25,0.5,\n");
        Assert.Equal("+air-3 ~air-2 -  =1", Summary(plan));
        Assert.Empty(plan.Errors);
        Assert.Equal(2, (await SensorFolder.ReadAsync(_sample.Folder, CatalogueSample.Zone)).Count);

        await SensorImport.ApplyAsync(_sample.Folder, plan);
        var sensors = await SensorFolder.ReadAsync(_sample.Folder, CatalogueSample.Zone);
        Assert.Equal(["air-1", "air-2", "air-3"], sensors.Select(s => s.Address.Sensor));
        Assert.Equal(new LocalText("Trạm 3, chợ", "Station 3"), sensors[2].Name);
        Assert.Contains("Station 2", await File.ReadAllTextAsync(_sample.PathOf(SensorImport.Previous)), StringComparison.Ordinal);
        var report = (await _sample.LoadAsync()).Report;
        Assert.Equal(3, report.Imported.Single(i => i.File == "sensors.csv").Added);
    }

    [Fact]
    public async Task Replace_retires_what_the_file_does_not_name()
    {
        var plan = await PlanAsync($"{Heading}\nair-1,bac-giang,environment,\"Trạm 1, Xương Giang\",Station 1,106.2,21.29,pm25 temp,60,bac-giang-xuong-giang\n", replace: true);
        Assert.Equal("+ ~ -air-2  =1", Summary(plan));
    }

    [Theory]
    [InlineData("air-3,nowhere,environment,A,A,105.9,21.3,pm25,60,", 2, "district", "no district 'nowhere'", "Không có huyện")]
    [InlineData("air-3,hiep-hoa,environment,A,A,105.9,95,pm25,60,", 2, "latitude", "out of range (-90 to 90)", "ngoài khoảng")]
    [InlineData("air-3,hiep-hoa,environment,A,A,105.9,21.3,pm26,60,", 2, "properties", "no property 'pm26'", "Không có đại lượng")]
    [InlineData("air-3,hiep-hoa,environment,,A,105.9,21.3,pm25,60,", 2, "name_vi", "empty", "để trống")]
    [InlineData("Air 3,hiep-hoa,environment,A,A,105.9,21.3,pm25,60,", 2, "id", "no slug", "không hợp lệ")]
    [InlineData("air-3,hiep-hoa,environment,A,A,105.9,21.3,pm25,60", 2, null, "9 cells, the header 10", "9 ô")]
    [InlineData("air-3,hiep-hoa,environment,A,A,105.9,21.3,pm25,60,\nair-3,hiep-hoa,environment,B,B,105.9,21.3,pm25,60,", 3, "id", "in row 2 already", "đã có ở dòng 2")]
    public async Task A_mistake_is_told_with_its_row_and_column_in_both_languages(string rows, int row, string? column, string english, string vietnamese)
    {
        var error = Assert.Single((await PlanAsync($"{Heading}\n{rows}\n")).Errors);
        Assert.Equal((row, column), (error.Row, error.Column));
        Assert.Contains(english, error.Message.En, StringComparison.Ordinal);
        Assert.Contains(vietnamese, error.Message.Vi, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_counted_in_the_imported_file_and_all_mistakes_are_told_at_once()
    {
        var plan = await PlanAsync($"{Heading}\n\nair-2,hiep-hoa,environment,T,T,105.98,21.35,pm25,-1,\nair-9,x,environment,T,T,east,21.35,pm25,60,\n");
        Assert.Equal([(3, "period_s"), (4, "district"), (4, "longitude")], plan.Errors.Select(e => (e.Row, e.Column)));
    }

    [Theory]
    [InlineData("id,district", 1, "missing")]
    [InlineData(Heading + ",colour", 1, "Unknown column")]
    [InlineData("", 1, "header line is missing")]
    public async Task A_wrong_heading_is_told(string heading, int row, string english)
    {
        var plan = await PlanAsync(heading + "\n");
        Assert.All(plan.Errors, e => Assert.Equal(row, e.Row));
        Assert.Contains(plan.Errors, e => e.Message.En.Contains(english, StringComparison.Ordinal));
    }

    [Fact]
    public async Task GeoJson_is_taken_and_its_mistakes_name_the_feature()
    {
        const string Good = """
            {"type": "FeatureCollection", "features": [
              {"type": "Feature", "geometry": {"type": "Point", "coordinates": [105.9, 21.3, 12]},
               "properties": {"id": "air-3", "district": "hiep-hoa", "domain": "environment", "name_vi": "Trạm 3", "name_en": "Station 3", "properties": ["pm25", "temp"], "period_s": 60, "commune": null}}]}
            """;
        var plan = await SensorImport.PlanAsync(_sample.Folder, Good, SensorFormat.GeoJson, replace: false, CatalogueSample.Zone);
        Assert.Empty(plan.Errors);
        await SensorImport.ApplyAsync(_sample.Folder, plan);
        var sensor = (await SensorFolder.ReadAsync(_sample.Folder, CatalogueSample.Zone)).Single(s => s.Address.Sensor == "air-3");
        Assert.Equal((105.9, 21.3, "pm25 temp"), (sensor.Longitude, sensor.Latitude, string.Join(' ', sensor.Properties)));

        const string Bad = """
            {"type": "FeatureCollection", "features": [
              {"type": "Feature", "geometry": {"type": "Point", "coordinates": [105.9, 21.3]},
               "properties": {"id": "air-4", "district": "nowhere", "domain": "environment", "name_vi": "T", "name_en": "T", "properties": "pm25", "period_s": 60}},
              {"type": "Feature", "geometry": null, "properties": {"id": "air-5"}},
              {"type": "Feature", "properties": {}}]}
            """;
        var errors = (await SensorImport.PlanAsync(_sample.Folder, Bad, SensorFormat.GeoJson, replace: false, CatalogueSample.Zone)).Errors;
        Assert.Equal([(2, "geometry"), (3, "id")], errors.Select(e => (e.Row, e.Column)));
    }

    [Theory]
    [InlineData(SensorFormat.Csv)]
    [InlineData(SensorFormat.GeoJson)]
    public async Task What_is_exported_can_be_imported_and_changes_nothing(SensorFormat format)
    {
        var text = SensorSheet.Write(await SensorFolder.ReadAsync(_sample.Folder, CatalogueSample.Zone), format);
        var plan = await SensorImport.PlanAsync(_sample.Folder, text, format, replace: true, CatalogueSample.Zone);
        Assert.Empty(plan.Errors);
        Assert.Equal((false, 2), (plan.ChangesAnything, plan.Unchanged));
    }

    [Fact]
    public async Task A_sensor_that_another_file_names_cannot_be_retired()
    {
        _sample.Write("places.csv", "kind,id,priority,reason_vi,reason_en", "sensor,air-2,higher,Trường học,School");
        var plan = await PlanAsync($"{Heading}\nair-1,bac-giang,environment,\"Trạm 1, Xương Giang\",Station 1,106.2,21.29,pm25 temp,60,bac-giang-xuong-giang\n", replace: true);
        var error = Assert.Single(plan.Errors);
        Assert.Equal(0, error.Row);
        Assert.StartsWith("places.csv, line 2: ", error.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_changed_meanwhile_is_not_written_over()
    {
        var plan = await PlanAsync($"{Heading}\nair-3,hiep-hoa,environment,A,A,105.9,21.3,pm25,60,\n");
        _sample.Replace("sensors.csv", "Station 2", "Station II");
        await Assert.ThrowsAsync<IOException>(() => SensorImport.ApplyAsync(_sample.Folder, plan));
        Assert.Contains("Station II", await File.ReadAllTextAsync(_sample.PathOf("sensors.csv")), StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();

    private static string Summary(SensorImportPlan p) => $"+{string.Join(' ', p.Added)} ~{string.Join(' ', p.Changed)} -{string.Join(' ', p.Retired)}  ={p.Unchanged}";

    private Task<SensorImportPlan> PlanAsync(string csv, bool replace = false) => SensorImport.PlanAsync(_sample.Folder, csv, SensorFormat.Csv, replace, CatalogueSample.Zone);
}
