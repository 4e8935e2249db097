using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Api;
using IOC.Host.Live;
using IOC.Host.Registry;
using IOC.Host.Security;
using IOC.Registry;
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
        alerts.MapGet("/{id}", (IAlertStore store, Caller caller, string id) => store.Find(id) is { } alert && caller.Sees(alert) ? Results.Ok(LiveMapping.Alert(alert)) : Problems.NotFound("alert", id)).Needs(Permission.View)
            .Produces<LiveAlert>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("An alert");
        alerts.MapGet("/{id}/acts", (IAlertStore store, Caller caller, string id) =>
                (caller.SeesEverything || (store.Find(id) is { } alert && caller.Sees(alert))) && store.ActsOf(id) is { Count: > 0 } acts ? Results.Ok(acts.Select(AlertNames.ToDto)) : Problems.NotFound("alert", id)).Needs(Permission.View)
            .Produces<IEnumerable<AlertActDto>>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("What happened to an alert, in order");

        MapOne<ActRequest>(alerts, "acknowledge", "Acknowledges an alert", (r, request) => By(request, r.Operator, name => Do(new OperatorAct.Acknowledge(name, r.Note))));
        MapOne<ActRequest>(alerts, "reset", "Resets a latched alert whose condition is gone", (r, request) => By(request, r.Operator, name => Do(new OperatorAct.Reset(name, r.Note))));
        MapOne<ShelveRequest>(alerts, "shelve", "Shelves an alert until a time, for a reason",
            (r, request) => Shelve(request, r.Operator, r.Reason, r.Until, r.Minutes));
        MapOne<ActRequest>(alerts, "unshelve", "Ends the shelving of an alert", (r, request) => By(request, r.Operator, name => Do(new OperatorAct.Unshelve(name, r.Note))));
        MapOne<AssignRequest>(alerts, "assign", "Gives an alert to an operator, also when another has it", (r, request) => Assign(request, r.Operator, r.To, r.Note));
        MapOne<ActRequest>(alerts, "release", "Takes an alert from whoever sees to it", (r, request) => By(request, r.Operator, name => Do(new OperatorAct.Release(name, r.Note))));
        MapOne<ActRequest>(alerts, "note", "Writes a note on an alert, also for some days after it closed", (r, request) => By(request, r.Operator, name =>
            CheckText(OperatorInput.CheckText(r.Note, "note", Options(request).MaxNoteLength)) ?? Do(new OperatorAct.AddNote(name, r.Note!))));

        alerts.MapPost("/acknowledge", (ActManyRequest r, HttpRequest request, AlertDesk desk, IAlertStore store) => Many(
                desk, store, request, r.Ids, By(request, r.Operator, name => Do(new OperatorAct.Acknowledge(name, r.Note))),
                (results, barred) => new AcknowledgeManyResult(Done(results), [.. Refused(results), .. barred]))).Needs(Permission.Operate)
            .Produces<AcknowledgeManyResult>().WithSummary("Acknowledges several alerts");
        MapMany<ShelveManyRequest>(alerts, "shelve", "Shelves several alerts", r => r.Ids, (r, request) => Shelve(request, r.Operator, r.Reason, r.Until, r.Minutes));
        MapMany<ActManyRequest>(alerts, "unshelve", "Ends the shelving of several alerts", r => r.Ids, (r, request) => By(request, r.Operator, name => Do(new OperatorAct.Unshelve(name, r.Note))));
        MapMany<AssignManyRequest>(alerts, "assign", "Gives several alerts to an operator", r => r.Ids, (r, request) => Assign(request, r.Operator, r.To, r.Note));
    }

    private static void MapOne<T>(RouteGroupBuilder alerts, string verb, string summary, Func<T, HttpRequest, Asked> read) =>
        alerts.MapPost($"/{{id}}/{verb}", (string id, T body, HttpRequest request, AlertDesk desk, IAlertStore store, AlertOptions options) =>
                Refuse(store, request, id) ?? One(desk, options, id, read(body, request))).Needs(Permission.Operate)
            .Produces<LiveAlert>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable).WithSummary(summary);

    private static void MapMany<T>(RouteGroupBuilder alerts, string verb, string summary, Func<T, IReadOnlyList<string>?> ids, Func<T, HttpRequest, Asked> read) =>
        alerts.MapPost($"/{verb}", (T body, HttpRequest request, AlertDesk desk, IAlertStore store) => Many(
                desk, store, request, ids(body), read(body, request), (results, barred) => new ActManyResult(Done(results), [.. Refused(results), .. barred]))).Needs(Permission.Operate)
            .Produces<ActManyResult>().ProducesProblem(StatusCodes.Status400BadRequest).WithSummary(summary);

    private static IResult List(
        IAlertStore store, Caller caller, string state = "open", string? sensor = null, string? district = null, string? assignee = null, string? held = null, int limit = 100, string? before = null)
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

        return Page(store, caller, new AlertQuery
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

    private static IResult ListHeld(IAlertStore store, Caller caller, string? kind = null, string? sensor = null, string? district = null, int limit = 100, string? before = null)
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

        return Page(store, caller, new AlertQuery { OpenOnly = true, Held = true, HeldAs = heldAs, Sensor = sensor, District = district, Limit = limit, Before = cursor });
    }

    private static IResult Page(IAlertStore store, Caller caller, AlertQuery query)
    {
        query = query with { Districts = caller.DistrictsSeen() };
        var seen = new List<Alert>();
        while (true)
        {
            var page = store.Query(query);
            foreach (var alert in page.Items.Where(caller.Sees))
            {
                if (seen.Count == query.Limit)
                {
                    return Results.Ok(new AlertPageDto([.. seen.Select(LiveMapping.Alert)], new AlertCursor(seen[^1].RaisedAtMs, seen[^1].Id).ToString()));
                }

                seen.Add(alert);
            }

            // A page may have lost some that the caller does not see: it is filled from those behind.
            if (page.Next is null || seen.Count == query.Limit)
            {
                return Results.Ok(new AlertPageDto([.. seen.Select(LiveMapping.Alert)], page.Next?.ToString()));
            }

            query = query with { Before = page.Next };
        }
    }

    /// <summary>The refusal of an act on an alert that the caller does not see, or may only look at; null where they may act.</summary>
    internal static IResult? Refuse(IAlertStore store, HttpRequest request, string id)
    {
        var caller = request.HttpContext.RequestServices.GetRequiredService<Caller>();
        return caller.MayEverywhere(Permission.Operate) ? null
            : store.Find(id) is not { } alert || !caller.Sees(alert) ? Problems.NotFound("alert", id)
            : caller.Refuse(Permission.Operate, alert.Subject.District, alert.Subject.Domain);
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
        ActOutcome.Failed when result.Error is RegistryUnavailableException away => RegistryProblems.Away(away),
        ActOutcome.Failed => Problems.Result(
            StatusCodes.Status503ServiceUnavailable, "not_stored", new LocalText("Chưa lưu được; hãy thử lại.", "It could not be stored; try again.")),
        _ => Problems.Result(
            result.Outcome == ActOutcome.BadEnd ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict, AlertNames.Of(result.Outcome),
            AlertNames.Explain(result.Outcome, result.Alert!, options), LiveMapping.Alert(result.Alert!), "alert"),
    };

    private static IResult Many<T>(
        AlertDesk desk, IAlertStore store, HttpRequest request, IReadOnlyList<string>? ids, Asked asked, Func<IReadOnlyList<ActResult>, IReadOnlyList<RefusedAct>, T> answer)
    {
        if ((asked.Problem ?? OperatorInput.CheckIds(ids)) is { } problem)
        {
            return problem;
        }

        var caller = request.HttpContext.RequestServices.GetRequiredService<Caller>();
        if (caller.MayEverywhere(Permission.Operate))
        {
            return Results.Ok(answer(desk.Act(ids!, asked.Act!), []));
        }

        var alerts = ids!.Distinct(StringComparer.Ordinal).Select(id => (Id: id, Alert: store.Find(id) is { } alert && caller.Sees(alert) ? alert : null)).ToList();
        var barred = alerts.Where(a => a.Alert is null || !caller.May(Permission.Operate, a.Alert.Subject.District, a.Alert.Subject.Domain))
            .Select(a => new RefusedAct(a.Id, a.Alert is null ? AlertNames.Of(ActOutcome.NotFound) : "not_allowed_there")).ToList();
        var others = ids!.Except(barred.Select(b => b.Id), StringComparer.Ordinal).ToList();
        return Results.Ok(answer(others.Count > 0 ? desk.Act(others, asked.Act!) : [], barred));
    }

    private static List<LiveAlert> Done(IReadOnlyList<ActResult> results) =>
        [.. results.Where(r => r.Outcome == ActOutcome.Ok).Select(r => LiveMapping.Alert(r.Alert!))];

    private static List<RefusedAct> Refused(IReadOnlyList<ActResult> results) =>
        [.. results.Where(r => r.Outcome != ActOutcome.Ok).Select(r => new RefusedAct(r.Id, AlertNames.Of(r.Outcome)))];

    private static Asked Shelve(HttpRequest request, string? by, string? reason, long? until, double? minutes) => By(request, by, name => ShelveBy(request, name, reason, until, minutes));

    private static Asked ShelveBy(HttpRequest request, string name, string? reason, long? until, double? minutes)
    {
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
            : Do(new OperatorAct.Shelve(name, at, reason!));
    }

    private static Asked Assign(HttpRequest request, string? by, string? to, string? note) => By(request, by, name =>
    {
        var assignee = string.IsNullOrWhiteSpace(to) ? name : to;
        return CheckText(OperatorInput.CheckOperator(assignee, "to"))
            ?? Do(new OperatorAct.Assign(name, request.HttpContext.RequestServices.GetRequiredService<KnownOperators>().Spelled(assignee), note));
    });

    private static Asked By(HttpRequest request, string? given, Func<string, Asked> ask)
    {
        var name = request.HttpContext.RequestServices.GetRequiredService<Caller>().ActsAs(given, "operator", out var problem);
        return problem is null ? ask(name) : new Asked(problem, null);
    }

    private static Asked? CheckText(IResult? problem) => problem is null ? null : new Asked(problem, null);

    private static Asked Do(OperatorAct act) => new(null, act);

    private static AlertOptions Options(HttpRequest request) => request.HttpContext.RequestServices.GetRequiredService<AlertOptions>();

    /// <summary>What a request asks for, or what is wrong with it.</summary>
    private sealed record Asked(IResult? Problem, OperatorAct? Act);
}
