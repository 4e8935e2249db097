using IOC.FirmwareSim.Catalogue;

namespace IOC.FirmwareSim.World;

/// <summary>The simulated city: its weather, its bustle and its sensors. A function of the seed and the sensors alone.</summary>
internal sealed class City
{
    /// <summary>Builds the city.</summary>
    public City(ulong seed, IReadOnlyList<SimSensor> sensors)
    {
        Seed = seed;
        var weather = new Weather(Hash.Mix(seed, 0x3EA7));
        var bustle = new NoiseField(Hash.Mix(seed, 0xB057), 5, 0.7);
        Sensors = [.. sensors.Select(s => new SensorModel(s, seed, weather, bustle))];
    }

    /// <summary>What it was made from.</summary>
    public ulong Seed { get; }

    /// <summary>All sensors.</summary>
    public IReadOnlyList<SensorModel> Sensors { get; }
}
