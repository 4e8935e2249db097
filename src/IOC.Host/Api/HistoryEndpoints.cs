using IOC.Access.Accounts;
using IOC.History;
using IOC.History.Analysis;
using IOC.Host.Auditing;
using IOC.Host.Live;
using IOC.Host.Planning;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Api;

/// <summary>Raw readings: each point is [measured at (Unix ms), value, quality], with the sensor's slug as a fourth
/// element when a district was asked for.</summary>
public sealed record RawHistory(
    string? Sensor, string? District, string Property, string Unit, long From, long To, IReadOnlyList<object[]> Points, string? Next);

/// <summary>Aggregates per calendar window.</summary>
public sealed record WindowedHistory(
    string? Sensor, string? District, string Property, string Unit, string Window, string Zone, long From, long To, IReadOnlyList<HistoryWindow> Windows);

/// <summary>A window that has readings; start and end (exclusive) are Unix milliseconds.</summary>
public sealed record HistoryWindow(long Start, long End, long Count, double Mean, double Min, double Max, double Sum, double First, double Last);

/// <summary>The history that planners and other systems query.</summary>
internal static class HistoryEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/history", Query).Needs(Permission.View).Produces<RawHistory>().ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("Readings of a sensor or a district")
            .WithDescription(
                "One of `sensor` and `district`; `property`; `from` and `to` (ISO 8601 with an offset; from inclusive, to exclusive). Without `window`: "
                + "raw readings, `limit` a page, `cursor` from the page before. With `window` (ISO 8601 duration such as PT1H, P1D, P1M): count, mean, min, max, sum, first and "
                + "last per window of the calendar of `zone`. `quality`: ok (default) or all.");
        api.MapGet("/history/series", async (IHistoryStore store, Caller caller, CancellationToken stop, string? sensor, string? district, string? domain, string? property) =>
                (await store.ListSeriesAsync(new SeriesFilter(sensor, district, domain, property), stop)).Where(s => caller.May(Permission.Plan, s.District, s.Domain))).Needs(Permission.Plan)
            .WithSummary("Which sensors have readings of which properties, how many, and from when to when");
    }

    private static async Task<IResult> Query(
        HttpContext context, IHistoryStore store, HistoryAnalyst analyst, QueryGate gate, Catalogue catalogue, Caller caller, SensorPlaces places, IocOptions options, CancellationToken stop, string? property = null, DateTimeOffset? from = null, DateTimeOffset? to = null,
        string? sensor = null, string? district = null, string? domain = null, string? window = null, string? zone = null, string quality = "ok", int limit = 10_000, string? cursor = null)
    {
        if ((sensor is null) == (district is null) || property is null || from is null || to is null || quality is not ("ok" or "all"))
        {
            return Problems.BadRequest(
                "bad_query",
                "Cần một trong hai sensor hoặc district, cùng với property, from, to (ISO 8601 có múi giờ); quality là ok hoặc all.",
                "One of sensor and district is needed, with property, from and to (ISO 8601 with an offset); quality is ok or all.");
        }

        if (!catalogue.Properties.TryGet(property, out var definition))
        {
            return Problems.BadRequest("unknown_property", $"Không có thông số '{property}'.", $"There is no property '{property}'; GET /api/v1/properties lists them.");
        }

        // The course of one sensor belongs to looking at it; a district's is a planner's question.
        if ((sensor is not null ? places.RefuseToSee(caller, sensor) : SensorPlaces.RefuseToPlan(caller, district!, domain)) is { } refusal)
        {
            return refusal;
        }

        var series = sensor is not null ? SeriesSelector.ForSensor(sensor, property) : SeriesSelector.ForDistrict(district!, property, domain);
        var (fromMs, toMs) = (from.Value.ToUnixTimeMilliseconds(), to.Value.ToUnixTimeMilliseconds());
        var filter = quality == "all" ? QualityFilter.All : QualityFilter.Ok;
        var set = new SeriesSet(sensor is null ? [] : [sensor], district is null ? [] : [district], domain is null ? [] : [domain], [property]);
        try
        {
            // A page or a curve of one sensor is no work: those on shift do not stand in line for it.
            var cost = window is null ? Math.Min(await analyst.EstimateAsync(set, fromMs, toMs, stop), limit) : await analyst.AllowAsync(set, fromMs, toMs, 0, stop);
            using var place = cost > RawQuery.MaxLimit ? await gate.EnterAsync(cost, PlanningEndpoints.UserOf(context), stop) : QueryPlace.None;
            if (place is null)
            {
                return PlanningEndpoints.Busy(context);
            }

            if (window is null)
            {
                var page = await store.ReadRawAsync(new RawQuery(series, fromMs, toMs, filter, limit, string.IsNullOrEmpty(cursor) ? null : cursor), stop);
                if (district is not null && (!string.IsNullOrEmpty(cursor) || page.Points.Count > AuditGate.MostLookedAt))
                {
                    context.IsTakenAway();
                }

                return Results.Ok(new RawHistory(sensor, district, property, definition.Unit, fromMs, toMs, [.. page.Points.Select(p => ToPoint(p, district is not null))], page.Next));
            }

            var name = zone ?? options.TimeZone;
            var windows = await store.ReadWindowsAsync(new WindowQuery(series, fromMs, toMs, window, name, filter), stop);
            return Results.Ok(new WindowedHistory(
                sensor, district, property, definition.Unit, window, name, fromMs, toMs,
                [.. windows.Select(w => new HistoryWindow(w.StartMs, w.EndMs, w.Count, w.Mean, w.Min, w.Max, w.Sum, w.First, w.Last))]));
        }
        catch (HistoryQueryException e)
        {
            return Problems.Result(StatusCodes.Status400BadRequest, e.Type, e.Detail);
        }
    }

    private static object[] ToPoint(HistoryPoint p, bool withSensor) =>
        withSensor ? [p.MeasuredAtMs, p.Value, LiveMapping.Name(p.Quality), p.Sensor] : [p.MeasuredAtMs, p.Value, LiveMapping.Name(p.Quality)];
}
