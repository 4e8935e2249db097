using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>What a group rule is asked for: an asset or a district, and the sensors whose alerts count there.</summary>
internal sealed class GroupTarget(DetectionRule rule, Subject subject, LocalText name, IReadOnlyList<SensorAddress> sensors, IReadOnlySet<string> counted)
{
    /// <summary>The group rule.</summary>
    public DetectionRule Rule => rule;

    /// <summary>Its part about groups.</summary>
    public RuleGroup Group => rule.Group!;

    /// <summary>Subject of the group's alert.</summary>
    public Subject Subject => subject;

    /// <summary>Name of the asset or district.</summary>
    public LocalText Name => name;

    /// <summary>Sensors under it that a counted rule covers.</summary>
    public IReadOnlyList<SensorAddress> Sensors => sensors;

    /// <summary>Ids of the rules whose alerts count.</summary>
    public IReadOnlySet<string> Counted => counted;

    /// <summary>Place in the plan: what lies higher comes first.</summary>
    public int Order { get; set; }

    /// <summary>Targets that contain this one and count all that it counts: a group of theirs explains one of this.</summary>
    public List<GroupTarget> Above { get; } = [];

    /// <summary>The other way round, with the sensors that both look at.</summary>
    public List<(GroupTarget Target, IReadOnlyList<SensorAddress> Sensors)> Below { get; } = [];
}
