using System.Globalization;

namespace IOC.Alerts.Notification;

/// <summary>The next repetition of an alert by a route.</summary>
/// <param name="AlertId">The alert.</param>
/// <param name="Route">The route.</param>
/// <param name="NextAtMs">When, by the host's clock.</param>
/// <param name="Number">Repetitions so far.</param>
public sealed record Repetition(string AlertId, string Route, long NextAtMs, int Number);

/// <summary>A notice within a message.</summary>
/// <param name="DeliveryId">The message.</param>
/// <param name="Number">From 0.</param>
/// <param name="Notice">The notice.</param>
public sealed record DeliveryItem(string DeliveryId, int Number, AlertNotice Notice);

/// <summary>Everything at start.</summary>
/// <param name="Config">Channels, routes, calendars.</param>
/// <param name="Open">Messages without an outcome.</param>
/// <param name="Repetitions">Repetitions to come.</param>
/// <param name="LastNumber">The highest number that a message has had; 0 when there was none.</param>
public sealed record NotificationState(NotificationConfig Config, IReadOnlyList<Delivery> Open, IReadOnlyList<Repetition> Repetitions, long LastNumber);

/// <summary>What is stored in one transaction.</summary>
public sealed record NotificationChanges
{
    /// <summary>New messages.</summary>
    public IReadOnlyList<Delivery> Added { get; init; } = [];

    /// <summary>Changed messages, in their latest state.</summary>
    public IReadOnlyList<Delivery> Changed { get; init; } = [];

    /// <summary>New notices.</summary>
    public IReadOnlyList<DeliveryItem> Items { get; init; } = [];

    /// <summary>Alerts whose notices are taken out of a message that was not tried yet: message and alert.</summary>
    public IReadOnlyList<(string DeliveryId, string AlertId)> ItemsRemoved { get; init; } = [];

    /// <summary>Repetitions new or changed.</summary>
    public IReadOnlyList<Repetition> RepetitionsSet { get; init; } = [];

    /// <summary>Repetitions that are over.</summary>
    public IReadOnlyList<Repetition> RepetitionsRemoved { get; init; } = [];

    /// <summary>Acts that are dealt with: they are not fed again.</summary>
    public IReadOnlyList<AlertAct> Fed { get; init; } = [];

    /// <summary>True when there is nothing to store.</summary>
    public bool IsEmpty => Added.Count + Changed.Count + Items.Count + ItemsRemoved.Count + RepetitionsSet.Count + RepetitionsRemoved.Count + Fed.Count == 0;
}

/// <summary>Which messages to list. Conditions are combined.</summary>
public sealed record DeliveryQuery
{
    /// <summary>Largest page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Only this channel.</summary>
    public string? Channel { get; init; }

    /// <summary>Only this route.</summary>
    public string? Route { get; init; }

    /// <summary>Only this state.</summary>
    public DeliveryState? State { get; init; }

    /// <summary>Only messages that tell of this alert.</summary>
    public string? AlertId { get; init; }

    /// <summary>Only messages made at or after this time.</summary>
    public long? FromMs { get; init; }

    /// <summary>Only messages made before this time.</summary>
    public long? ToMs { get; init; }

    /// <summary>Only messages with a lower number, from <see cref="DeliveryPage.Next"/>.</summary>
    public long? Before { get; init; }

    /// <summary>Page size, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 100;
}

/// <summary>A page of messages, the newest first.</summary>
/// <param name="Items">The messages.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record DeliveryPage(IReadOnlyList<Delivery> Items, long? Next)
{
    /// <summary><see cref="Next"/> as text.</summary>
    public string? NextText => Next?.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// Port: where channels, routes, calendars and messages are kept, and where acts wait that notification has not seen. An act
/// is put there in the transaction that stores it, so none can be missed. Safe for use from any thread. A failure is an
/// exception; after one, nothing of the call is stored, or, where a server's connection broke while it committed, all of it.
/// </summary>
public interface INotificationStore
{
    /// <summary>Everything at start.</summary>
    NotificationState Load();

    /// <summary>The acts that wait, an alert's in order.</summary>
    /// <param name="limit">At most so many.</param>
    IReadOnlyList<FedAct> ReadFeed(int limit);

    /// <summary>Stores changes in one transaction, durable on return.</summary>
    void Save(NotificationChanges changes);

    /// <summary>Stores a channel, new or changed.</summary>
    void SaveChannel(Channel channel, string by, long nowMs);

    /// <summary>Removes a channel.</summary>
    void RemoveChannel(string name);

    /// <summary>Stores a route, new or changed.</summary>
    void SaveRoute(Route route, string by, long nowMs);

    /// <summary>Removes a route.</summary>
    void RemoveRoute(string name);

    /// <summary>Stores a calendar, new or changed.</summary>
    void SaveCalendar(ShiftCalendar calendar, string by, long nowMs);

    /// <summary>Removes a calendar.</summary>
    void RemoveCalendar(string name);

    /// <summary>Notices of a message in order, from a number on.</summary>
    /// <param name="deliveryId">The message.</param>
    /// <param name="limit">At most so many.</param>
    IReadOnlyList<AlertNotice> Notices(string deliveryId, int limit);

    /// <summary>A message; null when there is none.</summary>
    Delivery? Find(string id);

    /// <summary>Lists messages, the newest first.</summary>
    DeliveryPage Query(DeliveryQuery query);

    /// <summary>Number of messages, tests aside, that were given up at or after a time and wait for somebody.</summary>
    int CountGivenUp(long sinceMs);

    /// <summary>Removes messages whose outcome is older.</summary>
    /// <returns>How many.</returns>
    int DeleteFinishedBefore(long beforeMs);
}
