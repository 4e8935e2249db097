using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Alerts;
using IOC.Host.Api;
using IOC.Host.Live;
using IOC.Host.Security;
using IOC.Registry;

namespace IOC.Host.Procedures;

/// <summary>The procedure of an alert, and its steps.</summary>
internal static class ChecklistEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var alerts = api.MapGroup("/alerts").WithTags("procedures");
        alerts.MapGet("/{id}/procedure", Get).Needs(Permission.View).Produces<AlertProcedureDto>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("What is to be done about an alert, and what was: its procedure with the steps that are done");
        alerts.MapPost("/{id}/steps/{step}", Post).Needs(Permission.Operate).Produces<LiveAlert>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Does a step of the alert's procedure, or takes that back (done = false); everybody sees it at once, and it is part of the alert's acts")
            .WithDescription("`procedure` and `version` name what was read. Once a step is done the alert keeps that version; another one is refused with 409. "
                + "Steps can be done for as long after the alert closed as notes can be written.");
    }

    private static async Task<IResult> Get(string id, Caller caller, IAlertStore store, ProcedureDesk desk, CancellationToken stop)
    {
        if (Find(id, caller, store) is not { } alert)
        {
            return Problems.NotFound("alert", id);
        }

        var now = desk.Book.For(alert);
        var kept = alert.Checklist is { Done.Count: > 0 } done ? await desk.Book.VersionAsync(done.Procedure, done.Version, stop) : null;
        var shown = kept ?? now;
        return Results.Ok(new AlertProcedureDto(
            shown is null ? null : ProcedureTextDto.From(shown),
            now is not null && now.Id == shown?.Id && now.Version != shown.Version ? now.Version : null,
            LiveMapping.Alert(alert).Checklist));
    }

    private static async Task<IResult> Post(
        string id, string step, StepRequest request, Caller caller, IAlertStore store, ProcedureDesk desk, AlertDesk alerts, AlertOptions options, CancellationToken stop)
    {
        var by = caller.ActsAs(request.Operator, "operator", out var problem);
        if (problem is not null)
        {
            return problem;
        }

        if (Find(id, caller, store) is not { } alert)
        {
            return Problems.NotFound("alert", id);
        }

        if (caller.Refuse(Permission.Operate, alert.Subject.District, alert.Subject.Domain) is { } refused)
        {
            return refused;
        }

        if (request.Procedure is not { Length: > 0 } name || request.Version is not { } version || request.Done is not { } done
            || await desk.Book.VersionAsync(name, version, stop) is not { } procedure || procedure.Steps.All(s => s.Id != step))
        {
            return Problems.BadRequest(
                "bad_step", "procedure và version phải là quy trình đã đọc, có bước này; done là true hoặc false.",
                "procedure and version must name the procedure that was read, and it must have this step; done is true or false.");
        }

        if (alert.Checklist is not { Done.Count: > 0 } && desk.Book.For(alert) is { } present && (present.Id != name || present.Version != version))
        {
            return Problems.Result(
                StatusCodes.Status409Conflict, "other_checklist",
                new Telemetry.LocalText("Quy trình đã được sửa; hãy đọc lại trước khi đánh dấu.", "The procedure was changed; read it again before ticking steps."),
                LiveMapping.Alert(alert), "alert");
        }

        var act = new OperatorAct.Step(by, name, version, procedure.Steps.Count, step, done, request.Note);
        return AlertEndpoints.Answer(alerts.Act([id], act)[0], options);
    }

    private static Alert? Find(string id, Caller caller, IAlertStore store) =>
        store.Find(id) is { } alert && caller.Sees(alert.Subject.District, alert.Subject.Domain) ? alert : null;
}
