using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Host.Api;
using IOC.Host.Security;

namespace IOC.Host.Alerts;

/// <summary>The alarm system's own figures.</summary>
internal static class FigureEndpoints
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/alerts/figures", GetAsync).Needs(Permission.View)
        .Produces<FiguresDto>().Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest)
        .WithSummary("The alarm system's own figures by ISA-18.2, IEC 62682 and EEMUA 191, with their targets; from and to in Unix milliseconds "
            + "(default: the last 30 days), operators (default: those who were on shift), district, domain, format = json or csv");

    private static async Task<IResult> GetAsync(
        IAlertLives lives, FigureDesk desk, SubjectNames names, Caller caller, TimeProvider time, CancellationToken stop, long? from = null, long? to = null, int? operators = null, string? district = null, string? domain = null,
        string format = "json")
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var until = Math.Min(to ?? now, now);
        var since = from ?? until - (long)TimeSpan.FromDays(30).TotalMilliseconds;
        if (since < 0 || since >= until || until - since > FigureCounter.MaxPeriod.TotalMilliseconds || operators is < 1 or > 1000 || format is not ("json" or "csv"))
        {
            return Problems.BadRequest(
                "bad_period",
                $"from phải trước to và hiện tại, cách tối đa {FigureCounter.MaxPeriod.TotalDays:0} ngày; operators từ 1 đến 1000; format là json hoặc csv.",
                $"from must lie before to and now, at most {FigureCounter.MaxPeriod.TotalDays:0} days; operators 1 to 1000; format json or csv.");
        }

        var counter = desk.NewCounter(since, until, operators);
        await foreach (var life in lives.LivesAsync(counter.FromMs, counter.ToMs, stop))
        {
            var subject = life.Alert.Subject;
            if (caller.Sees(subject.District, subject.Domain) && (string.IsNullOrEmpty(district) || subject.District == district) && (string.IsNullOrEmpty(domain) || subject.Domain == domain))
            {
                counter.Add(life);
            }
        }

        var sheet = FigureSheet.Of(counter.Result(), names, operators is null ? desk.Staffed(counter.FromMs, counter.ToMs) : null);
        return format == "csv"
            ? Results.Bytes(FigureSheet.Csv(sheet), "text/csv; charset=utf-8; header=present", "alert-figures.csv")
            : Results.Ok(sheet);
    }
}
