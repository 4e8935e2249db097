using System.Collections.Concurrent;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>One session that a topic goes to, its overlapping subscriptions merged.</summary>
/// <param name="Session">Who.</param>
/// <param name="Qos">Highest QoS of the subscriptions.</param>
/// <param name="RetainAsPublished">Whether one of them keeps the retain flag.</param>
/// <param name="Identifiers">Their identifiers; null when none has one.</param>
internal sealed record RouteTarget(MqttSession Session, MqttQos Qos, bool RetainAsPublished, uint[]? Identifiers)
{
    /// <summary>The same for the session's own messages, which some of the subscriptions may exclude; null when all do.</summary>
    public RouteTarget? ForOwn { get; init; }
}

/// <summary>Where a topic goes: to every target and to one member of every group.</summary>
/// <param name="Targets">Sessions with subscriptions of their own.</param>
/// <param name="Groups">Shared subscriptions.</param>
internal sealed record Route(RouteTarget[] Targets, ShareGroup[] Groups)
{
    public static Route None { get; } = new([], []);

    /// <summary>The topic, for every message that goes there; null for <see cref="None"/>.</summary>
    public byte[]? Topic { get; init; }

    public bool IsNone => Targets.Length == 0 && Groups.Length == 0;
}

/// <summary>Finds a topic's subscribers. Publishing is far more frequent than subscribing, so results are cached per topic and
/// thrown away as a whole when a subscription changes.</summary>
internal sealed class Router(MqttServerCounters counters)
{
    /// <summary>Bounds the cache's memory: clients choose the topics.</summary>
    private const int MaxCached = 200_000;

    /// <summary>Longest topic, bytes, whose route is kept.</summary>
    private const int MaxCachedLength = 512;

    private readonly TopicTree _tree = new(counters);
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

    /// <summary>Where <paramref name="topic"/> goes. Costs one read when nobody subscribes to anything.</summary>
    public Route Find(ReadOnlySpan<byte> topic)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return Route.None;
        }

        var cache = Volatile.Read(ref _cache);
        return cache.Lookup.TryGetValue(topic, out var route) ? route : FindAndCache(topic);
    }

    private Route FindAndCache(ReadOnlySpan<byte> topic)
    {
        var matches = new Matches();
        Cache cache;
        lock (_gate)
        {
            // Read under the lock: a result may only go into the cache of the tree that it was made from.
            cache = _cache;
            _tree.Match(topic, matches);
        }

        var key = topic.ToArray();
        var route = Merge(matches, key);
        if (topic.Length > MaxCachedLength)
        {
            return route;
        }

        if (cache.Size < MaxCached && cache.Routes.TryAdd(key, route))
        {
            cache.Grow();
        }
        else if (cache.Size >= MaxCached)
        {
            Interlocked.CompareExchange(ref _cache, new Cache(), cache);
        }

        return route;
    }

    private void Changed(int by)
    {
        Volatile.Write(ref _count, _count + by);
        Volatile.Write(ref _cache, new Cache());
    }

    private static Route Merge(Matches matches, byte[] topic)
    {
        var subscriptions = matches.Subscriptions;
        if (subscriptions.Count == 0 && matches.Groups.Count == 0)
        {
            return Route.None;
        }

        RouteTarget[] targets = subscriptions.Count switch
        {
            0 => [],
            1 => [ToTarget(subscriptions)],
            _ => [.. subscriptions.GroupBy(m => m.Session).Select(g => ToTarget([.. g]))],
        };
        return new Route(targets, [.. matches.Groups]) { Topic = topic };
    }

    private static RouteTarget ToTarget(List<Subscription> ofOneSession)
    {
        var all = Combine(ofOneSession);
        if (!ofOneSession.Exists(s => s.Filter.NoLocal))
        {
            return all with { ForOwn = all };
        }

        var local = ofOneSession.FindAll(s => !s.Filter.NoLocal);
        return all with { ForOwn = local.Count == 0 ? null : Combine(local) };
    }

    private static RouteTarget Combine(List<Subscription> ofOneSession)
    {
        var ids = ofOneSession.Where(s => s.Identifier != 0).Select(s => s.Identifier).ToArray();
        return new RouteTarget(
            ofOneSession[0].Session,
            ofOneSession.Max(s => s.Filter.Qos),
            ofOneSession.Exists(s => s.Filter.RetainAsPublished),
            ids.Length == 0 ? null : ids);
    }

    private sealed class Cache
    {
        private int _size;

        public Cache() => Lookup = Routes.GetAlternateLookup<ReadOnlySpan<byte>>();

        public ConcurrentDictionary<byte[], Route> Routes { get; } = new(ByteComparer.Instance);

        public ConcurrentDictionary<byte[], Route>.AlternateLookup<ReadOnlySpan<byte>> Lookup { get; }

        public int Size => Volatile.Read(ref _size);

        public void Grow() => Interlocked.Increment(ref _size);
    }
}
