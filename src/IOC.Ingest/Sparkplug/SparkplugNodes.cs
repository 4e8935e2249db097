using System.Collections.Concurrent;
using System.Text;
using IOC.Ingest.Decoding;
using IOC.Ingest.Sparkplug.Wire;
using IOC.Ingest.Topics;

namespace IOC.Ingest.Sparkplug;

/// <summary>What was counted of Sparkplug since the start.</summary>
/// <param name="Nodes">Edge nodes known.</param>
/// <param name="NodesOnline">Of these, those born and not dead.</param>
/// <param name="Metrics">Metrics and devices known of them.</param>
/// <param name="Births">Birth certificates, of nodes and devices.</param>
/// <param name="Deaths">Death certificates that held.</param>
/// <param name="SequenceGaps">Messages whose sequence number was not the one due.</param>
/// <param name="RebirthsAsked">Requests for a rebirth.</param>
public sealed record SparkplugFigures(int Nodes, int NodesOnline, int Metrics, long Births, long Deaths, long SequenceGaps, long RebirthsAsked);

/// <summary>The edge nodes. Safe for use from any thread; messages of one node take turns.</summary>
internal sealed class SparkplugNodes
{
    private const int RebirthSlots = 4096;

    private readonly SparkplugOptions _options;
    private readonly IIngestOutput? _output;
    private readonly ConcurrentDictionary<byte[], SparkplugNode> _nodes = new(new Utf8Comparer());
    private readonly ConcurrentDictionary<byte[], SparkplugNode>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly Lock _admitting = new();
    private readonly SparkplugBudget _budget;

    /// <summary>When a rebirth was last asked for, by a hash of the node: also for nodes that are not known, in bounded memory.
    /// Two nodes in one slot wait for each other.</summary>
    private readonly long[] _asked = new long[RebirthSlots];
    private readonly Utf8Comparer _hash = new();
    private readonly SparkplugCounters _counters = new();
    private int _count;

    public SparkplugNodes(SparkplugOptions options, IIngestOutput? output)
    {
        _options = options;
        _output = output;
        _budget = new SparkplugBudget(options.MaxMetrics);
        _lookup = _nodes.GetAlternateLookup<ReadOnlySpan<byte>>();
        Mapping = new SparkplugMapping(options.Map);
    }

    /// <summary>What metrics mean.</summary>
    public SparkplugMapping Mapping { get; }

    /// <summary>What was counted.</summary>
    public SparkplugFigures Figures => _counters.Read(_count, _nodes.Count(n => n.Value.Online), _budget.Used);

    /// <summary>Takes a message of a node or a device.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="bytes">Its payload.</param>
    /// <param name="context">Time of receipt and limits.</param>
    /// <param name="table">Topics under the present catalogue.</param>
    /// <param name="into">Where its readings go.</param>
    /// <param name="append">Appends them.</param>
    /// <param name="output">Where births are asked for; null = where all is published.</param>
    public IngestVerdict Take(
        in SparkplugTopic topic, ReadOnlySpan<byte> bytes, in DecodeContext context, TopicTable table, ReadingGatherer into, in IngestPipeline.SparkplugAppend append,
        IIngestOutput? output)
    {
        var payload = SparkplugMessages.TryParse(bytes, context.MaxValues, out var reason);
        if (payload is null)
        {
            into.RefuseAll(reason, "");
            return append.Gathered(into);
        }

        Span<byte> key = stackalloc byte[topic.Group.Length + 1 + topic.Node.Length];
        topic.Group.CopyTo(key);
        key[topic.Group.Length] = (byte)'/';
        topic.Node.CopyTo(key[(topic.Group.Length + 1)..]);
        var source = new SparkplugSource(
            Encoding.UTF8.GetString(topic.Group), Encoding.UTF8.GetString(topic.Node), topic.Device.IsEmpty ? null : Encoding.UTF8.GetString(topic.Device));
        while (true)
        {
            var node = _lookup.TryGetValue(key, out var known) ? known
                : topic.Message == SparkplugMessage.NBirth ? Admit(key)
                : new SparkplugNode(_budget);
            if (node is null)
            {
                into.RefuseAll(RefusalReason.TooManyNodes, "");
                return append.Gathered(into);
            }

            IngestVerdict verdict;
            bool astray;
            lock (node.Gate)
            {
                if (node.IsEvicted)
                {
                    // Another node took its place between the look-up and here.
                    continue;
                }

                var turn = new SparkplugTurn(node, source, payload, in context, table, Mapping, _counters, _options.MaxMetricsPerNode, into);
                turn.Take(topic.Message);
                astray = turn.Astray;

                // Within the lock, so that what the log has of a node is in the order in which its state changed.
                verdict = append.Gathered(into);
            }

            if (astray)
            {
                AskForRebirth(key, in source, context.ReceivedAtMs, output ?? _output);
            }

            return verdict;
        }
    }

    /// <summary>Makes a node known. When there are too many, one that is offline makes room.</summary>
    private SparkplugNode? Admit(ReadOnlySpan<byte> key)
    {
        lock (_admitting)
        {
            if (_lookup.TryGetValue(key, out var known))
            {
                return known;
            }

            if (_count >= _options.MaxNodes)
            {
                var idle = _nodes.FirstOrDefault(n => !n.Value.Online);
                if (idle.Key is null || !_nodes.TryRemove(idle))
                {
                    return null;
                }

                _count--;
                lock (idle.Value.Gate)
                {
                    idle.Value.Evict();
                }
            }

            var node = new SparkplugNode(_budget);
            _nodes[key.ToArray()] = node;
            _count++;
            return node;
        }
    }

    private void AskForRebirth(ReadOnlySpan<byte> key, in SparkplugSource source, long nowMs, IIngestOutput? output)
    {
        if (output is null)
        {
            return;
        }

        ref var asked = ref _asked[_hash.GetHashCode(key) & (RebirthSlots - 1)];
        var before = Volatile.Read(ref asked);
        if (before != 0 && Math.Abs(nowMs - before) < _options.RebirthInterval.TotalMilliseconds)
        {
            return;
        }

        if (Interlocked.CompareExchange(ref asked, nowMs, before) == before)
        {
            _counters.RebirthAsked();
            output.Publish(SparkplugMessages.CommandTopic(source.Group, source.Node), SparkplugMessages.Rebirth(nowMs));
        }
    }
}

/// <summary>The counters.</summary>
internal sealed class SparkplugCounters
{
    private long _births;
    private long _deaths;
    private long _gaps;
    private long _asked;

    public void Born() => Interlocked.Increment(ref _births);

    public void Died() => Interlocked.Increment(ref _deaths);

    public void Gap() => Interlocked.Increment(ref _gaps);

    public void RebirthAsked() => Interlocked.Increment(ref _asked);

    public SparkplugFigures Read(int nodes, int online, int metrics) => new(
        nodes, online, metrics, Interlocked.Read(ref _births), Interlocked.Read(ref _deaths), Interlocked.Read(ref _gaps), Interlocked.Read(ref _asked));
}
