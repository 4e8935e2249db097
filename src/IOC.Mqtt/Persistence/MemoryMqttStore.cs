namespace IOC.Mqtt;

/// <summary>A store in memory: survives the endpoint, not the process. For an endpoint that is restarted within a program, and for tests.</summary>
public sealed class MemoryMqttStore : IMqttStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, StoredSession> _sessions = [];
    private readonly Dictionary<(long, string), StoredSubscription> _subscriptions = [];
    private readonly SortedDictionary<(long, long), StoredDelivery> _deliveries = [];
    private readonly HashSet<StoredReceipt> _receipts = [];
    private readonly Dictionary<byte[], StoredMessage> _retained = new(ByteComparer.Instance);
    private readonly Dictionary<string, StoredWill> _wills = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public MqttStoredState Load()
    {
        lock (_gate)
        {
            return new MqttStoredState
            {
                Sessions = [.. _sessions.Values],
                Subscriptions = [.. _subscriptions.Values],
                Deliveries = [.. _deliveries.Values],
                Receipts = [.. _receipts],
                Retained = [.. _retained.Values],
                Wills = [.. _wills.Values],
            };
        }
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<MqttStoreChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        lock (_gate)
        {
            foreach (var change in changes)
            {
                Apply(change);
            }
        }
    }

    /// <summary>What a process that is killed now would leave behind.</summary>
    public MemoryMqttStore Copy()
    {
        var copy = new MemoryMqttStore();
        var state = Load();
        copy.Write(
        [
            .. state.Sessions.Select(s => new SessionPut(s)), .. state.Subscriptions.Select(s => new SubscriptionPut(s)),
            .. state.Deliveries.Select(d => new DeliveryPut(d)), .. state.Receipts.Select(r => new ReceiptPut(r)),
            .. state.Retained.Select(r => new RetainedPut(r)), .. state.Wills.Select(w => new WillPut(w)),
        ]);
        return copy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Apply(MqttStoreChange change)
    {
        switch (change)
        {
            case SessionPut put:
                _sessions[put.Session.Id] = put.Session;
                break;
            case SessionDeleted deleted:
                Delete(deleted.SessionId);
                break;
            case SubscriptionPut put:
                _subscriptions[(put.Subscription.SessionId, put.Subscription.Filter)] = put.Subscription;
                break;
            case SubscriptionDeleted deleted:
                _subscriptions.Remove((deleted.SessionId, deleted.Filter));
                break;
            case DeliveryPut put:
                _deliveries[(put.Delivery.SessionId, put.Delivery.Sequence)] = put.Delivery;
                break;
            case DeliveryMoved moved when _deliveries.TryGetValue((moved.SessionId, moved.Sequence), out var former):
                _deliveries[(moved.SessionId, moved.Sequence)] = former with { State = moved.State };
                break;
            case DeliveryDeleted deleted:
                _deliveries.Remove((deleted.SessionId, deleted.Sequence));
                break;
            case ReceiptPut put:
                _receipts.Add(put.Receipt);
                break;
            case ReceiptDeleted deleted:
                _receipts.Remove(deleted.Receipt);
                break;
            case RetainedPut put:
                _retained[put.Message.Topic] = put.Message;
                break;
            case RetainedDeleted deleted:
                _retained.Remove(deleted.Topic);
                break;
            case WillPut put:
                _wills[put.Will.ClientId] = put.Will;
                break;
            case WillDeleted deleted:
                _wills.Remove(deleted.ClientId);
                break;
            default:
                break;
        }
    }

    private void Delete(long session)
    {
        _sessions.Remove(session);
        foreach (var key in _subscriptions.Keys.Where(k => k.Item1 == session).ToList())
        {
            _subscriptions.Remove(key);
        }

        foreach (var key in _deliveries.Keys.Where(k => k.Item1 == session).ToList())
        {
            _deliveries.Remove(key);
        }

        _receipts.RemoveWhere(r => r.SessionId == session);
    }
}
