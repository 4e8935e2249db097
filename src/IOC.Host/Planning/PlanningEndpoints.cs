using System.Security.Cryptography;
using IOC.Access.Accounts;
using IOC.History;
using IOC.History.Analysis;
using IOC.Host.Api;
using IOC.Host.Auditing;
using IOC.Host.Live;
using IOC.Host.Otlp;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Telemetry;
using Microsoft.Net.Http.Headers;

namespace IOC.Host.Planning;

/// <summary>Planners' questions over years of readings.</summary>
internal static class PlanningEndpoints
{
    // Larger answers are not kept for the client to compare.
    private const int LargestTagged = 4 * 1024 * 1024;
    private const int MaxPage = 100_000;
    private const int MaxPoints = 20_000;
    private const string SetHelp = "`sensors`, `districts`, `domains`, `properties`: lists separated by commas; none = all. ";
    private const string RangeHelp = "`from` (inclusive), `to` (exclusive): ISO 8601 with an offset. `quality`: ok (default) or all. ";
    private const string FileHelp = "`format`: json (default), ndjson, csv (RFC 4180, UTF-8; `bom=true` for Excel; times of `zone` and in UTC; `names=vi` or `en`: the names of property, sensor and district in columns of their own). `file=true`: to be kept under a name, and whole. ";

    public static IServiceCollection AddPlanning(this IServiceCollection services, HistorySettings settings) => services
        .AddSingleton(s => new HistoryAnalyst(
            s.GetRequiredService<IHistoryStore>(), s.GetRequiredService<Catalogue>(),
            new AnalysisLimits(settings.MaxCells, settings.MaxDistributionCells, settings.MaxReadingsPerQuery)))
        .AddSingleton<SensorPlaces>()
        .AddSingleton(s => new HistoryReader(s.GetRequiredService<IHistoryStore>()))
        .AddSingleton<HistoryKeeper>().AddHostedService(s => s.GetRequiredService<HistoryKeeper>())
        .AddSingleton(_ => new QueryGate(settings.MaxConcurrentQueries, settings.LongQueryReadings, settings.MaxWaitingQueries));

    public static void Map(RouteGroupBuilder api)
    {
        var history = api.MapGroup("/history");
        history.MapGet("/query", Query).Needs(Permission.Plan).Produces<HistoryAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Windows and groups over many series, with coverage")
            .WithDescription(
                SetHelp + RangeHelp + "`window`: ISO 8601 duration aligned to the calendar of `zone` (PT15M, P1D, P1W, P1M, P3M); none = the whole range. "
                + $"`measures`: {Measure.Forms} (default mean,min,max). `groupBy`: sensor (default), district, domain, hour, weekday, none, combined by commas. "
                + "`fill`: none (default), null, previous, linear. `compare`: ISO 8601 duration; each window together with the one so much earlier (P1Y, P1W). " + FileHelp
                + "An answer up to 4 MiB has an ETag.");
        history.MapGet("/readings", Readings).Needs(Permission.Plan).Produces<HistoryReadings>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Readings of many series: pages, files, or thinned out for a chart")
            .WithDescription(
                SetHelp + RangeHelp + FileHelp + "json: `limit` readings a page (default 10000), `cursor` = `next` of the page before. ndjson, csv and any `file=true` stream everything. "
                + "`points` thins each series out to so many readings by `downsample`: lttb (default: keeps the shape) or minmax (keeps each peak).");
        DeletionEndpoints.Map(api);
        ImportEndpoint.Map(api);
        history.MapGet("/at", At).Needs(Permission.Plan).Produces(StatusCodes.Status200OK, contentType: "application/geo+json").ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("The state at a moment, as GeoJSON")
            .WithDescription(SetHelp + "`at`: ISO 8601 with an offset. A feature per registered sensor with its newest readings then, none older than three of its periods. `quality`: ok (default) or all.");
    }

    /// <exception cref="SettingsException">A property or a duration is none.</exception>
    public static Retention NewRetention(HistorySettings settings, Catalogue catalogue, string zone)
    {
        try
        {
            return new Retention(settings.Retention, catalogue.Properties, zone);
        }
        catch (InvalidOperationException e)
        {
            throw new SettingsException([$"{IocOptions.Section}:{e.Message}"]);
        }
    }

