using System.Numerics;
using IOC.Ingest.Decoding;
using IOC.Telemetry;

namespace IOC.Ingest.Log;

/// <summary>
/// The reading log in one SQLite file. Senders' threads encode straight into their partition's open batch, under its lock;
/// one writer thread takes all open batches at once, stores them in one transaction and, when that is on disk, completes
/// the group's task and hands the batches to the readers. What gathers while one group is being
/// written is the next group, so groups grow with the load; a lone message is committed at once.
/// </summary>
public sealed partial class SqliteReadingLog : IReadingLog
{
    private readonly ReadingLogOptions _options;
    private readonly AddressBook _addresses;
    private readonly TimeProvider _time;
    private readonly FileStream _lockFile;
    private readonly SqliteLogStore _store;
    private readonly OpenPartition[] _open;
    private readonly PartitionTail[] _tails;
    private readonly long[] _first;
    private readonly ReaderBook _readers;
    private readonly LogMeter _meter = new();
    private readonly Lock _deadLetterGate = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile PropertyCatalogue _properties;
    private volatile LogHealth _health = new(false, null, null);
    private volatile bool _stopping;
    private int _housekeepingDue;
    private int _disposed;

    /// <summary>The group that appends join; replaced only with every lock held.</summary>
    private CommitGroup _group = new();
    private bool _closed;

    [ThreadStatic]
    private static BatchDecoder? t_decoder;

    /// <summary>Opens the log, making it when absent, and starts its writer.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="addresses">The process's sensor addresses.</param>
    /// <param name="properties">The catalogue that indices in messages refer to.</param>
    /// <param name="time">Clock for housekeeping and health.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    /// <exception cref="ReadingLogException">The folder holds a log with another number of partitions or of another
    /// version, or another process has it open.</exception>
    public SqliteReadingLog(ReadingLogOptions options, AddressBook addresses, PropertyCatalogue properties, TimeProvider time)
    {
        options.Validate();
        _options = options;
        _addresses = addresses;
        _properties = properties;
        _time = time;
        Directory.CreateDirectory(options.Directory);
        _lockFile = Lock(Path.Combine(options.Directory, "reading-log.lock"));
        try
        {
            _store = new SqliteLogStore(Path.Combine(options.Directory, "reading-log.db"), options.Partitions, options.MaxFileBytes);
        }
        catch
        {
            _lockFile.Dispose();
            throw;
        }

        _open = [.. Enumerable.Range(0, options.Partitions).Select(_ => new OpenPartition())];
        var ranges = Enumerable.Range(0, options.Partitions).Select(_store.Range).ToArray();
        _first = [.. ranges.Select(r => r.First)];
        _tails = [.. ranges.Select(r => new PartitionTail(r.Last, options.TailBytes / options.Partitions))];
        _readers = new ReaderBook(options.Partitions, _store.Checkpoints());
        DeadLetters = new DeadLetterReader(_store);
        _thread = new Thread(Write) { Name = "reading-log", IsBackground = true };
        _thread.Start();
        _timer = time.CreateTimer(_ => RequestHousekeeping(), null, options.HousekeepingInterval, options.HousekeepingInterval);
    }

    /// <inheritdoc/>
    public int PartitionCount => _open.Length;

    /// <inheritdoc/>
    public IDeadLetters DeadLetters { get; }

    /// <inheritdoc/>
    public LogHealth Health => _health;

    /// <inheritdoc/>
    public LogFigures Figures => _meter.Read(_open.Sum(p => (long)p.PendingBytes));

    /// <inheritdoc/>
    public int PartitionOf(string district) => PartitionOf(district, _open.Length);

    /// <summary>Partition of a district in a log of so many.</summary>
    internal static int PartitionOf(string district, int partitions)
    {
        // FNV-1a, 32 bits, then MurmurHash3's finaliser, without which the lowest bits depend on the lowest bits of the
        // characters only. The start value is one that spreads the ten districts of the reference province evenly over 2,
        // 4 and 8 partitions. Stored data depends on all of it: never change it.
        var hash = 2166136345u;
        foreach (var c in district)
        {
            hash = (hash ^ (byte)c) * 16777619u;
        }

        hash = (hash ^ (hash >> 16)) * 0x85EBCA6Bu;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35u;
        return (int)((hash ^ (hash >> 16)) % (uint)partitions);
    }

    /// <inheritdoc/>
    public void UseProperties(PropertyCatalogue properties)
    {
        var before = _properties;
        for (var i = 0; i < before.Count; i++)
        {
            if (i >= properties.Count || properties[i].Code != before[i].Code)
            {
                throw new ArgumentException($"Property '{before[i].Code}' has index {i}; a new catalogue may add properties behind the old ones, but not move or drop any while the process runs.", nameof(properties));
            }
        }

        _properties = properties;
    }

