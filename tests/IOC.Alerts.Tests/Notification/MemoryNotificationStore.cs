using IOC.Alerts.Notification;

namespace IOC.Alerts.Tests.Notification;

/// <summary>A store in memory that can fail, and that keeps a book's restart honest: a new book sees what was saved and nothing else.</summary>
public sealed class MemoryNotificationStore : INotificationStore
{
    private readonly SortedDictionary<string, (Delivery Delivery, List<AlertNotice> Notices)> _deliveries = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), Repetition> _repetitions = [];
    private readonly List<FedAct> _feed = [];
    private NotificationConfig _config = NotificationConfig.Empty;

    /// <summary>Alerts as they are now.</summary>
    public Dictionary<string, Alert> Alerts { get; } = new(StringComparer.Ordinal);

    /// <summary>While true, nothing can be saved.</summary>
    public bool Fails { get; set; }

    /// <summary>The next save is stored, and its caller is told that it failed: a connection that broke during a commit.</summary>
    public bool BreaksAfterSaving { get; set; }

    /// <summary>All messages in order.</summary>
    public IReadOnlyList<Delivery> Deliveries => [.. _deliveries.Values.Select(d => d.Delivery).OrderBy(d => d.Number)];

    /// <summary>Repetitions to come.</summary>
    public IReadOnlyCollection<Repetition> Repetitions => _repetitions.Values;

    /// <summary>An act is stored, as the alert store does it: with its place in the feed.</summary>
    public void Happen(Alert alert, AlertAct act)
    {
        Alerts[alert.Id] = alert;
        _feed.Add(new FedAct(act, alert));
    }

    public NotificationState Load() => new(
        _config, [.. Deliveries.Where(d => d.IsOpen)], [.. _repetitions.Values], _deliveries.Values.Select(d => d.Delivery.Number).DefaultIfEmpty().Max());

    public IReadOnlyList<FedAct> ReadFeed(int limit) => [.. _feed.Take(limit).Select(f => f with { Alert = Alerts[f.Act.AlertId] })];

    public void Save(NotificationChanges changes)
    {
        Check();
        foreach (var delivery in changes.Added)
        {
            _deliveries.Add(delivery.Id, (delivery, []));
        }

        foreach (var delivery in changes.Changed)
        {
            _deliveries[delivery.Id] = (delivery, _deliveries[delivery.Id].Notices);
        }

        foreach (var item in changes.Items)
        {
            Assert.Equal(_deliveries[item.DeliveryId].Notices.Count, item.Number);
            _deliveries[item.DeliveryId].Notices.Add(item.Notice);
        }

        foreach (var (delivery, alert) in changes.ItemsRemoved)
        {
            Assert.NotEqual(0, _deliveries[delivery].Notices.RemoveAll(n => n.AlertId == alert));
        }

        foreach (var repetition in changes.RepetitionsRemoved)
        {
            _repetitions.Remove((repetition.AlertId, repetition.Route));
        }

        foreach (var repetition in changes.RepetitionsSet)
        {
            _repetitions[(repetition.AlertId, repetition.Route)] = repetition;
        }

        foreach (var act in changes.Fed)
        {
            Assert.Equal(1, _feed.RemoveAll(f => f.Act.AlertId == act.AlertId && f.Act.Sequence == act.Sequence));
        }

        if (BreaksAfterSaving)
        {
            BreaksAfterSaving = false;
            throw new InvalidOperationException("The connection broke.");
        }
    }

    public void SaveChannel(Channel channel, string by, long nowMs) => Set(_config.With(channel));

    public void RemoveChannel(string name) => Set(_config.WithoutChannel(name));

    public void SaveRoute(Route route, string by, long nowMs) => Set(_config.With(route));

    public void RemoveRoute(string name) => Set(_config.WithoutRoute(name));

    public void SaveCalendar(ShiftCalendar calendar, string by, long nowMs) => Set(_config.With(calendar));

    public void RemoveCalendar(string name) => Set(_config.WithoutCalendar(name));

    public IReadOnlyList<AlertNotice> Notices(string deliveryId, int limit) => [.. _deliveries[deliveryId].Notices.Take(limit)];

    public Delivery? Find(string id) => _deliveries.TryGetValue(id, out var found) ? found.Delivery : null;

    public DeliveryPage Query(DeliveryQuery query) => throw new NotSupportedException();

    public int CountGivenUp(long sinceMs) => Deliveries.Count(d => d.State == DeliveryState.GivenUp && d.FinishedAtMs >= sinceMs);

    public int DeleteFinishedBefore(long beforeMs) => throw new NotSupportedException();

    private void Set(NotificationConfig config)
    {
        Check();
        _config = config;
    }

    private void Check()
    {
        if (Fails)
        {
            throw new InvalidOperationException("The store fails.");
        }
    }
}
