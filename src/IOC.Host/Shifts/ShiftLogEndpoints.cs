using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Alerts;
using IOC.Host.Api;
using IOC.Host.Planning;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Shifts;

/// <summary>The shift log and the duties.</summary>
internal static class ShiftLogEndpoints
{
    private const long MaxAgeMs = 31L * 86_400_000;
    private const int MaxFileRows = 100_000;

    public static void Map(RouteGroupBuilder api)
    {
        var log = api.MapGroup("/shifts/log");
        log.MapGet("", List).Needs(Permission.View).Produces<ShiftLogPageDto>().Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("The shift log, the last entry first; from, to (Unix milliseconds), categories (separated by commas), operator, alert, search (words), "
                + "before or after (numbers), format = json or csv");
        log.MapPost("", Write).Needs(Permission.Operate).Produces<ShiftEntryDto>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Writes an entry; nothing written can be changed, another entry may correct it");
        log.MapGet("/{number:long}", (long number, IShiftLog store, IHandoverStore handovers, Caller caller) =>
                store.Find(number) is { } entry && Sees(caller, entry, handovers) ? Results.Ok(ShiftNames.ToDto(entry)) : Problems.NotFound("entry", $"{number}")).Needs(Permission.View)
            .Produces<ShiftEntryDto>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("An entry of the shift log");
        var duties = api.MapGroup("/shifts/duties");
        duties.MapGet("", Duties).Needs(Permission.View).Produces<IEnumerable<DutyDto>>().ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("Who was on shift from when until when; without from and to, who is now");
        duties.MapPost("", Come).Needs(Permission.Operate).Produces<DutyDto>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("An operator comes on shift");
        duties.MapPost("/end", Go).Needs(Permission.Operate).Produces<DutyDto>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("An operator goes off shift");
    }

