using IOC.Telemetry;

namespace IOC.Host.Alerts;

/// <summary>The alarm system's own figures for a period. Times are Unix milliseconds, UTC.</summary>
/// <param name="From">Beginning, a whole multiple of ten minutes.</param>
/// <param name="To">End, not contained.</param>
/// <param name="Operators">Operators that it is reckoned for.</param>
/// <param name="Source">Where the targets come from.</param>
/// <param name="Figures">The figures, each with its target where the standards name one.</param>
/// <param name="BadActors">The ten subjects and rules with the most annunciations.</param>
public sealed record FiguresDto(
    long From, long To, int Operators, LocalText Source, IReadOnlyList<FigureDto> Figures, IReadOnlyList<BadActorDto> BadActors);

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
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug.</param>
/// <param name="RuleId">Rule.</param>
/// <param name="Annunciated">How often.</param>
/// <param name="Share">Share of all, 0 to 1.</param>
public sealed record BadActorDto(string Kind, string Subject, string District, string? Domain, string RuleId, int Annunciated, double Share);
