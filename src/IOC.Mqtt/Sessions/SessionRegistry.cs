using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>What a connection got when it claimed a session.</summary>
/// <param name="Session">The session; null when there is none for it.</param>
/// <param name="Present">Whether it was stored.</param>
/// <param name="Refusal">Why there is none.</param>
internal readonly record struct SessionClaim(MqttSession? Session, bool Present, MqttReasonCode Refusal = MqttReasonCode.Success)
{
    public static SessionClaim Refused(MqttReasonCode reason) => new(null, Present: false, reason);
}

/// <summary>All sessions by client identifier, and who has which.</summary>
internal sealed partial class SessionRegistry(MqttServer server)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MqttSession> _sessions = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count;
            }
        }
    }

    /// <summary>Messages of QoS 1 and 2 of all sessions that wait to be sent, and that wait for an answer.</summary>
    public (long Queued, long InFlight) CountMessages()
    {
        var queued = 0L;
        var inFlight = 0L;
        foreach (var session in All())
        {
            var (waiting, sent) = session.Unfinished;
            queued += waiting;
            inFlight += sent;
        }

        return (queued, inFlight);
    }

    /// <summary>Shared subscriptions of all sessions.</summary>
    public int CountSharedSubscriptions() => All().Sum(s => s.SharedSubscriptionCount);

    public MqttSession? Find(string clientId)
    {
        lock (_gate)
        {
            return _sessions.GetValueOrDefault(clientId);
        }
    }

    /// <summary>Whether the client's own session is held by a connection that it would take over.</summary>
    public bool IsHeldBy(MqttClientContext client)
    {
        lock (_gate)
        {
            return _sessions.GetValueOrDefault(client.ClientId) is { Owner: not null } session && session.Principal == client.Principal;
        }
    }

    /// <summary>Ends the stored sessions of a credential that is no more; those of connections end with them.</summary>
    public int EndOf(string principal)
    {
        lock (_gate)
        {
            var ended = _sessions.Values.Where(s => s.Principal == principal).ToList();
            foreach (var session in ended)
            {
                session.ExpirySeconds = 0;
                if (session.Owner is null)
                {
                    Remove(session);
                }
            }

            return ended.Count;
        }
    }

    /// <summary>Gives a connection its session. A connection that has it is closed first (3.1.4). A session belongs to the credential
    /// that made it: nobody else gets its messages, or ends its connection, by naming its identifier.</summary>
    public async Task<SessionClaim> ClaimAsync(MqttClientContext client, bool cleanStart, MqttConnection connection)
    {
        while (true)
        {
            var claim = TryClaim(client, cleanStart, connection, out var holder, out var orphanedWill);
            if (orphanedWill is not null)
            {
                server.PublishWill(orphanedWill.Client, orphanedWill.Will);
            }

            if (holder is null)
            {
                return claim;
            }

            holder.BeginClose(MqttReasonCode.SessionTakenOver);
            await holder.Ended;
        }
    }

    /// <summary>Takes the session back from a connection that has ended and sees to its will.</summary>
    public void Release(MqttSession session, MqttConnection connection, MqttWill? will, bool keepsStoredWill = false)
    {
        var isStored = connection.HasStoredWill && !keepsStoredWill;
        var now = server.NowMs;
        lock (_gate)
        {
            session.Detach();
            session.Owner = null;
            var delay = Math.Min(will?.Properties?.WillDelayInterval ?? 0, session.ExpirySeconds);
            if (session.ExpirySeconds == 0)
            {
                Remove(session);
            }
            else
            {
                session.ExpiresAtMs = now + (session.ExpirySeconds * 1000L);
                session.TellLife();
                if (will is not null && delay > 0)
                {
                    session.Will = new PendingWill(connection.Client!, will, now + (delay * 1000L));
                    Tell(session.Will);
                    isStored = false;
                    will = null;
                }
            }
        }

        if (will is not null)
        {
            server.PublishWill(connection.Client!, will);
        }

        if (isStored)
        {
            ForgetWill(session.ClientId);
        }
    }

    /// <summary>Ends sessions whose time is over and publishes wills that are due.</summary>
    public void Sweep(long nowMs)
    {
        List<PendingWill>? due = null;
        lock (_gate)
        {
            List<MqttSession>? expired = null;
            foreach (var session in _sessions.Values)
            {
                if (session.Will is { } will && will.DueAtMs <= nowMs)
                {
                    session.Will = null;
                    ForgetWill(session.ClientId);
                    (due ??= []).Add(will);
                }

                if (session.Owner is null && session.ExpiresAtMs <= nowMs)
                {
                    (expired ??= []).Add(session);
                }
            }

            expired?.ForEach(s =>
            {
                Remove(s);
                server.Counters.SessionExpired();
            });
            SweepDeferred(nowMs, ref due);
        }

        due?.ForEach(w => server.PublishWill(w.Client, w.Will));
    }

    private SessionClaim TryClaim(
        MqttClientContext client, bool cleanStart, MqttConnection connection, out MqttConnection? holder, out PendingWill? orphanedWill)
    {
        orphanedWill = null;
        lock (_gate)
        {
            var session = _sessions.GetValueOrDefault(client.ClientId);
            if (session?.Principal is { } principal && principal != client.Principal)
            {
                holder = null;
                return SessionClaim.Refused(MqttReasonCode.ClientIdentifierNotValid);
            }

            holder = session?.Owner;
            if (holder is not null)
            {
                return default;
            }

            if (session is not null && (cleanStart || session.ExpiresAtMs <= server.NowMs))
            {
                // The session ends, so its will is due (5.0, 3.1.2.5); with a session that goes on, a delayed will is dropped.
                orphanedWill = session.Will;
                ForgetWill(session.Will);
                Remove(session);
                session = null;
            }

            var present = session is not null;
            if (session is null)
            {
                if (_sessions.Count >= server.Options.MaxSessions)
                {
                    return SessionClaim.Refused(MqttReasonCode.QuotaExceeded);
                }

                session = new MqttSession(client.ClientId, server.Options, server.Counters, server.Queues);
                _sessions.Add(client.ClientId, session);
            }

            session.Principal = client.Principal;
            DropDeferred(client.ClientId);
            ForgetWill(session.Will);
            session.Will = null;
            session.Owner = connection;
            return new SessionClaim(session, present);
        }
    }

    private MqttSession[] All()
    {
        lock (_gate)
        {
            return [.. _sessions.Values];
        }
    }

    private void Remove(MqttSession session)
    {
        _sessions.Remove(session.ClientId);
        server.Router.UnsubscribeAll(session, session.Filters());
        foreach (var delivery in session.End())
        {
            delivery.Share!.Deliver(delivery.Message, delivery.Retain, outbox: null);
        }
    }
}
