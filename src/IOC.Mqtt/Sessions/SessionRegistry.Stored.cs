using IOC.Mqtt.Wire;
using Microsoft.Extensions.Logging;

namespace IOC.Mqtt;

/// <summary>The part that survives the endpoint.</summary>
internal sealed partial class SessionRegistry
{
    /// <summary>Wills of clients that were connected when the endpoint ended: published unless the client comes back. Both versions let a
    /// server defer them until it is back itself (3.1.1, 3.1.2.5; 5.0, 3.1.2.5).</summary>
    private readonly Dictionary<string, PendingWill> _deferred = new(StringComparer.Ordinal);

    /// <summary>Takes up what a store holds. Before anybody connects.</summary>
    public void Restore(MqttStoredState state, MqttJournal journal)
    {
        var subscriptions = state.Subscriptions.ToLookup(s => s.SessionId);
        var deliveries = state.Deliveries.ToLookup(d => d.SessionId);
        var receipts = state.Receipts.ToLookup(r => r.SessionId);
        var now = server.NowMs;
        lock (_gate)
        {
            foreach (var stored in state.Sessions.OrderBy(s => s.Id))
            {
                var session = new MqttSession(stored.ClientId, server.Options, server.Counters, server.Queues);
                foreach (var subscription in session.Restore(stored, journal, subscriptions[stored.Id], deliveries[stored.Id], receipts[stored.Id]))
                {
                    server.Router.Subscribe(subscription);
                }

                if (session.ExpiresAtMs == long.MaxValue)
                {
                    // It was connected when the endpoint ended: its life after the connection begins now.
                    session.ExpiresAtMs = now + (session.ExpirySeconds * 1000L);
                }

                if (_sessions.Remove(stored.ClientId, out var former))
                {
                    Remove(former);
                }

                _sessions.Add(stored.ClientId, session);
            }

            foreach (var will in state.Wills)
            {
                Restore(will, journal, now);
            }
        }
    }

    private void Restore(StoredWill stored, MqttJournal journal, long now)
    {
        if (StoredWills.Decode(stored) is not var (client, will))
        {
            server.Log.LogWarning("The stored will of client {ClientId} cannot be read and is dropped", stored.ClientId);
            ForgetWill(stored.ClientId);
            return;
        }

        var session = _sessions.GetValueOrDefault(stored.ClientId);
        var end = session?.ExpiresAtMs ?? long.MaxValue;
        var grace = now + (long)server.Options.WillGraceAfterRestart.TotalMilliseconds;
        if (stored.DueAtMs == long.MaxValue)
        {
            var delay = Math.Min(will.Properties?.WillDelayInterval ?? 0, session?.ExpirySeconds ?? 0);
            _deferred[stored.ClientId] = new PendingWill(client, will, Math.Min(end, Math.Max(grace, now + (delay * 1000L))));
        }
        else if (session is not null)
        {
            session.Will = new PendingWill(client, will, Math.Min(end, Math.Max(grace, journal.Clock.FromUnix(stored.DueAtMs))));
        }
        else
        {
            _deferred[stored.ClientId] = new PendingWill(client, will, now);
        }
    }

    private void SweepDeferred(long nowMs, ref List<PendingWill>? due)
    {
        if (_deferred.Count == 0)
        {
            return;
        }

        foreach (var (clientId, will) in _deferred.Where(w => w.Value.DueAtMs <= nowMs).ToList())
        {
            _deferred.Remove(clientId);
            ForgetWill(clientId);
            (due ??= []).Add(will);
        }
    }

    private void DropDeferred(string clientId)
    {
        if (_deferred.Remove(clientId))
        {
            ForgetWill(clientId);
        }
    }

    private void Tell(PendingWill will)
    {
        if (server.Journal is { } journal)
        {
            journal.Append(new WillPut(StoredWills.Encode(will.Client, will.Will, journal.Clock.ToUnix(will.DueAtMs))));
        }
    }

    private void ForgetWill(PendingWill? will)
    {
        if (will is not null)
        {
            ForgetWill(will.Client.ClientId);
        }
    }

    private void ForgetWill(string clientId) => server.Journal?.Append(new WillDeleted(clientId));
}
