using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>One session's subscription to one filter.</summary>
/// <param name="Session">Who.</param>
/// <param name="Filter">Filter and options.</param>
/// <param name="Identifier">Number that the subscriber gave it; 0 is none.</param>
internal sealed record Subscription(MqttSession Session, MqttTopicFilter Filter, uint Identifier)
{
    /// <summary>The identifier as a message carries it; null when there is none.</summary>
    public uint[]? Identifiers { get; } = Identifier == 0 ? null : [Identifier];
}

/// <summary>The subscriptions that a topic matches.</summary>
internal sealed class Matches
{
    public List<Subscription> Subscriptions { get; } = [];

    public List<ShareGroup> Groups { get; } = [];
}

/// <summary>Subscriptions by the levels of their filters. Not thread-safe.</summary>
internal sealed class TopicTree(MqttServerCounters counters)
{
    private readonly Node _root = new();

    /// <summary>Adds a subscription in place of the session's former one to the same filter, which it returns.</summary>
    public Subscription? Add(Subscription subscription)
    {
        var rest = Split(subscription.Filter.Filter, out var share);
        var node = _root;
        while (true)
        {
            var level = MqttTopic.TakeLevel(ref rest, out var last);
            node = node.GetOrAdd(level);
            if (last)
            {
                break;
            }
        }

        if (share is not null)
        {
            return node.GetOrAddGroup(share, counters).Add(subscription);
        }

        var index = node.Subscriptions.FindIndex(s => s.Session == subscription.Session);
        if (index < 0)
        {
            node.Subscriptions.Add(subscription);
            return null;
        }

        var former = node.Subscriptions[index];
        node.Subscriptions[index] = subscription;
        return former;
    }

    public bool Remove(MqttSession session, string filter)
    {
        var rest = Split(filter, out var share);
        return Remove(_root, session, rest, share);
    }

    /// <summary>Adds every subscription that matches to <paramref name="into"/>.</summary>
    public void Match(ReadOnlySpan<byte> topic, Matches into) =>
        Match(_root, topic, topic.Length > 0 && topic[0] == (byte)'$', into);

    private static ReadOnlySpan<byte> Split(string filter, out string? share)
    {
        ReadOnlySpan<byte> utf8 = Encoding.UTF8.GetBytes(filter);
        share = null;
        if (MqttTopic.TrySplitShared(utf8, out var name, out var rest))
        {
            share = Encoding.UTF8.GetString(name);
            return rest;
        }

        return utf8;
    }

    private static void Match(Node node, ReadOnlySpan<byte> rest, bool noWildcards, Matches into)
    {
        if (!noWildcards && node.Hash is { } hash)
        {
            hash.AddTo(into);
        }

        var level = MqttTopic.TakeLevel(ref rest, out var last);
        if (node.Find(level) is { } exact)
        {
            Enter(exact, rest, last, into);
        }

        if (!noWildcards && node.Plus is { } plus)
        {
            Enter(plus, rest, last, into);
        }
    }

    private static void Enter(Node node, ReadOnlySpan<byte> rest, bool last, Matches into)
    {
        if (!last)
        {
            Match(node, rest, noWildcards: false, into);
            return;
        }

        node.AddTo(into);
        node.Hash?.AddTo(into);
    }

    private static bool Remove(Node node, MqttSession session, ReadOnlySpan<byte> rest, string? share)
    {
        var level = MqttTopic.TakeLevel(ref rest, out var last);
        if (node.Child(level) is not { } child)
        {
            return false;
        }

        var removed = last ? child.Remove(session, share) : Remove(child, session, rest, share);
        if (child.IsEmpty)
        {
            node.Drop(level);
        }

        return removed;
    }

    private sealed class Node
    {
        private Dictionary<byte[], Node>? _children;
        private Dictionary<string, ShareGroup>? _groups;

        public Node? Plus { get; private set; }

        public Node? Hash { get; private set; }

        public List<Subscription> Subscriptions { get; } = [];

        public bool IsEmpty => Subscriptions.Count == 0 && Plus is null && Hash is null && _children is not { Count: > 0 } && _groups is not { Count: > 0 };

        public void AddTo(Matches matches)
        {
            matches.Subscriptions.AddRange(Subscriptions);
            if (_groups is not null)
            {
                matches.Groups.AddRange(_groups.Values);
            }
        }

        public ShareGroup GetOrAddGroup(string share, MqttServerCounters counters)
        {
            _groups ??= new Dictionary<string, ShareGroup>(StringComparer.Ordinal);
            if (!_groups.TryGetValue(share, out var group))
            {
                _groups.Add(share, group = new ShareGroup(counters));
            }

            return group;
        }

        public bool Remove(MqttSession session, string? share)
        {
            if (share is null)
            {
                return Subscriptions.RemoveAll(s => s.Session == session) > 0;
            }

            if (_groups is null || !_groups.TryGetValue(share, out var group))
            {
                return false;
            }

            var removed = group.Remove(session);
            if (group.IsEmpty)
            {
                _groups.Remove(share);
            }

            return removed;
        }

        public Node? Find(ReadOnlySpan<byte> level) =>
            _children is not null && _children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(level, out var child) ? child : null;

        public Node? Child(ReadOnlySpan<byte> level) =>
            level.SequenceEqual("+"u8) ? Plus : level.SequenceEqual("#"u8) ? Hash : Find(level);

        public Node GetOrAdd(ReadOnlySpan<byte> level)
        {
            if (level.SequenceEqual("+"u8))
            {
                return Plus ??= new Node();
            }

            if (level.SequenceEqual("#"u8))
            {
                return Hash ??= new Node();
            }

            if (Find(level) is { } known)
            {
                return known;
            }

            var child = new Node();
            (_children ??= new Dictionary<byte[], Node>(ByteComparer.Instance)).Add(level.ToArray(), child);
            return child;
        }

        public void Drop(ReadOnlySpan<byte> level)
        {
            if (level.SequenceEqual("+"u8))
            {
                Plus = null;
            }
            else if (level.SequenceEqual("#"u8))
            {
                Hash = null;
            }
            else
            {
                _children?.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(level);
            }
        }
    }
}
