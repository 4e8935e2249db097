using Microsoft.Extensions.Logging;

namespace IOC.Mqtt;

/// <summary>Brings what must survive the endpoint into the store: one thread writes, everybody else only says what has changed. A
/// commit takes all that was said while the one before was written. What nobody waits for may lie for <see cref="s_patience"/>;
/// what is over by then is never written. Lock order: registry, session, journal.</summary>
internal sealed class MqttJournal : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEventSlim _stop = new(false);
    private readonly IMqttStore _store;
    private readonly RetainedStore _retained;
    private readonly StoreClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private JournalBatch _batch = new();
    private long _lastSessionId;
    private long _commits;
    private long _changes;
    private volatile MqttStoreHealth _health = MqttStoreHealth.Good;

    public MqttJournal(IMqttStore store, RetainedStore retained, StoreClock clock, long lastSessionId, TimeProvider time, ILogger log)
    {
        _store = store;
        _retained = retained;
        _clock = clock;
        _lastSessionId = lastSessionId;
        _time = time;
        _log = log;
        _thread = new Thread(Run) { IsBackground = true, Name = "mqtt-journal" };
        _thread.Start();
    }

    public StoreClock Clock => _clock;

    /// <summary>Whether the store can be written.</summary>
    public MqttStoreHealth Health => _health;

    /// <summary>Commits and the changes in them.</summary>
    public (long Commits, long Changes) Figures => (Volatile.Read(ref _commits), Volatile.Read(ref _changes));

    public long NextSessionId() => Interlocked.Increment(ref _lastSessionId);

    /// <summary>From here to <see cref="EndUnit"/>, what this thread changes comes into one commit.</summary>
    public void BeginUnit() => JournalUnit.OfThread.Journal = this;

    /// <summary>Completes with the commit, or faults when that fails; has completed when nothing has changed that must be stored.</summary>
    public Task EndUnit()
    {
        var unit = JournalUnit.OfThread;
        unit.Journal = null;
        if (unit.IsEmpty)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            foreach (var delivery in unit.Deliveries)
            {
                AddMarked(delivery);
            }

            _batch.Topics.UnionWith(unit.Topics);
            _batch.Changes.AddRange(unit.Changes);
            unit.Clear();
            return Urgent().Committed;
        }
    }

    /// <summary>Adds a change that nobody waits for, or that this thread's unit waits for.</summary>
    public void Append(MqttStoreChange change)
    {
        if (JournalUnit.OfThread is { } unit && unit.Journal == this)
        {
            unit.Changes.Add(change);
            return;
        }

        lock (_gate)
        {
            _batch.Changes.Add(change);
            Wake();
        }
    }

    /// <summary>The message has changed.</summary>
    public void Mark(KeptDelivery delivery)
    {
        if (JournalUnit.OfThread is { } unit && unit.Journal == this)
        {
            unit.Deliveries.Add(delivery);
            return;
        }

        lock (_gate)
        {
            AddMarked(delivery);
            Wake();
        }
    }

    /// <summary>The retained message of a topic has changed; the commit takes the one that is there then.</summary>
    public void MarkRetained(byte[] topic)
    {
        if (JournalUnit.OfThread is { } unit && unit.Journal == this)
        {
            unit.Topics.Add(topic);
            return;
        }

        lock (_gate)
        {
            _batch.Topics.Add(topic);
            Wake();
        }
    }

    /// <summary>Completes when everything said so far is on disk; never faults.</summary>
    public Task WhenStored()
    {
        lock (_gate)
        {
            return Urgent().Stored;
        }
    }

    /// <summary>Writes what is left, if it can be written, and ends.</summary>
    public void Dispose()
    {
        _stop.Set();
        _wake.Set();
        _thread.Join();
        _store.Dispose();
        _wake.Dispose();
        _stop.Dispose();
    }

    private void AddMarked(KeptDelivery delivery)
    {
        if (!delivery.IsMarked && (delivery.IsStored || !delivery.IsOver))
        {
            delivery.IsMarked = true;
            _batch.Deliveries.Add(delivery);
        }
    }

    private JournalBatch Urgent()
    {
        if (!_batch.IsUrgent)
        {
            _batch.IsUrgent = true;
            _wake.Set();
        }

        return _batch;
    }

    private void Wake()
    {
        if (_batch.Changes.Count + _batch.Deliveries.Count + _batch.Topics.Count == 1)
        {
            _wake.Set();
        }
    }

    private void Run()
    {
        while (!_stop.IsSet)
        {
            _wake.WaitOne();
            if (!Volatile.Read(ref _batch).IsUrgent && !_stop.IsSet)
            {
                _wake.WaitOne(s_patience);
            }

            Commit();
        }

        Commit();
    }

    private void Commit()
    {
        var changes = TakeBatch(out var batch);
        if (changes.Count == 0)
        {
            batch.Succeed();
            return;
        }

        while (!TryWrite(changes, batch))
        {
            // What failed stays what comes next: the store must never miss something in between.
            if (_stop.Wait(s_pauseAfterFailure))
            {
                _log.LogError("{Count} changes of MQTT sessions, retained messages and wills could not be stored before the end", changes.Count);
                return;
            }
        }

        Interlocked.Increment(ref _commits);
        Interlocked.Add(ref _changes, changes.Count);
        batch.Succeed();
    }

    private bool TryWrite(List<MqttStoreChange> changes, JournalBatch batch)
    {
        try
        {
            _store.Write(changes);
            if (_health.IsFailing)
            {
                _log.LogWarning("The MQTT store can be written again");
                _health = MqttStoreHealth.Good;
            }

            return true;
        }
        catch (MqttStoreException e)
        {
            if (!_health.IsFailing)
            {
                _log.LogError(e, "The MQTT store cannot be written: {Problem}", e.Message);
            }

            _health = new MqttStoreHealth(true, e.IsFull, _health.Since ?? _time.GetUtcNow(), e.Message);
            batch.Fail(e);
            return false;
        }
    }

    private List<MqttStoreChange> TakeBatch(out JournalBatch batch)
    {
        List<MqttStoreChange> changes;
        lock (_gate)
        {
            batch = _batch;
            Volatile.Write(ref _batch, new JournalBatch());
            changes = batch.Changes;
            foreach (var delivery in batch.Deliveries)
            {
                if (Change(delivery) is { } change)
                {
                    changes.Add(change);
                }
            }
        }

        foreach (var topic in batch.Topics)
        {
            changes.Add(_retained.Find(topic) is { } message ? new RetainedPut(_clock.ToStored(message)) : new RetainedDeleted(topic));
        }

        return changes;
    }

    private MqttStoreChange? Change(KeptDelivery kept)
    {
        kept.IsMarked = false;
        var state = kept.State;
        var id = kept.Session.StoreId;
        if (kept.IsOver)
        {
            var wasStored = kept.IsStored;
            kept.IsStored = false;
            return wasStored && id != 0 ? new DeliveryDeleted(id, kept.Delivery.Sequence) : null;
        }

        if (id == 0)
        {
            // The session is gone, with all that it had in the store.
            return null;
        }

        if (kept.IsStored)
        {
            return new DeliveryMoved(id, kept.Delivery.Sequence, state);
        }

        kept.IsStored = true;
        var d = kept.Delivery;
        return new DeliveryPut(new StoredDelivery(id, d.Sequence, _clock.ToStored(d.Message), (byte)d.Qos, d.Retain, d.SubscriptionIds, state));
    }
}
