using IOC.FirmwareSim.Catalogue;

namespace IOC.FirmwareSim.World;

/// <summary>A sensor in the simulated city: where it stands, what is special about it, and what it would measure at any
/// moment when nothing is wrong with it.</summary>
internal sealed class SensorModel
{
    private const double BucketMm = 0.1;

    private readonly ulong _key;
    private readonly Weather _weather;
    private readonly NoiseField _bustle;
    private readonly double[] _biases;
    private readonly double _height;
    private readonly double _busy;
    private readonly int _lanes;
    private readonly double _freeSpeed;
    private readonly double _darkBelow;
    private readonly double _fullPower;
    private readonly double _energyBefore;

    public SensorModel(SimSensor sensor, ulong seed, Weather weather, NoiseField bustle)
    {
        Sensor = sensor;
        _weather = weather;
        _bustle = bustle;
        _key = Hash.Mix(seed, Hash.Of(sensor.Id));
        (X, Y) = Geo.ToKm(sensor.Longitude, sensor.Latitude);
        Specs = [.. sensor.Properties.Select(p => PropertySpec.Find(p)).OfType<PropertySpec>()];

        var dice = new Dice(_key);
        Town = TownOf(sensor);
        _height = 12 + (Math.Max(0, X - 20) * 2.4) + (Math.Max(0, Y - 12) * 3) + dice.Between(0, 6);
        _busy = (0.34 + (0.52 * Town)) * dice.Between(0.75, 1.2);
        _lanes = 2 + (2 * dice.Below(Town > 0.5 ? 3 : 2));
        _freeSpeed = dice.Between(42, 58) + (12 * (1 - Town));
        _darkBelow = dice.Between(-1.8, -0.4);
        _fullPower = dice.Between(1400, 3800);
        _energyBefore = dice.Between(2_000, 60_000);
        _biases = [.. Specs.Select((s, i) => s.Bias * Hash.Gauss(Hash.Mix(_key, 0xB1A5, (ulong)i)))];
    }

    /// <summary>The sensor.</summary>
    public SimSensor Sensor { get; }

    /// <summary>Its properties that the simulator has a model of, in sending order.</summary>
    public IReadOnlyList<PropertySpec> Specs { get; }

    /// <summary>km east of Bắc Giang city.</summary>
    public double X { get; }

    /// <summary>km north of Bắc Giang city.</summary>
    public double Y { get; }

    /// <summary>0 in open country to 1 in the middle of the city.</summary>
    public double Town { get; }

    /// <summary>What commands to a lamp change; of no effect for other sensors.</summary>
    public LampControl Control { get; } = new();

    /// <summary>A key that is the sensor's own, for draws that concern it.</summary>
    public ulong Key => _key;

    /// <summary>Measures everything, one value for each of <see cref="Specs"/>, errors of the probes included.</summary>
    /// <param name="unixMs">When.</param>
    /// <param name="values">Takes the values.</param>
    /// <param name="burning">For a lighting cabinet that does not do what it is told: the share of full power that it burns with.</param>
    public void Measure(long unixMs, Span<double> values, double? burning = null)
    {
        var time = new LocalClock(unixMs);
        var air = _weather.At(X, Y, _height, Town, time);
        var road = Road(time, air);
        for (var i = 0; i < Specs.Count; i++)
        {
            var spec = Specs[i];
            var noise = spec.Noise * Hash.Gauss(Hash.Mix(_key, 0x2015E, (ulong)unixMs, (ulong)i));
            values[i] = spec.Quantise(True(spec.Code, time, air, road, burning) + _biases[i] + noise);
        }
    }

    private static double TownOf(SimSensor sensor)
    {
        var town = 0.0;
        foreach (var place in Gazetteer.Places[sensor.District])
        {
            var size = place.Kind switch { "ward" => 1.0, "town" => 0.75, "park" => 0.7, _ => 0.3 };
            var distance = Geo.DistanceKm(place.Longitude, place.Latitude, sensor.Longitude, sensor.Latitude);
            town = Math.Max(town, size * Math.Exp(-distance * distance / 5));
        }

        return town;
    }

    private (double Flow, double Speed, double Occupancy, double Load) Road(LocalClock time, in WeatherSample air)
    {
        var demand = TrafficPattern.Demand(time) * _busy * (1 + (0.13 * _bustle.At(X, Y, time.UnixMs)));
        var load = Math.Clamp(demand * (air.Rain > 1 ? 1.06 : 1), 0.01, 1.05);
        var capacity = _lanes * 780.0;
        var expected = capacity * load;
        var counted = expected + (Math.Sqrt(expected * 12) * Hash.Gauss(Hash.Mix(_key, 0xF10, (ulong)time.UnixMs)));

        // Counts are over five minutes, so a flow moves in steps of 12 vehicles an hour.
        var flow = Math.Max(0, Math.Round(counted / 12) * 12);
        var speed = _freeSpeed * (1 - (0.5 * Math.Pow(load, 3.5))) * (air.Rain > 1 ? 0.9 : 1);
        var occupancy = flow / _lanes * 6.5 / (speed * 1000) * 100;
        return (flow, speed, occupancy, load);
    }

    private double True(string code, LocalClock time, in WeatherSample air, (double Flow, double Speed, double Occupancy, double Load) road, double? burning)
    {
        var street = road.Load * (0.4 + (0.6 * Town));
        var sun = Math.Max(0, Math.Sin(StreetLights.SunElevation(time) * Math.PI / 180)) * (1 - (0.6 * air.Cloud));
        return code switch
        {
            "pm25" => (air.Dust * (1 + (0.22 * Town))) + (7 * street),
            "pm10" => (1.45 * air.Dust * (1 + (0.3 * Town))) + (13 * street) + 6,
            "no2" => 7 + (34 * street),
            "so2" => 6 + (5 * Town) + (3 * street),
            "o3" => Math.Max(6, 28 + (62 * sun) - (14 * street)),
            "co" => 260 + (720 * street) + (4 * air.Dust),
            "temp" => air.Temperature,
            "humidity" => air.Humidity,
            "pressure" => air.Pressure,
            "rain" => Tips(time, air.Rain) * BucketMm,
            "wind" => air.Wind,
            "noise" => 41 + (7 * Town) + (7.5 * Math.Log10(1 + (9 * road.Load))) + Math.Min(4, air.Rain / 4),
            "flow" => road.Flow,
            "speed" => road.Speed,
            "occupancy" => road.Occupancy,
            _ => Lamp(code, time, burning),
        };
    }

    // A tipping bucket counts whole tips since the last report; the part of a tip left over is drawn, which keeps the sum right.
    private double Tips(LocalClock time, double mmPerHour) =>
        Math.Floor((mmPerHour * Sensor.Period.TotalHours / BucketMm) + (mmPerHour > 0 ? Hash.Unit(Hash.Mix(_key, 0x2A1F, (ulong)time.UnixMs)) : 0));

    private double Lamp(string code, LocalClock time, double? burning)
    {
        var level = Control.LevelAt(time.UnixMs, StreetLights.Level(time, _darkBelow) / 100.0);
        var volts = 227 - (3.5 * time.Bell(19, 2.2)) - (2 * time.Bell(11, 2)) + (0.8 * _bustle.At(X, Y, time.UnixMs));
        var watts = 8.5 + (_fullPower * (burning ?? level) * (volts / 227));
        return code switch
        {
            "voltage" => volts,
            "power" => watts,
            "current" => watts / (volts * 0.94),
            "dim" => level * 100,
            "energy" => _energyBefore + (_fullPower / 1000 * Control.HoursBurnt(time)),
            _ => 0,
        };
    }
}
