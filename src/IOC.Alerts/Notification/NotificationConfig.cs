namespace IOC.Alerts.Notification;

/// <summary>Channels, routes and calendars as they are at one moment. Immutable.</summary>
public sealed class NotificationConfig
{
    private readonly Dictionary<string, Channel> _channels;
    private readonly Dictionary<string, ShiftCalendar> _calendars;
    private readonly List<Route> _routes;

    /// <summary>Makes one; names are unique in each list.</summary>
    public NotificationConfig(IEnumerable<Channel> channels, IEnumerable<Route> routes, IEnumerable<ShiftCalendar> calendars)
    {
        _channels = channels.ToDictionary(c => c.Name, StringComparer.Ordinal);
        _calendars = calendars.ToDictionary(c => c.Name, StringComparer.Ordinal);
        _routes = [.. routes.OrderBy(r => r.Order).ThenBy(r => r.Name, StringComparer.Ordinal)];
    }

    /// <summary>Nothing is sent.</summary>
    public static NotificationConfig Empty { get; } = new([], [], []);

    /// <summary>Channels by name.</summary>
    public IReadOnlyCollection<Channel> Channels => [.. _channels.Values.OrderBy(c => c.Name, StringComparer.Ordinal)];

    /// <summary>Routes in their order.</summary>
    public IReadOnlyList<Route> Routes => _routes;

    /// <summary>Calendars by name.</summary>
    public IReadOnlyCollection<ShiftCalendar> Calendars => [.. _calendars.Values.OrderBy(c => c.Name, StringComparer.Ordinal)];

    /// <summary>A channel; null when there is none of that name.</summary>
    public Channel? Channel(string name) => _channels.GetValueOrDefault(name);

    /// <summary>A route; null when there is none of that name.</summary>
    public Route? Route(string name) => _routes.Find(r => r.Name == name);

    /// <summary>A calendar; null when there is none of that name.</summary>
    public ShiftCalendar? Calendar(string name) => _calendars.GetValueOrDefault(name);

    /// <summary>With a channel added, or put in the place of the one of that name.</summary>
    public NotificationConfig With(Channel channel) => new([.. _channels.Values.Where(c => c.Name != channel.Name), channel], _routes, _calendars.Values);

    /// <summary>With a route added, or put in the place of the one of that name.</summary>
    public NotificationConfig With(Route route) => new(_channels.Values, [.. _routes.Where(r => r.Name != route.Name), route], _calendars.Values);

    /// <summary>With a calendar added, or put in the place of the one of that name.</summary>
    public NotificationConfig With(ShiftCalendar calendar) => new(_channels.Values, _routes, [.. _calendars.Values.Where(c => c.Name != calendar.Name), calendar]);

    /// <summary>Without a channel.</summary>
    public NotificationConfig WithoutChannel(string name) => new(_channels.Values.Where(c => c.Name != name), _routes, _calendars.Values);

    /// <summary>Without a route.</summary>
    public NotificationConfig WithoutRoute(string name) => new(_channels.Values, _routes.Where(r => r.Name != name), _calendars.Values);

    /// <summary>Without a calendar.</summary>
    public NotificationConfig WithoutCalendar(string name) => new(_channels.Values, _routes, _calendars.Values.Where(c => c.Name != name));

    /// <summary>The routes that tell a notice at a moment, in their order.</summary>
    public IEnumerable<Route> RoutesFor(AlertNotice notice, DateTimeOffset now, TimeZoneInfo zone)
    {
        foreach (var route in _routes.Where(r => r.Matches(notice) && IsOnShift(r, now, zone)))
        {
            yield return route;
            if (route.Final)
            {
                yield break;
            }
        }
    }

    /// <summary>Until when a route holds a priority back; null when it does not now.</summary>
    public DateTimeOffset? QuietUntil(Route route, Telemetry.Severity severity, DateTimeOffset now, TimeZoneInfo zone) =>
        route.Quiet is { } quiet && !quiet.Through.Contains(severity) && Calendar(quiet.Calendar) is { } calendar && calendar.Contains(now, zone)
            ? calendar.NextChange(now, zone) ?? now.AddDays(ShiftCalendar.Horizon)
            : null;

    /// <summary>Until when a route's shift is off; null when it is on now.</summary>
    public DateTimeOffset? OffUntil(Route route, DateTimeOffset now, TimeZoneInfo zone) =>
        IsOnShift(route, now, zone) ? null : Calendar(route.Calendar!)?.NextChange(now, zone) ?? now.AddDays(ShiftCalendar.Horizon);

    private bool IsOnShift(Route route, DateTimeOffset now, TimeZoneInfo zone) =>
        route.Calendar is null || (Calendar(route.Calendar)?.Contains(now, zone) ?? false);
}
