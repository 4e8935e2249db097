using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Api;
using IOC.Host.Live;
using IOC.Host.Security;

namespace IOC.Host.Alerts;

/// <summary>What an alert explains.</summary>
internal static class MemberEndpoints
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/alerts/{id}/members", List).Needs(Permission.View)
        .Produces<AlertPageDto>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("The alerts inside a group or that a bigger alert explains, by id; state = inside (now) or all (also those that were); after = the next of the page before");

    private static IResult List(IAlertStore store, AlertBooks books, Caller caller, string id, string state = "inside", int limit = 500, string? after = null)
    {
        if (state is not ("inside" or "all") || limit is < 1 or > AlertQuery.MaxLimit)
        {
            return Problems.BadRequest(
                "bad_query", $"state phải là inside hoặc all, limit từ 1 đến {AlertQuery.MaxLimit}.", $"state must be inside or all, limit 1 to {AlertQuery.MaxLimit}.");
        }

        if (store.Find(id) is not { } alert || !caller.Sees(alert))
        {
            return Problems.NotFound("alert", id);
        }

        var found = state == "all"
            ? store.Members(id, after, limit + 1)
            : [.. (books.Of(alert.Partition)?.Members(id) ?? []).Where(a => after is null || string.CompareOrdinal(a.Id, after) > 0).Take(limit + 1)];
        return Results.Ok(new AlertPageDto([.. found.Take(limit).Where(caller.Sees).Select(LiveMapping.Alert)], found.Count > limit ? found[limit - 1].Id : null));
    }
}
