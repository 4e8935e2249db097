using IOC.Alerts;
using IOC.Alerts.Notification;
using IOC.Registry.Data;
using IOC.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>Channels, routes, calendars and messages in the registry's database.</summary>
/// <param name="database">The database.</param>
/// <param name="book">Where sensor addresses are interned.</param>
public sealed class NotificationStore(RegistryDatabase database, AddressBook book) : INotificationStore
{
    // A statement takes so many parameters everywhere.
    private const int IdsAtOnce = 500;

    /// <inheritdoc/>
    public NotificationState Load()
    {
        using var context = database.NewContext();
        var config = new NotificationConfig(
            context.NotificationChannels.ToList().ConvertAll(c => c.ToModel()),
            context.NotificationRoutes.ToList().ConvertAll(r => r.ToModel()),
            context.NotificationCalendars.ToList().ConvertAll(c => c.ToModel()));
        return new NotificationState(
            config,
            context.NotificationDeliveries.Where(d => d.State < DeliveryState.Sent).OrderBy(d => d.Number).ToList().ConvertAll(d => d.ToModel()),
            context.NotificationRepetitions.ToList().ConvertAll(r => r.ToModel()),
            context.NotificationDeliveries.Max(d => (long?)d.Number) ?? 0);
    }

    /// <inheritdoc/>
    public IReadOnlyList<FedAct> ReadFeed(int limit)
    {
        using var context = database.NewContext();
        var rows = context.NotificationFeed.OrderBy(f => f.RecordedAtMs).ThenBy(f => f.AlertId).ThenBy(f => f.Sequence).Take(limit)
            .Join(context.AlertActs, f => new { f.AlertId, f.Sequence }, a => new { a.AlertId, a.Sequence }, (_, act) => act).ToList();
        var alerts = new Dictionary<string, Alert>(StringComparer.Ordinal);
        foreach (var ids in rows.Select(a => a.AlertId).Distinct(StringComparer.Ordinal).Chunk(IdsAtOnce))
        {
            foreach (var alert in context.Alerts.Where(a => ids.Contains(a.Id)))
            {
                alerts[alert.Id] = alert.ToModel(book);
            }
        }

        return
        [
            .. rows.OrderBy(a => a.RecordedAtMs).ThenBy(a => a.AlertId, StringComparer.Ordinal).ThenBy(a => a.Sequence)
                .Select(a => new FedAct(a.ToModel(), alerts.GetValueOrDefault(a.AlertId))),
        ];
    }

    /// <inheritdoc/>
    public void Save(NotificationChanges changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        List<NotificationDeliveryRow> added = [.. changes.Added.Select(NotificationDeliveryRow.From)];
        List<NotificationDeliveryRow> changed = [.. changes.Changed.Select(NotificationDeliveryRow.From)];
        List<NotificationItemRow> items = [.. changes.Items.Select(NotificationItemRow.From)];
        List<NotificationRepetitionRow> repetitions = [.. changes.RepetitionsSet.Select(NotificationRepetitionRow.From)];
        using var context = database.NewContext();
        using var write = database.EnterWrite();
        using var transaction = context.Database.BeginTransaction();
        RowWriter<NotificationDeliveryRow>.Insert(context, added);
        RowWriter<NotificationDeliveryRow>.Update(context, changed);
        RowWriter<NotificationItemRow>.Insert(context, items);
        foreach (var (delivery, alert) in changes.ItemsRemoved)
        {
            context.NotificationItems.Where(i => i.DeliveryId == delivery && i.AlertId == alert).ExecuteDelete();
        }

        foreach (var gone in changes.RepetitionsRemoved.Select(r => (r.AlertId, r.Route)).Concat(changes.RepetitionsSet.Select(r => (r.AlertId, r.Route))))
        {
            var (alert, route) = gone;
            context.NotificationRepetitions.Where(r => r.AlertId == alert && r.Route == route).ExecuteDelete();
        }

        RowWriter<NotificationRepetitionRow>.Insert(context, repetitions);
        RowWriter<NotificationFeedRow>.Delete(context, changes.Fed.Select(NotificationFeedRow.From));
        transaction.Commit();
    }

    /// <inheritdoc/>
    public void SaveChannel(Channel channel, string by, long nowMs) => Replace(NotificationChannelRow.From(channel, by, nowMs));

