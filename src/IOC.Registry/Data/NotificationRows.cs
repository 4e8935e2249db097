using System.Text.Json;
using IOC.Alerts;
using IOC.Alerts.Notification;
using IOC.Telemetry;

namespace IOC.Registry.Data;

/// <summary>A channel, route or calendar: read and written as a whole, so it is kept as one document.</summary>
internal abstract class NotificationDocumentRow
{
    public required string Name { get; init; }

    public required string Body { get; init; }

    public long ChangedAtMs { get; init; }

    public required string ChangedBy { get; init; }
}

internal sealed class NotificationChannelRow : NotificationDocumentRow
{
    /// <summary>Apart from the body, so that whoever shows a body shows no secret.</summary>
    public required string Secrets { get; init; }

    public static NotificationChannelRow From(Channel channel, string by, long nowMs) => new()
    {
        Name = channel.Name,
        Body = JsonSerializer.Serialize(channel with { Secrets = new Dictionary<string, SecretReference>(StringComparer.Ordinal) }),
        Secrets = JsonSerializer.Serialize(channel.Secrets),
        ChangedAtMs = nowMs,
        ChangedBy = by,
    };

    public Channel ToModel() => JsonSerializer.Deserialize<Channel>(Body)! with
    {
        Secrets = JsonSerializer.Deserialize<Dictionary<string, SecretReference>>(Secrets)!,
    };
}

internal sealed class NotificationRouteRow : NotificationDocumentRow
{
    public static NotificationRouteRow From(Route route, string by, long nowMs) => new()
    {
        Name = route.Name,
        Body = JsonSerializer.Serialize(route),
        ChangedAtMs = nowMs,
        ChangedBy = by,
    };

    public Route ToModel() => JsonSerializer.Deserialize<Route>(Body)!;
}

internal sealed class NotificationCalendarRow : NotificationDocumentRow
{
    public static NotificationCalendarRow From(ShiftCalendar calendar, string by, long nowMs) => new()
    {
        Name = calendar.Name,
        Body = JsonSerializer.Serialize(calendar),
        ChangedAtMs = nowMs,
        ChangedBy = by,
    };

    public ShiftCalendar ToModel() => JsonSerializer.Deserialize<ShiftCalendar>(Body)!;
}

internal sealed class NotificationDeliveryRow
{
    public required string Id { get; init; }

    public long Number { get; init; }

    public required string Channel { get; init; }

    public string? Recipient { get; init; }

    public string? Route { get; init; }

    public required string GroupKey { get; init; }

    public DeliveryPurpose Purpose { get; init; }

    public NoticeLanguage Language { get; init; }

    public DeliveryState State { get; init; }

    public Severity Severity { get; init; }

    public int Count { get; init; }

    public long CreatedAtMs { get; init; }

    public long DueAtMs { get; init; }

    public int Attempts { get; init; }

    public long? TriedAtMs { get; init; }

    public int? Status { get; init; }

    public string? Error { get; init; }

    public long? FinishedAtMs { get; init; }

    public static NotificationDeliveryRow From(Delivery d) => new()
    {
        Id = d.Id,
        Number = d.Number,
        Channel = d.Channel,
        Recipient = d.Recipient,
        Route = d.Route,
        GroupKey = d.Group,
        Purpose = d.Purpose,
        Language = d.Language,
        State = d.State,
        Severity = d.Severity,
        Count = d.Count,
        CreatedAtMs = d.CreatedAtMs,
        DueAtMs = d.DueAtMs,
        Attempts = d.Attempts,
        TriedAtMs = d.TriedAtMs,
        Status = d.Status,
        Error = d.Error,
        FinishedAtMs = d.FinishedAtMs,
    };

    public Delivery ToModel() => new()
    {
        Id = Id,
        Number = Number,
        Channel = Channel,
        Recipient = Recipient,
        Route = Route,
        Group = GroupKey,
        Purpose = Purpose,
        Language = Language,
        State = State,
        Severity = Severity,
        Count = Count,
        CreatedAtMs = CreatedAtMs,
        DueAtMs = DueAtMs,
        Attempts = Attempts,
        TriedAtMs = TriedAtMs,
        Status = Status,
        Error = Error,
        FinishedAtMs = FinishedAtMs,
    };
}

/// <summary>A notice of a message.</summary>
internal sealed class NotificationItemRow
{
    public required string DeliveryId { get; init; }

    public int Number { get; init; }

    public required string AlertId { get; init; }

    public required string Notice { get; init; }

    public static NotificationItemRow From(DeliveryItem item) => new()
    {
        DeliveryId = item.DeliveryId,
        Number = item.Number,
        AlertId = item.Notice.AlertId,
        Notice = JsonSerializer.Serialize(item.Notice),
    };

    public AlertNotice ToModel() => JsonSerializer.Deserialize<AlertNotice>(Notice)!;
}

internal sealed class NotificationRepetitionRow
{
    public required string AlertId { get; init; }

    public required string Route { get; init; }

    public long NextAtMs { get; init; }

    public int Number { get; init; }

    public static NotificationRepetitionRow From(Repetition r) => new() { AlertId = r.AlertId, Route = r.Route, NextAtMs = r.NextAtMs, Number = r.Number };

    public Repetition ToModel() => new(AlertId, Route, NextAtMs, Number);
}

/// <summary>An act that notification has not dealt with; written in the transaction that stores the act.</summary>
internal sealed class NotificationFeedRow
{
    public required string AlertId { get; init; }

    public int Sequence { get; init; }

    public long RecordedAtMs { get; init; }

    public static NotificationFeedRow From(AlertAct act) => new() { AlertId = act.AlertId, Sequence = act.Sequence, RecordedAtMs = act.RecordedAtMs };
}
