namespace IOC.Mqtt;

/// <summary>What one connection may use. Limits of the whole server hold as well.</summary>
public sealed class MqttClientLimits
{
    /// <summary>Largest packet taken, bytes; null = <see cref="MqttServerOptions.MaxPacketSize"/>. An MQTT 5 client is told.</summary>
    public int? MaxPacketSize { get; init; }

    /// <summary>Most unanswered publishes of QoS 1 and 2; null = <see cref="MqttServerOptions.ReceiveMaximum"/>. An MQTT 5 client is told.</summary>
    public int? ReceiveMaximum { get; init; }

    /// <summary>Most subscriptions; null = <see cref="MqttServerOptions.MaxSubscriptionsPerSession"/>.</summary>
    public int? MaxSubscriptions { get; init; }

    /// <summary>Publishes a second of this connection; beyond it the connection is read no further for a while. Null = no limit.
    /// An object of its own for each connection.</summary>
    public MqttRate? Publishes { get; init; }

    /// <summary>The same for bytes of PUBLISH packets.</summary>
    public MqttRate? Bytes { get; init; }

    /// <summary>What all connections of the credential share; null = nothing.</summary>
    public MqttSharedQuota? Shared { get; init; }
}

/// <summary>What all connections of a credential may use together. One object for all of them.</summary>
/// <param name="maxConnections">Most connections at once.</param>
/// <param name="publishes">Publishes a second of all of them; null = no limit.</param>
/// <param name="bytes">Bytes of PUBLISH packets a second of all of them; null = no limit.</param>
public sealed class MqttSharedQuota(int maxConnections = int.MaxValue, MqttRate? publishes = null, MqttRate? bytes = null)
{
    private int _connections;

    /// <summary>Most connections at once; one more is refused with quota exceeded (0x97).</summary>
    public int MaxConnections => maxConnections;

    /// <summary>Publishes a second.</summary>
    public MqttRate? Publishes => publishes;

    /// <summary>Bytes of PUBLISH packets a second.</summary>
    public MqttRate? Bytes => bytes;

    /// <summary>Connections that are open.</summary>
    public int Connections => Volatile.Read(ref _connections);

    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref _connections) <= maxConnections)
        {
            return true;
        }

        Interlocked.Decrement(ref _connections);
        return false;
    }

    internal void Leave() => Interlocked.Decrement(ref _connections);
}

/// <summary>A token bucket, kept as the time at which everything taken will have been paid for: one number, no timer, no lock. What
/// is taken may go beyond the burst (a packet is never cut in two); the debt is then waited for. Safe for many threads.</summary>
public sealed class MqttRate
{
    private const double NanosecondsPerSecond = 1e9;
    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>A throttled connection sleeps at least this long, so that a stream of small messages costs a timer per nap and not per message.</summary>
    private const long ShortestNapMs = 20;

    /// <summary>Least burst, as time: more than what a nap may oversleep, or the bucket would overflow and the rate fall short.</summary>
    private const double LeastBurstNs = 100e6;

    private readonly double _costNs;
    private readonly long _burstNs;
    private long _paidAtNs;

    /// <summary>Makes a full bucket.</summary>
    /// <param name="perSecond">Units a second, above 0.</param>
    /// <param name="burst">Units that may come at once, from 1; a tenth of a second's at least are given.</param>
    public MqttRate(double perSecond, double burst)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        _costNs = NanosecondsPerSecond / perSecond;
        _burstNs = (long)Math.Clamp(_costNs * burst, LeastBurstNs, long.MaxValue / 4);
    }

    /// <summary>Takes units.</summary>
    internal void Take(long nowMs, int units)
    {
        var now = nowMs * NanosecondsPerMillisecond;
        var cost = (long)(_costNs * units);
        while (true)
        {
            var paidAt = Volatile.Read(ref _paidAtNs);
            if (Interlocked.CompareExchange(ref _paidAtNs, Math.Max(paidAt, now) + cost, paidAt) == paidAt)
            {
                return;
            }
        }
    }

    /// <summary>How long to take nothing more, ms; 0 when there are tokens left.</summary>
    internal long NapMs(long nowMs)
    {
        var debtNs = Volatile.Read(ref _paidAtNs) - (nowMs * NanosecondsPerMillisecond) - _burstNs;
        return debtNs < 0 ? 0 : Math.Max(ShortestNapMs, (debtNs / NanosecondsPerMillisecond) + 1);
    }
}
