using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>A combination rule, compiled.</summary>
internal sealed class CombinationRule(DistrictRule rule, Condition condition)
{
    public DistrictRule Rule { get; } = rule;

    public Condition Condition { get; } = condition;

    public Condition[] Leaves { get; } = [.. condition.Leaves()];

    /// <summary>Whether it is about other alerts only: its time is then that of ticks, for no value says what time it is.</summary>
    public bool IsPure => !Leaves.Any(l => l is ValueCondition);

    /// <summary>Slugs of the sensors that it names.</summary>
    public string[] Named => [.. Leaves
        .Select(l => l is ValueCondition v ? v.Value.Sensor : ((RaisedCondition)l).Raised.Sensor).OfType<string>().Distinct(StringComparer.Ordinal)];
}

/// <summary>The catalogue's rules about several series, and which series they need.</summary>
internal sealed class DistrictPlan
{
    private readonly Dictionary<string, int> _watched = new(StringComparer.Ordinal);
    private readonly HashSet<string> _named;
    private readonly bool[] _combined;

    public DistrictPlan(Catalogue catalogue)
    {
        Properties = catalogue.Properties;
        var rules = catalogue.Rules.Select((rule, index) => new DistrictRule(rule, index)).ToArray();
        Neighbours = [.. rules.Where(r => r.Rule is { Kind: FindingKind.Neighbour, Neighbours: not null } && IndexOf(r.Rule.Property) >= 0)];
        Aggregates = [.. rules.Where(r => r.Rule is { Kind: FindingKind.Aggregate, Aggregate: { } a }
            && (a.Function == AggregateFunction.ShareSilent || IndexOf(r.Rule.Property) >= 0))];
        Silence = rules.Where(r => r.Rule.Kind == FindingKind.Silence && r.Rule.Property is null).Select(r => r.Rule.Id).ToHashSet(StringComparer.Ordinal);
        HasSilentShare = Array.Exists(Aggregates, r => r.Rule.Aggregate!.Function == AggregateFunction.ShareSilent);
        Combinations = Compile(rules);
        var leaves = Combinations.SelectMany(c => c.Leaves).ToArray();
        _named = Combinations.SelectMany(c => c.Named).ToHashSet(StringComparer.Ordinal);
        _combined = new bool[Properties.Count];
        foreach (var value in leaves.OfType<ValueCondition>().Where(v => v.Property >= 0))
        {
            _combined[value.Property] = true;
        }

        IsEmpty = Neighbours.Length == 0 && Aggregates.Length == 0 && Combinations.Length == 0;
    }

    public PropertyCatalogue Properties { get; }

    /// <summary>Whether there is no rule about several series.</summary>
    public bool IsEmpty { get; }

    public DistrictRule[] Neighbours { get; }

    public DistrictRule[] Aggregates { get; }

    /// <summary>Each after those that it asks for.</summary>
    public CombinationRule[] Combinations { get; }

    /// <summary>Ids of the silence rules.</summary>
    public HashSet<string> Silence { get; }

    public bool HasSilentShare { get; }

    /// <summary>Number of rules that combinations ask for.</summary>
    public int WatchedCount => _watched.Count;

    /// <summary>Number of a rule among those that combinations ask for; -1 when none does.</summary>
    public int WatchedIndex(string ruleId) => _watched.GetValueOrDefault(ruleId, -1);

    /// <summary>Whether any rule concerns a sensor.</summary>
    public bool Concerns(SensorAddress sensor) =>
        Array.Exists(Neighbours, r => IsNeighbourhood(r.Rule, sensor))
        || Array.Exists(Aggregates, r => r.Rule.Covers(sensor))
        || Array.Exists(Combinations, r => r.Rule.Rule.Covers(sensor))
        || _named.Contains(sensor.Sensor);

    /// <summary>Whether any rule needs a series: to judge it, or to judge others by it.</summary>
    public bool Concerns(SensorAddress sensor, int property) =>
        Array.Exists(Neighbours, r => Is(r, property) && IsNeighbourhood(r.Rule, sensor))
        || Array.Exists(Aggregates, r => Is(r, property) && r.Rule.Covers(sensor))
        || IsCombined(sensor, property);

    /// <summary>Whether a combination may ask for a series.</summary>
    public bool IsCombined(SensorAddress sensor, int property) => _combined[property]
        && (_named.Contains(sensor.Sensor) || Array.Exists(Combinations, r => r.Rule.Rule.Covers(sensor)));

    /// <summary>The neighbour rules of a series.</summary>
    public DistrictRule[] NeighboursOf(SensorAddress sensor, int property) =>
        Array.FindAll(Neighbours, r => Is(r, property) && r.Rule.Covers(sensor));

    /// <summary>Whether a rule is about a property.</summary>
    public bool Is(DistrictRule rule, int property) => rule.Rule.Property == Properties[property].Code;

    private static bool IsNeighbourhood(DetectionRule rule, SensorAddress sensor) =>
        (rule.Domain is null || rule.Domain == sensor.Domain) && (rule.District is null || rule.District == sensor.District);

    private int IndexOf(string? property) => property is not null && Properties.TryGetIndex(property, out var index) ? index : -1;

    /// <summary>Each combination after those that it asks for. What asks for itself, however far around, is left out: whether it
    /// holds would depend on the order of asking. Checks of rules refuse it before it comes here.</summary>
    private CombinationRule[] Compile(DistrictRule[] rules)
    {
        var known = rules.Where(r => r.Rule is not { Kind: FindingKind.Combination, When: null }).ToDictionary(r => r.Rule.Id, StringComparer.Ordinal);
        var open = known.Values.Where(r => r.Rule.Kind == FindingKind.Combination).OrderBy(r => r.Index).ToList();
        var ordered = new List<DistrictRule>();
        while (open.Find(r => RaisedIn(r.Rule.When!).All(id => !open.Exists(o => o.Rule.Id == id))) is { } next)
        {
            open.Remove(next);
            ordered.Add(next);
        }

        open.ForEach(circular => known.Remove(circular.Rule.Id));
        return [.. ordered.Select(r => new CombinationRule(r, Condition.Compile(r.Rule.When!, Properties, id => known.ContainsKey(id) ? Watch(id) : -1)))];
    }

    private int Watch(string ruleId)
    {
        if (!_watched.TryGetValue(ruleId, out var index))
        {
            index = _watched.Count;
            _watched.Add(ruleId, index);
        }

        return index;
    }

    private static IEnumerable<string> RaisedIn(RuleCondition condition) => condition switch
    {
        RuleCondition.All all => all.Conditions.SelectMany(RaisedIn),
        RuleCondition.Any any => any.Conditions.SelectMany(RaisedIn),
        RuleCondition.Not not => RaisedIn(not.Condition),
        RuleCondition.Raised raised => [raised.RuleId],
        _ => [],
    };
}
