using IOC.Ingest;
using IOC.Ingest.Decoding;
using IOC.Ingest.Log;
using IOC.Telemetry;

namespace IOC.Bench.Proof;

/// <summary>
/// The reading log in memory, in the real log's bytes, cut into batches when the bench says so: the same run makes the same
/// batches, as a log on disk, which commits when the disk is free, does not. A partition has one caller at a time.
/// </summary>
internal sealed class ProofLog : IReadingLog, IDeadLetters
{
    private readonly Partition[] _partitions;
    private volatile PropertyCatalogue? _properties;

    public ProofLog(int partitions) => _partitions = [.. Enumerable.Range(0, partitions).Select(_ => new Partition())];

    public int PartitionCount => _partitions.Length;

    public IDeadLetters DeadLetters => this;

    public LogHealth Health { get; } = new(false, null, null);

    public LogFigures Figures => new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, [], 0, 0);

    /// <summary>What was refused.</summary>
    public IEnumerable<DeadLetter> Refused => _partitions.SelectMany(p => p.Refused);

    public int PartitionOf(string district) => SqliteReadingLog.PartitionOf(district, _partitions.Length);

    public void UseProperties(PropertyCatalogue properties) => _properties = properties;

    public LogAppend AppendReadings(int partition, SensorAddress sensor, ReadingBuffer readings, long receivedAtMs, DeadLetter? deadLetter)
    {
        _partitions[partition].Encoder.AddReadings(sensor, readings, receivedAtMs, _properties!);
        return Keep(partition, deadLetter);
    }

    public LogAppend AppendParts(ReadOnlySpan<PublicationPart> parts, ReadingBuffer readings, long receivedAtMs, DeadLetter? deadLetter) =>
        throw new NotSupportedException("The simulated fleet sends no publication of several sensors.");

    public LogAppend AppendStatus(int partition, SensorAddress sensor, bool online, long atMs)
    {
        _partitions[partition].Encoder.Add(MessageKind.Status, sensor, online, atMs);
        return new LogAppend(Task.CompletedTask, null);
    }

    public LogAppend AppendTick(MessageKind kind, long nowMs)
    {
        for (var partition = 0; partition < _partitions.Length; partition++)
        {
            Tick(partition, kind, nowMs);
        }

        return new LogAppend(Task.CompletedTask, null);
    }

    public LogAppend AppendDeadLetter(DeadLetter deadLetter) =>
        Keep(SqliteReadingLog.PartitionOf(deadLetter.Topic.Split('/') is { Length: > 2 } t ? t[2] : "", _partitions.Length), deadLetter);

    /// <summary>Appends a tick to one partition.</summary>
    public void Tick(int partition, MessageKind kind, long nowMs) => _partitions[partition].Encoder.Add(kind, null, online: false, nowMs);

    /// <summary>Ends a partition's batch and reads it.</summary>
    public void Cut(int partition, AddressBook addresses, TelemetryBatch into)
    {
        var own = _partitions[partition];
        var (length, messages) = (own.Encoder.Length, own.Encoder.Messages);
        var buffer = own.Encoder.Swap(own.Spare);
        own.Spare = buffer;
        var bytes = BatchEncoder.Seal(buffer, length, messages);
        own.Batches.Enqueue((++own.Head, bytes));
        into.Reset(partition, own.Head);
        own.Decoder.Decode(bytes, addresses, _properties!, into);
    }

    /// <summary>Reads every batch behind an offset.</summary>
    public void ReadAll(int partition, long afterOffset, AddressBook addresses, TelemetryBatch into, Action<TelemetryBatch> take)
    {
        var own = _partitions[partition];
        foreach (var (offset, bytes) in own.Batches)
        {
            if (offset > afterOffset)
            {
                into.Reset(partition, offset);
                own.Decoder.Decode(bytes, addresses, _properties!, into);
                take(into);
            }
        }
    }

    /// <summary>Drops what is in a checkpoint.</summary>
    public void Truncate(int partition, long upTo)
    {
        var batches = _partitions[partition].Batches;
        while (batches.TryPeek(out var oldest) && oldest.Offset <= upTo)
        {
            batches.Dequeue();
        }
    }

    /// <summary>Offset of the newest batch.</summary>
    public long Head(int partition) => _partitions[partition].Head;

    public long Tail(int partition) => _partitions[partition].Batches.TryPeek(out var oldest) ? oldest.Offset : Head(partition) + 1;

    public ValueTask<bool> ReadAsync(int partition, long afterOffset, TelemetryBatch into, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The bench hands batches on by itself.");

    public bool TryRead(int partition, long afterOffset, TelemetryBatch into) => throw new NotSupportedException("The bench hands batches on by itself.");

    public void RegisterReader(string reader)
    {
        // Batches are dropped when the bench says so.
    }

    public void UnregisterReader(string reader)
    {
        // Likewise.
    }

    public long Checkpoint(string reader, int partition) => 0;

    public void SaveCheckpoint(string reader, int partition, long offset)
    {
        // Likewise.
    }

    public IReadOnlyList<DeadLetter> List(DeadLetterQuery query) => [.. Refused];

    public IReadOnlyDictionary<RefusalReason, long> Counts() => Refused.GroupBy(r => r.Reason).ToDictionary(g => g.Key, g => (long)g.Count());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private LogAppend Keep(int partition, DeadLetter? letter)
    {
        if (letter is not null)
        {
            _partitions[partition].Refused.Add(letter);
        }

        return new LogAppend(Task.CompletedTask, null);
    }

    private sealed class Partition
    {
        public BatchEncoder Encoder { get; } = new();

        public BatchDecoder Decoder { get; } = new();

        public byte[] Spare { get; set; } = new byte[16 * 1024];

        public Queue<(long Offset, byte[] Bytes)> Batches { get; } = new();

        public List<DeadLetter> Refused { get; } = [];

        public long Head { get; set; }
    }
}
