namespace IOC.Alerts.Notification;

/// <summary>What is told about an alert. The numbers are stored: never renumber.</summary>
public enum NotificationEvent : byte
{
    /// <summary>It was opened.</summary>
    Raised = 0,

    /// <summary>Its condition came back.</summary>
    ReRaised = 1,

    /// <summary>Nobody acted in time.</summary>
    Escalated = 2,

    /// <summary>Its condition ended, and nobody has acknowledged it.</summary>
    Returned = 3,

    /// <summary>An operator acknowledged it.</summary>
    Acknowledged = 4,

    /// <summary>It is over.</summary>
    Closed = 5,

    /// <summary>It still waits for somebody: the route's repetition. No route asks for it by name.</summary>
    Repeated = 6,
}

/// <summary>The events' names in the API, in files and in messages.</summary>
public static class NotificationEvents
{
    /// <summary>What a route that names no event tells.</summary>
    public static IReadOnlyList<NotificationEvent> Default { get; } = [NotificationEvent.Raised, NotificationEvent.ReRaised, NotificationEvent.Escalated];

    /// <summary>Every event that a route can name.</summary>
    public static IReadOnlyList<NotificationEvent> Routable { get; } =
    [
        NotificationEvent.Raised, NotificationEvent.ReRaised, NotificationEvent.Escalated, NotificationEvent.Returned,
        NotificationEvent.Acknowledged, NotificationEvent.Closed,
    ];

    /// <summary>Name of an event.</summary>
    public static string Name(this NotificationEvent happened) => happened switch
    {
        NotificationEvent.Raised => "raised",
        NotificationEvent.ReRaised => "re_raised",
        NotificationEvent.Escalated => "escalated",
        NotificationEvent.Returned => "returned",
        NotificationEvent.Acknowledged => "acknowledged",
        NotificationEvent.Closed => "closed",
        NotificationEvent.Repeated => "repeated",
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "No such event."),
    };

    /// <summary>Reads the name of an event that a route can name.</summary>
    public static bool TryParse(string? name, out NotificationEvent happened)
    {
        foreach (var candidate in Routable)
        {
            if (candidate.Name() == name)
            {
                happened = candidate;
                return true;
            }
        }

        happened = default;
        return false;
    }
}
