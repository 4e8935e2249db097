using IOC.Access.Accounts;
using IOC.Alerts.Notification;
using IOC.Host.Api;
using IOC.Host.Devices;
using IOC.Host.Security;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Notification;

/// <summary>Shifts and quiet hours.</summary>
internal static class CalendarEndpoints
{
    public static void Map(RouteGroupBuilder root)
    {
        var calendars = root.MapGroup("/calendars").AddEndpointFilter(NotificationAnswers.TellStoreFailuresAsync);
        calendars.MapGet("", (NotificationBook book, IocOptions options, TimeProvider time) => book.Config.Calendars.Select(c => ToDto(c, options, time)).ToList()).NeedsEverywhere(Permission.Engineer)
            .WithSummary("Calendars by name, and whether each is open now");
        calendars.MapGet("/{name}", (NotificationBook book, IocOptions options, TimeProvider time, string name) =>
                book.Config.Calendar(name) is { } calendar ? Results.Ok(ToDto(calendar, options, time)) : Problems.NotFound("calendar", name)).NeedsEverywhere(Permission.Engineer)
            .Produces<CalendarDto>().ProducesProblem(404).WithSummary("A calendar");
        calendars.MapPut("/{name}", Set).NeedsEverywhere(Permission.Engineer).Produces<CalendarDto>().ProducesProblem(400).WithSummary("Makes or replaces a calendar");
        calendars.MapDelete("/{name}", Remove).NeedsEverywhere(Permission.Engineer).Produces(204).ProducesProblem(404).ProducesProblem(409).WithSummary("Removes a calendar that no route uses");
    }

    private static CalendarDto ToDto(ShiftCalendar calendar, IocOptions options, TimeProvider time) =>
        NotificationForms.ToDto(calendar, time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone));

    private static IResult Set(string name, CalendarDto request, NotificationBook book, IocOptions options, Caller caller, TimeProvider time)
    {
        var problems = new List<LocalText>();
        var calendar = NotificationForms.ReadCalendar(name, request, problems);
        if (problems.Count == 0)
        {
            problems.AddRange(book.Set(calendar, caller.By(request.By), time.GetUtcNow()));
        }

        return problems.Count > 0 ? NotificationAnswers.Bad(problems) : Results.Ok(ToDto(calendar, options, time));
    }

    private static IResult Remove(string name, NotificationBook book)
    {
        if (book.Config.Calendar(name) is null)
        {
            return Problems.NotFound("calendar", name);
        }

        return book.RemoveCalendar(name) is { Count: > 0 } users ? NotificationAnswers.InUse(users) : Results.NoContent();
    }
}
