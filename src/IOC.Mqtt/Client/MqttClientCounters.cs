namespace IOC.Mqtt;

/// <summary>What a client has done.</summary>
public sealed class MqttClientCounters
{
    internal long PublishedCount;
    internal long AcknowledgedCount;
    internal long RefusedCount;
    internal long ResentCount;
    internal long DroppedCount;
    internal long ReceivedCount;
    internal long UnmatchedCount;
    internal long RedeliveredCount;
    internal long FailedHandlersCount;
    internal long ConnectionsCount;
    internal long FailedConnectsCount;

    /// <summary>Publishes handed to the network or kept for it.</summary>
    public long Published => Volatile.Read(ref PublishedCount);

    /// <summary>PUBACKs and PUBCOMPs received, and PUBRECs that say that something failed.</summary>
    public long Acknowledged => Volatile.Read(ref AcknowledgedCount);

    /// <summary>Those of them that say that something failed.</summary>
    public long Refused => Volatile.Read(ref RefusedCount);

    /// <summary>Publishes sent again after a reconnect.</summary>
    public long Resent => Volatile.Read(ref ResentCount);

    /// <summary>QoS 0 publishes dropped for want of a connection.</summary>
    public long Dropped => Volatile.Read(ref DroppedCount);

    /// <summary>Messages received and handed to a handler, or to none (<see cref="Unmatched"/>).</summary>
    public long Received => Volatile.Read(ref ReceivedCount);

    /// <summary>Messages that no handler was there for.</summary>
    public long Unmatched => Volatile.Read(ref UnmatchedCount);

    /// <summary>Messages delivered again while the first delivery was still in work or known: not handed out a second time.</summary>
    public long Redelivered => Volatile.Read(ref RedeliveredCount);

    /// <summary>Handlers that failed: their message was not acknowledged.</summary>
    public long FailedHandlers => Volatile.Read(ref FailedHandlersCount);

    /// <summary>Connections made.</summary>
    public long Connections => Volatile.Read(ref ConnectionsCount);

    /// <summary>Connections tried in vain.</summary>
    public long FailedConnects => Volatile.Read(ref FailedConnectsCount);
}
