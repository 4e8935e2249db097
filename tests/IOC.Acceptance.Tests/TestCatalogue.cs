using System.Globalization;

namespace IOC.Acceptance.Tests;

/// <summary>Catalogue files of a test.</summary>
internal sealed class TestCatalogue(string folder)
{
    private readonly List<string> _properties = ["code,unit,unit_label,name_vi,name_en,plausible_min,plausible_max,decimals"];
    private readonly List<string> _areas =
    [
        "id,parent_id,level,name_vi,name_en,longitude,latitude,valid_from,valid_to",
        "province,,province,Tỉnh,Province,106.2,21.3,,",
    ];

    private readonly List<string> _sensors = ["id,district,domain,name_vi,name_en,longitude,latitude,properties,period_s,commune"];
    private readonly List<string> _rules =
    [
        "id,kind,severity,name_vi,name_en,property,domain,district,sensor,raise_above,raise_below,hysteresis,duration_s,factor,minimum_change,source",
    ];

    private readonly List<string> _assets = ["id,district,domain,kind,parent,name_vi,name_en,longitude,latitude"];

    public string Folder => folder;

    public TestCatalogue Property(string code, string unit, double min, double max)
    {
        _properties.Add(string.Create(CultureInfo.InvariantCulture, $"{code},{unit},{unit},{code},{code},{min},{max},2"));
        return this;
    }

    public TestCatalogue District(string id, string? vi = null, string? en = null)
    {
        _areas.Add($"{id},province,district,{vi ?? id},{en ?? id},106.2,21.3,,");
        return this;
    }

    public TestCatalogue Sensor(string district, string domain, string id, int periodSeconds, params IEnumerable<string> properties)
    {
        _sensors.Add($"{id},{district},{domain},{id},{id},106.2,21.3,{string.Join(' ', properties)},{periodSeconds},");
        return this;
    }

    public TestCatalogue Asset(string district, string domain, string id)
    {
        _assets.Add($"{id},{district},{domain},other,,{id},{id},106.2,21.3");
        return this;
    }

    public TestCatalogue Limit(string id, string property, double above, double hysteresis, string severity = "P2")
    {
        _rules.Add(string.Create(CultureInfo.InvariantCulture, $"{id},limit,{severity},{id} vi,{id} en,{property},,,,{above},,{hysteresis},0,,,"));
        return this;
    }

    public TestCatalogue Rule(string line)
    {
        _rules.Add(line);
        return this;
    }

    /// <summary>Writes the files and returns the host's argument that names them.</summary>
    public string Write()
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "properties.csv"), _properties);
        File.WriteAllLines(Path.Combine(folder, "areas.csv"), _areas);
        File.WriteAllLines(Path.Combine(folder, "sensors.csv"), _sensors);
        File.WriteAllLines(Path.Combine(folder, "rules.csv"), _rules);
        if (_assets.Count > 1)
        {
            File.WriteAllLines(Path.Combine(folder, "assets.csv"), _assets);
        }

        File.WriteAllText(Path.Combine(folder, "outlines.geojson"), """{"type":"FeatureCollection","features":[]}""");
        return $"--Ioc:CatalogueDirectory={folder}";
    }
}
