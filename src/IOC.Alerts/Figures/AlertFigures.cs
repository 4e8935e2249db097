using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>
/// The alarm system's own figures for a period, as ISA-18.2 (clause 16), IEC 62682 and EEMUA 191 name them. Times of annunciation are
/// those of receipt: what an operator could hear.
/// </summary>
public sealed record AlertFigures
{
    /// <summary>Beginning, Unix milliseconds; a whole multiple of ten minutes.</summary>
    public required long FromMs { get; init; }

    /// <summary>End, not contained; a whole multiple of ten minutes.</summary>
    public required long ToMs { get; init; }

    /// <summary>Mean number of operators that it is reckoned for.</summary>
    public required double Operators { get; init; }

    /// <summary>How often an alert came into the operators' list and asked to be acknowledged.</summary>
    public required int Annunciated { get; init; }

    /// <summary>Rates per ten minutes and operator.</summary>
    public required AlertRates Rates { get; init; }

    /// <summary>Floods.</summary>
    public required FloodFigures Floods { get; init; }

    /// <summary>Alerts active for more than a day.</summary>
    public required StaleFigures Stale { get; init; }

    /// <summary>Keys (subject and rule) that an alert book marked as chattering.</summary>
    public required int Chattering { get; init; }

    /// <summary>Keys that were raised three times or more within a minute, whether marked or not.</summary>
    public required int ThriceInAMinute { get; init; }

    /// <summary>Annunciations whose condition was gone within a minute, before anybody had acknowledged.</summary>
    public required int Fleeting { get; init; }

    /// <summary>The keys with the most annunciations, at most ten.</summary>
    public required IReadOnlyList<BadActor> BadActors { get; init; }

    /// <summary>Share of all annunciations that the ten have, 0 to 1.</summary>
    public required double BadActorsShare { get; init; }

    /// <summary>From annunciation to acknowledgement, of all priorities.</summary>
    public required TimeFigures TimeToAcknowledge { get; init; }

    /// <summary>The same by priority, P1 first.</summary>
    public required IReadOnlyList<TimeFigures> TimeToAcknowledgeByPriority { get; init; }

    /// <summary>Annunciations of the period that nobody had acknowledged by its end and that still asked for it.</summary>
    public required int Unacknowledged { get; init; }

    /// <summary>From the first annunciation of an alert to its closing.</summary>
    public required TimeFigures TimeToClose { get; init; }

    /// <summary>Annunciations by priority, P1 first.</summary>
    public required IReadOnlyList<PriorityFigures> Priorities { get; init; }

    /// <summary>How often alerts were held back, and how many are at the end.</summary>
    public required HoldFigures Held { get; init; }

    /// <summary>Annunciations by priority (P1 first) and ten-minute interval.</summary>
    public IReadOnlyList<IReadOnlyList<int>> PerInterval { get; init; } = [];

    /// <summary>Annunciations per operator by ten-minute interval.</summary>
    public IReadOnlyList<double> PerOperator { get; init; } = [];

    /// <summary>The floods, in order.</summary>
    public IReadOnlyList<FloodPeriod> FloodPeriods { get; init; } = [];

    /// <summary>Annunciations by district and domain, the most first.</summary>
    public IReadOnlyList<PlaceFigures> Places { get; init; } = [];

    /// <summary>Keys that chattered or were fleeting, the worst first, at most 20.</summary>
    public IReadOnlyList<Nuisance> Nuisances { get; init; } = [];

    /// <summary>The stale alerts, the oldest first, at most 20.</summary>
    public IReadOnlyList<StaleAlert> StaleAlerts { get; init; } = [];
}

/// <summary>Annunciations per ten minutes and operator.</summary>
/// <param name="Mean">Mean over the intervals.</param>
/// <param name="Max">Most in one interval.</param>
/// <param name="Intervals">Number of intervals.</param>
/// <param name="None">Intervals without any.</param>
/// <param name="UpTo2">More than none, at most 2.</param>
/// <param name="UpTo5">More than 2, at most 5.</param>
/// <param name="UpTo10">More than 5, at most 10.</param>
/// <param name="Above10">More than 10.</param>
/// <param name="ShareAbove10">Share of the intervals above 10, 0 to 1.</param>
public sealed record AlertRates(double Mean, double Max, int Intervals, int None, int UpTo2, int UpTo5, int UpTo10, int Above10, double ShareAbove10);

