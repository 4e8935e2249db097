using System.Globalization;
using System.Text.Json;
using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Grains;
using IOC.History;
using IOC.History.Analysis;
using IOC.Host.Api;
using IOC.Host.Planning;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Replay;

/// <summary>What the operators' map showed at moments of the past.</summary>
internal static class ReplaySetup
{
    private const int MostMoments = 181;
    private const int ShortestStepSeconds = 10;
    private const int LongestStepSeconds = 3600;

    // Series times moments: an answer of about 30 MB before compression.
    private const long MostCells = 10_000_000;

    // Sensors that report less often than every quarter of an hour need a longer look back, in a pass of their own.
    private const long ShortLookBackMs = 75 * 60_000;
    private const long LongestLookBackMs = 25 * 3_600_000L;

    public static IServiceCollection AddReplay(this IServiceCollection services) => services
        .AddSingleton(s => new MomentScan(s.GetRequiredService<IHistoryStore>())).AddSingleton<ReplayAlerts>();

    public static void MapReplay(this RouteGroupBuilder api) => api.MapGet("/replay", Replay).Needs(Permission.View)
        .Produces(StatusCodes.Status200OK, contentType: "application/json").ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .WithSummary("How all sensors were at moments of the past, and which alerts were open")
        .WithDescription(
            "`from`, `to`: ISO 8601 with an offset, both moments themselves; `step`: seconds between two moments (default 60). "
            + $"At most {MostMoments} moments. `districts`, `domains`: lists separated by commas; none = all. `values=false` leaves the values out. "
            + "`states` has a letter per moment for each of `sensors`: o reporting, l late, s stale, n nothing known; a capital when the quality of a value was not ok. "
            + "`values`: per series the number of its sensor, the number of its property, then per moment the value in units of the property's last decimal, "
            + "as the difference to the one before (the first to 0); null = nothing known. `alerts`: each with its `phases`, by when they were recorded.");

    private static async Task<IResult> Replay(
        HttpContext context, MomentScan scan, ReplayAlerts alerts, HistoryAnalyst analyst, QueryGate gate, Catalogue catalogue, Caller caller, IocOptions options, TimeProvider time)
    {
        var form = new HistoryForm(context.Request.Query, catalogue, options.TimeZone);
        var (from, to) = (form.Instant("from"), form.Instant("to"));
        var step = form.Number("step", ShortestStepSeconds, LongestStepSeconds) ?? 60;
        var set = form.Set();
        var withValues = form.Text("values") is null or "true";
        if (form.Mistakes.Count > 0)
        {
            return PlanningEndpoints.Mistaken(form);
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (Refusal(from, to, step * 1000L, now) is { } refusal)
        {
            return refusal;
        }

        var everything = set with { Properties = [] };
        var moments = new Moments(from, step * 1000L, (int)((to - from) / (step * 1000L)) + 1);
        var sensors = catalogue.Sensors
            .Where(s => caller.Sees(s.Address.District, s.Address.Domain) && everything.Holds(s.Address.Sensor, s.Address.District, s.Address.Domain, ""))
            .ToDictionary(s => s.Address.Sensor, StringComparer.Ordinal);
        var cells = sensors.Values.Sum(s => (long)s.Properties.Count) * moments.Count;
        if (cells > MostCells)
        {
            return TooLarge(cells);
        }

        var readings = await analyst.EstimateAsync(set, from - ShortLookBackMs, to, context.RequestAborted);
        return await PlanningEndpoints.GuardedAsync(context, gate, readings, async stop =>
        {
            var columns = new ReplayColumns(moments, catalogue.Properties, new ReplayAges(options.Grains.StalePeriods, options.Grains.SilentPeriods), withValues);
            await ScanAsync(scan, set, moments, sensors, options.Grains, columns, stop);
            using var body = new MemoryStream();
            await using (var json = new Utf8JsonWriter(body))
            {
                json.WriteStartObject();
                json.WriteNumber("from", moments.FirstMs);
                json.WriteNumber("to", moments.LastMs);
                json.WriteNumber("step", moments.StepMs);
                json.WriteNumber("moments", moments.Count);
                columns.WriteTo(json);
                await alerts.WriteAsync(json, moments.FirstMs, moments.LastMs, caller, (district, domain) => Wants(set, district, domain), stop);
                json.WriteEndObject();
            }

            return Results.Bytes(body.ToArray(), "application/json");
        });
    }

    /// <summary>Sensors that report often in one pass, those that report seldom in another that begins further back.</summary>
    private static async Task ScanAsync(
        MomentScan scan, SeriesSet set, Moments moments, Dictionary<string, SensorDefinition> sensors, GrainOptions grains, ReplayColumns columns, CancellationToken stop)
    {
        var ages = new ReplayAges(grains.StalePeriods, grains.SilentPeriods);
        long PeriodOf(string sensor) => (long)sensors[sensor].Period.TotalMilliseconds;
        long AgeOf(string sensor) => ages.MaxAgeMs(PeriodOf(sensor));
        void Take(SeriesMoments series) => columns.Add(series, PeriodOf(series.Key.Sensor));

        var seldom = sensors.Keys.Where(s => AgeOf(s) > ShortLookBackMs).ToHashSet(StringComparer.Ordinal);
        if (seldom.Count < sensors.Count)
        {
            await scan.ReadAsync(
                set, moments, Math.Min(ShortLookBackMs, sensors.Keys.Where(s => !seldom.Contains(s)).Max(AgeOf)),
                key => sensors.ContainsKey(key.Sensor) && !seldom.Contains(key.Sensor) ? AgeOf(key.Sensor) : null, Take, stop);
        }

        if (seldom.Count > 0)
        {
            await scan.ReadAsync(
                set, moments, Math.Min(LongestLookBackMs, seldom.Max(AgeOf)), key => seldom.Contains(key.Sensor) ? Math.Min(LongestLookBackMs, AgeOf(key.Sensor)) : null, Take, stop);
        }
    }

    private static bool Wants(SeriesSet set, string district, string? domain) =>
        (set.Districts.Count == 0 || set.Districts.Contains(district, StringComparer.Ordinal))
        && (set.Domains.Count == 0 || domain is null || set.Domains.Contains(domain, StringComparer.Ordinal));

    private static IResult? Refusal(long from, long to, long step, long now)
    {
        if (from > to)
        {
            return Problems.BadRequest("bad_range", "from phải trước hoặc bằng to.", "from must not lie after to.");
        }

        if (to > now)
        {
            return Problems.BadRequest("in_the_future", "to nằm trong tương lai; chỉ xem lại được quá khứ.", "to lies in the future; only the past can be replayed.");
        }

        if ((to - from) / step >= MostMoments)
        {
            var most = TimeSpan.FromMilliseconds(step * (MostMoments - 1)).TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture);
            return Problems.BadRequest(
                "too_many_moments",
                $"Nhiều hơn {MostMoments} thời điểm. Với step={step / 1000} hãy hỏi tối đa {most} phút mỗi lần, hoặc dùng step lớn hơn.",
                $"More than {MostMoments} moments. With step={step / 1000} ask for at most {most} minutes at a time, or use a larger step.");
        }

        return null;
    }

    private static IResult TooLarge(long cells) => Problems.BadRequest(
        "too_large",
        $"Câu trả lời có {cells} giá trị, nhiều hơn {MostCells}. Hãy hỏi ít thời điểm hơn, hoặc ít huyện hay lĩnh vực hơn (districts, domains).",
        $"The answer would hold {cells} values, more than {MostCells}. Ask for fewer moments, or for fewer districts or domains.");
}
