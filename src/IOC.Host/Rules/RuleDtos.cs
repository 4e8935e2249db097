using System.Text.Json;
using IOC.Host.Live;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Rules;

/// <summary>A detection rule. <paramref name="Rule"/> is the whole of it as docs/rules.md has it; the fields before it are for those who
/// need only the usual ones. Times are Unix milliseconds.</summary>
/// <param name="Id">Slug.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Name">Title of its alerts.</param>
/// <param name="Severity">1 to 4.</param>
/// <param name="Property">Property code; null = every property, or the whole sensor.</param>
/// <param name="Domain">Only this domain.</param>
/// <param name="District">Only this district.</param>
/// <param name="Sensor">Only this sensor.</param>
/// <param name="RaiseAbove">Limit on single values, in the property's unit; null where there is none or where it is one on means.</param>
/// <param name="RaiseBelow">As RaiseAbove.</param>
/// <param name="Hysteresis">How far it must come back.</param>
/// <param name="DurationSeconds">How long it must hold.</param>
/// <param name="Factor">What the kind counts.</param>
/// <param name="MinimumChange">Least change.</param>
/// <param name="Source">Where a limit comes from.</param>
/// <param name="Version">Version.</param>
/// <param name="InForce">Whether it is part of the present rule set.</param>
/// <param name="File">File that it comes from; null for one made over the API.</param>
/// <param name="Overridden">Whether it comes from a file and was changed over the API since.</param>
/// <param name="Misfits">Why it is not in force although enabled.</param>
/// <param name="ChangedBy">Who made this version.</param>
/// <param name="ChangedAt">When.</param>
/// <param name="Rule">The rule.</param>
public sealed record RuleDto(
    string Id, string Kind, LocalText Name, int Severity, string? Property, string? Domain, string? District, string? Sensor,
    double? RaiseAbove, double? RaiseBelow, double Hysteresis, double DurationSeconds, double Factor, double MinimumChange, LocalText? Source,
    int Version, bool InForce, string? File, bool Overridden, IReadOnlyList<LocalText> Misfits, string ChangedBy, long ChangedAt, JsonElement Rule)
{
    internal static RuleDto From(StoredRule stored)
    {
        var r = stored.Rule;
        var single = r.Average is null;
        return new RuleDto(
            r.Id, LiveMapping.Name(r.Kind), r.Name, (int)r.Severity, r.Property, r.Domain, r.District, r.Sensor,
            single ? r.RaiseAbove : null, single ? r.RaiseBelow : null, r.Hysteresis, r.Duration.TotalSeconds, r.Factor, r.MinimumChange, r.Source,
            r.Version, stored.InForce, stored.File, stored.Overridden, stored.Misfits, stored.Latest.By, stored.Latest.AtMs, Json(stored.Latest.Text));
    }

    internal static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}

/// <summary>A version of a rule. Times are Unix milliseconds.</summary>
public sealed record RuleVersionDto(int Version, string Origin, string By, long At, string? Note, bool Retired, JsonElement Rule)
{
    internal static RuleVersionDto From(RuleVersion v) => new(v.Version, v.Origin == RuleOrigin.File ? "file" : "api", v.By, v.AtMs, v.Note, v.Retired, RuleDto.Json(v.Text));
}

/// <summary>A rule set. Times are Unix milliseconds.</summary>
public sealed record RuleSetDto(int Number, string Hash, long CreatedAt, string By, string? Note, IReadOnlyList<RuleSetChange> Changes)
{
    internal static RuleSetDto From(RuleSet s) => new(s.Number, s.Hash, s.CreatedAtMs, s.By, s.Note, s.Changes);
}

/// <summary>How the rules stand.</summary>
/// <param name="Set">The newest set.</param>
/// <param name="Partitions">Number of the set that each partition works with.</param>
/// <param name="Files">What is known of the files.</param>
/// <param name="Watched">Whether changes of the files are taken in by themselves.</param>
public sealed record RuleStatusDto(RuleSetDto? Set, IReadOnlyList<int> Partitions, RuleFilesState Files, bool Watched);

/// <summary>A change of a rule.</summary>
/// <param name="Rule">The rule (docs/rules.md).</param>
/// <param name="Operator">Who changes it.</param>
/// <param name="Note">Why.</param>
/// <param name="Version">Version that the change is made from; another one is a conflict. The header If-Match says the same.</param>
public sealed record RuleRequest(JsonElement? Rule, string? Operator, string? Note, int? Version);

/// <summary>An act on a rule.</summary>
/// <param name="Operator">Who.</param>
/// <param name="Note">Why.</param>
/// <param name="Version">As in a change.</param>
/// <param name="To">Revert: the version to go back to; without it, what the rule's file says.</param>
public sealed record RuleActRequest(string? Operator, string? Note, int? Version, int? To);

/// <summary>Answer to a change.</summary>
/// <param name="Rule">The rule as it is now.</param>
/// <param name="Set">The rule set in force.</param>
public sealed record RuleChangeDto(RuleDto? Rule, RuleSetDto? Set);

/// <summary>Answer to reading the files again.</summary>
public sealed record RuleReloadDto(RuleSetDto? Set, IReadOnlyList<CatalogueError> Errors, IReadOnlyList<LocalText> Notes, IReadOnlyList<string> Files);
