using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Api;
using IOC.Host.Live;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Pages;

/// <summary>Indicators of a district. Times are Unix milliseconds.</summary>
/// <param name="Id">Slug.</param>
/// <param name="Name">Name; null when the catalogue does not know it.</param>
/// <param name="DayBegan">Midnight of the city's day.</param>
/// <param name="Now">The host's time.</param>
/// <param name="Domains">Its domains, by slug.</param>
/// <param name="Exceedances">The limits that were exceeded today, the longest first.</param>
public sealed record DistrictSummaryDto(
    string Id, LocalText? Name, long DayBegan, long Now, IReadOnlyList<DistrictDomainDto> Domains, IReadOnlyList<ExceedanceDto> Exceedances);

/// <summary>A domain within a district.</summary>
/// <param name="Domain">Slug.</param>
/// <param name="Sensors">Its sensors by state.</param>
/// <param name="Alerts">Its alerts in the operators' list, by priority.</param>
/// <param name="Waiting">Those of them that nobody has acknowledged, by priority.</param>
/// <param name="Unacknowledged">How many those are in all.</param>
/// <param name="Worst">The most urgent priority among them, 1 to 4; null when there is none.</param>
/// <param name="ExceededMs">For how long a limit was exceeded today somewhere in it, milliseconds: the longest of its rules.</param>
/// <param name="Aggregates">Aggregates of the latest good values.</param>
public sealed record DistrictDomainDto(
    string Domain, LiveSensorCounts Sensors, LiveAlertCounts Alerts, LiveAlertCounts Waiting, int Unacknowledged, int? Worst, long ExceededMs,
    IReadOnlyList<LiveAggregate> Aggregates);

/// <summary>What the page of a district asks for.</summary>
internal static class DistrictPageEndpoints
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/districts/{id}/summary", Get).Needs(Permission.View)
        .Produces<DistrictSummaryDto>().ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Indicators of a district by domain: sensors by state, alerts, aggregates, and for how long limits were exceeded today");

    private static IResult Get(string id, Caller caller, LiveView live, AlertBooks books, Exceedances exceedances, Catalogue catalogue, IocOptions options, TimeProvider time)
    {
        if (!caller.Rights.MaySomewhereIn(Permission.View, id))
        {
            return Problems.NotFound("district", id);
        }

        var sensors = live.Sensors().Where(s => s.District == id && caller.Sees(id, s.Domain)).ToList();
        var area = catalogue.Areas.FirstOrDefault(a => a.Level == AreaLevel.District && a.Id == id);
        if (area is null && sensors.Count == 0)
        {
            return Problems.NotFound("district", id);
        }

        var now = time.GetUtcNow();
        var midnight = Midnight(now, TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone));
        var nowMs = now.ToUnixTimeMilliseconds();
        var exceeded = exceedances.Of(id, domain => caller.Sees(id, domain), midnight, nowMs);
        var alerts = books.Open().Where(a => a.IsShown && a.Subject.District == id && a.Subject.Domain is { } d && caller.Sees(id, d)).ToLookup(a => a.Subject.Domain!, StringComparer.Ordinal);
        var aggregates = (live.Districts().FirstOrDefault(d => d.Id == id)?.Aggregates ?? []).ToLookup(a => a.Domain, StringComparer.Ordinal);
        var domains = sensors.Select(s => s.Domain!).Concat(alerts.Select(a => a.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return Results.Ok(new DistrictSummaryDto(
            id, area?.Name, midnight, nowMs,
            [
                .. domains.Select(d => Domain(
                    d, sensors.Where(s => s.Domain == d), [.. alerts[d]], exceeded.Where(e => e.Domain == d).Select(e => e.Ms).DefaultIfEmpty().Max(), [.. aggregates[d]])),
            ],
            exceeded));
    }

    private static DistrictDomainDto Domain(string domain, IEnumerable<LiveSensor> sensors, IReadOnlyList<Alert> alerts, long exceededMs, IReadOnlyList<LiveAggregate> aggregates)
    {
        var states = sensors.GroupBy(s => s.State, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        int Of(string state) => states.GetValueOrDefault(state);
        return new DistrictDomainDto(
            domain, new LiveSensorCounts(states.Values.Sum(), Of("online"), Of("offline"), Of("stale"), Of("silent"), Of("unknown")),
            CountByPriority(alerts), CountByPriority(alerts.Where(a => a.IsUnacknowledged)), alerts.Count(a => a.IsUnacknowledged),
            alerts.Count == 0 ? null : alerts.Min(a => (int)a.Severity), exceededMs, aggregates);
    }

    private static LiveAlertCounts CountByPriority(IEnumerable<Alert> alerts)
    {
        var counts = alerts.CountBy(a => a.Severity).ToDictionary();
        int At(Severity severity) => counts.GetValueOrDefault(severity);
        return new LiveAlertCounts(At(Severity.P1), At(Severity.P2), At(Severity.P3), At(Severity.P4));
    }

    /// <summary>The beginning of the day that it is somewhere.</summary>
    internal static long Midnight(DateTimeOffset now, TimeZoneInfo zone)
    {
        var day = DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(now, zone).Date, DateTimeKind.Unspecified);

        // Where clocks spring ahead at midnight the day begins later.
        while (zone.IsInvalidTime(day))
        {
            day = day.AddMinutes(30);
        }

        return new DateTimeOffset(day, zone.GetUtcOffset(day)).ToUnixTimeMilliseconds();
    }
}
