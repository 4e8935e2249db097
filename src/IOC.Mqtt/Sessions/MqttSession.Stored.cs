using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The part that tells the journal what must survive the endpoint. A session that ends with its connection tells nothing.</summary>
internal sealed partial class MqttSession
{
    private const int NoLocalBit = 4;
    private const int RetainAsPublishedBit = 8;
    private const int RetainHandlingShift = 4;

    private MqttJournal? _journal;
    private long _storeId;
    private long _sequence;

    /// <summary>Number of the session in the store; 0 when it is not stored.</summary>
    public long StoreId => Volatile.Read(ref _storeId);

    /// <summary>Where what happens is told; null when the session is not stored.</summary>
    public MqttJournal? Journal => StoreId == 0 ? null : _journal;

    /// <summary>Messages of QoS 1 and 2 that wait to be sent, and that wait for an answer.</summary>
    public (int Queued, int InFlight) Unfinished
    {
        get
        {
            lock (_gate)
            {
                return (_reliable.Count, _window.Count);
            }
        }
    }

    /// <summary>Subscriptions that are shared with others.</summary>
    public int SharedSubscriptionCount
    {
        get
        {
            lock (_gate)
            {
                return _subscriptions.Keys.Count(f => f.StartsWith("$share/", StringComparison.Ordinal));
            }
        }
    }

    /// <summary>The session lives on after its connection, or does not any more, from now on.</summary>
    public void Keep(MqttJournal? journal)
    {
        lock (_gate)
        {
            if (ExpirySeconds == 0)
            {
                ForgetAll();
            }
            else if (journal is not null)
            {
                _journal = journal;
                Volatile.Write(ref _storeId, _storeId == 0 ? journal.NextSessionId() : _storeId);
                TellLife();
            }
        }
    }

    /// <summary>Tells when the session ends.</summary>
    public void TellLife()
    {
        lock (_gate)
        {
            if (Journal is { } journal)
            {
                journal.Append(new SessionPut(new StoredSession(_storeId, clientId, Principal, ExpirySeconds, journal.Clock.ToUnix(ExpiresAtMs))));
            }
        }
    }

    /// <summary>A subscription is to be had; it counts once it is on disk.</summary>
    public void Tell(MqttTopicFilter filter, uint identifier)
    {
        var bits = (int)filter.Qos | (filter.NoLocal ? NoLocalBit : 0) | (filter.RetainAsPublished ? RetainAsPublishedBit : 0)
            | ((int)filter.RetainHandling << RetainHandlingShift);
        Journal?.Append(new SubscriptionPut(new StoredSubscription(_storeId, filter.Filter, (byte)bits, identifier)));
    }

    /// <summary>A message of QoS 2 was taken and its sink is done; its PUBREC must not leave before this completes.</summary>
    public Task TellReceived(ushort packetId)
    {
        if (Journal is not { } journal)
        {
            return Task.CompletedTask;
        }

        journal.Append(new ReceiptPut(new StoredReceipt(_storeId, packetId)));
        return journal.WhenStored();
    }

    /// <summary>The same within the unit of a publish: the receipt is stored with what the message has brought about, or neither is.</summary>
    public void TellReceivedInUnit(ushort packetId) => Journal?.Append(new ReceiptPut(new StoredReceipt(_storeId, packetId)));

    /// <summary>Takes up what a store holds of the session, before it is used.</summary>
    public IEnumerable<Subscription> Restore(
        StoredSession session, MqttJournal journal, IEnumerable<StoredSubscription> subscriptions, IEnumerable<StoredDelivery> deliveries, IEnumerable<StoredReceipt> receipts)
    {
        lock (_gate)
        {
            _journal = journal;
            _storeId = session.Id;
            Principal = session.Principal;
            ExpirySeconds = session.ExpirySeconds;
            ExpiresAtMs = journal.Clock.FromUnix(session.ExpiresAtMs);
            foreach (var stored in deliveries)
            {
                Restore(stored, journal.Clock.FromStored(stored.Message));
            }

            foreach (var receipt in receipts)
            {
                _received[receipt.PacketId] = null;
            }

            foreach (var stored in subscriptions)
            {
                _subscriptions[stored.Filter] = new Subscription(this, FilterOf(stored), stored.Identifier);
            }

            return [.. _subscriptions.Values];
        }
    }

    private static MqttTopicFilter FilterOf(StoredSubscription stored) => new(
        stored.Filter, (MqttQos)(stored.Options & 3), (stored.Options & NoLocalBit) != 0, (stored.Options & RetainAsPublishedBit) != 0,
        (MqttRetainHandling)(stored.Options >> RetainHandlingShift));

    private void Restore(StoredDelivery stored, MqttMessage message)
    {
        var delivery = new Delivery(message, (MqttQos)stored.Qos, stored.Retain, stored.SubscriptionIds, Sequence: stored.Sequence);
        delivery = delivery with { Kept = new KeptDelivery(this, delivery) { State = stored.State, IsStored = true } };
        _sequence = Math.Max(_sequence, stored.Sequence);

        // It had its place before, and has it whatever the limits are now.
        total.Give(-message.Size);
        _takenBytes += message.Size;
        if (stored.State == StoredDeliveryState.Queued)
        {
            _reliable.Enqueue(delivery);
            _queuedBytes += message.Size;
        }
        else
        {
            _window.Add(delivery, stored.State == StoredDeliveryState.Released);
        }
    }

    /// <summary>Gives a message of QoS 1 or 2 its place in the session, and tells it.</summary>
    private Delivery Keep(in Delivery delivery)
    {
        var placed = delivery with { Sequence = ++_sequence };
        if (Journal is not { } journal)
        {
            return placed;
        }

        var kept = new KeptDelivery(this, placed);
        journal.Mark(kept);
        return placed with { Kept = kept };
    }

    private bool Release(ushort packetId, out Task durable)
    {
        durable = Task.CompletedTask;
        if (!_window.Release(packetId, out var kept))
        {
            return false;
        }

        if (kept is not null && Journal is { } journal)
        {
            Move(kept, StoredDeliveryState.Released);
            durable = journal.WhenStored();
        }

        return true;
    }

    private void Move(KeptDelivery? kept, StoredDeliveryState state)
    {
        if (kept is not null)
        {
            kept.State = state;
            Journal?.Mark(kept);
        }
    }

    private void Finish(KeptDelivery? kept)
    {
        if (kept is not null)
        {
            kept.IsOver = true;
            Journal?.Mark(kept);
        }
    }

    private Task ForgetReceipt(ushort packetId)
    {
        if (Journal is not { } journal || !_received.ContainsKey(packetId))
        {
            return Task.CompletedTask;
        }

        journal.Append(new ReceiptDeleted(new StoredReceipt(_storeId, packetId)));
        return journal.WhenStored();
    }

    private void ForgetSubscription(string filter) => Journal?.Append(new SubscriptionDeleted(_storeId, filter));

    private void ForgetAll()
    {
        if (Journal is { } journal)
        {
            journal.Append(new SessionDeleted(_storeId));
            Volatile.Write(ref _storeId, 0);
        }
    }
}
