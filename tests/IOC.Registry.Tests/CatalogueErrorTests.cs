using System.Text;

namespace IOC.Registry.Tests;

/// <summary>Each mistake that a person can make in the files is told with its place, in both languages.</summary>
public sealed class CatalogueErrorTests : IDisposable
{
    private readonly CatalogueSample _sample = new();

    [Theory]
    [InlineData("properties.csv", "temp,Cel", "pm25,Cel", "properties.csv:3 code", "twice")]
    [InlineData("properties.csv", "temp,Cel", "Temp,Cel", "properties.csv:3 code", "no slug")]
    [InlineData("properties.csv", "-30,60,1", "60,60,1", "properties.csv:3 plausible_max", "empty")]
    [InlineData("properties.csv", "-30,60,1", "-30,sixty,1", "properties.csv:3 plausible_max", "no number")]
    [InlineData("properties.csv", "-30,60,1", "-30,NaN,1", "properties.csv:3 plausible_max", "no number")]
    [InlineData("properties.csv", "-30,60,1", "-30,60,1.5", "properties.csv:3 decimals", "whole number")]
    [InlineData("properties.csv", "-30,60,1", "-30,60,10", "properties.csv:3 decimals", "out of range (0 to 9)")]
    [InlineData("properties.csv", "temp,Cel", "temp,", "properties.csv:3 unit", "empty")]
    [InlineData("properties.csv", "Nhiệt độ,Temperature", ",Temperature", "properties.csv:3 name_vi", "empty")]
    [InlineData("properties.csv", "-30,60,1", "-30,60", "properties.csv:3", "7 cells, the header 8")]
    [InlineData("properties.csv", "temp,Cel", "te\"mp,Cel", "properties.csv:3", "quotation mark")]
    [InlineData("properties.csv", "decimals", "digits", "properties.csv:1 decimals", "missing")]
    [InlineData("properties.csv", "decimals", "digits", "properties.csv:1 digits", "Unknown column")]
    [InlineData("properties.csv", "unit_label", "unit", "properties.csv:1 unit", "occurs twice")]
    [InlineData("areas.csv", "hiep-hoa,province", "hiep-hoa,nowhere", "areas.csv:5 parent_id", "no area 'nowhere'")]
    [InlineData("areas.csv", "hiep-hoa,province", "hiep-hoa,", "areas.csv:5 parent_id", "missing")]
    [InlineData("areas.csv", "hiep-hoa,province", "hiep-hoa,bac-giang", "areas.csv:5 parent_id", "wrong level")]
    [InlineData("areas.csv", "province,,province", "province,hiep-hoa,province", "areas.csv:3 parent_id", "has no parent")]
    [InlineData("areas.csv", "hiep-hoa,province,district", "hiep-hoa,,province", "areas.csv:5 level", "a province already")]
    [InlineData("areas.csv", "hiep-hoa,province,district", "hiep-hoa,province,county", "areas.csv:5 level", "use one of province, district, commune")]
    [InlineData("areas.csv", "hiep-hoa,province", "bac-giang,province", "areas.csv:5 id", "twice")]
    [InlineData("areas.csv", "105.98,21.355", "181,21.355", "areas.csv:5 longitude", "out of range (-180 to 180)")]
    [InlineData("areas.csv", "105.98,21.355", "105.98,-91", "areas.csv:5 latitude", "out of range (-90 to 90)")]
    [InlineData("areas.csv", "1997-01-01", "1997-02-30", "areas.csv:3 valid_from", "no date")]
    [InlineData("areas.csv", "1997-01-01", "01/01/1997", "areas.csv:3 valid_from", "no date")]
    [InlineData("areas.csv", "1997-01-01", "2026-01-01", "areas.csv:3 valid_to", "before valid_from")]
    [InlineData("sensors.csv", "air-2,", "air-1,", "sensors.csv:3 id", "twice")]
    [InlineData("sensors.csv", "air-2,hiep-hoa", "air-2,nowhere", "sensors.csv:3 district", "no district 'nowhere'")]
    [InlineData("sensors.csv", "air-2,hiep-hoa", "air-2,province", "sensors.csv:3 district", "no district 'province'")]
    [InlineData("sensors.csv", "hiep-hoa,environment", "hiep-hoa,Môi trường", "sensors.csv:3 domain", "no slug")]
    [InlineData("sensors.csv", "pm25,0.5", "pm25 co2,0.5", "sensors.csv:3 properties", "no property 'co2'")]
    [InlineData("sensors.csv", "pm25,0.5", "pm25 pm25,0.5", "sensors.csv:3 properties", "twice")]
    [InlineData("sensors.csv", "pm25,0.5", ",0.5", "sensors.csv:3 properties", "empty")]
    [InlineData("sensors.csv", "pm25,0.5", "pm25,0", "sensors.csv:3 period_s", "more than 0")]
    [InlineData("sensors.csv", "pm25,0.5", "pm25,-60", "sensors.csv:3 period_s", "more than 0")]
    [InlineData("sensors.csv", "pm25,0.5", "pm25,100000", "sensors.csv:3 period_s", "out of range")]
    [InlineData("sensors.csv", "105.98,21.35,", "105.98,213.5,", "sensors.csv:3 latitude", "out of range")]
    [InlineData("sensors.csv", "pm25,0.5,", "pm25,0.5,nowhere", "sensors.csv:3 commune", "no commune 'nowhere'")]
    [InlineData("sensors.csv", "pm25,0.5,", "pm25,0.5,bac-giang-xuong-giang", "sensors.csv:3 commune", "belongs to 'bac-giang'")]
    [InlineData("rules.csv", "temp-odd,", "pm25-high,", "rules.csv:3 id", "twice")]
    [InlineData("rules.csv", "pm25-high,limit", "pm25-high,limits", "rules.csv:2 kind", "use one of limit, spike, flatline, silence, implausible")]
    [InlineData("rules.csv", "limit,P2", "limit,P5", "rules.csv:2 severity", "use one of p1, p2, p3, p4")]
    [InlineData("rules.csv", "High dust,pm25", "High dust,pm99", "rules.csv:2 property", "no property 'pm99'")]
    [InlineData("rules.csv", "High dust,pm25", "High dust,", "rules.csv:2 property", "needs a property")]
    [InlineData("rules.csv", "environment,,,150,", "environment,,,,", "rules.csv:2 raise_above", "needs raise_above or raise_below")]
    [InlineData("rules.csv", "environment,,,150,", "environment,,,150,150", "rules.csv:2 raise_above", "empty")]
    [InlineData("rules.csv", "environment,,,150,", "environment,,,1500,", "rules.csv:2 raise_above", "never be reached")]
    [InlineData("rules.csv", "environment,,,150,,15", "environment,,,150,,-1", "rules.csv:2 hysteresis", "out of range")]
    [InlineData("rules.csv", "environment,,,150", "Không khí,,,150", "rules.csv:2 domain", "no slug")]
    [InlineData("rules.csv", "temp,,,air-1", "temp,,,air-9", "rules.csv:3 sensor", "no sensor 'air-9'")]
    [InlineData("rules.csv", ",8,5,", ",,5,", "rules.csv:3 factor", "needs a factor")]
    [InlineData("rules.csv", ",3600,", ",,", "rules.csv:4 duration_s", "needs a duration")]
    [InlineData("rules.csv", "temp,,hiep-hoa", "temp,,nowhere", "rules.csv:4 district", "no district 'nowhere'")]
    [InlineData("rules.csv", "Silence,,", "Silence,temp,", "rules.csv:5 property", "whole sensor")]
    [InlineData("outlines.geojson", "\"FeatureCollection\"", "\"Feature\"", "outlines.geojson:1", "no GeoJSON FeatureCollection")]
    [InlineData("outlines.geojson", "]}}\n]}", "]}}", "outlines.geojson:", "no JSON")]
    [InlineData("outlines.geojson", "\"id\": \"province\"", "\"id\": \"nowhere\"", "outlines.geojson:4 features[1]", "no area 'nowhere'")]
    [InlineData("outlines.geojson", "\"id\": \"province\"", "\"name\": \"x\"", "outlines.geojson:4 features[1]", "properties.id")]
    [InlineData("outlines.geojson", "\"id\": \"province\"", "\"id\": \"bac-giang\"", "outlines.geojson:4 features[1]", "an outline already")]
    [InlineData("outlines.geojson", "\"Polygon\"", "\"Point\"", "outlines.geojson:2 features[0]", "closed rings")]
    [InlineData("outlines.geojson", "[106.1, 21.2]]]", "[106.1, 21.3]]]", "outlines.geojson:2 features[0]", "closed rings")]
    [InlineData("outlines.geojson", "[107, 22]", "[107, 222]", "outlines.geojson:4 features[1]", "closed rings")]
    public async Task A_mistake_is_told_with_its_place(string file, string text, string by, string place, string message)
    {
        _sample.Replace(file, text, by);
        var exception = await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync);
        Assert.Contains(exception.Errors, e => e.ToString().StartsWith(place, StringComparison.Ordinal) && e.Message.En.Contains(message, StringComparison.Ordinal));
        Assert.All(exception.Errors, e => Assert.False(string.IsNullOrWhiteSpace(e.Message.Vi)));
        Assert.Empty(await _sample.Reader.ImportsAsync());
    }

    [Fact]
    public async Task All_mistakes_of_all_files_are_told_at_once_by_file_and_line()
    {
        _sample.Replace("properties.csv", "-30,60,1", "-30,60,x");
        _sample.Replace("areas.csv", "hiep-hoa,province", "hiep-hoa,nowhere");
        _sample.Replace("sensors.csv", "pm25,0.5", "pm25,0");
        _sample.Replace("rules.csv", "limit,P2", "limit,P9");
        _sample.Replace("rules.csv", ",3600,", ",,");
        _sample.Replace("outlines.geojson", "\"id\": \"province\"", "\"id\": \"nowhere\"");
        var exception = await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync);
        Assert.Equal(
            ["areas.csv:5", "outlines.geojson:4", "properties.csv:3", "rules.csv:2", "rules.csv:4", "sensors.csv:3"],
            exception.Errors.Select(e => $"{e.File}:{e.Line}"));
        Assert.Contains("rules.csv:4 duration_s: A flatline rule needs a duration of more than 0. / Luật flatline", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("properties.csv")]
    [InlineData("areas.csv")]
    [InlineData("sensors.csv")]
    public async Task A_missing_or_empty_file_is_a_mistake(string file)
    {
        File.Delete(_sample.PathOf(file));
        Assert.Contains((await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync)).Errors,
            e => e.File == file && e.Message.En.Contains("missing", StringComparison.Ordinal));
        await File.WriteAllTextAsync(_sample.PathOf(file), "");
        Assert.Contains((await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync)).Errors,
            e => e.File == file && e.Message.En.Contains("header line", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_in_another_encoding_is_told_with_the_line()
    {
        await File.WriteAllBytesAsync(_sample.PathOf("areas.csv"), Encoding.Latin1.GetBytes("id,parent_id\nx,Bắc Giang\ny,é"));
        var error = Assert.Single((await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync)).Errors, e => e.File == "areas.csv");
        Assert.Equal(3, error.Line);
        Assert.Contains("UTF-8", error.Message.Vi, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_by_its_files()
    {
        Directory.Delete(_sample.Folder, recursive: true);
        var exception = await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync);
        Assert.Equal(["areas.csv", "properties.csv", "rules/*.json", "sensors.csv"], exception.Errors.Select(e => e.File));
    }

    public void Dispose() => _sample.Dispose();
}
