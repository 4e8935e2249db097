using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Alerts;
using IOC.Host.Api;
using IOC.Host.Live;
using IOC.Host.Security;
using IOC.Telemetry;

namespace IOC.Host.Pages;

/// <summary>Past alerts like one. Times are Unix milliseconds, lengths of time milliseconds.</summary>
/// <param name="Within">subject: of the same sensor, asset or district by the same rule; district: of the same rule in the district.</param>
/// <param name="From">Since when they were counted.</param>
/// <param name="Count">How many there were.</param>
/// <param name="More">True when there were more than are counted at most.</param>
/// <param name="Closed">How many of them are over.</param>
/// <param name="MedianLastedMs">Median time for which the condition of those lasted; null when none is over.</param>
/// <param name="MedianToAcknowledgeMs">Median time until somebody acknowledged; null when nobody ever did.</param>
/// <param name="Items">The latest of them.</param>
/// <param name="Next">The <c>before</c> of the next page.</param>
public sealed record SimilarAlertsDto(
    string Within, long From, int Count, bool More, int Closed, long? MedianLastedMs, long? MedianToAcknowledgeMs, IReadOnlyList<SimilarAlertDto> Items, string? Next);

/// <summary>A past alert and what operators did and said about it.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Acts">What operators did, in order.</param>
public sealed record SimilarAlertDto(LiveAlert Alert, IReadOnlyList<AlertActDto> Acts);

/// <summary>How often this happened before, how long it lasted, and what was done.</summary>
internal static class SimilarEndpoints
{
    /// <summary>Most alerts that the figures are worked out of.</summary>
    private const int MostCounted = 1000;
    private const int MaxPage = 50;

    public static void Map(RouteGroupBuilder api) => api.MapGet("/alerts/{id}/similar", Get).Needs(Permission.View)
        .Produces<SimilarAlertsDto>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Past alerts like this one: how often, how long, and what was done; within = subject (the same subject and rule) or district (the same rule in the district)")
        .WithDescription($"Alerts raised before this one, within `days` (1 to 3660, default 365) before it. The figures are of the latest {MostCounted} of them. "
            + $"`limit` (1 to {MaxPage}, default 5) a page; `before` = `next` of the page before.");

    private static IResult Get(
        string id, Caller caller, IAlertStore store, string within = "subject", int days = 365, int limit = 5, string? before = null)
    {
        AlertCursor? cursor = null;
        if (within is not ("subject" or "district") || days is < 1 or > 3660 || limit is < 1 or > MaxPage || (before is not null && !AlertCursor.TryParse(before, out cursor)))
        {
            return Problems.BadRequest(
                "bad_query", $"within phải là subject hoặc district, days từ 1 đến 3660, limit từ 1 đến {MaxPage}, before là giá trị next của trang trước.",
                $"within must be subject or district, days 1 to 3660, limit 1 to {MaxPage}, before the next of the page before.");
        }

        if (store.Find(id) is not { } alert || !caller.Sees(alert))
        {
            return Problems.NotFound("alert", id);
        }

        var query = Past(alert, within == "subject", days);
        var counted = Seen(store, caller, query with { Limit = MostCounted });
        var page = Seen(store, caller, query with { Limit = limit, Before = cursor ?? query.Before });
        var lasted = counted.Items.Where(a => a.ClearedAtMs is not null).Select(a => a.ClearedAtMs!.Value - a.RaisedAtMs);
        var toAcknowledge = counted.Items.Where(a => a.AcknowledgedAtMs is not null).Select(a => a.AcknowledgedAtMs!.Value - a.DemandedAtMs);
        return Results.Ok(new SimilarAlertsDto(
            within, query.FromMs!.Value, counted.Items.Count, counted.Next is not null, counted.Items.Count(a => !a.IsOpen), Median(lasted), Median(toAcknowledge),
            [.. page.Items.Select(a => new SimilarAlertDto(LiveMapping.Alert(a), [.. store.ActsOf(a.Id).Where(act => act.Operator is not null).Select(AlertNames.ToDto)]))],
            page.Next?.ToString()));
    }

    private static AlertQuery Past(Alert alert, bool ofSubject, int days)
    {
        var query = new AlertQuery
        {
            District = alert.Subject.District,
            RuleId = alert.RuleId,
            FromMs = alert.RaisedAtMs - (days * 86_400_000L),
            Before = new AlertCursor(alert.RaisedAtMs, alert.Id),
        };
        return !ofSubject ? query : alert.Subject.Kind switch
        {
            SubjectKind.Sensor => query with { Sensor = alert.Subject.Id },
            SubjectKind.Asset => query with { Asset = alert.Subject.Id },
            _ => query with { Sensor = "" },
        };
    }

    // A rule may cover several domains: a page that lost some that the caller does not see is filled from those behind.
    private static AlertPage Seen(IAlertStore store, Caller caller, AlertQuery query)
    {
        var seen = new List<Alert>();
        while (true)
        {
            var page = store.Query(query);
            seen.AddRange(page.Items.Where(caller.Sees));
            if (page.Next is null && seen.Count <= query.Limit)
            {
                return new AlertPage(seen, null);
            }

            if (seen.Count >= query.Limit)
            {
                return new AlertPage([.. seen.Take(query.Limit)], new AlertCursor(seen[query.Limit - 1].RaisedAtMs, seen[query.Limit - 1].Id));
            }

            query = query with { Before = page.Next };
        }
    }

    private static long? Median(IEnumerable<long> times)
    {
        List<long> sorted = [.. times.Where(t => t >= 0).Order()];
        return sorted.Count == 0 ? null : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
