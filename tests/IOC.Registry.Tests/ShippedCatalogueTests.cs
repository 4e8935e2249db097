using System.Text.Json;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Registry.Tests;

/// <summary>The catalogue that comes with the product.</summary>
public sealed class ShippedCatalogueTests : IDisposable
{
    /// <summary>Outlines are sketches, so a sensor may stand this far outside its district's, in degrees (2 km).</summary>
    private const double Nearby = 0.018;

    private static readonly string[] Districts =
        ["bac-giang", "hiep-hoa", "lang-giang", "luc-nam", "luc-ngan", "son-dong", "tan-yen", "viet-yen", "yen-dung", "yen-the"];

    private readonly TempDirectory _folder = new();
    private readonly RegistryDatabase _database;
    private readonly RuleBook _rules;

    public ShippedCatalogueTests()
    {
        _database = RegistryDatabase.Open(_folder.Combine("registry.db"));
        _rules = new RuleBook(_database, CatalogueSample.Zone, new ManualTimeProvider());
    }

    [Fact]
    public async Task It_loads_and_holds_the_province()
    {
        var (catalogue, report) = await LoadAsync();
        Assert.Equal(Districts, catalogue.Areas.Where(a => a.Level == AreaLevel.District).Select(a => a.Id).Order(StringComparer.Ordinal));
        Assert.True(catalogue.Areas.Count(a => a.Level == AreaLevel.Commune) >= 60);
        Assert.All(Districts, d => Assert.Contains(catalogue.Sensors, s => s.Address.District == d));
        Assert.Equal(6 + Directory.GetFiles(Path.Combine(Folder, "rules"), "*.json").Length, report.Imported.Count);
        Assert.All(catalogue.Assets, a => Assert.True(new Topology(catalogue).SensorsBelow(a.Id).Count >= 3, $"{a.Id} has too little below it"));
    }

