using System.Text.Json.Serialization;
using IOC.Telemetry;

namespace IOC.Host.Live;

/// <summary>Where a client of the live stream is: what it has already.</summary>
/// <param name="Epoch">The epoch of its last update; null = it has nothing.</param>
/// <param name="Version">The version of its last update.</param>
public sealed record LiveRequest(string? Epoch, long Version);

/// <summary>A step of the live stream. Times are Unix milliseconds, UTC.</summary>
public sealed record LiveUpdate
{
    /// <summary>Changes when the host restarts: versions of different epochs cannot be compared.</summary>
    public required string Epoch { get; init; }

    /// <summary>Version after this update.</summary>
    public required long Version { get; init; }

    /// <summary>True: replaces everything. False: what changed since the client's version.</summary>
    public required bool Full { get; init; }

    /// <summary>The host's time.</summary>
    public required long ServerTime { get; init; }

    /// <summary>Sensors.</summary>
    public required IReadOnlyList<LiveSensor> Sensors { get; init; }

    /// <summary>Districts.</summary>
    public required IReadOnlyList<LiveDistrict> Districts { get; init; }

    /// <summary>Alerts.</summary>
    public required IReadOnlyList<LiveAlert> Alerts { get; init; }

    /// <summary>Commands to devices: those without an outcome, and those that got one lately.</summary>
    public required IReadOnlyList<LiveCommand> Commands { get; init; }

    /// <summary>Figures of the whole fleet.</summary>
    public required LiveFleet Fleet { get; init; }

    /// <summary>Whether the operators are flooded.</summary>
    public LiveFlood Flood { get; init; } = new(false, null, 0, 1);

    /// <summary>Who is on shift, and how far the shift log goes.</summary>
    public LiveShift Shift { get; init; } = LiveShift.None;

    /// <summary>Which rules and procedures there are.</summary>
    public LiveCatalogue Catalogue { get; init; } = new(0, 0);
}

/// <summary>What rules and procedures are in force, as numbers that change with them: a page that has others asks for them again.</summary>
/// <param name="Rules">Number of the rule set.</param>
/// <param name="Procedures">Changes of the procedures since the host's start.</param>
public sealed record LiveCatalogue(int Rules, int Procedures);

/// <summary>Who is on shift, and how far the shift log goes.</summary>
/// <param name="LastEntry">Number of the log's last entry; 0 = none.</param>
/// <param name="OnDuty">Who is on shift, by when they came.</param>
/// <param name="Handovers">How often a hand-over was written, accepted or withdrawn since the host started: another number = ask for them again.</param>
public sealed record LiveShift(long LastEntry, IReadOnlyList<LiveDuty> OnDuty, long Handovers = 0)
{
    /// <summary>Nobody and nothing.</summary>
    public static readonly LiveShift None = new(0, []);
}

/// <summary>Somebody on shift.</summary>
/// <param name="Operator">Who.</param>
/// <param name="Since">Since when, Unix milliseconds.</param>
public sealed record LiveDuty(string Operator, long Since);

/// <summary>What the shift log takes from the live view: alerts and commands that changed.</summary>
/// <param name="Version">Version after this.</param>
/// <param name="Alerts">Alerts.</param>
/// <param name="Commands">Commands.</param>
/// <param name="Flood">Whether the operators are flooded.</param>
/// <param name="Storage">Whether the host can store what comes, see <see cref="LiveStorage"/>.</param>
internal sealed record LiveNews(long Version, IReadOnlyList<LiveAlert> Alerts, IReadOnlyList<LiveCommand> Commands, LiveFlood Flood, string Storage);

/// <summary>Whether the operators are flooded: more comes than they can follow, and the list folds into groups.</summary>
/// <param name="InFlood">True in a flood.</param>
/// <param name="Since">Since when, Unix milliseconds; null outside of one.</param>
/// <param name="Rate">Alerts per operator that came into the list within the last ten minutes.</param>
/// <param name="Operators">Operators on shift.</param>
public sealed record LiveFlood(bool InFlood, long? Since, double Rate, int Operators);

/// <summary>A sensor as people see it now. The metadata (name to period) is absent where there is none, and in a delta unless
/// it changed.</summary>
public sealed record LiveSensor
{
    /// <summary>Sensor slug.</summary>
    public required string Id { get; init; }

    /// <summary>Name; null when unregistered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LocalText? Name { get; init; }

    /// <summary>District slug.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? District { get; init; }

    /// <summary>Domain slug.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Domain { get; init; }

    /// <summary>Degrees east, WGS 84; null when unregistered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Longitude { get; init; }

    /// <summary>Degrees north, WGS 84; null when unregistered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Latitude { get; init; }

