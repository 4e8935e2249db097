namespace IOC.Grains;

/// <summary>State of one grain at a checkpoint.</summary>
/// <param name="Kind">Kind of grain (see <see cref="GrainKinds"/>; the host may keep other kinds beside them).</param>
/// <param name="Key">Key within the kind; for sensors the path "district/domain/sensor".</param>
/// <param name="State">The state's bytes; they begin with a version.</param>
public readonly record struct GrainSnapshot(string Kind, string Key, byte[] State);

/// <summary>Kinds of state that this room stores. The texts are stored: never rename.</summary>
public static class GrainKinds
{
    /// <summary>A sensor's current state; the key is its path.</summary>
    public const string Sensor = "sensor";

    /// <summary>The partition's clock: last tick and last resumption; the key is <see cref="ClockKey"/>.</summary>
    public const string Clock = "clock";

    /// <summary>The only key of <see cref="Clock"/>.</summary>
    public const string ClockKey = "partition";
}

/// <summary>
/// Where grains keep their state. A checkpoint is the state as it is after one log offset: after a restart the log is
/// replayed from the offset that follows, and a batch at or below it is ignored.
/// </summary>
/// <remarks>Districts are not stored: their state follows from their sensors' and is rebuilt from it.</remarks>
public interface IGrainStore
{
    /// <summary>State of one grain as last saved; null when there is none.</summary>
    byte[]? Load(int partition, string kind, string key);

    /// <summary>All grains of a kind as last saved, in any order.</summary>
    IEnumerable<GrainSnapshot> LoadAll(int partition, string kind);

    /// <summary>Log offset of the last checkpoint; 0 when there is none.</summary>
    long LoadOffset(int partition);

    /// <summary>Saves a checkpoint: the changed grains and the offset in one transaction, or nothing.</summary>
    void Save(int partition, long offset, IReadOnlyList<GrainSnapshot> dirty);
}
