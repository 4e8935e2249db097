using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Api;
using IOC.Host.Live;
using IOC.Host.Security;
using IOC.Telemetry;

namespace IOC.Host.Alerts;

/// <summary>Alerts and what operators do with them.</summary>
internal static class AlertEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var alerts = api.MapGroup("/alerts");
        alerts.MapGet("", List).Needs(Permission.View).Produces<AlertPageDto>().WithSummary(
            "Alerts, the most recently raised first; state = open or all; held = exclude, include or only (without: exclude for open, include for all)");
        alerts.MapGet("/held", ListHeld).Needs(Permission.View).Produces<AlertPageDto>()
            .WithSummary("Open alerts that are held back; kind = shelved, suppressed or out_of_service");
        alerts.MapGet("/{id}", (IAlertStore store, string id) => store.Find(id) is { } alert ? Results.Ok(LiveMapping.Alert(alert)) : Problems.NotFound("alert", id)).Needs(Permission.View)
            .Produces<LiveAlert>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("An alert");
        alerts.MapGet("/{id}/acts", (IAlertStore store, string id) =>
                store.ActsOf(id) is { Count: > 0 } acts ? Results.Ok(acts.Select(AlertNames.ToDto)) : Problems.NotFound("alert", id)).Needs(Permission.View)
            .Produces<IEnumerable<AlertActDto>>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("What happened to an alert, in order");

        MapOne<ActRequest>(alerts, "acknowledge", "Acknowledges an alert", (r, _) => Check(r.Operator) ?? Do(new OperatorAct.Acknowledge(Name(r.Operator), r.Note)));
        MapOne<ActRequest>(alerts, "reset", "Resets a latched alert whose condition is gone", (r, _) => Check(r.Operator) ?? Do(new OperatorAct.Reset(Name(r.Operator), r.Note)));
        MapOne<ShelveRequest>(alerts, "shelve", "Shelves an alert until a time, for a reason",
            (r, request) => Shelve(request, r.Operator, r.Reason, r.Until, r.Minutes));
        MapOne<ActRequest>(alerts, "unshelve", "Ends the shelving of an alert", (r, _) => Check(r.Operator) ?? Do(new OperatorAct.Unshelve(Name(r.Operator), r.Note)));
        MapOne<AssignRequest>(alerts, "assign", "Gives an alert to an operator, also when another has it", (r, _) => Assign(r.Operator, r.To, r.Note));
        MapOne<ActRequest>(alerts, "release", "Takes an alert from whoever sees to it", (r, _) => Check(r.Operator) ?? Do(new OperatorAct.Release(Name(r.Operator), r.Note)));
        MapOne<ActRequest>(alerts, "note", "Writes a note on an alert, also for some days after it closed", (r, request) =>
            Check(r.Operator) ?? CheckText(OperatorInput.CheckText(r.Note, "note", Options(request).MaxNoteLength)) ?? Do(new OperatorAct.AddNote(Name(r.Operator), r.Note!)));

        alerts.MapPost("/acknowledge", (ActManyRequest r, AlertDesk desk) => Many(desk, r.Ids, Check(r.Operator) ?? Do(new OperatorAct.Acknowledge(Name(r.Operator), r.Note)),
                results => new AcknowledgeManyResult(Done(results), Refused(results)))).Needs(Permission.Operate)
            .Produces<AcknowledgeManyResult>().WithSummary("Acknowledges several alerts");
        MapMany<ShelveManyRequest>(alerts, "shelve", "Shelves several alerts", r => r.Ids, (r, request) => Shelve(request, r.Operator, r.Reason, r.Until, r.Minutes));
        MapMany<ActManyRequest>(alerts, "unshelve", "Ends the shelving of several alerts", r => r.Ids, (r, _) => Check(r.Operator) ?? Do(new OperatorAct.Unshelve(Name(r.Operator), r.Note)));
        MapMany<AssignManyRequest>(alerts, "assign", "Gives several alerts to an operator", r => r.Ids, (r, _) => Assign(r.Operator, r.To, r.Note));
    }

    private static void MapOne<T>(RouteGroupBuilder alerts, string verb, string summary, Func<T, HttpRequest, Asked> read) =>
        alerts.MapPost($"/{{id}}/{verb}", (string id, T body, HttpRequest request, AlertDesk desk, AlertOptions options) => One(desk, options, id, read(body, request))).Needs(Permission.Operate)
            .Produces<LiveAlert>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable).WithSummary(summary);

    private static void MapMany<T>(RouteGroupBuilder alerts, string verb, string summary, Func<T, IReadOnlyList<string>?> ids, Func<T, HttpRequest, Asked> read) =>
        alerts.MapPost($"/{verb}", (T body, HttpRequest request, AlertDesk desk) => Many(
                desk, ids(body), read(body, request), results => new ActManyResult(Done(results), Refused(results)))).Needs(Permission.Operate)
            .Produces<ActManyResult>().ProducesProblem(StatusCodes.Status400BadRequest).WithSummary(summary);

    private static IResult List(
        IAlertStore store, string state = "open", string? sensor = null, string? district = null, string? assignee = null, string? held = null, int limit = 100, string? before = null)
    {
        AlertCursor? cursor = null;
        if (state is not ("open" or "all") || held is not (null or "exclude" or "include" or "only") || limit is < 1 or > AlertQuery.MaxLimit
            || (before is not null && !AlertCursor.TryParse(before, out cursor)))
        {
            return Problems.BadRequest(
                "bad_query",
                $"state phải là open hoặc all, held là exclude, include hoặc only, limit từ 1 đến {AlertQuery.MaxLimit}, before là giá trị next của trang trước.",
                $"state must be open or all, held exclude, include or only, limit 1 to {AlertQuery.MaxLimit}, before the next of the page before.");
        }

        return Page(store, new AlertQuery
        {
            OpenOnly = state == "open",
            Sensor = sensor,
            District = district,
            Assignee = assignee,
            Held = held switch
            {
                "only" => true,
                "exclude" => false,
                null when state == "open" => false,
                _ => null,
            },
            Limit = limit,
            Before = cursor,
        });
    }

    private static IResult ListHeld(IAlertStore store, string? kind = null, string? sensor = null, string? district = null, int limit = 100, string? before = null)
    {
        AlertCursor? cursor = null;
        HoldKind? heldAs = kind switch
        {
            "shelved" => HoldKind.Shelved,
            "suppressed" => HoldKind.Suppressed,
            "out_of_service" => HoldKind.OutOfService,
            _ => null,
        };
        if ((kind is not null && heldAs is null) || limit is < 1 or > AlertQuery.MaxLimit || (before is not null && !AlertCursor.TryParse(before, out cursor)))
        {
            return Problems.BadRequest(
                "bad_query",
                $"kind phải là shelved, suppressed hoặc out_of_service, limit từ 1 đến {AlertQuery.MaxLimit}, before là giá trị next của trang trước.",
                $"kind must be shelved, suppressed or out_of_service, limit 1 to {AlertQuery.MaxLimit}, before the next of the page before.");
        }

        return Page(store, new AlertQuery { OpenOnly = true, Held = true, HeldAs = heldAs, Sensor = sensor, District = district, Limit = limit, Before = cursor });
    }

    private static IResult Page(IAlertStore store, AlertQuery query)
    {
        var page = store.Query(query);
        return Results.Ok(new AlertPageDto([.. page.Items.Select(LiveMapping.Alert)], page.Next?.ToString()));
    }

    private static IResult One(AlertDesk desk, AlertOptions options, string id, Asked asked)
    {
        if (asked.Problem is { } problem)
        {
            return problem;
        }

        return Answer(desk.Act([id], asked.Act!)[0], options);
    }

    /// <summary>How an act on one alert went.</summary>
    internal static IResult Answer(ActResult result, AlertOptions options) => result.Outcome switch
    {
        ActOutcome.Ok => Results.Ok(LiveMapping.Alert(result.Alert!)),
        ActOutcome.NotFound => Problems.NotFound("alert", result.Id),
        ActOutcome.Failed => Problems.Result(
            StatusCodes.Status503ServiceUnavailable, "not_stored", new LocalText("Chưa lưu được; hãy thử lại.", "It could not be stored; try again.")),
        _ => Problems.Result(
            result.Outcome == ActOutcome.BadEnd ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict, AlertNames.Of(result.Outcome),
            AlertNames.Explain(result.Outcome, result.Alert!, options), LiveMapping.Alert(result.Alert!), "alert"),
    };

    private static IResult Many<T>(AlertDesk desk, IReadOnlyList<string>? ids, Asked asked, Func<IReadOnlyList<ActResult>, T> answer) =>
        asked.Problem ?? OperatorInput.CheckIds(ids) ?? Results.Ok(answer(desk.Act(ids!, asked.Act!)));

    private static List<LiveAlert> Done(IReadOnlyList<ActResult> results) =>
        [.. results.Where(r => r.Outcome == ActOutcome.Ok).Select(r => LiveMapping.Alert(r.Alert!))];

    private static List<RefusedAct> Refused(IReadOnlyList<ActResult> results) =>
        [.. results.Where(r => r.Outcome != ActOutcome.Ok).Select(r => new RefusedAct(r.Id, AlertNames.Of(r.Outcome)))];

    private static Asked Shelve(HttpRequest request, string? by, string? reason, long? until, double? minutes)
    {
        if (Check(by) is { } unnamed)
        {
            return unnamed;
        }

        var options = Options(request);
        if (CheckText(OperatorInput.CheckText(reason, "reason", options.MaxNoteLength)) is { } unfounded)
        {
            return unfounded;
        }

        var now = request.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds();
        var max = options.MaxShelving;
        var end = until ?? (minutes is { } m && m > 0 && m <= max.TotalMinutes ? now + (long)(m * 60_000) : null);
        return (until is null) == (minutes is null) || end is not { } at || at <= now || at - now > (long)max.TotalMilliseconds
            ? new Asked(Problems.BadRequest(
                "bad_end", $"Cho biết until (mili giây Unix) hoặc minutes, ở tương lai, tối đa {max.TotalHours:0.##} giờ.",
                $"Give until (Unix milliseconds) or minutes, ahead of now by at most {max.TotalHours:0.##} hours."), null)
            : Do(new OperatorAct.Shelve(Name(by), at, reason!));
    }

    private static Asked Assign(string? by, string? to, string? note)
    {
        var name = string.IsNullOrWhiteSpace(to) ? by : to;
        return Check(by) ?? CheckText(OperatorInput.CheckOperator(name, "to")) ?? Do(new OperatorAct.Assign(Name(by), Name(name), note));
    }

    private static Asked? Check(string? name) => CheckText(OperatorInput.CheckOperator(name));

    private static Asked? CheckText(IResult? problem) => problem is null ? null : new Asked(problem, null);

    private static Asked Do(OperatorAct act) => new(null, act);

    private static string Name(string? name) => name!.Trim();

    private static AlertOptions Options(HttpRequest request) => request.HttpContext.RequestServices.GetRequiredService<AlertOptions>();

    /// <summary>What a request asks for, or what is wrong with it.</summary>
    private sealed record Asked(IResult? Problem, OperatorAct? Act);
}
