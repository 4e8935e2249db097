namespace IOC.Alerts.Notification;

/// <summary>Messages to one place of one group are put together.</summary>
internal readonly record struct GatherKey(string Route, string Channel, string? Recipient, string Group)
{
    public static GatherKey Of(Delivery delivery) => new(delivery.Route ?? "", delivery.Channel, delivery.Recipient, delivery.Group);
}

/// <summary>Changes that are worked out but not stored yet. Nothing of the book changes before the store has taken them.</summary>
internal sealed class NotificationDraft(long lastNumber)
{
    private readonly Dictionary<string, Delivery> _latest = new(StringComparer.Ordinal);
    private readonly HashSet<string> _added = new(StringComparer.Ordinal);
    private readonly Dictionary<GatherKey, string> _gathering = [];
    private readonly Dictionary<GatherKey, string> _held = [];
    private readonly List<DeliveryItem> _items = [];
    private readonly List<(string DeliveryId, string AlertId)> _removed = [];
    private readonly Dictionary<(string Alert, string Route), Repetition?> _repetitions = [];
    private readonly Dictionary<(string Alert, string Route), Repetition> _overRepetitions = [];

    public long LastNumber { get; private set; } = lastNumber;

    public List<AlertAct> Fed { get; } = [];

    public IEnumerable<Delivery> Deliveries => _latest.Values;

    public IEnumerable<KeyValuePair<(string Alert, string Route), Repetition?>> Repetitions => _repetitions;

    public long TakeNumber() => ++LastNumber;

    public Delivery? Latest(string id) => _latest.GetValueOrDefault(id);

    public string? Gathering(GatherKey key, bool held) => (held ? _held : _gathering).GetValueOrDefault(key);

    public void Add(Delivery delivery)
    {
        _added.Add(delivery.Id);
        _latest[delivery.Id] = delivery;
        if (delivery.State is DeliveryState.Collecting or DeliveryState.Held)
        {
            (delivery.State == DeliveryState.Held ? _held : _gathering)[GatherKey.Of(delivery)] = delivery.Id;
        }
    }

    public void Change(Delivery delivery) => _latest[delivery.Id] = delivery;

    public void Append(Delivery to, AlertNotice notice)
    {
        _items.Add(new DeliveryItem(to.Id, to.Count, notice));
        Change(to with { Count = to.Count + 1, Severity = notice.Severity < to.Severity ? notice.Severity : to.Severity });
    }

    /// <summary>Takes an alert's notices out of a message.</summary>
    public void Withdraw(string deliveryId, string alertId) => _removed.Add((deliveryId, alertId));

    public bool TryRepetition((string Alert, string Route) key, out Repetition? repetition) => _repetitions.TryGetValue(key, out repetition);

    public void Set(Repetition repetition) => _repetitions[(repetition.AlertId, repetition.Route)] = repetition;

    public void Remove(Repetition repetition)
    {
        _repetitions[(repetition.AlertId, repetition.Route)] = null;
        _overRepetitions[(repetition.AlertId, repetition.Route)] = repetition;
    }

    public NotificationChanges ToChanges() => new()
    {
        Added = [.. _latest.Values.Where(d => _added.Contains(d.Id)).OrderBy(d => d.Number)],
        Changed = [.. _latest.Values.Where(d => !_added.Contains(d.Id)).OrderBy(d => d.Number)],
        Items = _items,
        ItemsRemoved = _removed,
        RepetitionsSet = [.. _repetitions.Values.OfType<Repetition>()],
        RepetitionsRemoved = [.. _overRepetitions.Values.Where(r => _repetitions[(r.AlertId, r.Route)] is null)],
        Fed = Fed,
    };
}
