using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using IOC.Ingest.Decoding;
using IOC.Ingest.Formats;
using IOC.Telemetry;

namespace IOC.Ingest.Topics;

/// <summary>What a topic of ours carries.</summary>
internal enum TopicKind : byte
{
    /// <summary>Readings.</summary>
    Telemetry,

    /// <summary>Birth or will.</summary>
    Status,

    /// <summary>Commands and their acknowledgements: only routed.</summary>
    Routed,
}

/// <summary>A sensor and the log's partition that is its district's.</summary>
internal sealed record SensorPlace(SensorAddress Sensor, int Partition);

/// <summary>A topic that has been resolved.</summary>
/// <param name="Kind">What it carries.</param>
/// <param name="Place">Whose it is; null when only its payloads tell.</param>
/// <param name="Rules">Rules of the settings about its format; null when there are none.</param>
internal sealed record TopicEntry(TopicKind Kind, SensorPlace? Place, FormatRule[]? Rules);

/// <summary>
/// Resolves topics under one catalogue. Resolved topics are kept by their bytes, so that the hot path is one look-up
/// without a string; their number is bounded by the registered and the allowed unregistered sensors.
/// </summary>
internal sealed class TopicTable
{
    private const int MaxForeignEntries = 100_000;

    private readonly ConcurrentDictionary<byte[], TopicEntry> _entries = new(new Utf8Comparer());
    private readonly ConcurrentDictionary<byte[], TopicEntry>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly FrozenDictionary<string, SensorAddress> _registered;
    private readonly UnregisteredSensors _unregistered;
    private readonly AddressBook _addresses;
    private readonly Func<string, int> _partitionOf;
    private readonly FormatRule[] _rules;
    private readonly Dictionary<byte[], SensorPlace> _places;
    private readonly Dictionary<byte[], SensorPlace>.AlternateLookup<ReadOnlySpan<byte>> _placeLookup;
    private int _foreignEntries;

