using System.Text.Json;
using IOC.Host.Live;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Procedures;

/// <summary>A procedure. <paramref name="Procedure"/> is the whole of it as docs/procedures.md has it. Times are Unix milliseconds.</summary>
/// <param name="Id">Slug.</param>
/// <param name="Version">Version.</param>
/// <param name="File">File that it comes from; null for one made over the API.</param>
/// <param name="Overridden">Whether it comes from a file and was changed over the API since.</param>
/// <param name="Retired">Whether it was ended.</param>
/// <param name="ChangedBy">Who made this version.</param>
/// <param name="ChangedAt">When.</param>
/// <param name="Note">Why.</param>
/// <param name="Procedure">The procedure.</param>
public sealed record ProcedureDto(string Id, int Version, string? File, bool Overridden, bool Retired, string ChangedBy, long ChangedAt, string? Note, JsonElement Procedure)
{
    internal static ProcedureDto From(StoredProcedure p) => new(
        p.Latest.ProcedureId, p.Latest.Version, p.File, p.Overridden, p.Retired, p.Latest.By, p.Latest.AtMs, p.Latest.Note, Json(p.Latest.Text));

    internal static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}

/// <summary>A version of a procedure. Times are Unix milliseconds.</summary>
public sealed record ProcedureVersionDto(int Version, string Origin, string By, long At, string? Note, bool Retired, JsonElement Procedure)
{
    internal static ProcedureVersionDto From(ProcedureVersion v) =>
        new(v.Version, v.Origin == RuleOrigin.File ? "file" : "api", v.By, v.AtMs, v.Note, v.Retired, ProcedureDto.Json(v.Text));
}

/// <summary>A procedure to be made or changed: made from <c>Version</c>, by <c>Operator</c>, for the reason <c>Note</c>.</summary>
public sealed record ProcedureRequest(JsonElement? Procedure, int? Version, string? Operator, string? Note);

/// <summary>What is to be gone back to: version <c>To</c>, without it what the file says.</summary>
public sealed record ProcedureRevertRequest(int? To, int? Version, string? Operator, string? Note);

/// <summary>What reading the files again did.</summary>
public sealed record ProcedureReloadDto(int Changed, IReadOnlyList<LocalText> Notes);

/// <summary>Whether a procedure is right.</summary>
public sealed record ProcedureCheckDto(bool Valid);

/// <summary>The procedure of an alert.</summary>
/// <param name="Procedure">The version that the alert's steps are of, or, while none was done, the one to follow now; null when there is none.</param>
/// <param name="Latest">Number of the version that would be followed now, when it is another one; null when it is this.</param>
/// <param name="Checklist">What was done of it; null while nothing was.</param>
public sealed record AlertProcedureDto(ProcedureTextDto? Procedure, int? Latest, LiveChecklist? Checklist);

/// <summary>A procedure to be read.</summary>
public sealed record ProcedureTextDto(string Id, int Version, LocalText Name, LocalText? Summary, LocalText? Source, IReadOnlyList<ProcedureStepDto> Steps)
{
    internal static ProcedureTextDto From(Procedure p) => new(
        p.Id, p.Version, p.Name, p.Summary, p.Source, [.. p.Steps.Select(s => new ProcedureStepDto(s.Id, s.Text, s.Detail, s.Optional))]);
}

/// <summary>A step to be done.</summary>
public sealed record ProcedureStepDto(string Id, LocalText Text, LocalText? Detail, bool Optional);

/// <summary>A step that is done, or not after all: of the version of the procedure that was read.</summary>
public sealed record StepRequest(string? Operator, string? Procedure, int? Version, bool? Done, string? Note);
