using IOC.Alerts;
using IOC.Host.Live;
using IOC.Host.Pump;
using IOC.Telemetry;

namespace IOC.Host.Api;

/// <summary>A page of alerts; <c>Next</c> is the <c>before</c> of the next page.</summary>
public sealed record AlertPageDto(IReadOnlyList<LiveAlert> Items, string? Next);

/// <summary>An act in an alert's life. Times are Unix milliseconds, UTC.</summary>
public sealed record AlertActDto(int Sequence, string Kind, long At, long RecordedAt, string StateAfter, string? Operator, string? Note, double? Value);

/// <summary>Who acknowledges, and what they note.</summary>
public sealed record AcknowledgeRequest(string? Operator, string? Note);

/// <summary>Who acknowledges which alerts.</summary>
public sealed record AcknowledgeManyRequest(IReadOnlyList<string>? Ids, string? Operator, string? Note);

/// <summary>What became of a group acknowledgement.</summary>
public sealed record AcknowledgeManyResult(IReadOnlyList<LiveAlert> Acknowledged, IReadOnlyList<RefusedAcknowledge> Refused);

/// <summary>An alert that could not be acknowledged: not_found, already_acknowledged, closed, or not_stored (try again).</summary>
public sealed record RefusedAcknowledge(string Id, string Reason);

/// <summary>Alerts and what operators do with them.</summary>
internal static class AlertEndpoints
{
    private const int MaxOperatorLength = 64;
    private const int MaxIds = 1000;

    public static void Map(RouteGroupBuilder api)
    {
        var alerts = api.MapGroup("/alerts");
        alerts.MapGet("", List).Produces<AlertPageDto>().WithSummary("Alerts, the most recently raised first; state = open or all");
        alerts.MapGet("/{id}", (IAlertStore store, string id) => store.Find(id) is { } alert ? Results.Ok(LiveMapping.Alert(alert)) : Problems.NotFound("alert", id))
            .Produces<LiveAlert>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("An alert");
        alerts.MapGet("/{id}/acts", (IAlertStore store, string id) => store.ActsOf(id) is { Count: > 0 } acts ? Results.Ok(acts.Select(ToDto)) : Problems.NotFound("alert", id))
            .Produces<IEnumerable<AlertActDto>>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("What happened to an alert, in order");
        alerts.MapPost("/{id}/acknowledge", AcknowledgeOne).Produces<LiveAlert>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Acknowledges an alert");
        alerts.MapPost("/acknowledge", AcknowledgeMany).Produces<AcknowledgeManyResult>().WithSummary("Acknowledges several alerts");
    }

    private static IResult List(IAlertStore store, string state = "open", string? sensor = null, string? district = null, int limit = 100, string? before = null)
    {
        AlertCursor? cursor = null;
        if (state is not ("open" or "all") || limit is < 1 or > AlertQuery.MaxLimit || (before is not null && !AlertCursor.TryParse(before, out cursor)))
        {
            return Problems.BadRequest(
                "bad_query",
                $"state phải là open hoặc all, limit từ 1 đến {AlertQuery.MaxLimit}, before là giá trị next của trang trước.",
                $"state must be open or all, limit 1 to {AlertQuery.MaxLimit}, before the next of the page before.");
        }

        var page = store.Query(new AlertQuery { OpenOnly = state == "open", Sensor = sensor, District = district, Limit = limit, Before = cursor });
        return Results.Ok(new AlertPageDto([.. page.Items.Select(LiveMapping.Alert)], page.Next?.ToString()));
    }

    private static IResult AcknowledgeOne(string id, AcknowledgeRequest request, AlertDesk desk)
    {
        if (CheckOperator(request.Operator) is { } problem)
        {
            return problem;
        }

        var result = desk.Acknowledge([id], request.Operator!.Trim(), request.Note)[0];
        return result.Outcome switch
        {
            AcknowledgeOutcome.Ok => Results.Ok(LiveMapping.Alert(result.Alert!)),
            AcknowledgeOutcome.NotFound => Problems.NotFound("alert", id),
            AcknowledgeOutcome.Failed => Problems.Result(
                StatusCodes.Status503ServiceUnavailable, "not_stored",
                new LocalText("Chưa lưu được; hãy thử lại.", "It could not be stored; try again.")),
            _ => Problems.Result(
                StatusCodes.Status409Conflict, Reason(result.Outcome), Text(result.Outcome, result.Alert!), LiveMapping.Alert(result.Alert!), "alert"),
        };
    }

    private static IResult AcknowledgeMany(AcknowledgeManyRequest request, AlertDesk desk)
    {
        if (CheckOperator(request.Operator) is { } problem)
        {
            return problem;
        }

        if (request.Ids is null || request.Ids.Count > MaxIds || request.Ids.Any(string.IsNullOrEmpty))
        {
            return Problems.BadRequest("bad_ids", $"ids phải có tối đa {MaxIds} mã cảnh báo.", $"ids must hold at most {MaxIds} alert ids.");
        }

        var results = desk.Acknowledge(request.Ids, request.Operator!.Trim(), request.Note);
        var done = results.Where(r => r.Outcome == AcknowledgeOutcome.Ok).Select(r => LiveMapping.Alert(r.Alert!)).ToList();
        return Results.Ok(new AcknowledgeManyResult(
            done, [.. results.Where(r => r.Outcome != AcknowledgeOutcome.Ok).Select(r => new RefusedAcknowledge(r.Id, Reason(r.Outcome)))]));
    }

    private static IResult? CheckOperator(string? name) => string.IsNullOrWhiteSpace(name) || name.Trim().Length > MaxOperatorLength || name.Any(char.IsControl)
        ? Problems.BadRequest(
            "bad_operator", $"operator phải là tên người trực, tối đa {MaxOperatorLength} ký tự.", $"operator must be the operator's name, at most {MaxOperatorLength} characters.")
        : null;

    private static string Reason(AcknowledgeOutcome outcome) => outcome switch
    {
        AcknowledgeOutcome.AlreadyAcknowledged => "already_acknowledged",
        AcknowledgeOutcome.Closed => "closed",
        AcknowledgeOutcome.Failed => "not_stored",
        _ => "not_found",
    };

    private static LocalText Text(AcknowledgeOutcome outcome, Alert alert) => outcome == AcknowledgeOutcome.AlreadyAcknowledged
        ? new LocalText($"Cảnh báo đã được {alert.AcknowledgedBy} xác nhận.", $"The alert was acknowledged by {alert.AcknowledgedBy} before.")
        : new LocalText("Cảnh báo đã đóng.", "The alert is closed.");

    private static AlertActDto ToDto(AlertAct act) => new(
        act.Sequence, act.Kind switch
        {
            AlertActKind.Raised => "raised",
            AlertActKind.ReRaised => "re_raised",
            AlertActKind.Cleared => "cleared",
            AlertActKind.Acknowledged => "acknowledged",
            _ => "withdrawn",
        },
        act.AtMs, act.RecordedAtMs, LiveMapping.Name(act.StateAfter), act.Operator, act.Note, act.Value);
}
