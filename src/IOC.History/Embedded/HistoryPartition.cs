using IOC.History.Embedded.Codec;
using IOC.History.Embedded.Sqlite;
using IOC.Telemetry;

namespace IOC.History.Embedded;

/// <summary>
/// One partition of the store: its series in memory, its file, and how the two stay in step. One lock guards all that is
/// in memory; it is held for a batch, for the encoding part of a checkpoint, and to copy tails for a query, never for a
/// write to disk.
/// </summary>
internal sealed partial class HistoryPartition : IDisposable
{
    private const int EarlySealReadings = 64;
    private const int ImportedAtATime = 4096;

    private readonly Lock _gate = new();
    private readonly EmbeddedHistoryOptions _options;
    private readonly string _path;
    private readonly SeriesIndex _index;
    private readonly BlockEncoder _encoder;
    private readonly OutlineEncoder _outlines;
    private readonly BlockDecoder _decoder = new();
    private readonly SampleBuffer _loaded = new();
    private readonly List<Series> _changed = [];
    private readonly List<PendingBlock> _pending = [];
    private readonly PartitionReader _tailReader;
    private readonly PartitionWriter _writer;
    private readonly ReaderPool _readers;
    private long _offset;
    private long _durableOffset;
    private long _generation;
    private long _confirmedGeneration;
    private long _lastBlock;
    private long _readings;
    private long _blocks;
    private long _tailBytes;
    private bool _disposed;

    /// <summary>Opens a partition, making its file when missing.</summary>
    /// <exception cref="HistoryStoreException">The file cannot be used.</exception>
    public HistoryPartition(int number, string path, PropertyCatalogue properties, EmbeddedHistoryOptions options)
    {
        Number = number;
        _path = path;
        _options = options;
        _encoder = options.NewEncoder();
        _outlines = new OutlineEncoder(options.DayOffsetHours);
        _index = new SeriesIndex(properties);
        _writer = new PartitionWriter(path);
        _tailReader = new PartitionReader(path);
        _readers = new ReaderPool(path);
        _writer.LoadSeries(_index);
        _offset = _durableOffset = _tailReader.ReadMeta(PartitionDatabase.OffsetKey);
        _generation = _confirmedGeneration = _tailReader.ReadMeta(PartitionDatabase.GenerationKey);
        _readings = _tailReader.ReadMeta(PartitionDatabase.ReadingsKey);
        _blocks = _tailReader.ReadMeta(PartitionDatabase.BlocksKey);
        _lastBlock = _tailReader.ReadMeta(PartitionDatabase.LastBlockKey);
    }

    /// <summary>Its number.</summary>
    public int Number { get; }

    /// <summary>Offset of the last checkpoint.</summary>
    public long DurableOffset
    {
        get
        {
            lock (_gate)
            {
                return _durableOffset;
            }
        }
    }

    /// <summary>Takes a batch in.</summary>
    public void Append(TelemetryBatch batch)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (batch.Offset <= _offset)
            {
                return;
            }

            foreach (ref readonly var message in batch.Messages)
            {
                if (message.Kind != MessageKind.Readings || message.ValueCount == 0)
                {
                    continue;
                }

                var slots = _index.SlotsOf(message.Sensor!);
                foreach (ref readonly var value in batch.ValuesOf(message))
                {
                    // Adding 0 turns -0 into 0: the same number, and it keeps a block of decimals one.
                    Append(slots[value.Property] ?? NewSeries(message.Sensor!, value.Property), message.MeasuredAtMs, value.Value + 0.0, (byte)value.Quality);
                }
            }