    private static async Task<IResult> Query(
        HttpContext context, HistoryAnalyst analyst, QueryGate gate, Catalogue catalogue, Caller caller, SensorPlaces places, IocOptions options, TimeProvider time)
    {
        var form = new HistoryForm(context.Request.Query, catalogue, options.TimeZone);
        var (from, to) = form.Range();
        var query = new AnalysisQuery
        {
            Set = places.Limit(form.Set(), caller, Permission.Plan),
            FromMs = from,
            ToMs = to,
            Zone = form.Zone(),
            Window = form.Text("window"),
            Measures = form.Measures(),
            GroupBy = form.GroupBy(),
            Fill = form.Fill(),
            Quality = form.Quality(),
            Compare = form.Text("compare"),
        };
        var (format, mark, file) = (form.Format(AnswerFormat.Json, AnswerFormat.NdJson, AnswerFormat.Csv), form.Flag("bom"), form.Flag("file"));
        var names = form.Names();
        return form.Mistakes.Count > 0 ? Mistaken(form) : await GuardedAsync(context, gate, () => analyst.EstimateAsync(query, context.RequestAborted), streams: false, async (place, stop) =>
        {
            var result = await analyst.AnswerAsync(query, time.GetUtcNow().ToUnixTimeMilliseconds(), stop);
            // A slow line is this client's own.
            place.Leave();
            var answer = AnswerWriter.ToModel(result, query, catalogue.Properties);
            NameFile(context, format, file, "ioc-history");
            context.Response.ContentType = AnswerWriter.MediaTypeOf(format);
            await using var body = new AnswerBody(context.Response.Body, LargestTagged);
            await AnswerWriter.WriteAsync(answer, format, mark, names, body, stop);
            return body.IsSent ? Results.Empty : Results.Bytes(body.Kept.ToArray(), AnswerWriter.MediaTypeOf(format), entityTag: TagOf(body.Kept.Span));
        });
    }

    private static async Task<IResult> Readings(
        HttpContext context, HistoryReader reader, HistoryAnalyst analyst, QueryGate gate, Catalogue catalogue, Caller caller, SensorPlaces places, IocOptions options)
    {
        var form = new HistoryForm(context.Request.Query, catalogue, options.TimeZone);
        var (from, to) = form.Range();
        var (set, quality, zone, mark) = (places.Limit(form.Set(), caller, Permission.Plan), form.Quality(), TimeZoneInfo.FindSystemTimeZoneById(form.Zone()), form.Flag("bom"));
        var (format, file) = (form.Format(AnswerFormat.Json, AnswerFormat.NdJson, AnswerFormat.Csv), form.Flag("file"));
        var names = form.Names();
        var paged = format == AnswerFormat.Json && !file;
        var (points, method, limit, cursor) = (form.Number("points", 4, MaxPoints), form.Method(), form.Number("limit", 1, MaxPage) ?? 10_000, form.Text("cursor"));
        if (form.Mistakes.Count > 0)
        {
            return Mistaken(form);
        }

        var readings = points is { } most
            ? reader.ThinAsync(set, from, to, quality, method, most, context.RequestAborted)
            : reader.StreamAsync(set, from, to, quality, cursor, context.RequestAborted);
        return await GuardedAsync(context, gate, CostAsync, streams: !paged, async (_, stop) =>
        {
            if (paged)
            {
                var page = await ReadingsWriter.PageAsync(readings, catalogue.Properties, points is null ? limit : null, stop);
                if (points is null && (cursor is not null || page.Series.Sum(s => s.Points.Count) > AuditGate.MostLookedAt))
                {
                    context.IsTakenAway();
                }

                return Results.Ok(page);
            }

            NameFile(context, format, file, "ioc-readings");
            context.Response.ContentType = AnswerWriter.MediaTypeOf(format);
            await (format switch
            {
                AnswerFormat.Csv => ReadingsWriter.WriteCsvAsync(readings, catalogue.Properties, zone, mark, names, context.Response.Body, stop),
                AnswerFormat.NdJson => ReadingsWriter.WriteLinesAsync(readings, catalogue.Properties, context.Response.Body, stop),
                _ => ReadingsWriter.WriteDocumentAsync(readings, catalogue.Properties, context.Response.Body, stop),
            });
            return Results.Empty;
        });

        // A page ends where it is full; everything else goes through all of them, and a thinned document is held as a whole.
        async Task<long> CostAsync() => paged && points is null
            ? Math.Min(await analyst.EstimateAsync(set, from, to, context.RequestAborted), limit)
            : await analyst.AllowAsync(set, from, to, paged ? points ?? 0 : 0, context.RequestAborted);
    }

