using IOC.FirmwareSim.Catalogue;

namespace IOC.FirmwareSim.World;

/// <summary>The simulated city: its weather, its bustle and its sensors. A function of the seed and the sensors alone.</summary>
internal sealed class City
{
    /// <summary>Builds the city.</summary>
    /// <param name="seed">What it is made from.</param>
    /// <param name="sensors">Its sensors.</param>
    /// <param name="assets">What they depend on; without them nothing fails together.</param>
    public City(ulong seed, IReadOnlyList<SimSensor> sensors, IReadOnlyList<SimAsset>? assets = null)
    {
        Assets = assets ?? [];
        Seed = seed;
        var weather = new Weather(Hash.Mix(seed, 0x3EA7));
        var bustle = new NoiseField(Hash.Mix(seed, 0xB057), 5, 0.7);
        Sensors = [.. sensors.Select(s => new SensorModel(s, seed, weather, bustle))];
    }

    /// <summary>What it was made from.</summary>
    public ulong Seed { get; }

    /// <summary>What sensors depend on.</summary>
    public IReadOnlyList<SimAsset> Assets { get; }

    /// <summary>All sensors.</summary>
    public IReadOnlyList<SensorModel> Sensors { get; }

    /// <summary>The sensors that depend on an asset, directly or through assets below it.</summary>
    public List<SensorModel> Below(string asset)
    {
        HashSet<string> down = new([asset], StringComparer.Ordinal);
        while (Assets.Any(a => down.Contains(a.Parent) && down.Add(a.Id)))
        {
            // Until a round finds no more.
        }

        return [.. Sensors.Where(s => s.Sensor.Assets.Any(down.Contains))];
    }
}
