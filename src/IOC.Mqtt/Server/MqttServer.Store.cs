using IOC.Mqtt.Wire;
using Microsoft.Extensions.Logging;

namespace IOC.Mqtt;

/// <summary>The part that survives a restart, if it was given a store.</summary>
public sealed partial class MqttServer
{
    /// <summary>Whether sessions, retained messages and wills can be stored. While they cannot, publishes that would have to be are
    /// refused, and everything else goes on.</summary>
    public MqttStoreHealth StoreHealth => Journal?.Health ?? MqttStoreHealth.Good;

    /// <summary>Commits of the store since the start, and the changes in them.</summary>
    public (long Commits, long Changes) StoreFigures => Journal?.Figures ?? default;

    internal MqttJournal? Journal { get; private set; }

    /// <summary>Whether a message would have to be stored: it is retained, or is for a stored session, or is itself remembered by one.</summary>
    internal bool MustStore(MqttSession from, in MqttPublishView publish, ReadOnlySpan<byte> topic)
    {
        if (publish.Retain || (publish.Qos == MqttQos.ExactlyOnce && from.StoreId != 0))
        {
            return true;
        }

        var route = publish.Qos == MqttQos.AtMostOnce ? Route.None : Router.Find(topic);
        return Array.Exists(route.Targets, t => t.Session.StoreId != 0) || Array.Exists(route.Groups, g => g.IsStored);
    }

    private async ValueTask<int> PublishStoredAsync(MqttHostMessage message)
    {
        int taken;
        var stored = Task.CompletedTask;
        var journal = Journal;
        journal?.BeginUnit();
        try
        {
            taken = Distribute(message.ToMessage(NowMs), message.Retain, from: null);
        }
        finally
        {
            stored = journal?.EndUnit() ?? stored;
        }

        try
        {
            await stored;
        }
        catch (MqttStoreException e)
        {
            // The journal has logged it, and tries again.
            Log.LogDebug(e, "A message of the host to {Topic} is not stored yet", message.Topic);
        }

        return taken;
    }

    private void OpenStore()
    {
        if (_store is null || Journal is not null)
        {
            return;
        }

        var state = _store.Load();
        var clock = new StoreClock(Time, () => NowMs);
        var lastId = state.Sessions.Count == 0 ? 0 : state.Sessions.Max(s => s.Id);
        foreach (var message in state.Retained)
        {
            Retained.Restore(clock.FromStored(message));
        }

        var journal = new MqttJournal(_store, Retained, clock, lastId, Time, Log);
        Journal = journal;
        Retained.Journal = journal;
        Sessions.Restore(state, journal);
        Log.LogInformation("MQTT store: {Sessions} sessions, {Messages} queued or unanswered messages, {Retained} retained messages, {Wills} wills",
            state.Sessions.Count, state.Deliveries.Count, state.Retained.Count, state.Wills.Count);
    }

    private void CloseStore()
    {
        var journal = Journal;
        Retained.Journal = null;
        Journal = null;
        journal?.Dispose();
    }
}
