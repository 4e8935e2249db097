using System.Globalization;
using System.Text;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>The catalogue's rules by property and sensor.</summary>
internal sealed class RulePlan
{
    private readonly PropertyCatalogue _properties;
    private readonly CompiledRule[][] _byProperty;
    private readonly CompiledRule[] _silence;
    private readonly CompiledRule[] _disagreement;
    private readonly Dictionary<string, SeriesRules> _shared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CompiledRule[]> _sharedSilence = new(StringComparer.Ordinal);

    public RulePlan(Catalogue catalogue)
    {
        _properties = catalogue.Properties;
        var rules = catalogue.Rules.Select((rule, index) => new CompiledRule(rule, index)).ToArray();
        _disagreement = [.. rules.Where(r => r.Rule.Kind == FindingKind.Disagreement)];
        var whole = Array.FindAll(rules, r => r.Detector == Detector.MissingOfSensor);
        _silence = Array.FindAll(rules, r => r.Detector == Detector.SilenceOfSensor);
        _byProperty =
        [
            .. _properties.All.Select(p => Array.FindAll(rules, r => IsOfSeries(r.Detector) && (r.Rule.Property is null || r.Rule.Property == p.Code))),
            whole,
        ];
    }

    public PropertyCatalogue Properties => _properties;

    public int PropertyCount => _properties.Count;

    /// <summary>Number of streams: one per property, and one of whole sensors, which is the last.</summary>
    public int StreamCount => _byProperty.Length;

    /// <summary>Index of the stream of whole sensors.</summary>
    public int WholeSensor => _byProperty.Length - 1;

    /// <summary>Finds a stream by the code of its property; an empty code is that of whole sensors.</summary>
    public bool TryGetStream(string code, out int property)
    {
        property = WholeSensor;
        return code.Length == 0 || _properties.TryGetIndex(code, out property);
    }

    /// <summary>Whether a rule of this detector concerns a stream, for any sensor.</summary>
    public bool Has(int property, Detector detector) => Array.Exists(_byProperty[property], r => r.Detector == detector);

    /// <summary>Whether a rule looks back over a time in a stream.</summary>
    public bool LooksBack(int property) => Array.Exists(
        _byProperty[property],
        r => r.Detector is Detector.Average or Detector.RateOfChange or Detector.Schedule or Detector.Missing or Detector.MissingOfSensor);

    /// <summary>Whether any rule concerns a stream.</summary>
    public bool HasAny(int property) => _byProperty[property].Length > 0;

    /// <summary>Rules of a series; null when there are none.</summary>
    public SeriesRules? For(SensorAddress sensor, int property)
    {
        var rules = Covering(_byProperty[property], sensor, out var key);
        if (rules.Length == 0)
        {
            return null;
        }

        key = $"{property}:{key}";
        if (!_shared.TryGetValue(key, out var shared))
        {
            shared = new SeriesRules(property == WholeSensor ? SeriesRules.OfWholeSensor : _properties[property], rules);
            _shared.Add(key, shared);
        }

        return shared;
    }

    /// <summary>The silence rule of whole sensors with this id; null when there is none.</summary>
    public CompiledRule? FindSilence(string id) => Array.Find(_silence, r => r.Rule.Id == id);

    /// <summary>Silence rules of a sensor, at most 64.</summary>
    public CompiledRule[] SilenceOf(SensorAddress sensor)
    {
        var rules = Covering(_silence, sensor, out var key);
        if (!_sharedSilence.TryGetValue(key, out var shared))
        {
            shared = rules.Length > 64 ? rules[..64] : rules;
            _sharedSilence.Add(key, shared);
        }

        return shared;
    }

    /// <summary>Whether any rule compares the properties of a station.</summary>
    public bool HasDisagreement => _disagreement.Length > 0;

    /// <summary>Whether a learned rule concerns a property of a sensor.</summary>
    public bool Learns(SensorAddress sensor, int property) =>
        Array.Exists(_byProperty[property], r => r.Detector == Detector.Learned && r.Rule.Covers(sensor));

    /// <summary>Whether a rule compares the properties of a sensor.</summary>
    public bool Compares(SensorAddress sensor) => Array.Exists(_disagreement, r => r.Rule.Covers(sensor));

    /// <summary>Which learned rules there are for a sensor, as a number that changes with them; 0 when there are none.</summary>
    public int LearnedPrint(SensorAddress sensor)
    {
        // FNV-1a over the codes of the properties concerned; stored, so it must be the same on every machine.
        var hash = 2_166_136_261u;
        var any = Compares(sensor);
        hash = any ? Mixed(hash, '!') : hash;
        for (var property = 0; property < PropertyCount; property++)
        {
            if (Learns(sensor, property))
            {
                any = true;
                hash = Mixed(hash, ' ');
                foreach (var letter in _properties[property].Code)
                {
                    hash = Mixed(hash, letter);
                }
            }
        }

        return any ? Math.Max(1, (int)(hash & int.MaxValue)) : 0;
    }

    private static uint Mixed(uint hash, char letter) => (hash ^ letter) * 16_777_619;

    /// <summary>What is compared within a sensor; null when no rule asks for it.</summary>
    public Station? StationOf(SensorAddress sensor, long periodMs)
    {
        var rules = Array.FindAll(_disagreement, r => r.Rule.Covers(sensor));
        return rules.Length == 0 ? null : new Station(sensor, periodMs, rules);
    }

    private static bool IsOfSeries(Detector detector) => detector is not (Detector.None or Detector.MissingOfSensor or Detector.SilenceOfSensor);

    private static CompiledRule[] Covering(CompiledRule[] rules, SensorAddress sensor, out string key)
    {
        var covering = Array.FindAll(rules, r => r.Rule.Covers(sensor));
        var text = new StringBuilder();
        foreach (var rule in covering)
        {
            text.Append(CultureInfo.InvariantCulture, $"{rule.Index},");
        }

        key = text.ToString();
        return covering;
    }
}
