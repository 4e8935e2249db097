using IOC.Access.Accounts;
using IOC.Alerts.Notification;
using IOC.Host.Api;
using IOC.Host.Devices;
using IOC.Host.Security;
using IOC.Telemetry;

namespace IOC.Host.Notification;

/// <summary>Which alerts are told through which channels.</summary>
internal static class RouteEndpoints
{
    public static void Map(RouteGroupBuilder root)
    {
        var routes = root.MapGroup("/routes").AddEndpointFilter(NotificationAnswers.TellStoreFailuresAsync);
        routes.MapGet("", (NotificationBook book) => book.Config.Routes.Select(NotificationForms.ToDto).ToList()).NeedsEverywhere(Permission.Engineer).WithSummary("Routes in their order");
        routes.MapGet("/{name}", (NotificationBook book, string name) => book.Config.Route(name) is { } route ? Results.Ok(NotificationForms.ToDto(route)) : Problems.NotFound("route", name)).NeedsEverywhere(Permission.Engineer)
            .Produces<RouteDto>().ProducesProblem(404).WithSummary("A route");
        routes.MapPut("/{name}", Set).NeedsEverywhere(Permission.Engineer).Produces<RouteDto>().ProducesProblem(400).WithSummary("Makes or replaces a route; it holds for what happens from now on");
        routes.MapDelete("/{name}", Remove).NeedsEverywhere(Permission.Engineer).Produces(204).ProducesProblem(404).WithSummary("Removes a route; what it gathered or held is sent all the same");
    }

    private static IResult Set(string name, RouteDto request, NotificationBook book, Catalogue catalogue, Caller caller, TimeProvider time)
    {
        var problems = new List<LocalText>();
        var route = NotificationForms.ReadRoute(name, request, problems);

        // A slip of the pen in a district's name would keep its alerts from everybody, without a word.
        foreach (var district in route.Districts.Where(d => !catalogue.Areas.Any(a => a.Level == AreaLevel.District && a.Id == d)))
        {
            problems.Add(new LocalText($"districts: không có huyện '{district}'.", $"districts: there is no district '{district}'."));
        }

        if (problems.Count == 0)
        {
            problems.AddRange(book.Set(route, caller.By(request.By), time.GetUtcNow()));
        }

        return problems.Count > 0 ? NotificationAnswers.Bad(problems) : Results.Ok(NotificationForms.ToDto(route));
    }

    private static IResult Remove(string name, NotificationBook book)
    {
        if (book.Config.Route(name) is null)
        {
            return Problems.NotFound("route", name);
        }

        book.RemoveRoute(name);
        return Results.NoContent();
    }
}
