using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Host.Auditing;
using IOC.Host.Rules;
using IOC.Host.Security;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Procedures;

/// <summary>Procedures: list, versions, changes.</summary>
internal static class ProcedureEndpoints
{
    private const string ChangeHelp = "`operator` says who (while accounts are off), `note` why. With `version` a change made from another version is refused with 409. "
        + "A change counts at once for alerts of whose procedure no step was done; a procedure of a file stays changed until its entry in the file changes. ";

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/procedures").WithTags("procedures");
        group.MapGet("", (ProcedureDesk desk) => desk.Book.Procedures.Select(ProcedureDto.From)).Needs(Permission.View)
            .Produces<IEnumerable<ProcedureDto>>().WithSummary("Procedures: what is to be done about which alerts");
        group.MapGet("/status", (ProcedureDesk desk) => desk.Files).Needs(Permission.View)
            .Produces<ProcedureFilesState>().WithSummary("When the procedure files were read, and mistakes in them");
        group.MapGet("/{id}", (ProcedureDesk desk, string id) => desk.Book.Find(id) is { } found ? Results.Ok(ProcedureDto.From(found)) : Problems.NotFound("procedure", id))
            .Needs(Permission.View).Produces<ProcedureDto>().ProducesProblem(404).WithSummary("A procedure");
        group.MapGet("/{id}/versions", Versions).Needs(Permission.View).Produces<IEnumerable<ProcedureVersionDto>>().ProducesProblem(404)
            .WithSummary("All versions of a procedure, the latest first");
        group.MapPost("/reload", Reload).NeedsEverywhere(Permission.Engineer).Produces<ProcedureReloadDto>().ProducesProblem(400).WithSummary("Read the procedure files now");
        group.MapPost("/validate", Validate).OnlyAsks().Needs(Permission.Engineer).Produces<ProcedureCheckDto>().ProducesProblem(400)
            .WithSummary("Say what is wrong with a procedure, without saving it");
        group.MapPost("", Create).NeedsEverywhere(Permission.Engineer).Produces<ProcedureDto>(201).ProducesProblem(400).ProducesProblem(409)
            .WithSummary("Make a procedure").WithDescription(ChangeHelp);
        group.MapPut("/{id}", Put).NeedsEverywhere(Permission.Engineer).Produces<ProcedureDto>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Change a procedure").WithDescription(ChangeHelp);
        group.MapDelete("/{id}", Retire).NeedsEverywhere(Permission.Engineer).Produces<ProcedureDto>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("End a procedure").WithDescription("`operator`, `note` and `version` in the address. " + ChangeHelp);
        group.MapPost("/{id}/revert", Revert).NeedsEverywhere(Permission.Engineer).Produces<ProcedureDto>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Go back to version `to`, or to what the procedure's file says").WithDescription(ChangeHelp);
    }

    private static async Task<IResult> Versions(string id, ProcedureDesk desk, CancellationToken stop) =>
        await desk.Book.VersionsAsync(id, stop) is { Count: > 0 } versions ? Results.Ok(versions.Select(ProcedureVersionDto.From)) : Problems.NotFound("procedure", id);

    private static async Task<IResult> Reload(ProcedureDesk desk, CancellationToken stop)
    {
        var import = await desk.ReloadAsync("asked for over the API", stop);
        return import.Errors.Count > 0 ? Refused(import.Errors) : Results.Ok(new ProcedureReloadDto(import.Changed, import.Notes));
    }

    private static IResult Validate(ProcedureRequest request, ProcedureDesk desk) => request.Procedure is not { } procedure
        ? Missing()
        : ProcedureBook.Validate(procedure.GetRawText(), desk.Catalogue) is { Count: > 0 } errors ? Refused(errors) : Results.Ok(new ProcedureCheckDto(true));

    private static async Task<IResult> Create(ProcedureRequest request, Caller caller, ProcedureDesk desk, CancellationToken stop)
    {
        var by = caller.ActsAs(request.Operator, "operator", out var problem);
        return problem ?? (request.Procedure is not { } procedure
            ? Missing()
            : Answer("", await desk.Book.CreateAsync(procedure.GetRawText(), desk.Catalogue, by, request.Note, stop), created: true));
    }

    private static async Task<IResult> Put(string id, ProcedureRequest request, Caller caller, ProcedureDesk desk, CancellationToken stop)
    {
        var by = caller.ActsAs(request.Operator, "operator", out var problem);
        return problem ?? (request.Procedure is not { } procedure
            ? Missing()
            : Answer(id, await desk.Book.PutAsync(id, procedure.GetRawText(), request.Version, desk.Catalogue, by, request.Note, stop)));
    }

    private static async Task<IResult> Retire(string id, Caller caller, ProcedureDesk desk, CancellationToken stop, string? @operator = null, string? note = null, int? version = null)
    {
        var by = caller.ActsAs(@operator, "operator", out var problem);
        return problem ?? Answer(id, await desk.Book.RetireAsync(id, version, by, note, stop));
    }

    private static async Task<IResult> Revert(string id, ProcedureRevertRequest request, Caller caller, ProcedureDesk desk, CancellationToken stop)
    {
        var by = caller.ActsAs(request.Operator, "operator", out var problem);
        return problem ?? Answer(id, await desk.Book.RevertAsync(id, request.To, request.Version, desk.Catalogue, by, request.Note, stop));
    }

    private static IResult Missing() =>
        Problems.BadRequest("procedure_missing", "Yêu cầu cần trường procedure (docs/procedures.md).", "The request needs a field procedure (docs/procedures.md).");

    private static IResult Refused(IReadOnlyList<CatalogueError> errors) => Problems.Result(
        StatusCodes.Status400BadRequest, "bad_procedure",
        new LocalText(string.Join(" | ", errors.Select(e => $"{e.Column}: {e.Message.Vi}")), string.Join(" | ", errors.Select(e => $"{e.Column}: {e.Message.En}"))),
        errors, "errors");

    private static IResult Answer(string id, ProcedureChange change, bool created = false)
    {
        var dto = change.Procedure is null ? null : ProcedureDto.From(change.Procedure);
        return change.Outcome switch
        {
            RuleOutcome.Ok => created ? Results.Created($"/api/v1/procedures/{dto!.Id}", dto) : Results.Ok(dto),
            RuleOutcome.NotFound => Problems.NotFound("procedure", id),
            RuleOutcome.Conflict => Problems.Result(
                StatusCodes.Status409Conflict, "procedure_conflict",
                new LocalText(
                    $"Quy trình đã ở phiên bản {dto?.Version} do {dto?.ChangedBy} đặt. Hãy xem lại rồi sửa từ phiên bản đó.",
                    $"The procedure is at version {dto?.Version} by {dto?.ChangedBy}. Look at it and change that version."),
                dto, "procedure"),
            _ => Refused(change.Errors),
        };
    }
}