    private static IResult List(
        IShiftLog store, IHandoverStore handovers, IocOptions options, Caller caller, long? from = null, long? to = null, string? categories = null, string? @operator = null, string? alert = null, string? search = null,
        long? before = null, long? after = null, int limit = 100, string format = "json")
    {
        var named = (categories ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ShiftNames.CategoryOf).ToList();
        if (limit is < 1 or > ShiftLogQuery.MaxLimit || named.Contains(null) || search?.Length > 200 || format is not ("json" or "csv"))
        {
            return Problems.BadRequest(
                "bad_query", $"limit từ 1 đến {ShiftLogQuery.MaxLimit}; categories là tên các loại, cách nhau bằng dấu phẩy; search tối đa 200 ký tự; format là json hoặc csv.",
                $"limit must be 1 to {ShiftLogQuery.MaxLimit}; categories names of categories, separated by commas; search at most 200 characters; format json or csv.");
        }

        var query = new ShiftLogQuery
        {
            FromMs = from,
            ToMs = to,
            Categories = [.. named.Select(n => n!.Value)],
            Operator = string.IsNullOrWhiteSpace(@operator) ? null : @operator.Trim(),
            AlertId = alert,
            Search = search,
            Before = before,
            After = after,
            Limit = format == "csv" ? MaxFileRows : limit + 1,
        };
        var entries = Seen(store, query, e => Sees(caller, e, handovers));
        return format == "csv"
            ? Results.Bytes(Csv(entries, TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone)), "text/csv; charset=utf-8; header=present", "shift-log.csv")
            : Results.Ok(new ShiftLogPageDto([.. entries.Take(limit).Select(ShiftNames.ToDto)], entries.Count > limit ? entries[limit - 1].Number : null));
    }

    /// <summary>Whether somebody sees an entry: as the hand-over that it tells of, or by its place; what is about no district in particular is everybody's.</summary>
    internal static bool Sees(Caller caller, ShiftEntry entry, IHandoverStore handovers) => caller.SeesEverything || (entry.Category == ShiftCategory.Handover
        ? entry.Source?.Split('/') is [_, var id, ..] && handovers.Find(id) is { } handover && HandoverEndpoints.Sees(caller, handover)
        : entry.District is null || caller.Sees(entry.District, entry.Domain));

    private static List<ShiftEntry> Seen(IShiftLog store, ShiftLogQuery query, Func<ShiftEntry, bool> sees)
    {
        var seen = new List<ShiftEntry>();
        while (true)
        {
            var page = store.List(query);
            seen.AddRange(page.Where(sees));
            if (seen.Count >= query.Limit || page.Count < query.Limit)
            {
                return seen;
            }

            query = query with { Before = page[^1].Number };
        }
    }

    /// <summary>Entries as rows, the first written first.</summary>
    public static byte[] Csv(IReadOnlyList<ShiftEntry> entries, TimeZoneInfo zone)
    {
        var csv = new CsvText();
        csv.Add(CsvText.ByteOrderMark + "number").Add("written").Add("written_utc").Add("about").Add("about_utc").Add("category").Add("operator").Add("text_vi").Add("text_en")
            .Add("priority").Add("alert").Add("district").Add("domain").Add("corrects").EndRow();
        foreach (var e in entries.OrderBy(e => e.Number))
        {
            csv.Add((double)e.Number).AddTime(e.AtMs, zone).AddTime(e.AboutMs, zone).Add(ShiftNames.Of(e.Category)).Add(e.Operator).Add(e.Text.Vi).Add(e.Text.En)
                .Add((double?)(int?)e.Severity).Add(e.AlertId).Add(e.District).Add(e.Domain).Add((double?)e.Corrects).EndRow();
        }

        return csv.Take();
    }

    private static IResult Write(ShiftEntryRequest request, Caller caller, ShiftDesk desk, IShiftLog store, IHandoverStore handovers, IAlertStore alerts, ShiftOptions options, TimeProvider time)
    {
        var name = caller.ActsAs(request.Operator, "operator", out var unnamed);
        if ((unnamed ?? OperatorInput.CheckText(request.Text, "text", options.MaxEntryLength)) is { } problem)
        {
            return problem;
        }

        if (ShiftNames.CategoryOf(request.Category ?? "note") is not { } category || !ShiftEntry.IsTyped(category))
        {
            return Problems.BadRequest(
                "bad_category", "category phải là note, incident, contact, maintenance hoặc instruction.", "category must be note, incident, contact, maintenance or instruction.");
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (request.About is { } about && (about > now + 60_000 || about < now - MaxAgeMs))
        {
            return Problems.BadRequest("bad_about", "about phải trong 31 ngày qua, không ở tương lai.", "about must lie within the last 31 days, not ahead.");
        }

        var old = request.Corrects is { } number ? store.Find(number) : null;
        if (request.Corrects is not null && (old is null || !Sees(caller, old, handovers)))
        {
            return Problems.NotFound("entry", $"{request.Corrects}");
        }

        var alert = request.Alert is { } id ? alerts.Find(id) : null;
        if (request.Alert is not null && (alert is null || !caller.Sees(alert)))
        {
            return Problems.NotFound("alert", request.Alert);
        }

        // A correction is about what it corrects, unless it says otherwise; whoever writes of a place has to work there.
        var (district, domain) = alert is not null ? (alert.Subject.District, alert.Subject.Domain)
            : Trim(request.District) is null && Trim(request.Domain) is null ? (old?.District, old?.Domain) : (Trim(request.District), Trim(request.Domain));
        if ((RefuseToWrite(caller, district, domain) ?? RefuseToWrite(caller, old?.District, old?.Domain)) is { } refusal)
        {
            return refusal;
        }

        var text = request.Text!.Trim();
        var entry = desk.Write(
        [
            new ShiftEntry
            {
                AtMs = now, AboutMs = request.About ?? now, Category = category, Operator = name, Text = new LocalText(text, text), Severity = alert?.Severity,
                AlertId = alert?.Id, District = district, Domain = domain, Corrects = request.Corrects,
            },
        ])[0];
        return Results.Created($"/api/v1/shifts/log/{entry.Number}", ShiftNames.ToDto(entry));
    }

    // What is about no place in particular may be written by everybody who works anywhere.
    private static IResult? RefuseToWrite(Caller caller, string? district, string? domain) => (district, domain) is (null, null) ? null
        : district is not null && !caller.Rights.MaySomewhereIn(Permission.View, district) ? Problems.NotFound("district", district)
        : caller.Refuse(Permission.Operate, district, domain);

    private static string? Trim(string? slug) => string.IsNullOrWhiteSpace(slug) || slug.Length > 100 ? null : slug.Trim();

    private static IResult Duties(IShiftLog store, ShiftDesk desk, long? from = null, long? to = null)
    {
        if (from is null && to is null)
        {
            return Results.Ok(desk.Roster.OnDuty.Select(ShiftNames.ToDto));
        }

        return from is { } since && to is { } until && until > since
            ? Results.Ok(store.Duties(since, until).Select(ShiftNames.ToDto))
            : Problems.BadRequest("bad_period", "Cho biết cả from và to, from trước to.", "Give both from and to, from before to.");
    }

    private static IResult Come(DutyRequest request, Caller caller, ShiftDesk desk)
    {
        var name = caller.ActsAs(request.Operator, "operator", out var problem);
        return problem
            ?? (desk.Come(name, DutyChange.Said) is { } duty ? Results.Created("/api/v1/shifts/duties", ShiftNames.ToDto(duty))
                : Problems.Result(StatusCodes.Status409Conflict, "on_duty", new LocalText($"{name} đang trong ca.", $"{name} is on shift already.")));
    }

    private static IResult Go(DutyRequest request, Caller caller, ShiftDesk desk)
    {
        var name = caller.ActsAs(request.Operator, "operator", out var problem);
        return problem
            ?? (desk.Go(name, null, DutyChange.Said) is { } duty ? Results.Ok(ShiftNames.ToDto(duty))
                : Problems.Result(StatusCodes.Status409Conflict, "not_on_duty", new LocalText($"{name} không trong ca.", $"{name} is not on shift.")));
    }
}