            // Last: a failure above leaves the batch to be appended again, which changes nothing that was done.
            _offset = batch.Offset;
        }
    }

    /// <summary>Takes readings that are in no batch. They are durable after the next checkpoint. Appends get their turn in between.</summary>
    public void Import(IReadOnlyList<ImportedReading> readings, CancellationToken cancellationToken)
    {
        for (var from = 0; from < readings.Count; from += ImportedAtATime)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                for (var i = from; i < Math.Min(readings.Count, from + ImportedAtATime); i++)
                {
                    var r = readings[i];
                    Append(_index.SlotsOf(r.Sensor)[r.Property] ?? NewSeries(r.Sensor, r.Property), r.MeasuredAtMs, r.Value + 0.0, (byte)r.Quality);
                }
            }
        }
    }

    /// <summary>Adds this partition's figures.</summary>
    public PartitionFigures ReadFigures()
    {
        lock (_gate)
        {
            return new PartitionFigures(
                new HistoryPartitionFigures(Number, _offset, _durableOffset), SizeOf(_path) + SizeOf(_path + "-wal"), _readings, _blocks, _index.Count, _tailBytes);
        }
    }

    /// <summary>Closes the file, after a checkpoint that is under way; what no checkpoint wrote is left to the log.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _checkpointing.Wait();
        try
        {
            _readers.Dispose();
            _tailReader.Dispose();
            _writer.Dispose();
        }
        finally
        {
            _checkpointing.Release();
        }
    }

    private void Append(Series series, long atMs, double value, byte quality)
    {
        if (atMs <= series.SealedLastMs)
        {
            AppendLate(series, atMs, value, quality);
            return;
        }

        var tail = series.Main ??= LoadTail(series, late: false);
        _tailBytes -= tail.Bytes;
        _readings += tail.Put(atMs, value, quality) ? 1 : 0;
        if (!series.MainDirty)
        {
            series.MainDirty = true;
            MarkChanged(series);
        }

        // More than one only when the setting was larger when the tail was stored.
        while (tail.Count >= _options.BlockReadings + _options.KeptReadings)
        {
            SealMain(series, tail, _options.BlockReadings, shrink: false);
        }

        _tailBytes += tail.Bytes;
    }

    private void AppendLate(Series series, long atMs, double value, byte quality)
    {
        var tail = series.Late ??= LoadTail(series, late: true);
        _tailBytes -= tail.Bytes;
        _readings += tail.Put(atMs, value, quality) ? 1 : 0;
        series.LateDirty = true;
        series.RowDirty |= !series.HasLate;
        series.HasLate = true;
        MarkChanged(series);
        while (tail.Count >= _options.BlockReadings)
        {
            Seal(series, tail, _options.BlockReadings, late: true);
            tail.RemoveFirst(_options.BlockReadings, shrink: true);
        }

        _tailBytes += tail.Bytes;
    }

    private void SealMain(Series series, OpenTail tail, int count, bool shrink)
    {
        var summary = Seal(series, tail, count, late: false);
        tail.RemoveFirst(count, shrink);
        series.SealedFirstMs = Math.Min(series.SealedFirstMs, summary.FirstAtMs);
        series.SealedLastMs = summary.LastAtMs;
        series.SealedCount += summary.Count;
        series.Unpacked++;
        series.RowDirty = true;
    }

    private BlockSummary Seal(Series series, OpenTail tail, int count, bool late)
    {
        var samples = tail.Samples[..count];
        var qualities = tail.Qualities.IsEmpty ? default : tail.Qualities[..count];
        var summary = BlockSummary.Of(samples, qualities);
        var data = _encoder.Encode(samples, qualities).ToArray();
        var outline = _outlines.Encode(samples, qualities, _encoder.Scale).ToArray();
        var block = new PendingBlock(series, new Segment(summary, late, ++_lastBlock, new EncodedBlock(data), outline), data);
        (series.Pending ??= []).Add(block);
        _pending.Add(block);
        _blocks++;
        return summary;
    }

    private Series NewSeries(SensorAddress sensor, int property)
    {
        var series = _index.Add(sensor, property, out var isNew);
        if (isNew)
        {
            // Nothing of it is on disk: no need to look.
            series.Main = new OpenTail();
            series.Late = new OpenTail();
            series.Unpacked = 0;
            series.RowDirty = true;
        }

        return series;
    }

    private OpenTail LoadTail(Series series, bool late)
    {
        var tail = new OpenTail();
        if ((!late || series.HasLate) && _tailReader.ReadTail(Series.TailKey(series.Id, late), _decoder, _loaded))
        {
            tail.Load(_loaded);
            _tailBytes += tail.Bytes;
        }

        return tail;
    }

    private void MarkChanged(Series series)
    {
        series.UsedInGeneration = _generation;
        List(series);
    }

    /// <summary>Has the next checkpoint look at a series.</summary>
    private void List(Series series)
    {
        if (!series.Listed)
        {
            series.Listed = true;
            _changed.Add(series);
        }
    }

    private static long SizeOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}

/// <summary>Figures of a partition with what is summed over partitions.</summary>
internal sealed record PartitionFigures(
    HistoryPartitionFigures Partition, long Bytes, long Readings, long Blocks, long Series, long OpenBytes);
