using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Registry.Tests;

/// <summary>A small good catalogue in a folder of its own, to be spoilt by tests, and a registry to load it into.</summary>
public sealed class CatalogueSample : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly TestRegistry _home;

    public CatalogueSample(RegistryStoreKind kind = RegistryStoreKind.Embedded)
    {
        Directory.CreateDirectory(Folder);
        Write("properties.csv",
            "code,unit,unit_label,name_vi,name_en,plausible_min,plausible_max,decimals",
            "pm25,ug/m3,µg/m³,Bụi PM2.5,PM2.5,0,1000,1",
            "temp,Cel,°C,Nhiệt độ,Temperature,-30,60,1");
        Write("areas.csv",
            "id,parent_id,level,name_vi,name_en,longitude,latitude,valid_from,valid_to",
            "bac-giang-xuong-giang,bac-giang,commune,Phường Xương Giang,Xương Giang ward,106.206,21.296,,2025-06-30",
            "province,,province,Tỉnh,Province,106.4,21.35,1997-01-01,2025-06-30",
            "bac-giang,province,district,TP. Bắc Giang,Bắc Giang city,106.194,21.273,,2025-06-30",
            "hiep-hoa,province,district,Hiệp Hòa,Hiệp Hòa,105.98,21.355,,");
        Write("sensors.csv",
            "id,district,domain,name_vi,name_en,longitude,latitude,properties,period_s,commune",
            "air-1,bac-giang,environment,\"Trạm 1, Xương Giang\",Station 1,106.2,21.29,pm25 temp,60,bac-giang-xuong-giang",
            "air-2,hiep-hoa,environment,Trạm 2,Station 2,105.98,21.35,pm25,0.5,");
        Write("rules.csv",
            "id,kind,severity,name_vi,name_en,property,domain,district,sensor,raise_above,raise_below,hysteresis,duration_s,factor,minimum_change,source",
            "pm25-high,limit,P2,Bụi cao,High dust,pm25,environment,,,150,,15,1800,,,Quyết định A",
            "temp-odd,spike,P4,Nhiệt độ lạ,Odd temperature,temp,,,air-1,,,,,8,5,",
            "temp-flat,flatline,P4,Nhiệt độ không đổi,Flat temperature,temp,,hiep-hoa,,,,,3600,,0.1,",
            "silence,silence,P3,Mất tín hiệu,Silence,,,,,,,,,5,,");
        Write("outlines.geojson",
            "{\"type\": \"FeatureCollection\", \"features\": [",
            "{\"type\": \"Feature\", \"properties\": {\"id\": \"bac-giang\", \"sketch\": true},",
            " \"geometry\": {\"type\": \"Polygon\", \"coordinates\": [[[106.1, 21.2], [106.3, 21.2], [106.3, 21.4], [106.1, 21.2]]]}},",
            "{\"type\": \"Feature\", \"properties\": {\"id\": \"province\"},",
            " \"geometry\": {\"type\": \"MultiPolygon\", \"coordinates\": [[[[105, 21], [107, 21], [107, 22], [105, 21]]]]}}",
            "]}");
        _home = TestRegistry.Of(kind);
        Database = _home.Open();
        Rules = new RuleBook(Database, Zone, Clock);
    }

    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    public string Folder => _folder.Combine("catalogue");

    public RegistryDatabase Database { get; }

    public AddressBook Book { get; } = new();

    public ManualTimeProvider Clock { get; } = new();

    public RegistryReader Reader => new(Database, Book);

    public RuleBook Rules { get; private set; }

    public Task<LoadedCatalogue> LoadAsync() => new RegistryLoader(Database, Book, Clock, Rules, Zone).LoadAsync(Folder);

    /// <summary>As after a restart of the host.</summary>
    public Task<LoadedCatalogue> RestartAsync()
    {
        Rules.Dispose();
        Rules = new RuleBook(Database, Zone, Clock);
        return LoadAsync();
    }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public void Write(string file, params string[] lines)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllLines(PathOf(file), lines);
    }

    /// <summary>Replaces a text in a file; the text must be there.</summary>
    public void Replace(string file, string text, string by)
    {
        var content = File.ReadAllText(PathOf(file));
        Assert.Contains(text, content, StringComparison.Ordinal);
        File.WriteAllText(PathOf(file), content.Replace(text, by, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        Rules.Dispose();
        Database.Dispose();
        _home.Dispose();
        _folder.Dispose();
    }
}
