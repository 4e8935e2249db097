using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Host.Planning;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Shifts;

/// <summary>The report of a shift.</summary>
internal static class ShiftReportEndpoint
{
    /// <summary>Longest period of a report.</summary>
    public static readonly TimeSpan MaxPeriod = TimeSpan.FromDays(31);

    public static void Map(RouteGroupBuilder api) => api.MapGet("/shifts/report", GetAsync).Needs(Permission.View)
        .Produces<ShiftReportDto>().Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest)
        .WithSummary("The report of a shift: open and held alerts with notes, acts, commands, the log, silent equipment, figures; from, to (Unix milliseconds; default: the last "
            + "8 hours), district, format = json or csv (open and held alerts); file = true: json to be kept under a name");

    private static async Task<IResult> GetAsync(
        HttpContext context, ShiftReport report, IocOptions options, Caller caller, TimeProvider time, CancellationToken stop, long? from = null, long? to = null, string? district = null,
        string format = "json", bool file = false)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var until = Math.Min(to ?? now, now);
        var since = from ?? until - (long)TimeSpan.FromHours(8).TotalMilliseconds;
        if (since < 0 || since >= until || until - since > MaxPeriod.TotalMilliseconds || format is not ("json" or "csv"))
        {
            return Problems.BadRequest(
                "bad_period", $"from phải trước to và hiện tại, cách tối đa {MaxPeriod.TotalDays:0} ngày; format là json hoặc csv.",
                $"from must lie before to and now, at most {MaxPeriod.TotalDays:0} days; format json or csv.");
        }

        var only = string.IsNullOrWhiteSpace(district) ? null : district.Trim();
        var made = await report.MakeAsync(since, until, caller, only, stop);
        if (file && format == "json")
        {
            context.Response.Headers.ContentDisposition = "attachment; filename=\"shift-report.json\"";
        }

        return format == "csv"
            ? Results.Bytes(Csv(made, TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone)), "text/csv; charset=utf-8; header=present", "shift-report.csv")
            : Results.Ok(made);
    }

    private static byte[] Csv(ShiftReportDto report, TimeZoneInfo zone)
    {
        var csv = new CsvText();
        csv.Add(CsvText.ByteOrderMark + "alert").Add("priority").Add("title_vi").Add("title_en").Add("kind").Add("subject").Add("district").Add("domain").Add("state")
            .Add("raised").Add("raised_utc").Add("acknowledged_by").Add("assignee").Add("hold").Add("hold_by").Add("hold_reason").Add("hold_until").Add("hold_until_utc").Add("notes").EndRow();
        foreach (var a in report.Open.Concat(report.Held))
        {
            csv.Add(a.Id).Add((double)a.Severity).Add(a.Title.Vi).Add(a.Title.En).Add(a.Kind).Add(a.Subject).Add(a.District).Add(a.Domain).Add(a.State).AddTime(a.RaisedAt, zone)
                .Add(a.AcknowledgedBy).Add(a.Assignee).Add(a.Hold).Add(a.HoldBy).Add(a.HoldReason);
            _ = a.HoldUntil is { } until ? csv.AddTime(until, zone) : csv.Add((string?)null).Add((string?)null);
            csv.Add(string.Join('\n', a.Notes.Select(n => $"{n.Operator}: {n.Text}"))).EndRow();
        }

        return csv.Take();
    }
}
