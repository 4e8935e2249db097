using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The part that keeps what must be on disk before it is said. Everything here runs on the read loop.</summary>
internal sealed partial class MqttConnection
{
    private AckRing? _later;
    private Func<Step>? _afterPause;
    private Task? _joinedSink;
    private Task? _joinedStore;
    private Task? _joined;

    /// <summary>Whether the client's will is in the store.</summary>
    public bool HasStoredWill { get; private set; }

    /// <summary>A subscription counts once it is on disk: a client that was told of it need not subscribe again after a restart.</summary>
    private Step SubscribeStored(MqttSubscribe subscribe, MqttJournal journal)
    {
        if (journal.Health.IsFailing)
        {
            return Acknowledge(MqttPacketType.SubAck, subscribe.PacketId, [.. subscribe.Filters.Select(_ => MqttReasonCode.QuotaExceeded)]);
        }

        var identifier = subscribe.Properties?.SubscriptionIdentifiers?[0] ?? 0;
        foreach (var filter in subscribe.Filters)
        {
            if (_server.CheckFilter(_session, Client!, filter.Filter) == MqttReasonCode.Success)
            {
                _session.Tell(filter, identifier);
            }
        }

        return AfterStored(() => Subscribe(subscribe));
    }

    /// <summary>Goes on when everything said so far is on disk; nothing more is read until then. Not when the disk cannot be written.</summary>
    private Step AfterStored(Func<Step> then)
    {
        if (_session.Journal is not { Health.IsFailing: false } journal || journal.WhenStored() is not { IsCompleted: false } stored)
        {
            return then();
        }

        _backPressure = stored;
        _afterPause = then;
        return Step.Pause;
    }

    /// <summary>Does what waited for the pause to end.</summary>
    private Step GoOn()
    {
        if (_afterPause is not { } then || IsClosing)
        {
            return Step.Next;
        }

        _afterPause = null;
        var step = then();
        FinishBatch();
        return step;
    }

    /// <summary>Sends an answer when a task has completed, in order.</summary>
    private void SendAfter(Task durable, MqttPacketType type, ushort packetId, MqttReasonCode reason)
    {
        if (!durable.IsCompleted || _later is { IsEmpty: false })
        {
            (_later ??= new AckRing(int.MaxValue)).Add(type, packetId, reason, durable);
        }
        else
        {
            SendAck(type, packetId, reason);
        }
    }

    /// <summary>Both tasks as one. Many messages share both, and then the one.</summary>
    private Task? Join(Task? sink, Task store)
    {
        if (store.IsCompletedSuccessfully)
        {
            return sink;
        }

        if (sink is null or { IsCompletedSuccessfully: true })
        {
            return store;
        }

        if (_joined is null || sink != _joinedSink || store != _joinedStore)
        {
            _joinedSink = sink;
            _joinedStore = store;
            _joined = Task.WhenAll(sink, store);
        }

        return _joined;
    }

    private void StoreSession(MqttConnect connect)
    {
        if (_server.Journal is not { } journal)
        {
            return;
        }

        _session.Keep(journal);
        if (connect.Will is { } will)
        {
            HasStoredWill = true;
            journal.Append(new WillPut(StoredWills.Encode(Client!, will, long.MaxValue)));
        }
    }
}