    /// <inheritdoc/>
    public LogAppend AppendReadings(int partition, SensorAddress sensor, ReadingBuffer readings, long receivedAtMs, DeadLetter? deadLetter)
    {
        var open = _open[partition];
        CommitGroup group;
        bool full;
        lock (open.Gate)
        {
            if (_closed)
            {
                return Closed();
            }

            group = _group;
            open.Encoder.AddReadings(sensor, readings, receivedAtMs, _properties);
            full = open.Encoder.Length > _options.MaxOpenBatchBytes;
            if (deadLetter is not null)
            {
                // Within the partition's lock, so that both are of one group. Locks are always taken in this order.
                lock (_deadLetterGate)
                {
                    full |= AddDeadLetter(group, deadLetter);
                }
            }
        }

        return Joined(group, full);
    }

    /// <inheritdoc/>
    public LogAppend AppendParts(ReadOnlySpan<PublicationPart> parts, ReadingBuffer readings, long receivedAtMs, DeadLetter? deadLetter)
    {
        // Every partition concerned is locked before the first byte is written, in the order in which the writer locks them all.
        // While one is held the group cannot change, so that all parts are of one group.
        var concerned = 0UL;
        foreach (ref readonly var part in parts)
        {
            concerned |= 1UL << part.Partition;
        }

        CommitGroup group;
        var full = false;
        var closed = false;
        Lock(concerned);
        try
        {
            closed = _closed;
            group = _group;
            if (!closed)
            {
                full = Encode(parts, readings, receivedAtMs);
                if (deadLetter is not null)
                {
                    lock (_deadLetterGate)
                    {
                        full |= AddDeadLetter(group, deadLetter);
                    }
                }
            }
        }
        finally
        {
            Unlock(concerned);
        }

        return closed ? Closed() : Joined(group, full);
    }

    /// <inheritdoc/>
    public LogAppend AppendStatus(int partition, SensorAddress sensor, bool online, long atMs) =>
        Append(_open[partition], MessageKind.Status, sensor, online, atMs);