    /// <inheritdoc/>
    public void RemoveChannel(string name) => Remove<NotificationChannelRow>(name);

    /// <inheritdoc/>
    public void SaveRoute(Route route, string by, long nowMs) => Replace(NotificationRouteRow.From(route, by, nowMs));

    /// <inheritdoc/>
    public void RemoveRoute(string name) => Remove<NotificationRouteRow>(name);

    /// <inheritdoc/>
    public void SaveCalendar(ShiftCalendar calendar, string by, long nowMs) => Replace(NotificationCalendarRow.From(calendar, by, nowMs));

    /// <inheritdoc/>
    public void RemoveCalendar(string name) => Remove<NotificationCalendarRow>(name);

    /// <inheritdoc/>
    public IReadOnlyList<AlertNotice> Notices(string deliveryId, int limit)
    {
        using var context = database.NewContext();
        return context.NotificationItems.Where(i => i.DeliveryId == deliveryId).OrderBy(i => i.Number).Take(limit).ToList().ConvertAll(i => i.ToModel());
    }

    /// <inheritdoc/>
    public Delivery? Find(string id)
    {
        using var context = database.NewContext();
        return context.NotificationDeliveries.SingleOrDefault(d => d.Id == id)?.ToModel();
    }

    /// <inheritdoc/>
    public DeliveryPage Query(DeliveryQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, DeliveryQuery.MaxLimit, nameof(query));
        using var context = database.NewContext();
        var rows = Filter(context, query).OrderByDescending(d => d.Number).Take(query.Limit + 1).ToList();
        var items = rows.Take(query.Limit).Select(d => d.ToModel()).ToList();
        return new DeliveryPage(items, rows.Count > query.Limit ? items[^1].Number : null);
    }

    /// <inheritdoc/>
    public int CountGivenUp(long sinceMs)
    {
        using var context = database.NewContext();
        return context.NotificationDeliveries.Count(d => d.State == DeliveryState.GivenUp && d.Purpose != DeliveryPurpose.Test && d.FinishedAtMs >= sinceMs);
    }

    /// <inheritdoc/>
    public int DeleteFinishedBefore(long beforeMs)
    {
        using var context = database.NewContext();
        using var write = database.EnterWrite();
        using var transaction = context.Database.BeginTransaction();
        var old = context.NotificationDeliveries.Where(d => d.FinishedAtMs < beforeMs);
        context.NotificationItems.Where(i => old.Any(d => d.Id == i.DeliveryId)).ExecuteDelete();
        var removed = old.ExecuteDelete();
        transaction.Commit();
        return removed;
    }

    private static IQueryable<NotificationDeliveryRow> Filter(RegistryContext context, DeliveryQuery query)
    {
        IQueryable<NotificationDeliveryRow> deliveries = context.NotificationDeliveries;
        if (query.Channel is { } channel)
        {
            deliveries = deliveries.Where(d => d.Channel == channel);
        }

        if (query.Route is { } route)
        {
            deliveries = deliveries.Where(d => d.Route == route);
        }

        if (query.State is { } state)
        {
            deliveries = deliveries.Where(d => d.State == state);
        }

        if (query.AlertId is { } alert)
        {
            deliveries = deliveries.Where(d => context.NotificationItems.Any(i => i.DeliveryId == d.Id && i.AlertId == alert));
        }

        if (query.FromMs is { } from)
        {
            deliveries = deliveries.Where(d => d.CreatedAtMs >= from);
        }

        if (query.ToMs is { } to)
        {
            deliveries = deliveries.Where(d => d.CreatedAtMs < to);
        }

        if (query.Before is { } before)
        {
            deliveries = deliveries.Where(d => d.Number < before);
        }

        return deliveries;
    }

    private void Replace<T>(T row)
        where T : NotificationDocumentRow
    {
        using var context = database.NewContext();
        using var write = database.EnterWrite();
        using var transaction = context.Database.BeginTransaction();
        context.Set<T>().Where(r => r.Name == row.Name).ExecuteDelete();
        RowWriter<T>.Insert(context, [row]);
        transaction.Commit();
    }

    private void Remove<T>(string name)
        where T : NotificationDocumentRow
    {
        using var context = database.NewContext();
        using var write = database.EnterWrite();
        using var transaction = context.Database.BeginTransaction();
        context.Set<T>().Where(r => r.Name == name).ExecuteDelete();
        transaction.Commit();
    }
}