/// <summary>Floods: from the first interval with more than 10 annunciations per operator, to the next with fewer than 5 (not contained).</summary>
/// <param name="Count">How many began.</param>
/// <param name="LongestMs">The longest, milliseconds.</param>
/// <param name="Share">Share of the time, 0 to 1.</param>
public sealed record FloodFigures(int Count, long LongestMs, double Share);

/// <summary>Alerts in the operators' list that had been active for more than 24 hours without a break at some time of the period.</summary>
/// <param name="Count">How many.</param>
/// <param name="Unacknowledged">Of them: nobody had acknowledged within those 24 hours.</param>
/// <param name="AtEnd">Of them: still so at the end.</param>
public sealed record StaleFigures(int Count, int Unacknowledged, int AtEnd);

/// <summary>A subject and rule with many annunciations.</summary>
/// <param name="Subject">Subject.</param>
/// <param name="RuleId">Rule.</param>
/// <param name="Annunciated">How often.</param>
/// <param name="Share">Share of all, 0 to 1.</param>
public sealed record BadActor(Subject Subject, string RuleId, int Annunciated, double Share)
{
    /// <summary>Title of its latest alert.</summary>
    public LocalText? Title { get; init; }
}

/// <summary>A flood.</summary>
/// <param name="FromMs">Beginning of its first interval, Unix milliseconds.</param>
/// <param name="ToMs">End of its last, not contained.</param>
/// <param name="Annunciated">Annunciations in it.</param>
/// <param name="Peak">Most per operator in one interval.</param>
public sealed record FloodPeriod(long FromMs, long ToMs, int Annunciated, double Peak);

/// <summary>Annunciations of a district and domain.</summary>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug; null for what concerns several.</param>
/// <param name="Priorities">How many by priority, P1 first.</param>
/// <param name="Share">Share of all, 0 to 1.</param>
public sealed record PlaceFigures(string District, string? Domain, IReadOnlyList<int> Priorities, double Share);

/// <summary>A subject and rule whose alerts come and go too often.</summary>
/// <param name="Subject">Subject.</param>
/// <param name="RuleId">Rule.</param>
/// <param name="Chattered">An alert book marked it.</param>
/// <param name="ThriceInAMinute">It was raised three times or more within a minute.</param>
/// <param name="Fleeting">How often it was gone within a minute.</param>
public sealed record Nuisance(Subject Subject, string RuleId, bool Chattered, bool ThriceInAMinute, int Fleeting)
{
    /// <summary>Title of its latest alert.</summary>
    public LocalText? Title { get; init; }
}

/// <summary>An alert that stood for more than a day.</summary>
/// <param name="AlertId">The alert.</param>
/// <param name="Subject">Subject.</param>
/// <param name="RuleId">Rule.</param>
/// <param name="Title">Title.</param>
/// <param name="Severity">Priority.</param>
/// <param name="SinceMs">Since when it was active in the list, Unix milliseconds.</param>
/// <param name="UntilMs">Until when; null = still at the end of the period.</param>
/// <param name="Acknowledged">Whether somebody acknowledged it meanwhile.</param>
public sealed record StaleAlert(string AlertId, Subject Subject, string RuleId, LocalText Title, Severity Severity, long SinceMs, long? UntilMs, bool Acknowledged);

/// <summary>Times, in milliseconds; null without any.</summary>
/// <param name="Count">How many.</param>
/// <param name="MedianMs">Median: the smallest that at least half of them do not exceed.</param>
/// <param name="P90Ms">The smallest that at least nine tenths do not exceed.</param>
public sealed record TimeFigures(int Count, long? MedianMs, long? P90Ms);

/// <summary>Annunciations of a priority.</summary>
/// <param name="Priority">Priority.</param>
/// <param name="Annunciated">How many.</param>
/// <param name="Share">Share of all, 0 to 1.</param>
public sealed record PriorityFigures(Severity Priority, int Annunciated, double Share);

/// <summary>What was held back.</summary>
/// <param name="Shelved">Times that an operator shelved an alert.</param>
/// <param name="Suppressed">Times that an alert was suppressed by design.</param>
/// <param name="OutOfService">Times that an alert went out of service.</param>
/// <param name="ShelvedAtEnd">Alerts shelved at the end.</param>
/// <param name="SuppressedAtEnd">Alerts suppressed at the end.</param>
/// <param name="OutOfServiceAtEnd">Alerts out of service at the end.</param>
public sealed record HoldFigures(int Shelved, int Suppressed, int OutOfService, int ShelvedAtEnd, int SuppressedAtEnd, int OutOfServiceAtEnd);
