using System.Collections.Concurrent;
using IOC.Telemetry;

namespace IOC.History.Influx;

/// <summary>
/// History in InfluxDB: a measurement per property, the sensor and where it stands as tags, value and quality as fields. While the
/// server is away nothing is taken in beyond one request's worth: the log keeps it, and its reader comes again.
/// </summary>
/// <remarks>Readings of a time and series replace each other on the server, so a replay changes nothing. See docs/history-influx.md.</remarks>
public sealed class InfluxHistoryStore : IHistoryStore
{
    private readonly InfluxOptions _options;
    private readonly PropertyCatalogue _properties;
    private readonly InfluxConnection _server;
    private readonly InfluxReader _reader;
    private readonly InfluxCheckpoints _checkpoints;
    private readonly ConcurrentDictionary<int, Partition> _partitions = new();
    private long _written;
    private long _failures;
    private long _hostFigureFailures;
    private string? _failure;
    private bool _disposed;

    /// <summary>Makes the store. The server is first spoken to with the first write or question.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="properties">Properties that batches refer to.</param>
    /// <param name="refusals">Takes what the server will never take.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidOperationException">A setting is out of bounds.</exception>
    public InfluxHistoryStore(InfluxOptions options, PropertyCatalogue properties, IHistoryRefusals refusals, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _properties) = (options, properties);
        _server = new InfluxConnection(options, refusals, time);
        _reader = new InfluxReader(_server, properties, options.MaxWindows);
        _checkpoints = new InfluxCheckpoints(options.Directory, $"{options.Url.AbsoluteUri} {options.Database}");
    }

    /// <inheritdoc/>
    public long LoadCheckpoint(int partition)
    {
        PartitionOf(partition);
        return _checkpoints[partition];
    }

    /// <inheritdoc/>
    public void Append(TelemetryBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var partition = PartitionOf(batch.Partition);
        lock (partition)
        {
            if (batch.Offset <= partition.Offset)
            {
                return;
            }

            // Before the batch is taken: when the server is away, the same batch must be given again.
            if (partition.Lines.Count >= _options.BatchReadings)
            {
                Flush(partition);
            }

            foreach (ref readonly var message in batch.Messages)
            {
                foreach (ref readonly var value in batch.ValuesOf(message))
                {
                    partition.Lines.Add(message.Sensor!, value.Property, message.MeasuredAtMs, value.Value, value.Quality);
                }
            }

            partition.Offset = batch.Offset;
        }
    }

    /// <inheritdoc/>
    public Task<long> CheckpointAsync(int partition, CancellationToken cancellationToken = default) => Task.Run(() => Checkpoint(PartitionOf(partition)), cancellationToken);

    /// <inheritdoc/>
    public Task ImportAsync(int partition, IReadOnlyList<ImportedReading> readings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(readings);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Task.Run(
            () =>
            {
                FlushAll();
                var lines = new LineBuffer(_properties);
                for (var i = 0; i < readings.Count; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var r = readings[i];
                    lines.Add(r.Sensor, r.Property, r.MeasuredAtMs, r.Value, r.Quality);
                    if (lines.Count >= _options.BatchReadings || i == readings.Count - 1)
                    {
                        Send(lines);
                    }
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RawPage> ReadRawAsync(RawQuery query, CancellationToken cancellationToken = default) => AskAsync(() => _reader.ReadRawAsync(query, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WindowAggregate>> ReadWindowsAsync(WindowQuery query, CancellationToken cancellationToken = default) =>
        AskAsync(() => _reader.ReadWindowsAsync(query, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SeriesInfo>> ListSeriesAsync(SeriesFilter filter, CancellationToken cancellationToken = default) =>
        AskAsync(() => _reader.ListSeriesAsync(filter, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SeriesKey>> FindSeriesAsync(SeriesSet set, CancellationToken cancellationToken = default) =>
        AskAsync(() => _reader.FindSeriesAsync(set, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SeriesReading>> ReadNewestAsync(
        SeriesSet set, long atMs, Func<SeriesKey, long> maxAgeMs, QualityFilter quality, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(maxAgeMs);
        return NewestSink.ReadAsync(this, set, atMs, maxAgeMs, quality, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ScanAsync(SeriesSet set, long fromMs, long toMs, IReadingSink sink, CancellationToken cancellationToken = default) => AskAsync(
        async () =>
        {
            await _reader.ScanAsync(set, fromMs, toMs, sink, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<long> DeleteAsync(SeriesSet set, long fromMs, long toMs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (fromMs >= toMs)
        {
            throw HistoryQueryException.EmptyRange();
        }

        // What is behind the checkpoints would come again from the log after a crash.
        await CheckpointAllAsync(cancellationToken);
        var removed = 0L;
        foreach (var series in await _reader.FindSeriesAsync(set, cancellationToken))
        {
            var where = InfluxReader.Where(set with { Sensors = [series.Sensor], Properties = [] });
            var predicate = $" AND sensor=\"{series.Sensor}\""
                + (set.Districts.Count > 0 ? $" AND district=\"{series.District}\"" : "") + (set.Domains.Count > 0 ? $" AND domain=\"{series.Domain}\"" : "");
            removed += await DeleteAsync(series.Property, where, predicate, fromMs, toMs, cancellationToken);
        }

        return removed;
    }

    /// <inheritdoc/>
    public async Task<MaintenanceFigures> MaintainAsync(IReadOnlyDictionary<string, long> keepFromMs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keepFromMs);
        var removed = 0L;
        if (keepFromMs.Count > 0)
        {
            await CheckpointAllAsync(cancellationToken);
        }

        foreach (var (property, keepFrom) in keepFromMs)
        {
            removed += await DeleteAsync(property, "", "", long.MinValue, keepFrom, cancellationToken);
        }

        return new MaintenanceFigures(removed, 0);
    }

    /// <summary>Figures of this side: what the server holds on its disk is its own to tell, so <see cref="HistoryFigures.Bytes"/> is 0 and
    /// the readings are those written since the start.</summary>
    public HistoryFigures ReadFigures() => new(
        0, Interlocked.Read(ref _written), 0, 0, _partitions.Values.Sum(p => p.Lines.Lines.Length),
        [.. _partitions.OrderBy(p => p.Key).Select(p => new HistoryPartitionFigures(p.Key, p.Value.Offset, _checkpoints[p.Key]))], Volatile.Read(ref _failure), KnowsAll: false);

    /// <summary>Write requests that failed since the start; each is tried again until it is done.</summary>
    public long WriteFailures => Interlocked.Read(ref _failures);

    /// <summary>Times since the start that the host's own figures could not be written and were let go.</summary>
    public long HostFigureFailures => Interlocked.Read(ref _hostFigureFailures);

    /// <summary>Writes what the host tells about itself, once: what fails is counted and let go. It waits for no reading and no reading
    /// waits for it.</summary>
    /// <param name="figures">The figures.</param>
    /// <param name="atMs">Their time, Unix milliseconds.</param>
    /// <param name="cancellationToken">Ends the wait; the request may still reach the server.</param>
    /// <returns>Null when they were written, else why not.</returns>
    public async Task<string?> WriteHostFiguresAsync(HostFigures figures, long atMs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            await Task.Run(() => _server.WriteOnce(figures.ToLine(atMs, WriteFailures, HostFigureFailures)), cancellationToken).WaitAsync(cancellationToken);
            return null;
        }
        catch (HistoryStoreException e)
        {
            Interlocked.Increment(ref _hostFigureFailures);
            return e.Message;
        }
    }

    /// <summary>Writes what is left and closes the connections. When the server is away, what is left stays in the log.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        try
        {
            await CheckpointAllAsync(CancellationToken.None);
        }
        catch (HistoryStoreException)
        {
            // No checkpoint counts it: the log's reader begins there at the next start.
        }
        finally
        {
            Abandon();
        }
    }

    /// <summary>Closes as a crash would: nothing more is written.</summary>
    internal void Abandon()
    {
        _disposed = true;
        _server.Dispose();
    }

    private static string And(string where, string condition) => where.Length == 0 ? $" WHERE {condition}" : $"{where} AND {condition}";

    private async Task<long> DeleteAsync(string property, string where, string predicate, long fromMs, long toMs, CancellationToken stop)
    {
        var range = InfluxQl.Time(fromMs, toMs);
        var count = await _reader.CountAsync(property, And(where, range), stop);
        if (count == 0)
        {
            return 0;
        }

        switch (_server.Version)
        {
            case InfluxVersion.V1:
                await _server.ExecuteAsync($"DELETE FROM {InfluxQl.Name(property)}{And(where, range)}", stop);
                break;
            case InfluxVersion.V2:
                await _server.DeleteV2Async($"_measurement=\"{property}\"{predicate}", Math.Max(fromMs, InfluxQl.EarliestMs), Math.Min(toMs, InfluxQl.LatestMs), stop);
                break;
            default:
                throw new HistoryStoreException("InfluxDB 3 has no interface to remove readings: use its own tools, or a retention period of the database.") { IsForGood = true };
        }

        return count;
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();

        // A question sees everything that was appended before it.
        await Task.Run(FlushAll, cancellationToken);
        return await Task.Run(ask, cancellationToken);
    }

    private Partition PartitionOf(int number)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return _partitions.GetOrAdd(number, n => new Partition(n, new LineBuffer(_properties), _checkpoints[n]));
    }

    private async Task CheckpointAllAsync(CancellationToken cancellationToken)
    {
        foreach (var number in _partitions.Keys)
        {
            await CheckpointAsync(number, cancellationToken);
        }
    }

    private long Checkpoint(Partition partition)
    {
        lock (partition)
        {
            Flush(partition);
            if (partition.Offset != _checkpoints[partition.Number])
            {
                _checkpoints.Save(partition.Number, partition.Offset);
            }

            return partition.Offset;
        }
    }

    private void FlushAll()
    {
        foreach (var partition in _partitions.Values)
        {
            lock (partition)
            {
                Flush(partition);
            }
        }
    }

    private void Flush(Partition partition)
    {
        if (partition.Lines.Count > 0)
        {
            Send(partition.Lines);
        }
    }

    private void Send(LineBuffer lines)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            _server.Write(lines.Lines);
            Volatile.Write(ref _failure, null);
        }
        catch (HistoryStoreException e)
        {
            Volatile.Write(ref _failure, e.Message);
            Interlocked.Increment(ref _failures);
            throw;
        }

        Interlocked.Add(ref _written, lines.Count);
        lines.Clear();
    }

    /// <summary>What is to be written of a log partition. Locked while it is used.</summary>
    private sealed class Partition(int number, LineBuffer lines, long offset)
    {
        public int Number => number;

        public LineBuffer Lines => lines;

        public long Offset { get; set; } = offset;
    }
}
