using System.Globalization;

namespace IOC.FirmwareSim.Catalogue;

/// <summary>
/// Makes what a fleet depends on: lighting cabinets hang on feeders and those on substations, small environment sensors and
/// junctions report through gateways, each near what it serves. A function of the sensors; weather and full air-quality stations
/// have links of their own.
/// </summary>
internal sealed class TopologyGenerator
{
    private const int CabinetsOnFeeder = 9;
    private const int FeedersOnSubstation = 3;
    private const int SensorsBehindGateway = 8;

    private readonly List<SimAsset> _assets = [];
    private readonly Dictionary<string, string> _on = new(StringComparer.Ordinal);

    private TopologyGenerator()
    {
    }

    /// <summary>Makes the assets of a fleet, parents before children within a district, and tells the sensors what they depend on.</summary>
    public static (List<SimAsset> Assets, List<SimSensor> Sensors) Make(IReadOnlyList<SimSensor> sensors)
    {
        var generator = new TopologyGenerator();
        foreach (var district in Gazetteer.Districts)
        {
            generator.AddDistrict(district, [.. sensors.Where(s => s.District == district.Id)]);
        }

        return (generator._assets, [.. sensors.Select(s => generator._on.TryGetValue(s.Id, out var asset) ? s with { Assets = [asset] } : s)]);
    }

    private void AddDistrict(DistrictPlan district, List<SimSensor> sensors)
    {
        var cabinets = sensors.FindAll(s => s.Domain == Domains.Lighting).ConvertAll(Spot.Of);
        var feeders = Cluster(cabinets, CabinetsOnFeeder).ConvertAll(c => new Spot("", Mean(c, s => s.Longitude), Mean(c, s => s.Latitude)) { Below = c });
        var number = 0;
        foreach (var (group, index) in Cluster(feeders, FeedersOnSubstation).Select((g, i) => (g, i + 1)))
        {
            var substation = group.Count > 1 ? AddSubstation(district, index, group) : null;
            foreach (var feeder in group)
            {
                AddFeeder(district, ++number, feeder, substation);
            }
        }

        number = 0;
        foreach (var domain in new[] { Domains.Environment, Domains.Traffic })
        {
            var small = sensors.FindAll(s => s.Domain == domain && !s.Properties.Any(p => p is "no2" or "wind")).ConvertAll(Spot.Of);
            foreach (var group in Cluster(small, SensorsBehindGateway))
            {
                AddGateway(district, domain, ++number, group);
            }
        }
    }

    private SimAsset AddSubstation(DistrictPlan district, int number, List<Spot> feeders)
    {
        var (longitude, latitude) = (Round(Mean(feeders, f => f.Longitude)), Round(Mean(feeders, f => f.Latitude)));
        var (code, place) = (Code("T", number), PlaceNear(district, longitude, latitude));
        return Add(new SimAsset($"{district.Prefix}-t-{Two(number)}", district.Id, Domains.Lighting, AssetKinds.Other, "",
            $"Trạm biến áp {code} {place}", $"Substation {code} {place}", longitude, latitude, []));
    }

    private void AddFeeder(DistrictPlan district, int number, Spot feeder, SimAsset? substation)
    {
        var line = Chain(feeder.Below, substation);
        var first = line[substation is null ? 0 : 1];
        var (code, place) = (Code("F", number), PlaceNear(district, feeder.Longitude, feeder.Latitude));
        var asset = Add(new SimAsset($"{district.Prefix}-f-{Two(number)}", district.Id, Domains.Lighting, AssetKinds.Feeder, substation?.Id ?? "",
            $"Tuyến chiếu sáng {code} {place}", $"Lighting feeder {code} {place}", first.Longitude, first.Latitude, line.Count > 1 ? line : []));
        feeder.Below.ForEach(c => _on.Add(c.Id, asset.Id));
    }

    private void AddGateway(DistrictPlan district, string domain, int number, List<Spot> sensors)
    {
        var (longitude, latitude) = (Round(Mean(sensors, s => s.Longitude)), Round(Mean(sensors, s => s.Latitude)));
        var (code, place) = (Code("G", number), PlaceNear(district, longitude, latitude));
        var asset = Add(new SimAsset($"{district.Prefix}-gw-{Two(number)}", district.Id, domain, AssetKinds.Gateway, "",
            $"Cổng kết nối {code} {place}", $"Gateway {code} {place}", longitude, latitude, []));
        sensors.ForEach(s => _on.Add(s.Id, asset.Id));
    }

    private SimAsset Add(SimAsset asset)
    {
        _assets.Add(asset);
        return asset;
    }

    // Halves along the longer side until each part is small enough: neighbours stay together and the parts are of like size.
    private static List<List<Spot>> Cluster(List<Spot> spots, int most)
    {
        if (spots.Count <= most)
        {
            return spots.Count == 0 ? [] : [spots];
        }

        var wide = Extent(spots, s => s.Longitude) * Geo.KmPerLongitude >= Extent(spots, s => s.Latitude) * Geo.KmPerLatitude;
        var sorted = spots.OrderBy(s => wide ? s.Longitude : s.Latitude).ThenBy(s => s.Id, StringComparer.Ordinal).ToList();
        var parts = (spots.Count + most - 1) / most;
        var left = spots.Count * (parts / 2) / parts;
        return [.. Cluster(sorted[..left], most), .. Cluster(sorted[left..], most)];
    }

    // From the substation, or from the westernmost cabinet, each time to the nearest one left.
    private static List<(double Longitude, double Latitude)> Chain(List<Spot> cabinets, SimAsset? substation)
    {
        var left = cabinets.OrderBy(c => c.Longitude).ThenBy(c => c.Id, StringComparer.Ordinal).ToList();
        List<(double Longitude, double Latitude)> line = substation is null ? [] : [(substation.Longitude, substation.Latitude)];
        while (left.Count > 0)
        {
            var next = line.Count == 0 ? left[0] : left.MinBy(c => Geo.DistanceKm(c.Longitude, c.Latitude, line[^1].Longitude, line[^1].Latitude))!;
            left.Remove(next);
            line.Add((Round(next.Longitude), Round(next.Latitude)));
        }

        return line;
    }

    private static string PlaceNear(DistrictPlan district, double longitude, double latitude) =>
        Gazetteer.Places[district.Id].MinBy(p => Geo.DistanceKm(p.Longitude, p.Latitude, longitude, latitude))!.Name;

    private static string Code(string letter, int number) => $"{letter}-{Two(number)}";

    private static string Two(int number) => number.ToString("D2", CultureInfo.InvariantCulture);

    private static double Mean(List<Spot> spots, Func<Spot, double> of) => spots.Average(of);

    private static double Extent(List<Spot> spots, Func<Spot, double> of) => spots.Max(of) - spots.Min(of);

    private static double Round(double degrees) => Math.Round(degrees, 5);

    private sealed record Spot(string Id, double Longitude, double Latitude)
    {
        public List<Spot> Below { get; init; } = [];

        public static Spot Of(SimSensor s) => new(s.Id, s.Longitude, s.Latitude);
    }
}
