using IOC.Telemetry;

namespace IOC.Host.Alerts;

/// <summary>The alarm system's own figures for a period. Times are Unix milliseconds, UTC.</summary>
/// <param name="From">Beginning, a whole multiple of ten minutes.</param>
/// <param name="To">End, not contained.</param>
/// <param name="Operators">Mean number of operators that it is reckoned for.</param>
/// <param name="Staffed">Share of the time in which operators were recorded on shift, 0 to 1; the rest counts for as many as the setting
/// says. Null: it is reckoned for a fixed number.</param>
/// <param name="Source">Where the targets come from.</param>
/// <param name="Figures">The figures, each with its target where the standards name one.</param>
/// <param name="BadActors">The ten subjects and rules with the most annunciations.</param>
/// <param name="BucketMs">Length of a step of the course, milliseconds: ten minutes, an hour or a day.</param>
/// <param name="Course">Annunciations over the period, step by step; steps without any are absent.</param>
/// <param name="Floods">The floods, the latest 200.</param>
/// <param name="Places">Annunciations by district and domain, the most first.</param>
/// <param name="Nuisances">Subjects and rules that chattered or were fleeting, at most 20.</param>
/// <param name="Stale">Alerts that stood for more than a day, the oldest first, at most 20.</param>
public sealed record FiguresDto(
    long From, long To, double Operators, double? Staffed, LocalText Source, IReadOnlyList<FigureDto> Figures, IReadOnlyList<BadActorDto> BadActors, long BucketMs,
    IReadOnlyList<FigureStepDto> Course, IReadOnlyList<FloodPeriodDto> Floods, IReadOnlyList<PlaceFiguresDto> Places, IReadOnlyList<NuisanceDto> Nuisances, IReadOnlyList<StaleAlertDto> Stale);

/// <summary>A figure.</summary>
/// <param name="Id">Name for programs, such as annunciations_per_10min_mean.</param>
/// <param name="Name">Name.</param>
/// <param name="Value">Value; null when there is nothing to work it out of.</param>
/// <param name="Unit">1 (a number or a share of 0 to 1) or s (seconds).</param>
/// <param name="Target">What the standards recommend; null where they name nothing.</param>
public sealed record FigureDto(string Id, LocalText Name, double? Value, string Unit, FigureTargetDto? Target);

/// <summary>What the standards recommend for a figure.</summary>
/// <param name="Limit">The number.</param>
/// <param name="Met">Whether the figure is within it; null for a figure that has no value.</param>
/// <param name="Text">In words.</param>
public sealed record FigureTargetDto(double Limit, bool? Met, LocalText Text);

/// <summary>A subject and rule with many annunciations.</summary>
/// <param name="Kind">sensor, asset or district.</param>
/// <param name="Subject">Its slug.</param>
/// <param name="Name">Its name.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug.</param>
/// <param name="RuleId">Rule.</param>
/// <param name="Annunciated">How often.</param>
/// <param name="Share">Share of all, 0 to 1.</param>
/// <param name="Title">Title of its latest alert.</param>
public sealed record BadActorDto(string Kind, string Subject, LocalText Name, string District, string? Domain, string RuleId, int Annunciated, double Share, LocalText? Title);

/// <summary>A step of the course: annunciations by priority, and the most per operator in ten minutes of it.</summary>
public sealed record FigureStepDto(long At, int P1, int P2, int P3, int P4, double Peak);

/// <summary>A flood.</summary>
/// <param name="From">Beginning.</param>
/// <param name="To">End, not contained.</param>
/// <param name="Annunciated">Annunciations in it.</param>
/// <param name="Peak">Most per operator in ten minutes.</param>
public sealed record FloodPeriodDto(long From, long To, int Annunciated, double Peak);

/// <summary>Annunciations of a district and domain.</summary>
public sealed record PlaceFiguresDto(string District, string? Domain, int P1, int P2, int P3, int P4, int Annunciated, double Share);

/// <summary>A subject and rule whose alerts come and go too often.</summary>
/// <param name="Kind">sensor, asset or district.</param>
/// <param name="Subject">Its slug.</param>
/// <param name="Name">Its name.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug.</param>
/// <param name="RuleId">Rule.</param>
/// <param name="Title">Title of its latest alert.</param>
/// <param name="Chattered">It was marked as chattering.</param>
/// <param name="ThriceInAMinute">It was raised three times or more within a minute.</param>
/// <param name="Fleeting">How often it was gone within a minute, before anybody acknowledged.</param>
public sealed record NuisanceDto(
    string Kind, string Subject, LocalText Name, string District, string? Domain, string RuleId, LocalText? Title, bool Chattered, bool ThriceInAMinute, int Fleeting);

/// <summary>An alert that stood in the list for more than a day.</summary>
/// <param name="Alert">Its id.</param>
/// <param name="Kind">sensor, asset or district.</param>
/// <param name="Subject">Slug of what it is about.</param>
/// <param name="Name">Its name.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug.</param>
/// <param name="RuleId">Rule.</param>
/// <param name="Title">Title.</param>
/// <param name="Severity">1 to 4.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">Until when; null = still at the end.</param>
/// <param name="Acknowledged">Whether somebody acknowledged it meanwhile.</param>
public sealed record StaleAlertDto(
    string Alert, string Kind, string Subject, LocalText Name, string District, string? Domain, string RuleId, LocalText Title, int Severity, long Since, long? Until, bool Acknowledged);
