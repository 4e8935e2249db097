using System.Buffers.Binary;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Rules;

/// <summary>A rule set that a partition takes behind an offset of its log.</summary>
/// <param name="Set">Number of the set.</param>
/// <param name="Offset">Last offset that is processed with the set before.</param>
/// <param name="Catalogue">The catalogue with the set's rules.</param>
internal sealed record PendingRules(int Set, long Offset, Catalogue Catalogue);

/// <summary>
/// Which rule set a partition works with, and which it is still to take on its way through the log: what was stored with its
/// checkpoint, and the activations after it. A restart in the middle switches where the first run did.
/// </summary>
/// <param name="partition">Log partition.</param>
/// <param name="set">Number of the set that it begins with.</param>
/// <param name="catalogue">The catalogue with the rules of that set.</param>
/// <param name="pending">The sets to take, in order.</param>
/// <param name="store">Stores an activation; called before the set is used.</param>
internal sealed class PartitionRules(int partition, int set, Catalogue catalogue, IEnumerable<PendingRules> pending, Action<RuleActivation> store)
{
    /// <summary>Kind under which the number is kept beside the states of a checkpoint. Stored: never rename.</summary>
    public const string StateKind = "rules";

    /// <summary>Key of it.</summary>
    public const string StateKey = "set";

    private readonly Queue<PendingRules> _pending = new(pending);

    /// <summary>Number of the set in force.</summary>
    public int Set { get; private set; } = set;

    /// <summary>The catalogue that the partition begins with.</summary>
    public Catalogue First => catalogue;

    /// <summary>The next set to take; null when there is none.</summary>
    public PendingRules? Next => _pending.TryPeek(out var next) ? next : null;

    /// <summary>Number of the newest set that it has or will take.</summary>
    public int Newest => _pending.Count == 0 ? Set : _pending.Max(p => p.Set);

    /// <summary>The catalogue with the rules that are in force just before the batch at an offset.</summary>
    public Catalogue Behind(long offset) => _pending.LastOrDefault(p => p.Offset < offset)?.Catalogue ?? First;

    /// <summary>Stores that a set is to be taken, and lets it be the last to take.</summary>
    public void Add(PendingRules next)
    {
        store(new RuleActivation(partition, next.Set, next.Offset));
        _pending.Enqueue(next);
    }

    /// <summary>Says that the next set is in force.</summary>
    public void Taken() => Set = _pending.Dequeue().Set;

    /// <summary>The number as it is kept with a checkpoint.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Set);
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; 0 when nothing is stored.</summary>
    public static int Read(byte[]? bytes) => bytes is { Length: 4 } ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;
}