    /// <summary>Whether the registry knows it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Registered { get; init; }

    /// <summary>Codes of the properties that it is registered for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Properties { get; init; }

    /// <summary>Seconds between its reports; null when unregistered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PeriodSeconds { get; init; }

    /// <summary>online, offline, stale, silent or unknown.</summary>
    public required string State { get; init; }

    /// <summary>Worst quality of its current values: ok, calibrating, fault or implausible.</summary>
    public required string Quality { get; init; }

    /// <summary>Newest time of measurement.</summary>
    public long? MeasuredAt { get; init; }

    /// <summary>Newest time of receipt.</summary>
    public long? ReceivedAt { get; init; }

    /// <summary>Latest value per property code.</summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }

    /// <summary>Quality per property code, only where it is not ok.</summary>
    public required IReadOnlyDictionary<string, string> ValueQualities { get; init; }

    /// <summary>Time of measurement per property code, only where it is not <see cref="MeasuredAt"/>.</summary>
    public required IReadOnlyDictionary<string, long> ValueTimes { get; init; }
}

/// <summary>A district now.</summary>
/// <param name="Id">District slug.</param>
/// <param name="Name">Name; null when the registry does not know it.</param>
/// <param name="Sensors">Its sensors by state.</param>
/// <param name="Aggregates">Aggregates of the latest good values of the sensors that report.</param>
/// <param name="OpenAlerts">Alerts that are not closed.</param>
public sealed record LiveDistrict(
    string Id, LocalText? Name, LiveSensorCounts Sensors, IReadOnlyList<LiveAggregate> Aggregates, LiveAlertCounts OpenAlerts);

/// <summary>Sensors by state.</summary>
public sealed record LiveSensorCounts(int Total, int Online, int Offline, int Stale, int Silent, int Unknown);

/// <summary>Alerts that are not closed, by priority.</summary>
public sealed record LiveAlertCounts(int P1, int P2, int P3, int P4);

/// <summary>Aggregate over the latest good value of each sensor of a district that reports: what one said before it went silent does not count.</summary>
/// <param name="Domain">Domain slug.</param>
/// <param name="Property">Property code.</param>
/// <param name="Count">Number of sensors.</param>
/// <param name="Mean">Mean, in the property's unit.</param>
/// <param name="Min">Lowest.</param>
/// <param name="Max">Highest.</param>
/// <param name="Oldest">When the oldest value that counts was measured, Unix ms: long ago where a sensor sends what it kept.</param>
public sealed record LiveAggregate(string Domain, string Property, int Count, double Mean, double Min, double Max, long Oldest);

/// <summary>Figures of the whole fleet.</summary>
public sealed record LiveFleet(
    int Sensors, int Online, int Offline, int Stale, int Silent, int Unknown, int Unregistered, double MessagesPerSecond, double ReadingsPerSecond)
{
    /// <summary>Whether the host can store what comes: ok, full or failing.</summary>
    public string Storage { get; init; } = LiveStorage.Ok;

    /// <summary>What is wrong with the machine: a damaged file, a clock that was set, a disk that will be full before long; null when nothing is.</summary>
    public LocalText? MachineWarning { get; init; }
}

/// <summary>What people are told about the machine, the gravest first.</summary>
public enum LiveWarning
{
    /// <summary>A file of the data folder is damaged.</summary>
    Damage = 0,

    /// <summary>The clock was set.</summary>
    Clock = 1,

    /// <summary>The disk will be full.</summary>
    Disk = 2,
}

/// <summary>Whether the host can store what comes.</summary>
public static class LiveStorage
{
    /// <summary>It can.</summary>
    public const string Ok = "ok";

    /// <summary>There is no room; publishes are refused.</summary>
    public const string Full = "full";

    /// <summary>The disk fails otherwise.</summary>
    public const string Failing = "failing";
}

/// <summary>An alert as people see it. Times are Unix milliseconds, UTC.</summary>
public sealed record LiveAlert
{
    /// <summary>Id.</summary>
    public required string Id { get; init; }

    /// <summary>Sensor slug; null when it is about an asset or a district.</summary>
    public string? Sensor { get; init; }

    /// <summary>Asset slug; null when it is about none.</summary>
    public string? Asset { get; init; }

    /// <summary>District slug.</summary>
    public required string District { get; init; }

    /// <summary>Domain slug; null when it concerns several.</summary>
    public string? Domain { get; init; }

    /// <summary>Rule that raised it.</summary>
    public required string RuleId { get; init; }

    /// <summary>What it is folded with in a flood: alerts of one asset, or of one rule, domain and district.</summary>
    public string GroupKey { get; init; } = "";

    /// <summary>How many alerts it explains at present; null when it never explained any.</summary>
    public int? Members { get; init; }

