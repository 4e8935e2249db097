namespace IOC.Telemetry;

/// <summary>Limits that hold for a time. Periods of one rule do not overlap.</summary>
/// <param name="From">First instant (measured-at); null = since ever.</param>
/// <param name="To">First instant no longer covered; null = still is.</param>
/// <param name="RaiseAbove">As <see cref="DetectionRule.RaiseAbove"/>.</param>
/// <param name="RaiseBelow">As <see cref="DetectionRule.RaiseBelow"/>.</param>
/// <param name="Source">Where it comes from; null = the rule's source.</param>
public sealed record LimitPeriod(DateTimeOffset? From, DateTimeOffset? To, double? RaiseAbove, double? RaiseBelow, LocalText? Source);

/// <summary>A mean that a limit is compared with.</summary>
/// <param name="Length">Averaging time.</param>
/// <param name="Clock">True: windows that begin at whole multiples of the length in the city's zone (hours, days), judged when they end.
/// False: the last stretch of that length, judged with every value.</param>
/// <param name="MinimumShare">Least share of the expected readings, more than 0 to 1, below which there is no mean. Default 0.75,
/// as regulations on averages ask for.</param>
public sealed record RuleAverage(TimeSpan Length, bool Clock, double MinimumShare = 0.75);

/// <summary>When something must not be so, in the city's zone. A time is covered when any of the windows covers it.</summary>
/// <param name="Windows">Windows, at least one.</param>
public sealed record RuleSchedule(IReadOnlyList<ScheduleWindow> Windows);

/// <summary>A part of the day on some days of the week.</summary>
/// <param name="Days">Days on which it begins; empty = every day.</param>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends; at or before <paramref name="From"/> = on the next day.</param>
public sealed record ScheduleWindow(IReadOnlyList<DayOfWeek> Days, ScheduleTime From, ScheduleTime To);

/// <summary>What a time of day is counted from.</summary>
public enum ScheduleOrigin : byte
{
    /// <summary>Midnight, by the clock of the city's zone.</summary>
    Midnight = 0,

    /// <summary>Sunrise at the sensor.</summary>
    Sunrise = 1,

    /// <summary>Sunset at the sensor.</summary>
    Sunset = 2,
}

/// <summary>A time of day.</summary>
/// <param name="Origin">What it is counted from.</param>
/// <param name="Offset">How long after it; negative = before (sun only).</param>
public sealed record ScheduleTime(ScheduleOrigin Origin, TimeSpan Offset);

/// <summary>With whom a sensor is compared: others of its district that report the same property.</summary>
/// <param name="RadiusMetres">Only those within this distance; null = the whole district.</param>
/// <param name="Minimum">Least number of them with a current good value; fewer say nothing.</param>
public sealed record RuleNeighbours(double? RadiusMetres, int Minimum);

/// <summary>What an aggregate rule works out over a district's sensors.</summary>
public enum AggregateFunction : byte
{
    /// <summary>Mean of the current values.</summary>
    Mean = 0,

    /// <summary>Median of the current values.</summary>
    Median = 1,

    /// <summary>Lowest current value.</summary>
    Min = 2,

    /// <summary>Highest current value.</summary>
    Max = 3,

    /// <summary>Sum of the current values.</summary>
    Sum = 4,

    /// <summary>Share (0 to 1) of the sensors whose value is at or beyond <see cref="RuleAggregate.Beyond"/>.</summary>
    ShareBeyond = 5,

    /// <summary>Share (0 to 1) of the sensors, once heard, that are silent by a silence rule.</summary>
    ShareSilent = 6,
}

/// <summary>An aggregate over a district's sensors.</summary>
/// <param name="Function">What.</param>
/// <param name="Minimum">Least number of sensors with a current good value; fewer say nothing.</param>
/// <param name="Beyond">For <see cref="AggregateFunction.ShareBeyond"/>: the value, in the property's unit.</param>
/// <param name="BeyondIsBelow">For <see cref="AggregateFunction.ShareBeyond"/>: count values at or below instead of at or above.</param>
public sealed record RuleAggregate(AggregateFunction Function, int Minimum, double? Beyond = null, bool BeyondIsBelow = false);

/// <summary>Which alerts become one: when enough sensors under one asset (or of one district) have an active alert of these rules.</summary>
/// <param name="Rules">Ids of the rules whose alerts count; empty = all rules of kind silence.</param>
/// <param name="Assets">Kinds of assets that it is asked for; empty = the district.</param>
/// <param name="Minimum">Least number of sensors, 2 or more.</param>
/// <param name="Share">Least share of the sensors under it, more than 0 to 1.</param>
/// <param name="Within">How long after the first of them the others may follow.</param>
public sealed record RuleGroup(IReadOnlyList<string> Rules, IReadOnlyList<AssetKind> Assets, int Minimum, double Share, TimeSpan Within);

/// <summary>How far an alert explains others.</summary>
public enum InhibitionScope : byte
{
    /// <summary>Alerts about the same subject.</summary>
    Subject = 0,

    /// <summary>Alerts about what is below the same asset: below the subject when it is an asset; below the assets that it depends on
    /// directly when it is a sensor.</summary>
    Asset = 1,

    /// <summary>Alerts about anything in the subject's district.</summary>
    District = 2,
}

/// <summary>Alerts that a rule's alerts explain.</summary>
/// <param name="Rules">Ids of their rules, at least one.</param>
/// <param name="Scope">How far.</param>
/// <param name="Assets">For <see cref="InhibitionScope.Asset"/>: only through assets of these kinds; empty = of any kind.</param>
public sealed record RuleInhibition(IReadOnlyList<string> Rules, InhibitionScope Scope, IReadOnlyList<AssetKind> Assets);

/// <summary>A condition of a combination rule, about one sensor.</summary>
public abstract record RuleCondition
{
    private RuleCondition()
    {
    }

    /// <summary>All of them hold.</summary>
    /// <param name="Conditions">At least one.</param>
    public sealed record All(IReadOnlyList<RuleCondition> Conditions) : RuleCondition;

    /// <summary>At least one of them holds.</summary>
    /// <param name="Conditions">At least one.</param>
    public sealed record Any(IReadOnlyList<RuleCondition> Conditions) : RuleCondition;

    /// <summary>It does not hold; unknown stays unknown.</summary>
    /// <param name="Condition">Which.</param>
    public sealed record Not(RuleCondition Condition) : RuleCondition;

    /// <summary>The current good value of a property is at or beyond a bound.</summary>
    /// <param name="Property">Property code.</param>
    /// <param name="Above">At or above this value, in the property's unit; null = no upper bound.</param>
    /// <param name="Below">At or below this value; null = no lower bound. With both, either one makes it hold.</param>
    /// <param name="Sensor">Another sensor of the same district; null = the sensor itself.</param>
    public sealed record Value(string Property, double? Above, double? Below, string? Sensor = null) : RuleCondition;

    /// <summary>Another rule has something raised.</summary>
    /// <param name="RuleId">That rule's id: one about sensors, or an aggregate, which then is asked about the sensor's district.</param>
    /// <param name="Sensor">Another sensor of the same district; null = the sensor itself.</param>
    public sealed record Raised(string RuleId, string? Sensor = null) : RuleCondition;
}