    /// <summary>Makes the table of a catalogue.</summary>
    /// <param name="catalogue">Registered sensors and properties.</param>
    /// <param name="addresses">The process's sensor addresses.</param>
    /// <param name="unregistered">Sensors that nobody registered.</param>
    /// <param name="partitionOf">Partition of a district.</param>
    /// <param name="rules">Rules of the settings about topics.</param>
    public TopicTable(
        Catalogue catalogue, AddressBook addresses, UnregisteredSensors unregistered, Func<string, int> partitionOf, FormatRule[] rules)
    {
        _rules = rules;
        _lookup = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
        _addresses = addresses;
        _unregistered = unregistered;
        _partitionOf = partitionOf;
        _registered = catalogue.Sensors.ToFrozenDictionary(s => s.Address.Sensor, s => s.Address, StringComparer.Ordinal);
        foreach (var sensor in _registered.Keys)
        {
            unregistered.Forget(sensor);
        }

        Properties = new PropertyTable(catalogue.Properties);
        _places = new Dictionary<byte[], SensorPlace>(_registered.Count, new Utf8Comparer());
        foreach (var (sensor, address) in _registered)
        {
            _places.Add(Encoding.ASCII.GetBytes(sensor), new SensorPlace(address, partitionOf(address.District)));
        }

        _placeLookup = _places.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The catalogue's properties.</summary>
    public PropertyTable Properties { get; }

    /// <summary>Finds a topic's entry; null with the reason when it has none.</summary>
    public TopicEntry? Resolve(ReadOnlySpan<byte> topic, out RefusalReason reason)
    {
        reason = default;
        return _lookup.TryGetValue(topic, out var entry) ? entry : ResolveNew(topic, out reason);
    }

    /// <summary>The sensor slug in a topic, for a dead letter; null when it names none.</summary>
    public static string? SensorOf(string topic)
    {
        var parts = topic.Split('/');
        return parts.Length >= 5 && parts[0] == "ioc" && Slug.IsValid(parts[4]) ? parts[4] : null;
    }

    private TopicEntry? ResolveNew(ReadOnlySpan<byte> topic, out RefusalReason reason)
    {
        reason = RefusalReason.UnknownTopic;
        if (!topic.StartsWith("ioc/v1/"u8))
        {
            return ResolveForeign(topic, out reason);
        }

        if (topic.Length > 7 + (3 * (Slug.MaxLength + 1)) + 9)
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(topic[7..]).Split('/');
        if (parts.Length < 4 || !Slug.IsValid(parts[0]) || !Slug.IsValid(parts[1]) || !Slug.IsValid(parts[2]) || KindOf(parts) is not { } kind)
        {
            return null;
        }

        var address = kind == TopicKind.Routed ? null : Admit(parts[0], parts[1], parts[2], out reason);
        if (address is null)
        {
            return kind == TopicKind.Routed ? Routed : null;
        }

        var rules = kind == TopicKind.Telemetry ? RulesOf(topic, out _) : null;
        return _entries.GetOrAdd(topic.ToArray(), new TopicEntry(kind, PlaceOf(address), rules));
    }

    /// <summary>Commands go to any sensor and are rare: they take no place in the table.</summary>
    private static readonly TopicEntry Routed = new(TopicKind.Routed, null, null);

    /// <summary>Finds a registered sensor by its slug.</summary>
    public SensorPlace? FindRegistered(ReadOnlySpan<byte> sensor) => _placeLookup.TryGetValue(sensor, out var place) ? place : null;

    /// <summary>Finds a sensor by its slug, or takes one in that nobody registered.</summary>
    public SensorPlace? AdmitPlace(string district, string domain, string sensor, out RefusalReason reason) =>
        Admit(district, domain, sensor, out reason) is { } address ? PlaceOf(address) : null;

    private SensorPlace PlaceOf(SensorAddress address) =>
        FindRegistered(Encoding.ASCII.GetBytes(address.Sensor)) ?? new SensorPlace(address, _partitionOf(address.District));

    /// <summary>A topic outside ours that a rule declares to be telemetry.</summary>
    private TopicEntry? ResolveForeign(ReadOnlySpan<byte> topic, out RefusalReason reason)
    {
        reason = RefusalReason.UnknownTopic;
        if (RulesOf(topic, out var sensor) is not { } rules)
        {
            return null;
        }

        SensorPlace? place = null;
        if (!sensor.IsEmpty && (place = FindRegistered(sensor)) is null)
        {
            reason = RefusalReason.UnknownSensor;
            return null;
        }

        var entry = new TopicEntry(TopicKind.Telemetry, place, rules);

        // A filter may match any number of topics: beyond the limit they are resolved each time.
        return _foreignEntries < MaxForeignEntries && Interlocked.Increment(ref _foreignEntries) <= MaxForeignEntries
            ? _entries.GetOrAdd(topic.ToArray(), entry)
            : entry;
    }

    private FormatRule[]? RulesOf(ReadOnlySpan<byte> topic, out ReadOnlySpan<byte> sensor)
    {
        List<FormatRule>? found = null;
        sensor = default;
        foreach (var rule in _rules)
        {
            if (rule.Pattern!.Matches(topic, out var named))
            {
                (found ??= []).Add(rule);
                sensor = sensor.IsEmpty ? named : sensor;
            }
        }

        return found?.ToArray();
    }

    /// <summary>Binds an unregistered sensor to where it was seen.</summary>
    public void Know(SensorAddress seen) => Admit(seen.District, seen.Domain, seen.Sensor, out _);

    private SensorAddress? Admit(string district, string domain, string sensor, out RefusalReason reason)
    {
        reason = RefusalReason.TopicMismatch;
        if (!_registered.TryGetValue(sensor, out var known))
        {
            known = _unregistered.Admit(_addresses, district, domain, sensor);
            if (known is null)
            {
                reason = RefusalReason.TooManyUnregistered;
                return null;
            }
        }

        return known.District == district && known.Domain == domain ? known : null;
    }

    private static TopicKind? KindOf(string[] parts) => parts.Length switch
    {
        4 when parts[3] == "telemetry" => TopicKind.Telemetry,
        4 when parts[3] == "status" => TopicKind.Status,
        4 when parts[3] == "cmd" => TopicKind.Routed,
        5 when parts[3] == "cmd" && parts[4] == "ack" => TopicKind.Routed,
        _ => null,
    };
}

/// <summary>Sensors that reported without being registered, by slug; kept over changes of the catalogue. Bounded.</summary>
internal sealed class UnregisteredSensors(int limit)
{
    private readonly Dictionary<string, SensorAddress> _bySlug = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Number of them.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _bySlug.Count;
            }
        }
    }

    /// <summary>Returns where the sensor was first seen, which is here if it is new; null when there are too many.</summary>
    public SensorAddress? Admit(AddressBook addresses, string district, string domain, string sensor)
    {
        lock (_gate)
        {
            if (!_bySlug.TryGetValue(sensor, out var known) && _bySlug.Count < limit)
            {
                known = addresses.GetOrAdd(district, domain, sensor);
                _bySlug.Add(sensor, known);
            }

            return known;
        }
    }

    /// <summary>Drops a sensor that has been registered.</summary>
    public void Forget(string sensor)
    {
        lock (_gate)
        {
            _bySlug.Remove(sensor);
        }
    }
}
