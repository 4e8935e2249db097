using System.Globalization;
using System.Text;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>The rules of one series, by detector. Shared by all series with the same rules.</summary>
internal sealed record SeriesRules(
    PropertyDefinition Property, CompiledRule[] Limits, CompiledRule[] Spikes, CompiledRule[] Flatlines, CompiledRule[] Implausibles,
    CompiledRule[] Learned)
{
    /// <summary>Least factor among the spike rules: beyond it a value is kept from the baseline.</summary>
    public double SpikeFactor { get; } = Spikes.Length == 0 ? 0 : Spikes.Min(r => r.Factor);

    /// <summary>Least deviation worth a finding among the spike rules.</summary>
    public double SpikeMinimumChange { get; } = Spikes.Length == 0 ? 0 : Spikes.Min(r => r.MinimumChange);
}

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
        _silence = [.. rules.Where(r => r.Rule.Kind == FindingKind.Silence)];
        _byProperty = [.. _properties.All.Select(p => rules
            .Where(r => IsOfSeries(r.Rule.Kind) && (r.Rule.Property is null || r.Rule.Property == p.Code)).ToArray())];
    }

    public PropertyCatalogue Properties => _properties;

    public int PropertyCount => _byProperty.Length;

    /// <summary>Kinds of rules that concern a property, for any sensor.</summary>
    public bool Has(int property, FindingKind kind) => Array.Exists(_byProperty[property], r => r.Rule.Kind == kind);

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
            shared = new SeriesRules(
                _properties[property], Of(rules, FindingKind.Limit), Of(rules, FindingKind.Spike), Of(rules, FindingKind.Flatline), Of(rules, FindingKind.Implausible),
                Of(rules, FindingKind.Learned));
            _shared.Add(key, shared);
        }

        return shared;
    }

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
        Array.Exists(_byProperty[property], r => r.Rule.Kind == FindingKind.Learned && r.Rule.Covers(sensor));

    /// <summary>Whether a rule compares the properties of a sensor.</summary>
    public bool Compares(SensorAddress sensor) => Array.Exists(_disagreement, r => r.Rule.Covers(sensor));

    /// <summary>Which learned rules there are for a sensor, as a number that changes with them; 0 when there are none.</summary>
    public int LearnedPrint(SensorAddress sensor)
    {
        // FNV-1a over the codes of the properties concerned; stored, so it must be the same on every machine.
        var hash = 2_166_136_261u;
        var any = Compares(sensor);
        hash = any ? Mixed(hash, '!') : hash;
        for (var property = 0; property < _byProperty.Length; property++)
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

    private static bool IsOfSeries(FindingKind kind) => kind is not (FindingKind.Silence or FindingKind.Disagreement
        or FindingKind.Neighbour or FindingKind.Aggregate or FindingKind.Combination or FindingKind.Group);

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

    private static CompiledRule[] Of(CompiledRule[] rules, FindingKind kind) => Array.FindAll(rules, r => r.Rule.Kind == kind);
}
