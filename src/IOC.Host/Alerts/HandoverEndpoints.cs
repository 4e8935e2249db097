using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Api;
using IOC.Host.Live;
using IOC.Host.Security;
using IOC.Host.Shifts;
using IOC.Telemetry;

namespace IOC.Host.Alerts;

/// <summary>Changes of shift.</summary>
internal static class HandoverEndpoints
{
    private const int MaxSummary = 10_000;
    private const int MaxListed = 500;

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/shifts/handovers");
        group.MapGet("", List).Needs(Permission.View).Produces<IEnumerable<HandoverDto>>().WithSummary("Hand-overs, the latest first; before = createdAt of the last one known");
        group.MapGet("/{id}", (string id, IHandoverStore store, AlertDesk desk, Caller caller) => store.Find(id) is { } found && Sees(caller, found) ? Results.Ok(WithLeft([found], desk)[0]) : Problems.NotFound("handover", id)).Needs(Permission.View)
            .Produces<HandoverDto>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("A hand-over");
        group.MapPost("", Create).Needs(Permission.Operate).Produces<HandoverDto>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("Hands the shift over: how things stand, with the alerts open now");
        group.MapPost("/{id}/accept", Accept).Needs(Permission.Operate).Produces<HandoverDto>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("The operator who comes accepts, and gets what the other saw to; what they may not act on stays with the other, and is named in left");
        group.MapPost("/{id}/withdraw", Withdraw).Needs(Permission.Operate).Produces<HandoverDto>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Whoever handed over, or an administrator, takes it back before it is accepted");
        api.MapGet("/shifts/operators", (KnownOperators known) => Results.Ok(known.Names())).Needs(Permission.Operate).Produces<IEnumerable<string>>()
            .WithSummary("Names of operators to hand over or assign to: who is on shift first, then accounts that may operate, and who was on shift within the last 31 days");
    }

    private static IResult List(IHandoverStore store, AlertDesk desk, Caller caller, int limit = 50, long? before = null) => limit is < 1 or > MaxListed
        ? Problems.BadRequest("bad_query", $"limit từ 1 đến {MaxListed}.", $"limit must be 1 to {MaxListed}.")
        : Results.Ok(WithLeft([.. store.List(limit, before).Where(h => Sees(caller, h))], desk));

    // It speaks of everything that was open: who does not see everything sees those that they wrote or were given.
    internal static bool Sees(Caller caller, ShiftHandover handover) => caller.SeesEverything || OperatorName.Same(handover.From, caller.Name) || OperatorName.Same(handover.To, caller.Name);

    private static IResult Create(HandoverRequest request, Caller caller, AlertDesk desk, ShiftDesk shifts, KnownOperators known)
    {
        var from = caller.ActsAs(request.From, "from", out var unnamed);
        var problem = unnamed ?? OperatorInput.CheckOperator(request.To, "to")
            ?? OperatorInput.CheckText(request.Summary, "summary", MaxSummary);
        if (problem is not null)
        {
            return problem;
        }

        var to = known.Spelled(request.To!);
        if (OperatorName.Same(from, to))
        {
            return Problems.BadRequest("bad_to", "to phải là người khác với from.", "to must be somebody else than from.");
        }

        var handover = desk.WriteHandover(from, to, request.Summary!.Trim(), caller.Sees);
        shifts.HandedOver(handover);
        return Results.Created($"/api/v1/shifts/handovers/{handover.Id}", ToDto(handover));
    }

    private static IResult Accept(string id, ActRequest request, Caller caller, AlertDesk desk, ShiftDesk shifts, IHandoverStore store)
    {
        if (Find(id, request, caller, store, out var name, out var problem) is not { } handover)
        {
            return problem!;
        }

        if (!OperatorName.Same(handover.To, name))
        {
            return Problems.Result(
                StatusCodes.Status409Conflict, "not_addressed",
                new LocalText($"Ca trực này được bàn giao cho {handover.To}.", $"This shift is handed over to {handover.To}."), ToDto(handover), "handover");
        }

        var (present, accepted) = desk.AcceptHandover(handover, a => caller.May(Permission.Operate, a.Subject.District, a.Subject.Domain));
        var answer = WithLeft([present], desk)[0];
        if (accepted)
        {
            shifts.Accepted(present, answer.Left.Count);
        }

        return accepted ? Results.Ok(answer)
            : present.IsPending ? Problems.Result(
                StatusCodes.Status503ServiceUnavailable, "not_stored", new LocalText("Chưa lưu được; hãy thử lại.", "It could not be stored; try again."))
            : Over(present);
    }

    private static IResult Withdraw(string id, ActRequest request, Caller caller, AlertDesk desk, ShiftDesk shifts, IHandoverStore store)
    {
        if (Find(id, request, caller, store, out var name, out var problem) is not { } handover)
        {
            return problem!;
        }

        // While accounts are off everybody may do everything, and a name is all there is to go by.
        var administrator = caller.Kind != CallerKind.Anybody && caller.MayEverywhere(Permission.Administer);
        var own = OperatorName.Same(handover.From, name);
        if (!administrator && !own)
        {
            return Problems.Result(
                StatusCodes.Status409Conflict, "not_yours",
                new LocalText($"Chỉ {handover.From} hoặc quản trị viên rút lại được lần bàn giao này.", $"Only {handover.From} or an administrator can withdraw this hand-over."),
                ToDto(handover), "handover");
        }

        var (present, withdrawn) = desk.WithdrawHandover(handover, own ? handover.From : name);
        if (withdrawn)
        {
            shifts.Withdrawn(present);
        }

        return withdrawn ? Results.Ok(ToDto(present)) : Over(present);
    }

    // The hand-over that somebody acts on, and as whom; null = the problem tells why not.
    private static ShiftHandover? Find(string id, ActRequest request, Caller caller, IHandoverStore store, out string name, out IResult? problem)
    {
        name = caller.ActsAs(request.Operator, "operator", out problem);
        if (problem is not null)
        {
            return null;
        }

        if (store.Find(id) is { } handover && Sees(caller, handover))
        {
            return handover;
        }

        problem = Problems.NotFound("handover", id);
        return null;
    }

    private static IResult Over(ShiftHandover handover) => handover.WithdrawnAtMs is null
        ? Problems.Result(
            StatusCodes.Status409Conflict, "already_accepted", new LocalText("Ca trực này đã được nhận.", "This hand-over was accepted before."), ToDto(handover), "handover")
        : Problems.Result(
            StatusCodes.Status409Conflict, "withdrawn",
            new LocalText($"{handover.WithdrawnBy} đã rút lại lần bàn giao này.", $"{handover.WithdrawnBy} has withdrawn this hand-over."), ToDto(handover), "handover");

    private static IReadOnlyList<HandoverDto> WithLeft(IReadOnlyList<ShiftHandover> handovers, AlertDesk desk)
    {
        var left = desk.Left(handovers);
        return [.. handovers.Select(h => ToDto(h) with { Left = [.. left[h.Id]] })];
    }

    internal static HandoverDto ToDto(ShiftHandover h) => new(
        h.Id, h.CreatedAtMs, h.From, h.To, h.Summary, h.AcceptedAtMs,
        [.. h.Alerts.Select(a => new HandoverAlertDto(a.Id, a.Title, (int)a.Severity, LiveMapping.Name(a.State), LiveMapping.Name(a.Hold), a.Assignee, a.StepsDone, a.StepsOf, a.Name, a.District))],
        h.WithdrawnAtMs, h.WithdrawnBy);
}
