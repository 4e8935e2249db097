namespace IOC.Telemetry;

/// <summary>A detection rule.</summary>
public sealed record DetectionRule
{
    /// <summary>Slug, unique; part of the alert's key.</summary>
    public required string Id { get; init; }

    /// <summary>Which detector.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>Title of its alerts.</summary>
    public required LocalText Name { get; init; }

    /// <summary>Priority of its alerts.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Property code; null = every property (flatline, spike, implausible) or the whole sensor (silence, missing share).</summary>
    public string? Property { get; init; }

    /// <summary>Only sensors of this domain; null = all.</summary>
    public string? Domain { get; init; }

    /// <summary>Only sensors of this district; null = all.</summary>
    public string? District { get; init; }

    /// <summary>Only this sensor; null = all.</summary>
    public string? Sensor { get; init; }

    /// <summary>Limit: raise at or above this value, in the property's unit. Schedule, rate of change, missing share and aggregate:
    /// the same of what they work out (a rate per hour, a share of 0 to 1, the aggregate).</summary>
    public double? RaiseAbove { get; init; }

    /// <summary>As <see cref="RaiseAbove"/>, but at or below.</summary>
    public double? RaiseBelow { get; init; }

    /// <summary>Limit, neighbour, aggregate: how far the value (the deviation, the aggregate) must come back inside before it clears, in its
    /// unit; 0 or more.</summary>
    public double Hysteresis { get; init; }

    /// <summary>How long (event time) the condition must hold before it is raised. Flatline: how long one value.
    /// Silence: unused (see <see cref="Factor"/>).</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Spike, neighbour: number of robust standard deviations. Silence: number of reporting periods missed.
    /// Learned, disagreement: least score, 0.5 to 1.</summary>
    public double Factor { get; init; }

    /// <summary>Flatline: largest change still taken for the same value, in the property's unit; spike and
    /// neighbour: smallest deviation worth a finding, in the property's unit.</summary>
    public double MinimumChange { get; init; }

    /// <summary>Limits that changed in time, by validity; empty = <see cref="RaiseAbove"/> and <see cref="RaiseBelow"/> always. For an
    /// instant that no period covers there is no limit.</summary>
    public IReadOnlyList<LimitPeriod> Periods { get; init; } = [];

    /// <summary>Limit: judge this mean instead of each value; null = each value.</summary>
    public RuleAverage? Average { get; init; }

    /// <summary>Rate of change, missing share, aggregate: the time looked back over.</summary>
    public TimeSpan Window { get; init; }

    /// <summary>Schedule: when the condition (<see cref="RaiseAbove"/>, <see cref="RaiseBelow"/>) must not hold.</summary>
    public RuleSchedule? Schedule { get; init; }

    /// <summary>Neighbour: with whom a sensor is compared.</summary>
    public RuleNeighbours? Neighbours { get; init; }

    /// <summary>Aggregate: what is worked out over the sensors of a district.</summary>
    public RuleAggregate? Aggregate { get; init; }

    /// <summary>Combination: the condition.</summary>
    public RuleCondition? When { get; init; }

    /// <summary>Group: which alerts make one.</summary>
    public RuleGroup? Group { get; init; }

    /// <summary>What its alerts explain: alerts of those rules are suppressed by design while one of this rule is active, unless
    /// they have a higher priority. Any kind of rule may have it; the relation between rules has no cycle.</summary>
    public IReadOnlyList<RuleInhibition> Inhibits { get; init; } = [];

    /// <summary>First instant (measured-at) for which the rule counts; null = always.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>First instant (measured-at) for which it no longer counts; null = still does.</summary>
    public DateTimeOffset? ValidTo { get; init; }

    /// <summary>Its alerts stay after the condition has gone until an operator resets them (ISA-18.2: latched).</summary>
    public bool Latched { get; init; }

    /// <summary>What to do about it; null when nothing is written down.</summary>
    public LocalText? Advice { get; init; }

    /// <summary>Where a limit comes from (decree, standard); shown to people.</summary>
    public LocalText? Source { get; init; }

    /// <summary>False for a rule that is kept and watches nothing; a catalogue holds no such rule.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Rises by one with every change of the rule; 1 for the first.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Tells whether the rule concerns a sensor.</summary>
    public bool Covers(SensorAddress sensor) =>
        (Domain is null || Domain == sensor.Domain) && (District is null || District == sensor.District) && (Sensor is null || Sensor == sensor.Sensor);
}
