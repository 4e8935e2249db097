namespace IOC.Ingest.Sparkplug;

/// <summary>Kinds of Sparkplug messages.</summary>
internal enum SparkplugMessage : byte
{
    NBirth,
    NData,
    NDeath,
    DBirth,
    DData,
    DDeath,
    NCmd,
    DCmd,
    State,
}

/// <summary>A topic of the Sparkplug B namespace: <c>spBv1.0/{group}/{message}/{node}[/{device}]</c>.</summary>
internal readonly ref struct SparkplugTopic
{
    private const int MaxIds = 1000;

    /// <summary>What the message is.</summary>
    public SparkplugMessage Message { get; private init; }

    /// <summary>Group id.</summary>
    public ReadOnlySpan<byte> Group { get; private init; }

    /// <summary>Edge node's id.</summary>
    public ReadOnlySpan<byte> Node { get; private init; }

    /// <summary>Device's id; empty for messages about the node itself.</summary>
    public ReadOnlySpan<byte> Device { get; private init; }

    /// <summary>Whether it is a host application's word to others: commands and states.</summary>
    public bool IsOnlyRouted => Message is SparkplugMessage.NCmd or SparkplugMessage.DCmd or SparkplugMessage.State;

    /// <summary>Tells whether a topic is in the namespace.</summary>
    public static bool IsOurs(ReadOnlySpan<byte> topic) => topic.StartsWith("spBv1.0/"u8);

    /// <summary>Reads a topic of the namespace; false when it is none of the specified ones.</summary>
    public static bool TryParse(ReadOnlySpan<byte> topic, out SparkplugTopic parsed)
    {
        parsed = default;
        var rest = topic["spBv1.0/"u8.Length..];
        if (rest.StartsWith("STATE/"u8))
        {
            parsed = new SparkplugTopic { Message = SparkplugMessage.State };
            return true;
        }

        var group = Level(ref rest);
        var kind = Level(ref rest);
        var node = Level(ref rest);
        var device = Level(ref rest);
        if (group.IsEmpty || node.IsEmpty || !rest.IsEmpty || topic[^1] == '/' || topic.Length > MaxIds || Kind(kind) is not { } message
            || device.IsEmpty == message is SparkplugMessage.DBirth or SparkplugMessage.DData or SparkplugMessage.DDeath or SparkplugMessage.DCmd)
        {
            return false;
        }

        parsed = new SparkplugTopic { Message = message, Group = group, Node = node, Device = device };
        return true;
    }

    private static ReadOnlySpan<byte> Level(scoped ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'/');
        var level = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return level;
    }

    private static SparkplugMessage? Kind(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("NDATA"u8) ? SparkplugMessage.NData
        : name.SequenceEqual("DDATA"u8) ? SparkplugMessage.DData
        : name.SequenceEqual("NBIRTH"u8) ? SparkplugMessage.NBirth
        : name.SequenceEqual("DBIRTH"u8) ? SparkplugMessage.DBirth
        : name.SequenceEqual("NDEATH"u8) ? SparkplugMessage.NDeath
        : name.SequenceEqual("DDEATH"u8) ? SparkplugMessage.DDeath
        : name.SequenceEqual("NCMD"u8) ? SparkplugMessage.NCmd
        : name.SequenceEqual("DCMD"u8) ? SparkplugMessage.DCmd
        : null;
}
