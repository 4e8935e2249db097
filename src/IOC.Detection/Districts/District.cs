using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>What is known of a district's sensors together. Lives in one partition, so one thread reaches it.</summary>
internal sealed class District
{
    /// <summary>First character of its key in the store; no sensor's path begins with it.</summary>
    public const char KeyMark = '@';

    private const string KeyPrefix = "@district/";
    private readonly DistrictPlan _plan;
    private readonly Dictionary<string, Member> _bySensor = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Domain, int Property), NeighbourGroup> _groups = [];
    private readonly List<Aggregate[]> _aggregateSets = [];

    public District(string slug, DistrictPlan plan)
    {
        _plan = plan;
        Slug = slug;
        Key = KeyPrefix + slug;
        Raised = plan.WatchedCount == 0 ? [] : new int[plan.WatchedCount];
        Aggregates = [.. plan.Aggregates.Where(r => r.Rule.District is null || r.Rule.District == slug).Select(r => new Aggregate(r, slug))];
        Combinations = [.. plan.Combinations.Where(r => r.Rule.Rule.District is null || r.Rule.Rule.District == slug).Select(r => new Combination(r))];
    }

    public string Slug { get; }

    /// <summary>Key in the store.</summary>
    public string Key { get; }

    /// <summary>Newest event time of any value in it.</summary>
    public long ClockMs { get; set; } = Series.Never;

    public List<Member> Members { get; } = [];

    public Aggregate[] Aggregates { get; }

    /// <summary>Each after those that it asks for.</summary>
    public Combination[] Combinations { get; }

    /// <summary>How often each rule that combinations ask for is raised about the district as a whole.</summary>
    public int[] Raised { get; }

    /// <summary>Whether a combination is to be judged, and it is among those that the detector looks at next.</summary>
    public bool IsTouched { get; set; }

    public bool Dirty { get; set; }

    public bool Saving { get; set; }

    /// <summary>District slug of a key.</summary>
    public static string SlugOf(string key) => key.StartsWith(KeyPrefix, StringComparison.Ordinal)
        ? key[KeyPrefix.Length..]
        : throw new InvalidDataException($"The detector state has an unknown key '{key}'.");

    public Member? Find(string sensor) => _bySensor.GetValueOrDefault(sensor);

    public Member Add(SensorAddress address, SensorDefinition? definition, long periodMs, long currentMs)
    {
        var member = new Member(this, address, definition, periodMs, currentMs, _plan.WatchedCount)
        {
            NamedBy = Array.FindAll(Combinations, c => c.Rule.Named.Contains(address.Sensor)),
        };
        member.Combinations = [.. Combinations.Where(c => c.Rule.Rule.Rule.Covers(address)).Select(c => c.Add(member))];
        Members.Add(member);
        _bySensor[address.Sensor] = member;
        foreach (var aggregate in Aggregates)
        {
            if (aggregate.IsSilence && aggregate.Rule.Rule.Covers(address))
            {
                aggregate.Members.Add(member);
            }
        }

        return member;
    }

    /// <summary>Adds a property of a member; its series is null when no rule needs it.</summary>
    public MemberSeries? AddSeries(Member member, int property)
    {
        var address = member.Address;
        MemberSeries? series = null;
        if (_plan.Concerns(address, property))
        {
            var aggregates = AggregatesOf(address, property);
            var group = GroupOf(address.Domain, property);
            series = new MemberSeries(
                member, property, group, [.. _plan.NeighboursOf(address, property).Select(r => new NeighbourState(r))], aggregates,
                _plan.IsCombined(address, property));
            group?.Add(series);
            Array.ForEach(aggregates, a => a.Series.Add(series));
        }

        member.Add(property, series);
        return series;
    }

    /// <summary>One array for all series with the same aggregates: it stays in the processor's cache.</summary>
    private Aggregate[] AggregatesOf(SensorAddress address, int property)
    {
        var own = Array.FindAll(Aggregates, a => !a.IsSilence && _plan.Is(a.Rule, property) && a.Rule.Rule.Covers(address));
        var known = _aggregateSets.Find(own.AsEnumerable().SequenceEqual);
        if (known is null)
        {
            _aggregateSets.Add(own);
        }

        return known ?? own;
    }

    private NeighbourGroup? GroupOf(string domain, int property)
    {
        if (!Array.Exists(_plan.Neighbours, r => _plan.Is(r, property)))
        {
            return null;
        }

        if (!_groups.TryGetValue((domain, property), out var group))
        {
            _groups.Add((domain, property), group = new NeighbourGroup());
        }

        return group;
    }
}