    /// <inheritdoc/>
    public LogAppend AppendTick(MessageKind kind, long nowMs)
    {
        if (kind is not (MessageKind.Tick or MessageKind.Resumed))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "Neither a tick nor a resumption.");
        }

        LogAppend last = default;
        var durable = new Task[_open.Length];
        for (var i = 0; i < _open.Length; i++)
        {
            last = Append(_open[i], kind, null, false, nowMs);
            durable[i] = last.Durable;
        }

        if (durable[0] == durable[^1])
        {
            return last;
        }

        // The writer came in between, so that the ticks are of two groups. Nobody has to wait for a tick: a failure of
        // theirs is no unobserved error, the log's health tells of it.
        var both = Task.WhenAll(durable);
        _ = both.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return last with { Durable = both };
    }

    /// <inheritdoc/>
    public LogAppend AppendDeadLetter(DeadLetter deadLetter)
    {
        CommitGroup group;
        bool full;
        lock (_deadLetterGate)
        {
            if (_closed)
            {
                return Closed();
            }

            group = _group;
            full = AddDeadLetter(group, deadLetter);
        }

        return Joined(group, full);
    }

    /// <inheritdoc/>
    public ValueTask<bool> ReadAsync(int partition, long afterOffset, TelemetryBatch into, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return TryRead(partition, afterOffset, into) ? new ValueTask<bool>(true) : WaitAndReadAsync(partition, afterOffset, into, cancellationToken);
    }

    /// <inheritdoc/>
    public bool TryRead(int partition, long afterOffset, TelemetryBatch into)
    {
        var tail = _tails[partition];
        if (afterOffset >= tail.Head)
        {
            return false;
        }

        var offset = afterOffset + 1;
        var bytes = tail.Get(offset);
        if (bytes is null)
        {
            var stored = _store.ReadAfter(partition, afterOffset);
            if (stored is null && tail.Closed)
            {
                return false;
            }

            if (stored is null || (stored.Value.Offset > offset && offset >= Tail(partition)))
            {
                throw new CorruptBatchException(partition, offset, "it is missing");
            }

            (offset, bytes) = stored.Value;
        }

        into.Reset(partition, offset);
        var unknown = (t_decoder ??= new BatchDecoder()).Decode(bytes, _addresses, _properties, into);
        if (unknown > 0)
        {
            _meter.UnknownProperties(unknown);
        }

        return true;
    }

    /// <inheritdoc/>
    public long Head(int partition) => _tails[partition].Head;

    /// <inheritdoc/>
    public long Tail(int partition) => Volatile.Read(ref _first[partition]);

    /// <inheritdoc/>
    public void RegisterReader(string reader)
    {
        lock (_store.Writing)
        {
            var start = Enumerable.Range(0, PartitionCount).Select(p => Tail(p) - 1).ToArray();
            EnsureOpen();
            if (_readers.Add(reader, start))
            {
                _store.Transact(s =>
                {
                    for (var p = 0; p < start.Length; p++)
                    {
                        s.SaveCheckpoint(reader, p, start[p]);
                    }
                });
            }
        }
    }

    /// <inheritdoc/>
    public void UnregisterReader(string reader)
    {
        lock (_store.Writing)
        {
            EnsureOpen();
            _store.Transact(s => s.ForgetReader(reader));
            _readers.Remove(reader);
        }
    }

    /// <inheritdoc/>
    public long Checkpoint(string reader, int partition) => _readers.Get(reader, partition);

    /// <inheritdoc/>
    public void SaveCheckpoint(string reader, int partition, long offset) => _readers.Set(reader, partition, offset);

    /// <summary>Commits what is waiting, stores the checkpoints and closes the file. Appends after it fail; readers may still
    /// read what is in memory, the rest after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _timer.DisposeAsync();
            _stopping = true;
            _wake.Set();
        }

        await _ended.Task;
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new ReadingLogException($"The reading log is open in another process ({path} is locked).", e);
        }
    }

    private static LogAppend Closed()
    {
        var closed = Task.FromException(new LogCommitException("The reading log is closed."));
        _ = closed.Exception;
        return new LogAppend(closed, null);
    }

    private bool Encode(ReadOnlySpan<PublicationPart> parts, ReadingBuffer readings, long receivedAtMs)
    {
        var full = false;
        foreach (ref readonly var part in parts)
        {
            var encoder = _open[part.Partition].Encoder;
            if (part.Online is { } online)
            {
                encoder.Add(MessageKind.Status, part.Sensor, online, receivedAtMs);
            }
            else
            {
                encoder.AddReadings(part.Sensor, readings, part.FirstMessage, part.MessageCount, receivedAtMs, _properties);
            }

            full |= encoder.Length > _options.MaxOpenBatchBytes;
        }

        return full;
    }

    private void Lock(ulong partitions)
    {
        for (; partitions != 0; partitions &= partitions - 1)
        {
            _open[BitOperations.TrailingZeroCount(partitions)].Gate.Enter();
        }
    }

    private void Unlock(ulong partitions)
    {
        for (; partitions != 0; partitions &= partitions - 1)
        {
            _open[BitOperations.TrailingZeroCount(partitions)].Gate.Exit();
        }
    }

    private LogAppend Append(OpenPartition open, MessageKind kind, SensorAddress? sensor, bool online, long atMs)
    {
        CommitGroup group;
        bool full;
        lock (open.Gate)
        {
            if (_closed)
            {
                return Closed();
            }

            group = _group;
            open.Encoder.Add(kind, sensor, online, atMs);
            full = open.Encoder.Length > _options.MaxOpenBatchBytes;
        }

        return Joined(group, full);
    }

    private LogAppend Joined(CommitGroup group, bool full)
    {
        if (group.Announce())
        {
            _wake.Set();
        }

        return new LogAppend(group.Durable, full ? group.Taken : null);
    }

    private bool AddDeadLetter(CommitGroup group, DeadLetter letter)
    {
        group.DeadLetters.Add(letter);
        group.DeadLetterBytes += letter.Payload.Length;
        return group.DeadLetters.Count >= _options.MaxOpenDeadLetters || group.DeadLetterBytes > _options.MaxOpenBatchBytes;
    }

    private async ValueTask<bool> WaitAndReadAsync(int partition, long afterOffset, TelemetryBatch into, CancellationToken cancellationToken)
    {
        var tail = _tails[partition];
        while (true)
        {
            await tail.BeyondAsync(afterOffset).WaitAsync(cancellationToken);
            var closed = tail.Closed;
            if (TryRead(partition, afterOffset, into))
            {
                return true;
            }

            if (closed)
            {
                return false;
            }
        }
    }

    private void RequestHousekeeping()
    {
        Volatile.Write(ref _housekeepingDue, 1);
        _wake.Set();
    }

    /// <summary>The sending side of a partition.</summary>
    private sealed class OpenPartition
    {
        public Lock Gate { get; } = new();

        public BatchEncoder Encoder { get; } = new();

        /// <summary>The other buffer, used by turns; the writer's own.</summary>
        public byte[] Spare { get; set; } = new byte[16 * 1024];

        public int PendingBytes => Encoder.Messages == 0 ? 0 : Encoder.Length;
    }
}