    /// <summary>Of a group: number of sensors that its rule looks at there.</summary>
    public int? MembersOf { get; init; }

    /// <summary>limit, spike, flatline, silence, implausible, learned, rate_of_change, missing_share, neighbour, schedule, aggregate,
    /// combination, disagreement or group.</summary>
    public required string Kind { get; init; }

    /// <summary>Title.</summary>
    public required LocalText Title { get; init; }

    /// <summary>Property code; null when it concerns the whole sensor.</summary>
    public string? Property { get; init; }

    /// <summary>1 (critical) to 4 (low).</summary>
    public required int Severity { get; init; }

    /// <summary>The rule's own priority, 1 to 4.</summary>
    public int RuleSeverity { get; init; }

    /// <summary>Why the priority is not the rule's own.</summary>
    public LocalText? PriorityReason { get; init; }

    /// <summary>unacknowledged, acknowledged, returned, latched_unacknowledged, latched_acknowledged or closed.</summary>
    public required string State { get; init; }

    /// <summary>When it began, by time of measurement.</summary>
    public required long RaisedAt { get; init; }

    /// <summary>When that was received.</summary>
    public required long ReceivedAt { get; init; }

    /// <summary>History that arrived after the fact raised it.</summary>
    public required bool Late { get; init; }

    /// <summary>When the condition ended.</summary>
    public long? ClearedAt { get; init; }

    /// <summary>When that was received.</summary>
    public long? ClearedReceivedAt { get; init; }

    /// <summary>History that arrived after the fact told that it had ended.</summary>
    public bool LateCleared { get; init; }

    /// <summary>When it closed.</summary>
    public long? ClosedAt { get; init; }

    /// <summary>When it was acknowledged.</summary>
    public long? AcknowledgedAt { get; init; }

    /// <summary>Who acknowledged it.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>Value that raised it.</summary>
    public double? Value { get; init; }

    /// <summary>Limit that was crossed.</summary>
    public double? Limit { get; init; }

    /// <summary>Lower end of what was usual.</summary>
    public double? ExpectedLow { get; init; }

    /// <summary>Upper end of what was usual.</summary>
    public double? ExpectedHigh { get; init; }

    /// <summary>How long it had lasted when raised, milliseconds.</summary>
    public long? LastedMs { get; init; }

    /// <summary>UCUM code of the value's unit.</summary>
    public string? Unit { get; init; }

    /// <summary>Number of acts in its life so far: of two states of one alert, the one with more acts is the later.</summary>
    public required int Revision { get; init; }

    /// <summary>Times it became active again while open.</summary>
    public required int ReAlarms { get; init; }

    /// <summary>Where the limit comes from.</summary>
    public LocalText? Source { get; init; }

    /// <summary>It stays after its condition has gone until an operator resets it.</summary>
    public bool Latched { get; init; }

    /// <summary>What holds it back from the operators' list; null when nothing does.</summary>
    public LiveHold? Hold { get; init; }

    /// <summary>Who sees to it.</summary>
    public string? Assignee { get; init; }

    /// <summary>How often its time to be acknowledged ran out.</summary>
    public int EscalationLevel { get; init; }

    /// <summary>It comes and goes too often, and is taken as active until it has been quiet.</summary>
    public bool Chattering { get; init; }

    /// <summary>How often it came or went while chattering.</summary>
    public int Turns { get; init; }

    /// <summary>What was done of its procedure; null while nothing was.</summary>
    public LiveChecklist? Checklist { get; init; }
}

/// <summary>What was done of an alert's procedure.</summary>
/// <param name="Procedure">Id of the procedure.</param>
/// <param name="Version">Its version.</param>
/// <param name="Of">Number of its steps.</param>
/// <param name="Done">The steps that are done at present.</param>
public sealed record LiveChecklist(string Procedure, int Version, int Of, IReadOnlyList<LiveStep> Done);

/// <summary>A step that was done.</summary>
/// <param name="Id">Its id within the procedure.</param>
/// <param name="By">Who did it.</param>
/// <param name="At">When, Unix milliseconds, UTC.</param>
public sealed record LiveStep(string Id, string By, long At);

/// <summary>What holds an alert back. Times are Unix milliseconds, UTC.</summary>
/// <param name="Kind">shelved, suppressed or out_of_service.</param>
/// <param name="Id">Id of the shelving, suppression or outage.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">Until when; null = until somebody ends it, or nothing explains it any more.</param>
/// <param name="By">Who; for suppressed, the id of the alert that explains it.</param>
/// <param name="Reason">Why; empty for suppressed.</param>
public sealed record LiveHold(string Kind, string Id, long Since, long? Until, string By, string Reason);
