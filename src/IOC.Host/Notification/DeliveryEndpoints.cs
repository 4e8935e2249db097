using System.Globalization;
using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Alerts.Notification;
using IOC.Host.Api;
using IOC.Host.Security;
using IOC.Telemetry;

namespace IOC.Host.Notification;

/// <summary>Messages and their outcomes.</summary>
internal static class DeliveryEndpoints
{
    private const int Shown = 100;

    public static void Map(RouteGroupBuilder root)
    {
        var deliveries = root.MapGroup("/deliveries").AddEndpointFilter(NotificationAnswers.TellStoreFailuresAsync);
        deliveries.MapGet("", List).Needs(Permission.Operate).Produces<DeliveryPageDto>().ProducesProblem(400).WithSummary("Messages with their outcome, the newest first");
        deliveries.MapGet("/{id}", Detail).Needs(Permission.Operate).Produces<DeliveryDetailDto>().ProducesProblem(404).WithSummary("A message, its words and the alerts that it tells of");
        deliveries.MapPost("/{id}/retry", Retry).NeedsEverywhere(Permission.Engineer).Produces<DeliveryDto>().ProducesProblem(404).ProducesProblem(409).WithSummary("Tries a message again that was given up or waits for its next try");
    }

    private static IResult List(
        INotificationStore store, Caller caller, IAlertStore alerts, string? channel = null, string? route = null, string? state = null, string? alert = null, long? from = null, long? to = null, int limit = 100,
        string? before = null)
    {
        DeliveryState parsed = default;
        long number = 0;
        if (limit is < 1 or > DeliveryQuery.MaxLimit || (state is not null && !DeliveryNames.TryParse(state, out parsed))
            || (before is not null && !long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out number)))
        {
            var states = string.Join(", ", Enum.GetValues<DeliveryState>().Select(s => s.Name()));
            return Problems.BadRequest(
                "bad_query", $"state phải là {states}; limit từ 1 đến {DeliveryQuery.MaxLimit}; before là giá trị next của trang trước.",
                $"state must be {states}; limit 1 to {DeliveryQuery.MaxLimit}; before the next of the page before.");
        }

        // A message may gather alerts of several places: who does not work everywhere asks for those of one alert.
        if (!caller.MayEverywhere(Permission.Operate)
            && (alert is null ? AccessAnswers.NotAllowedEverywhere(Permission.Operate) : RefuseAny(caller, [alerts.Find(alert)], Problems.NotFound("alert", alert))) is { } refused)
        {
            return refused;
        }

        var page = store.Query(new DeliveryQuery
        {
            Channel = channel,
            Route = route,
            State = state is null ? null : parsed,
            AlertId = alert,
            FromMs = from,
            ToMs = to,
            Limit = limit,
            Before = before is null ? null : number,
        });
        return Results.Ok(new DeliveryPageDto([.. page.Items.Select(NotificationForms.ToDto)], page.NextText));
    }

    private static IResult Detail(string id, INotificationStore store, Caller caller, IAlertStore alerts, MessageWriter writer, NotificationSettings settings)
    {
        if (store.Find(id) is not { } delivery)
        {
            return Problems.NotFound("delivery", id);
        }

        var notices = store.Notices(id, Shown);
        if (!caller.MayEverywhere(Permission.Operate) && RefuseAny(caller, [.. notices.Select(n => alerts.Find(n.AlertId))], Problems.NotFound("delivery", id)) is { } refused)
        {
            return refused;
        }

        var message = writer.Write(delivery, [.. notices.Take(settings.MaxListed)]);
        return Results.Ok(new DeliveryDetailDto(
            NotificationForms.ToDto(delivery), message.Subject, message.Text,
            [.. notices.Select(n => new NoticeDto(n.AlertId, n.Event.Name(), n.AtMs, n.Severity.ToString(), n.Title, n.SubjectName, n.District))]));
    }

    // Where one of the alerts is not seen, the message is not there; where one may only be looked at, it is refused.
    private static IResult? RefuseAny(Caller caller, IReadOnlyList<Alert?> about, IResult unseen) => about.Any(a => a is null || !caller.Sees(a)) ? unseen
        : about.Select(a => caller.Refuse(Permission.Operate, a!.Subject.District, a.Subject.Domain)).FirstOrDefault(r => r is not null);

    private static IResult Retry(string id, NotificationBook book, INotificationStore store, TimeProvider time) =>
        book.Retry(id, time.GetUtcNow()) is { } delivery ? Results.Ok(NotificationForms.ToDto(delivery))
        : store.Find(id) is null ? Problems.NotFound("delivery", id)
        : Problems.Result(
            StatusCodes.Status409Conflict, "not_retryable",
            new LocalText(
                "Chỉ gửi lại được tin đã bỏ hoặc đang chờ gửi lại; tin thử không gửi lại, hãy bấm thử lần nữa.",
                "Only what was given up or waits for its next try can be tried again, and its channel must be there; a test is not: press the button again."));
}
