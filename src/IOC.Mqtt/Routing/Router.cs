using System.Collections.Concurrent;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>One session that a topic goes to, its overlapping subscriptions merged.</summary>
/// <param name="Session">Who.</param>
/// <param name="Qos">Highest QoS of the subscriptions.</param>
/// <param name="RetainAsPublished">Whether one of them keeps the retain flag.</param>
/// <param name="NoLocal">Whether all of them exclude the session's own messages.</param>
/// <param name="Identifiers">Their identifiers; null when none has one.</param>
internal sealed record RouteTarget(MqttSession Session, MqttQos Qos, bool RetainAsPublished, bool NoLocal, uint[]? Identifiers);

/// <summary>Finds a topic's subscribers. Publishing is far more frequent than subscribing, so results are cached per topic and
/// thrown away as a whole when a subscription changes.</summary>
internal sealed class Router
{
    /// <summary>Bounds the cache's memory: clients choose the topics.</summary>
    private const int MaxCached = 200_000;

    private readonly TopicTree _tree = new();
    private readonly Lock _gate = new();
    private Cache _cache = new();
    private int _count;

    /// <summary>Number of subscriptions.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds or replaces; false when the session had the filter already.</summary>
    public bool Subscribe(Subscription subscription)
    {
        lock (_gate)
        {
            var isNew = _tree.Add(subscription) is null;
            Changed(isNew ? 1 : 0);
            return isNew;
        }
    }

    public bool Unsubscribe(MqttSession session, string filter)
    {
        lock (_gate)
        {
            var removed = _tree.Remove(session, filter);
            Changed(removed ? -1 : 0);
            return removed;
        }
    }

    public void UnsubscribeAll(MqttSession session, IEnumerable<string> filters)
    {
        foreach (var filter in filters)
        {
            Unsubscribe(session, filter);
        }
    }

    /// <summary>The sessions that <paramref name="topic"/> goes to. Costs one read when nobody subscribes to anything.</summary>
    public RouteTarget[] Find(ReadOnlySpan<byte> topic)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return [];
        }

        var cache = Volatile.Read(ref _cache);
        return cache.Lookup.TryGetValue(topic, out var targets) ? targets : FindAndCache(topic);
    }

    private RouteTarget[] FindAndCache(ReadOnlySpan<byte> topic)
    {
        var matches = new List<Subscription>();
        Cache cache;
        lock (_gate)
        {
            // Read under the lock: a result may only go into the cache of the tree that it was made from.
            cache = _cache;
            _tree.Match(topic, matches);
        }

        var targets = Merge(matches);
        if (cache.Size < MaxCached && cache.Routes.TryAdd(topic.ToArray(), targets))
        {
            cache.Grow();
        }
        else if (cache.Size >= MaxCached)
        {
            Interlocked.CompareExchange(ref _cache, new Cache(), cache);
        }

        return targets;
    }

    private void Changed(int by)
    {
        Volatile.Write(ref _count, _count + by);
        Volatile.Write(ref _cache, new Cache());
    }

    private static RouteTarget[] Merge(List<Subscription> matches) => matches.Count switch
    {
        0 => [],
        1 => [ToTarget(matches)],
        _ => [.. matches.GroupBy(m => m.Session).Select(g => ToTarget([.. g]))],
    };

    private static RouteTarget ToTarget(List<Subscription> ofOneSession)
    {
        var ids = ofOneSession.Where(s => s.Identifier != 0).Select(s => s.Identifier).ToArray();
        return new RouteTarget(
            ofOneSession[0].Session,
            ofOneSession.Max(s => s.Filter.Qos),
            ofOneSession.Exists(s => s.Filter.RetainAsPublished),
            ofOneSession.TrueForAll(s => s.Filter.NoLocal),
            ids.Length == 0 ? null : ids);
    }

    private sealed class Cache
    {
        private int _size;

        public Cache() => Lookup = Routes.GetAlternateLookup<ReadOnlySpan<byte>>();

        public ConcurrentDictionary<byte[], RouteTarget[]> Routes { get; } = new(ByteComparer.Instance);

        public ConcurrentDictionary<byte[], RouteTarget[]>.AlternateLookup<ReadOnlySpan<byte>> Lookup { get; }

        public int Size => Volatile.Read(ref _size);

        public void Grow() => Interlocked.Increment(ref _size);
    }
}
