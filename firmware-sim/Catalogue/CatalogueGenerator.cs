using System.Globalization;
using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Catalogue;

/// <summary>
/// Makes a fleet for Bắc Giang: every district gets its share, in three domains, clustered round its towns, wards,
/// communes and industrial parks. The same seed and outlines make the same fleet.
/// </summary>
internal sealed class CatalogueGenerator(ulong seed, Outlines outlines)
{
    private const double ClusterKm = 0.9;
    private const double FarthestKm = 30;

    private static readonly string[] AirFull = ["pm25", "pm10", "no2", "so2", "o3", "co", "temp", "humidity", "pressure"];
    private static readonly string[] AirSmall = ["pm25", "pm10", "temp", "humidity"];
    private static readonly string[] Weather = ["temp", "humidity", "pressure", "rain", "wind"];
    private static readonly string[] Noise = ["noise", "temp", "humidity"];
    private static readonly string[] Junction = ["flow", "speed", "occupancy"];
    private static readonly string[] Cabinet = ["power", "voltage", "current", "dim", "energy"];

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Makes <paramref name="count"/> sensors, in order of district and id.</summary>
    public List<SimSensor> Generate(int count)
    {
        var sensors = new List<SimSensor>(count);
        var shares = Gazetteer.Districts.Sum(d => d.Share);
        var passed = 0;
        foreach (var district in Gazetteer.Districts)
        {
            var before = (long)count * passed / shares;
            passed += district.Share;
            var after = (long)count * passed / shares;
            AddDistrict(district, (int)(after - before), sensors);
        }

        return sensors;
    }

    private void AddDistrict(DistrictPlan district, int count, List<SimSensor> sensors)
    {
        var dice = new Dice(Hash.Mix(seed, Hash.Of(district.Id)));
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            // 36 % environment, 34 % traffic, 30 % lighting, interleaved so that any count keeps the mix.
            var turn = i * 7 % 50;
            var domain = turn < 18 ? Domains.Environment : turn < 35 ? Domains.Traffic : Domains.Lighting;
            var (place, longitude, latitude) = FindSpot(district, ref dice);
            var kind = domain switch
            {
                Domains.Environment => EnvironmentKind(place, turn),
                Domains.Traffic => "junction",
                _ => "lamp",
            };
            var number = numbers[kind] = numbers.GetValueOrDefault(kind) + 1;
            var road = Pick(Gazetteer.Roads[district.Id].ToList(), ref dice);
            sensors.Add(Describe(district, domain, kind, number, place, road, longitude, latitude));
        }
    }

    private static string EnvironmentKind(Place place, int turn) => (turn % 6) switch
    {
        0 => "met",
        1 => "noise",
        2 or 5 when place.Kind is "park" or "town" or "ward" => "aqm",
        _ => "air",
    };

    private SimSensor Describe(
        DistrictPlan district, string domain, string kind, int number, Place place, Road road, double longitude, double latitude)
    {
        var where = place.Kind == "park" ? ($"KCN {place.Name}", $"{place.Name} industrial park") : (place.Name, place.Name);
        var (vi, en, properties, period) = kind switch
        {
            "aqm" => ($"Trạm quan trắc không khí {where.Item1}", $"{where.Item2} air quality station", AirFull, 60),
            "air" => ($"Điểm đo bụi mịn {where.Item1}", $"{where.Item2} fine dust sensor", AirSmall, 60),
            "met" => ($"Trạm khí tượng tự động {where.Item1}", $"{where.Item2} weather station", Weather, 60),
            "noise" => ($"Điểm quan trắc tiếng ồn {where.Item1}", $"{where.Item2} noise monitor", Noise, 60),
            "junction" => ($"Nút giao {road.Vi} – {where.Item1}", $"{road.En} junction, {where.Item2}", Junction, 30),
            _ => ($"Tủ chiếu sáng {road.Vi}, {where.Item1}", $"Lighting cabinet {road.En}, {where.Item2}", Cabinet, 120),
        };
        var suffix = "";
        for (var n = 2; !_names.Add($"{district.Id}/{vi}{suffix}"); n++)
        {
            suffix = $" {n.ToString(CultureInfo.InvariantCulture)}";
        }

        var id = $"{district.Prefix}-{kind}-{number.ToString("D2", CultureInfo.InvariantCulture)}";
        return new SimSensor(
            id, district.Id, domain, vi + suffix, en + suffix, Math.Round(longitude, 5), Math.Round(latitude, 5),
            properties, TimeSpan.FromSeconds(period), place.Commune);
    }

    private (Place Place, double Longitude, double Latitude) FindSpot(DistrictPlan district, ref Dice dice)
    {
        var places = Gazetteer.Places[district.Id].ToList();
        for (var attempt = 0; attempt < 10_000; attempt++)
        {
            var place = PickWeighted(places, ref dice);
            var latitude = place.Latitude + (dice.Gauss() * ClusterKm / Geo.KmPerLatitude);
            var longitude = place.Longitude + (dice.Gauss() * ClusterKm / Geo.KmPerLongitude);
            var near = Geo.DistanceKm(longitude, latitude, district.Longitude, district.Latitude) < FarthestKm;
            if (near && outlines.Contains(district.Id, longitude, latitude))
            {
                return (place, longitude, latitude);
            }
        }

        throw new InvalidOperationException($"No place of {district.Id} lies in its outline.");
    }

    private static Place PickWeighted(List<Place> places, ref Dice dice)
    {
        var left = dice.Unit() * places.Sum(p => p.Weight);
        return places.Find(p => (left -= p.Weight) < 0) ?? places[^1];
    }

    private static T Pick<T>(List<T> from, ref Dice dice) => from[dice.Below(from.Count)];
}