    private static async Task<IResult> At(HttpContext context, HistoryReader reader, QueryGate gate, Catalogue catalogue, Caller caller, SensorPlaces places, IocOptions options)
    {
        var form = new HistoryForm(context.Request.Query, catalogue, options.TimeZone);
        var (at, set, quality) = (form.Instant("at"), places.Limit(form.Set(), caller, Permission.Plan), form.Quality());
        if (form.Mistakes.Count > 0)
        {
            return Mistaken(form);
        }

        var sensors = catalogue.Sensors.ToDictionary(s => s.Address.Sensor, StringComparer.Ordinal);
        return await GuardedAsync(context, gate, 0, async stop =>
        {
            var readings = await reader.AtAsync(
                set, at, s => sensors.TryGetValue(s.Sensor, out var known) ? 3 * (long)known.Period.TotalMilliseconds : 3_600_000, quality, stop);
            var features = readings.Where(r => sensors.ContainsKey(r.Series.Sensor)).GroupBy(r => r.Series.Sensor, StringComparer.Ordinal)
                .Select(g => Feature(sensors[g.Key], g, catalogue.Properties));
            context.IsTakenAway();
            return Results.Json(new { type = "FeatureCollection", features }, contentType: "application/geo+json");
        });
    }

    private static object Feature(SensorDefinition sensor, IEnumerable<SeriesReading> readings, PropertyCatalogue properties) => new
    {
        type = "Feature",
        id = sensor.Address.Sensor,
        geometry = new { type = "Point", coordinates = new[] { sensor.Longitude, sensor.Latitude } },
        properties = new
        {
            sensor = sensor.Address.Sensor,
            district = sensor.Address.District,
            domain = sensor.Address.Domain,
            name = sensor.Name,
            values = readings.ToDictionary(
                r => r.Series.Property,
                r => new { value = r.Point.Value, unit = AnswerWriter.UnitOf(r.Series.Property, properties), at = r.Point.MeasuredAtMs, quality = LiveMapping.Name(r.Point.Quality) },
                StringComparer.Ordinal),
        },
    };

    /// <summary>Answers when it is the question's turn; says so when too many wait.</summary>
    internal static Task<IResult> GuardedAsync(HttpContext context, QueryGate gate, long readings, Func<CancellationToken, Task<IResult>> answer) =>
        GuardedAsync(context, gate, () => Task.FromResult(readings), streams: false, (_, stop) => answer(stop));

    /// <summary>Answers when it is the question's turn; says so when too many wait, or when it costs too much.</summary>
    internal static async Task<IResult> GuardedAsync(
        HttpContext context, QueryGate gate, Func<Task<long>> cost, bool streams, Func<QueryPlace, CancellationToken, Task<IResult>> answer)
    {
        try
        {
            using var span = Spans.Begin("history.question");
            var readings = await cost();
            span?.SetTag("ioc.history.readings", readings);
            using var place = await gate.EnterAsync(readings, UserOf(context), context.RequestAborted, streams);
            if (place is null)
            {
                return Busy(context);
            }

            return await answer(place, context.RequestAborted);
        }
        catch (HistoryQueryException e) when (!context.Response.HasStarted)
        {
            return Problems.Result(StatusCodes.Status400BadRequest, e.Type, e.Detail);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went; nobody reads an answer.
            return Results.Empty;
        }
    }

    /// <summary>Too many wait already.</summary>
    internal static IResult Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return Problems.Result(StatusCodes.Status503ServiceUnavailable, "busy", new LocalText(
            "Đang có quá nhiều câu hỏi lịch sử. Hãy thử lại sau vài giây.", "Too many questions to history are waiting. Try again in a few seconds."));
    }

    /// <summary>Whose turn it is: an account's, or where accounts are off, an address's.</summary>
    internal static string UserOf(HttpContext context)
    {
        var caller = CallerIdentity.Of(context.User);
        return caller.AccountId ?? caller.Name ?? context.Connection.RemoteIpAddress?.ToString() ?? "";
    }

    /// <summary>All that is wrong with a question.</summary>
    internal static IResult Mistaken(HistoryForm form) => Problems.BadRequest(
        "bad_query", string.Join("; ", form.Mistakes.Select(m => m.Vi)) + ".", string.Join("; ", form.Mistakes.Select(m => m.En)) + ".");

    private static void NameFile(HttpContext context, AnswerFormat format, bool file, string name)
    {
        if (file || format == AnswerFormat.Csv)
        {
            var ending = format switch { AnswerFormat.Csv => "csv", AnswerFormat.NdJson => "ndjson", _ => "json" };
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{ending}\"";
        }
    }

    private static EntityTagHeaderValue TagOf(ReadOnlySpan<byte> body) => new($"\"{Convert.ToHexStringLower(SHA256.HashData(body))[..32]}\"");
}
