using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Api;
using IOC.Host.Live;
using IOC.Host.Security;
using IOC.Telemetry;

namespace IOC.Host.Alerts;

/// <summary>What is out of service.</summary>
internal static class OutOfServiceEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/alerts/out-of-service");
        group.MapGet("", List).Needs(Permission.View).Produces<IEnumerable<OutOfServiceDto>>().WithSummary("What is out of service or will be; ended = true: also what was");
        group.MapPost("", Add).Needs(Permission.Operate).Produces<OutOfServiceDto>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Takes a sensor, an asset or a district out of service, now or later");
        group.MapPost("/{id}/end", End).Needs(Permission.Operate).Produces<OutOfServiceDto>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Puts it into service again, or strikes what lies ahead");
    }

    private static IResult List(IAlertStore store, SubjectNames names, Caller caller, bool ended = false, int limit = 500) => limit is < 1 or > AlertQuery.MaxLimit
        ? Problems.BadRequest("bad_query", $"limit từ 1 đến {AlertQuery.MaxLimit}.", $"limit must be 1 to {AlertQuery.MaxLimit}.")
        : Results.Ok(store.Holds(HoldKind.OutOfService, ended, limit).Where(h => caller.Sees(h.Subject)).Select(h => ToDto(h, names)));

    private static IResult Add(OutOfServiceRequest request, Caller caller, AlertDesk desk, Catalogue catalogue, LiveView live, AddressBook addresses, SubjectNames names, AlertOptions options)
    {
        var name = caller.ActsAs(request.Operator, "operator", out var unnamed);
        if ((unnamed ?? OperatorInput.CheckText(request.Reason, "reason", options.MaxNoteLength)) is { } problem)
        {
            return problem;
        }

        if (request.Kind is not ("sensor" or "asset" or "district") || string.IsNullOrEmpty(request.Id))
        {
            return Problems.BadRequest("bad_subject", "kind phải là sensor, asset hoặc district, id là mã của nó.", "kind must be sensor, asset or district, id its slug.");
        }

        if (Find(request, catalogue, live, addresses) is not { } subject || !caller.Sees(subject))
        {
            return Problems.NotFound(request.Kind, request.Id);
        }

        if (caller.Refuse(Permission.Operate, subject.District, subject.Domain) is { } refusal)
        {
            return refusal;
        }

        try
        {
            var hold = desk.TakeOutOfService(subject, name, request.Reason!.Trim(), request.From, request.Until);
            return Results.Created($"/api/v1/alerts/out-of-service/{hold.Id}", ToDto(hold, names));
        }
        catch (ArgumentException)
        {
            return Problems.BadRequest("bad_end", "until phải sau hiện tại và sau from.", "until must lie after now and after from.");
        }
    }

    private static IResult End(string id, ActRequest request, Caller caller, IAlertStore store, AlertDesk desk, SubjectNames names)
    {
        var name = caller.ActsAs(request.Operator, "operator", out var problem);
        if (problem is null && !caller.MayEverywhere(Permission.Operate))
        {
            var known = store.Holds(HoldKind.OutOfService, ended: false, AlertQuery.MaxLimit).FirstOrDefault(h => h.Id == id);
            problem = known is null || !caller.Sees(known.Subject) ? Problems.NotFound("outage", id) : caller.Refuse(Permission.Operate, known.Subject.District, known.Subject.Domain);
        }

        return problem ?? (desk.ReturnToService(id, name) is { } hold ? Results.Ok(ToDto(hold, names)) : Problems.NotFound("outage", id));
    }

    private static Subject? Find(OutOfServiceRequest request, Catalogue catalogue, LiveView live, AddressBook addresses) => request.Kind switch
    {
        "sensor" => live.Sensor(request.Id!) is { District: { } district, Domain: { } domain } ? Subject.Of(addresses.GetOrAdd(district, domain, request.Id!)) : null,
        "asset" => catalogue.Assets.FirstOrDefault(a => a.Id == request.Id) is { } asset ? Subject.Of(asset) : null,
        _ => catalogue.Areas.Any(a => a.Id == request.Id && a.Level == AreaLevel.District)
            ? Subject.OfDistrict(request.Id!, string.IsNullOrEmpty(request.Domain) ? null : request.Domain) : null,
    };

    internal static OutOfServiceDto ToDto(Hold hold, SubjectNames names) => new(
        hold.Id, hold.Subject.Kind switch
        {
            SubjectKind.Sensor => "sensor",
            SubjectKind.Asset => "asset",
            _ => "district",
        },
        hold.Subject.Id, hold.Subject.District, hold.Subject.Domain, hold.Reason, hold.By, hold.CreatedAtMs, hold.FromMs, hold.UntilMs,
        hold.StartedAtMs is not null, hold.EndedAtMs, hold.EndedBy, names.Of(hold.Subject));
}
