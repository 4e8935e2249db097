using System.Collections.Frozen;

namespace IOC.Telemetry;

/// <summary>Which sensors stand below which assets: the catalogue's assets and the sensors' dependencies, to be asked both ways. Immutable.</summary>
public sealed class Topology
{
    private readonly FrozenDictionary<string, Asset> _assets;
    private readonly FrozenDictionary<string, IReadOnlyList<SensorAddress>> _below;
    private readonly FrozenDictionary<SensorAddress, IReadOnlyList<Asset>> _above;

    /// <summary>Makes it of a catalogue that was checked. What depends on an asset that is not there is taken as depending on nothing.</summary>
    public Topology(Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        Assets = catalogue.Assets;
        _assets = catalogue.Assets.ToFrozenDictionary(a => a.Id, StringComparer.Ordinal);
        var above = new Dictionary<SensorAddress, IReadOnlyList<Asset>>();
        var below = catalogue.Assets.ToDictionary(a => a.Id, _ => new List<SensorAddress>(), StringComparer.Ordinal);
        foreach (var sensor in catalogue.Sensors.Where(s => s.Assets.Count > 0).OrderBy(s => s.Address.Path, StringComparer.Ordinal))
        {
            var assets = AboveOf(sensor);
            above[sensor.Address] = assets;
            foreach (var asset in assets)
            {
                below[asset.Id].Add(sensor.Address);
            }
        }

        _above = above.ToFrozenDictionary();
        _below = below.ToFrozenDictionary(b => b.Key, b => (IReadOnlyList<SensorAddress>)b.Value, StringComparer.Ordinal);
    }

    /// <summary>All assets, parents before children.</summary>
    public IReadOnlyList<Asset> Assets { get; }

    /// <summary>An asset by its slug; null when there is none.</summary>
    public Asset? Find(string id) => _assets.GetValueOrDefault(id);

    /// <summary>The sensors that depend on an asset, directly or through assets below it, by path; empty for one that is not there.</summary>
    public IReadOnlyList<SensorAddress> SensorsBelow(string assetId) => _below.GetValueOrDefault(assetId, []);

    /// <summary>The assets that a sensor depends on, directly or through them, each once: the nearest first, those above them after.</summary>
    public IReadOnlyList<Asset> Above(SensorAddress sensor) => _above.GetValueOrDefault(sensor, []);

    /// <summary>The assets that an asset depends on, the nearest first.</summary>
    public IEnumerable<Asset> Above(Asset asset)
    {
        ArgumentNullException.ThrowIfNull(asset);

        // No longer than the number of assets, should the catalogue not have been checked for cycles.
        var left = _assets.Count;
        for (var parent = Parent(asset); parent is not null && left-- > 0; parent = Parent(parent))
        {
            yield return parent;
        }
    }

    private Asset? Parent(Asset asset) => asset.ParentId is { } parent ? Find(parent) : null;

    private List<Asset> AboveOf(SensorDefinition sensor)
    {
        List<Asset> level = [.. sensor.Assets.Select(Find).OfType<Asset>()];
        List<Asset> all = [];
        while (level.Count > 0)
        {
            level = [.. level.Where(a => !all.Contains(a)).Distinct()];
            all.AddRange(level);
            level = [.. level.Select(Parent).OfType<Asset>()];
        }

        return all;
    }
}