    [Fact]
    public async Task Its_rules_hold_for_a_city_that_has_one_sensor_of_one_property_so_far()
    {
        var city = _folder.Combine("city");
        foreach (var file in Directory.GetFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(city, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        await File.WriteAllLinesAsync(Path.Combine(city, "sensors.csv"),
        [
            "id,district,domain,name_vi,name_en,longitude,latitude,properties,period_s,commune", "air-1,bac-giang,environment,Trạm,Station,106.2,21.28,pm25,60,",
        ]);
        var loaded = await new RegistryLoader(_database, new AddressBook(), new ManualTimeProvider(), _rules, CatalogueSample.Zone).LoadAsync(city);
        Assert.Contains(loaded.Catalogue.Rules, r => r.Id == "noise-high");
    }

    [Fact]
    public async Task Every_registered_domain_and_reported_property_is_watched()
    {
        var catalogue = (await LoadAsync()).Catalogue;
        foreach (var sensor in catalogue.Sensors)
        {
            Assert.Contains(catalogue.Rules, r => r.Kind == FindingKind.Silence && r.Covers(sensor.Address));
            Assert.All(sensor.Properties, p => Assert.Contains(catalogue.Rules, r =>
                r.Kind == FindingKind.Implausible && r.Covers(sensor.Address) && (r.Property is null || r.Property == p)));
        }
    }

    [Fact]
    public async Task Districts_adjoin_without_gap_or_overlap_and_hold_their_own_centre()
    {
        var areas = (await LoadAsync()).Catalogue.Areas;
        var rings = Rings(areas);
        Assert.Equal(11, rings.Count);
        Assert.All(rings.Keys, id => Assert.True(areas.Single(a => a.Id == id).OutlineIsSketch));

        var parts = Districts.Sum(d => SignedArea(rings[d]));
        Assert.Equal(SignedArea(rings["bac-giang-province"]), parts, 9);
        foreach (var area in areas)
        {
            var own = area.Level == AreaLevel.Commune ? area.ParentId! : area.Id;
            Assert.True(Contains(rings[own], area.Longitude, area.Latitude), $"{area.Id} is not in {own}");
            if (area.Level != AreaLevel.Province)
            {
                Assert.Single(Districts, d => Contains(rings[d], area.Longitude, area.Latitude));
            }
        }

        // Every border is shared: each edge of a district runs the other way along a neighbour, or along the province.
        var edges = Districts.SelectMany(d => Edges(rings[d])).ToHashSet();
        var outer = Edges(rings["bac-giang-province"]).ToHashSet();
        Assert.All(edges, e => Assert.True(edges.Contains((e.To, e.From)) ^ outer.Contains(e), $"The edge {e} is nobody else's."));
    }

    [Fact]
    public async Task Sensors_stand_in_or_close_to_their_district()
    {
        var catalogue = (await LoadAsync()).Catalogue;
        var rings = Rings(catalogue.Areas);
        Assert.All(catalogue.Sensors, s => Assert.True(
            Contains(rings[s.Address.District], s.Longitude, s.Latitude) || Distance(rings[s.Address.District], s.Longitude, s.Latitude) < Nearby,
            $"{s.Address} stands at {s.Longitude}, {s.Latitude}, outside its district"));
    }

    [Fact]
    public async Task A_legal_limit_carries_its_averaging_time_its_dates_and_its_source_and_trouble_with_devices_is_for_technicians()
    {
        await LoadAsync();
        var rules = _rules.Rules;
        var legal = rules.Where(r => r.File == "rules/regulations.json" && r.Rule.Kind == FindingKind.Limit).ToList();
        Assert.Contains(legal, r => r.Rule.Id == "qcvn05-pm25-24h");
        Assert.All(legal, r =>
        {
            Assert.NotNull(r.Rule.Average);
            Assert.Equal(0.75, r.Rule.Average.MinimumShare);
            Assert.All(r.Rule.Periods, p => Assert.NotNull(p.From));
            Assert.NotEmpty(r.Rule.Periods);
            Assert.Matches("QCVN|Circular", r.Rule.Source!.En);
        });

        // Whatever else borrows a figure of a regulation says that it is a threshold of this installation.
        Assert.All(rules.Except(legal).Where(r => r.Rule.Source?.En.Contains("QCVN", StringComparison.Ordinal) == true),
            r => Assert.StartsWith("Operating threshold", r.Rule.Source!.En, StringComparison.Ordinal));
        Assert.All(rules.Where(r => r.Rule.Kind is FindingKind.Silence or FindingKind.Flatline or FindingKind.Implausible or FindingKind.Learned),
            r => Assert.True(r.Rule.Severity >= Severity.P3, $"{r.Rule.Id} asks for a technician, not for the control room"));
    }

    [Fact]
    public async Task The_limit_of_the_daily_PM25_mean_falls_on_the_first_of_January_2026_by_the_citys_clock()
    {
        await LoadAsync();
        var rule = _rules.Find("qcvn05-pm25-24h")!.Rule;
        var change = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(7));
        Assert.Equal([(50.0, change), (45.0, (DateTimeOffset?)null)], rule.Periods.Select(p => (p.RaiseAbove!.Value, p.To)));
        Assert.Equal(change, rule.Periods[1].From);
        Assert.Equal((TimeSpan.FromDays(1), true), (rule.Average!.Length, rule.Average.Clock));
    }

    public void Dispose()
    {
        _rules.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }

    private Task<LoadedCatalogue> LoadAsync() => new RegistryLoader(_database, new AddressBook(), new ManualTimeProvider(), _rules, CatalogueSample.Zone)
        .LoadAsync(Folder);

    private static string Folder => Path.Combine(Repository.Root, "deploy", "catalogue", "bac-giang");

    private static Dictionary<string, (double X, double Y)[]> Rings(IReadOnlyList<Area> areas) => areas
        .Where(a => a.Outline is not null)
        .ToDictionary(a => a.Id, a =>
        {
            using var geometry = JsonDocument.Parse(a.Outline!);
            return geometry.RootElement.GetProperty("coordinates")[0].EnumerateArray().Select(p => (p[0].GetDouble(), p[1].GetDouble())).ToArray();
        }, StringComparer.Ordinal);

    private static IEnumerable<((double X, double Y) From, (double X, double Y) To)> Edges((double X, double Y)[] ring) => ring.Zip(ring.Skip(1));

    private static double SignedArea((double X, double Y)[] ring) => Edges(ring).Sum(e => (e.From.X * e.To.Y) - (e.To.X * e.From.Y)) / 2;

    private static bool Contains((double X, double Y)[] ring, double x, double y) => Edges(ring).Count(e =>
        (e.From.Y > y) != (e.To.Y > y) && x < ((e.To.X - e.From.X) * (y - e.From.Y) / (e.To.Y - e.From.Y)) + e.From.X) % 2 == 1;

    private static double Distance((double X, double Y)[] ring, double x, double y) => Edges(ring).Min(e =>
    {
        var (dx, dy) = (e.To.X - e.From.X, e.To.Y - e.From.Y);
        var along = Math.Clamp((((x - e.From.X) * dx) + ((y - e.From.Y) * dy)) / ((dx * dx) + (dy * dy)), 0, 1);
        return Math.Sqrt(Math.Pow(x - e.From.X - (along * dx), 2) + Math.Pow(y - e.From.Y - (along * dy), 2));
    });
}
