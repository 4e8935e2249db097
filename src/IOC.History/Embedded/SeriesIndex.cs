using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using IOC.Telemetry;

namespace IOC.History.Embedded;

/// <summary>Finds a partition's series by what a batch and what a query know. Guarded by the partition's lock.</summary>
internal sealed class SeriesIndex(PropertyCatalogue properties)
{
    private readonly Dictionary<string, SensorEntry> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SensorEntry>> _bySensor = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SensorEntry>> _byDistrict = new(StringComparer.Ordinal);
    private Series?[]?[] _byOrdinal = new Series?[]?[256];
    private int _lastId;

    /// <summary>Number of series.</summary>
    public int Count { get; private set; }

    /// <summary>All series.</summary>
    public IEnumerable<Series> All => _byPath.Values.SelectMany(s => s.Series);

    /// <summary>A sensor's series by property index; an entry is null until <see cref="Add(SensorAddress, int)"/>.</summary>
    public Series?[] SlotsOf(SensorAddress address)
    {
        var ordinal = address.Ordinal;
        return (uint)ordinal < (uint)_byOrdinal.Length && _byOrdinal[ordinal] is { } slots ? slots : NewSlots(address);
    }

    /// <summary>Returns a sensor's series of a property, making it when it is new.</summary>
    /// <param name="isNew">True when it was made.</param>
    public Series Add(SensorAddress address, int property, out bool isNew)
    {
        var entry = EntryOf(address.Path);
        var code = properties[property].Code;
        var series = entry.Find(code);
        isNew = series is null;
        series ??= Add(new Series(_lastId + 1, entry, code));
        SlotsOf(address)[property] = series;
        return series;
    }

    /// <summary>Adds a series that was on disk.</summary>
    public Series Add(int id, string path, string property) => Add(new Series(id, EntryOf(path), property));

    /// <summary>Finds the series that a query asks for.</summary>
    public List<Series> Find(SeriesSelector selector)
    {
        var entries = selector.Sensor is { } sensor ? _bySensor.GetValueOrDefault(sensor) : _byDistrict.GetValueOrDefault(selector.District!);
        return entries is null
            ? []
            : [.. entries.Where(e => selector.Domain is null || e.Domain == selector.Domain).Select(e => e.Find(selector.Property)).OfType<Series>()];
    }

    /// <summary>Finds the series that a listing asks for.</summary>
    public List<Series> Find(SeriesFilter filter)
    {
        IEnumerable<SensorEntry> entries = filter switch
        {
            { Sensor: { } sensor } => _bySensor.GetValueOrDefault(sensor) ?? [],
            { District: { } district } => _byDistrict.GetValueOrDefault(district) ?? [],
            _ => _byPath.Values,
        };
        return [.. entries
            .Where(e => (filter.District is null || e.District == filter.District) && (filter.Domain is null || e.Domain == filter.Domain))
            .SelectMany(e => e.Series)
            .Where(s => filter.Property is null || s.Property == filter.Property)];
    }

    /// <summary>Finds the series that a set names.</summary>
    public List<Series> Find(SeriesSet set)
    {
        var entries = set.Sensors.Count > 0
            ? set.Sensors.Distinct(StringComparer.Ordinal).SelectMany(s => _bySensor.GetValueOrDefault(s) ?? [])
            : set.Districts.Count > 0
                ? set.Districts.Distinct(StringComparer.Ordinal).SelectMany(d => _byDistrict.GetValueOrDefault(d) ?? [])
                : _byPath.Values;
        return [.. entries.SelectMany(e => e.Series).Where(s => set.Holds(s.Sensor.Sensor, s.Sensor.District, s.Sensor.Domain, s.Property))];
    }

    private Series Add(Series series)
    {
        series.Sensor.Series.Add(series);
        _lastId = Math.Max(_lastId, series.Id);
        Count++;
        return series;
    }

    private Series?[] NewSlots(SensorAddress address)
    {
        if (address.Ordinal >= _byOrdinal.Length)
        {
            Array.Resize(ref _byOrdinal, Math.Max(address.Ordinal + 1, _byOrdinal.Length * 2));
        }

        var slots = new Series?[properties.Count];
        if (_byPath.TryGetValue(address.Path, out var entry))
        {
            foreach (var series in entry.Series)
            {
                if (properties.TryGetIndex(series.Property, out var index))
                {
                    slots[index] = series;
                }
            }
        }

        return _byOrdinal[address.Ordinal] = slots;
    }

    private SensorEntry EntryOf(string path)
    {
        if (_byPath.TryGetValue(path, out var known))
        {
            return known;
        }

        var parts = path.Split('/');
        if (parts.Length != 3)
        {
            throw new HistoryStoreException($"The stored path '{path}' is not district/domain/sensor.");
        }

        var entry = new SensorEntry(path, parts[0], parts[1], parts[2]);
        _byPath.Add(path, entry);
        ListOf(_bySensor, entry.Sensor).Add(entry);
        ListOf(_byDistrict, entry.District).Add(entry);
        return entry;
    }

    private static List<SensorEntry> ListOf(Dictionary<string, List<SensorEntry>> index, string key)
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(index, key, out _);
        return list ??= [];
    }
}
