using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The subscriptions of one share name to one filter (5.0, 4.8.2): each message goes to one of them, in turn. The router
/// changes the members; deliveries read them without a lock.</summary>
internal sealed class ShareGroup(MqttServerCounters counters)
{
    private Subscription[] _members = [];
    private int _turn;

    public bool IsEmpty => _members.Length == 0;

    public bool HasConnectedMember => Array.Exists(Volatile.Read(ref _members), m => m.Session.Connection is not null);

    /// <summary>Whether a member is stored.</summary>
    public bool IsStored => Array.Exists(Volatile.Read(ref _members), m => m.Session.StoreId != 0);

    /// <summary>Adds a subscription in place of the session's former one, which it returns.</summary>
    public Subscription? Add(Subscription subscription)
    {
        var index = Array.FindIndex(_members, m => m.Session == subscription.Session);
        if (index < 0)
        {
            Volatile.Write(ref _members, [.. _members, subscription]);
            return null;
        }

        var former = _members[index];
        Subscription[] members = [.. _members];
        members[index] = subscription;
        Volatile.Write(ref _members, members);
        return former;
    }

    public bool Remove(MqttSession session)
    {
        var count = _members.Length;
        Volatile.Write(ref _members, [.. _members.Where(m => m.Session != session)]);
        return _members.Length < count;
    }

    /// <summary>Gives a message to the member whose turn it is. One that is away or full is passed over; those that are away get it
    /// when nobody else takes it.</summary>
    public bool Deliver(MqttMessage message, bool retain, Outbox? outbox)
    {
        var members = Volatile.Read(ref _members);
        var first = (uint)Interlocked.Increment(ref _turn);
        var full = false;
        foreach (var connected in (ReadOnlySpan<bool>)[true, false])
        {
            for (var i = 0u; i < members.Length; i++)
            {
                var member = members[(first + i) % (uint)members.Length];
                if (member.Session.Connection is not null != connected)
                {
                    continue;
                }

                var qos = (MqttQos)Math.Min((int)message.Qos, (int)member.Filter.Qos);
                var delivery = new Delivery(message, qos, retain && member.Filter.RetainAsPublished, member.Identifiers, this);
                switch (member.Session.Deliver(delivery, outbox))
                {
                    case DeliveryResult.Queued:
                        return true;
                    case DeliveryResult.Full:
                        full = true;
                        break;
                    default:
                        break;
                }
            }
        }

        if (full)
        {
            counters.Drop(message.Qos);
        }

        return false;
    }
}
