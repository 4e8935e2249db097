using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>One session's subscription to one filter.</summary>
/// <param name="Session">Who.</param>
/// <param name="Filter">Filter and options.</param>
/// <param name="Identifier">Number that the subscriber gave it; 0 is none.</param>
internal sealed record Subscription(MqttSession Session, MqttTopicFilter Filter, uint Identifier);

/// <summary>Subscriptions by the levels of their filters. Not thread-safe.</summary>
internal sealed class TopicTree
{
    private readonly Node _root = new();

    /// <summary>Adds a subscription in place of the session's former one to the same filter, which it returns.</summary>
    public Subscription? Add(Subscription subscription)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(subscription.Filter.Filter);
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

    public bool Remove(MqttSession session, string filter) => Remove(_root, session, Encoding.UTF8.GetBytes(filter));

    /// <summary>Adds every subscription that matches to <paramref name="into"/>.</summary>
    public void Match(ReadOnlySpan<byte> topic, List<Subscription> into) =>
        Match(_root, topic, topic.Length > 0 && topic[0] == (byte)'$', into);

    private static void Match(Node node, ReadOnlySpan<byte> rest, bool noWildcards, List<Subscription> into)
    {
        if (!noWildcards && node.Hash is { } hash)
        {
            into.AddRange(hash.Subscriptions);
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

    private static void Enter(Node node, ReadOnlySpan<byte> rest, bool last, List<Subscription> into)
    {
        if (!last)
        {
            Match(node, rest, noWildcards: false, into);
            return;
        }

        into.AddRange(node.Subscriptions);
        if (node.Hash is { } parentMatch)
        {
            into.AddRange(parentMatch.Subscriptions);
        }
    }

    private static bool Remove(Node node, MqttSession session, ReadOnlySpan<byte> rest)
    {
        var level = MqttTopic.TakeLevel(ref rest, out var last);
        if (node.Child(level) is not { } child)
        {
            return false;
        }

        var removed = last ? child.Subscriptions.RemoveAll(s => s.Session == session) > 0 : Remove(child, session, rest);
        if (child.IsEmpty)
        {
            node.Drop(level);
        }

        return removed;
    }

    private sealed class Node
    {
        private Dictionary<byte[], Node>? _children;

        public Node? Plus { get; private set; }

        public Node? Hash { get; private set; }

        public List<Subscription> Subscriptions { get; } = [];

        public bool IsEmpty => Subscriptions.Count == 0 && Plus is null && Hash is null && (_children is null || _children.Count == 0);

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
