using System.Collections.Immutable;
using System.Globalization;
using IOC.History.Embedded.Reading;
using IOC.Telemetry;

namespace IOC.History.Embedded;

/// <summary>
/// The store that needs no server: closed blocks of readings in one SQLite file per log partition, the newest readings of
/// each series in memory and, at every checkpoint, on disk too. See docs/history-format.md.
/// </summary>
public sealed class EmbeddedHistoryStore : IHistoryStore
{
    private const string FilePrefix = "history-p";
    private const string FileSuffix = ".db";

    private readonly EmbeddedHistoryOptions _options;
    private readonly PropertyCatalogue _properties;
    private readonly FileStream _lockFile;
    private readonly Lock _opening = new();
    private ImmutableSortedDictionary<int, HistoryPartition> _partitions = ImmutableSortedDictionary<int, HistoryPartition>.Empty;
    private bool _disposed;

    /// <summary>Opens a store with all partitions found in its folder.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="properties">Properties that batches refer to; what is stored is their codes.</param>
    /// <exception cref="InvalidOperationException">A setting is out of bounds.</exception>
    /// <exception cref="HistoryStoreException">The folder is in use by another process, or a file cannot be opened.</exception>
    public EmbeddedHistoryStore(EmbeddedHistoryOptions options, PropertyCatalogue properties)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(properties);
        options.Validate();
        (_options, _properties) = (options, properties);
        Directory.CreateDirectory(options.Directory);
        _lockFile = Lock(Path.Combine(options.Directory, "history.lock"));
        try
        {
            foreach (var path in Directory.EnumerateFiles(options.Directory, FilePrefix + "*" + FileSuffix))
            {
                var number = Path.GetFileName(path)[FilePrefix.Length..^FileSuffix.Length];
                if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var partition))
                {
                    PartitionOf(partition);
                }
            }
        }
        catch
        {
            ReleaseFiles();
            throw;
        }
    }

    /// <inheritdoc/>
    public long LoadCheckpoint(int partition) => PartitionOf(partition).DurableOffset;

    /// <inheritdoc/>
    public void Append(TelemetryBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        PartitionOf(batch.Partition).Append(batch);
    }

    /// <inheritdoc/>
    public Task<long> CheckpointAsync(int partition, CancellationToken cancellationToken = default) =>
        PartitionOf(partition).CheckpointAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task ImportAsync(int partition, IReadOnlyList<ImportedReading> readings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(readings);
        var into = PartitionOf(partition);
        await Task.Run(() => into.Import(readings, cancellationToken), cancellationToken);
        await into.CheckpointAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RawPage> ReadRawAsync(RawQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Task.Run(() => RawReader.Read(Partitions(), query, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<WindowAggregate>> ReadWindowsAsync(WindowQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Task.Run<IReadOnlyList<WindowAggregate>>(
            () => WindowReader.Read(Partitions(), query, _options.MaxWindows, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SeriesInfo>> ListSeriesAsync(SeriesFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Task.Run<IReadOnlyList<SeriesInfo>>(() => SeriesLister.List(Partitions(), filter, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SeriesKey>> FindSeriesAsync(SeriesSet set, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        return Task.FromResult<IReadOnlyList<SeriesKey>>([.. SensorGroup.Find(Partitions(), index => index.Find(set)).Select(g => g.Key)]);
    }

    /// <inheritdoc/>
    public Task ScanAsync(SeriesSet set, long fromMs, long toMs, IReadingSink sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(sink);
        return fromMs >= toMs
            ? throw HistoryQueryException.EmptyRange()
            : Task.Run(() => SetReader.Read(Partitions(), set, fromMs, toMs, sink, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SeriesReading>> ReadNewestAsync(
        SeriesSet set, long atMs, Func<SeriesKey, long> maxAgeMs, QualityFilter quality, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(maxAgeMs);
        return Task.Run<IReadOnlyList<SeriesReading>>(() => NewestReader.Read(Partitions(), set, atMs, maxAgeMs, quality, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long> DeleteAsync(SeriesSet set, long fromMs, long toMs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (fromMs >= toMs)
        {
            throw HistoryQueryException.EmptyRange();
        }

        var removed = 0L;
        foreach (var partition in Partitions())
        {
            removed += await partition.DeleteAsync(index => index.Find(set), fromMs, toMs, wholeOnly: false, cancellationToken);
        }

        return removed;
    }

    /// <inheritdoc/>
    public async Task<MaintenanceFigures> MaintainAsync(IReadOnlyDictionary<string, long> keepFromMs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keepFromMs);
        var (removed, tidied) = (0L, 0L);
        foreach (var partition in Partitions())
        {
            foreach (var (property, keepFrom) in keepFromMs)
            {
                var set = new SeriesSet([], [], [], [property]);
                removed += await partition.DeleteAsync(index => index.Find(set), long.MinValue, keepFrom, wholeOnly: true, cancellationToken);
            }

            tidied += await partition.CompactAsync(cancellationToken);
            await partition.GiveBackAsync(cancellationToken);
        }

        return new MaintenanceFigures(removed, tidied);
    }

    /// <inheritdoc/>
    public HistoryFigures ReadFigures()
    {
        var figures = Partitions().Select(p => p.ReadFigures()).ToList();
        return new HistoryFigures(
            figures.Sum(f => f.Bytes), figures.Sum(f => f.Readings), figures.Sum(f => f.Blocks), figures.Sum(f => f.Series),
            figures.Sum(f => f.OpenBytes), [.. figures.Select(f => f.Partition)]);
    }

    /// <summary>Makes everything durable and closes the files.</summary>
    /// <exception cref="HistoryStoreException">The last checkpoint failed. The files are closed all the same; the log still
    /// holds what is missing.</exception>
    public async ValueTask DisposeAsync()
    {
        lock (_opening)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        try
        {
            foreach (var partition in _partitions.Values)
            {
                await partition.CheckpointAsync(CancellationToken.None);
            }
        }
        finally
        {
            ReleaseFiles();
        }
    }

    /// <summary>Closes the files as a crash would: without a checkpoint.</summary>
    internal void Abandon()
    {
        lock (_opening)
        {
            _disposed = true;
        }

        ReleaseFiles();
    }

    /// <summary>For tests.</summary>
    internal PartitionHooks HooksOf(int partition) => PartitionOf(partition).Hooks;

    private List<HistoryPartition> Partitions()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return [.. _partitions.Values];
    }

    private HistoryPartition PartitionOf(int number)
    {
        if (_partitions.TryGetValue(number, out var known))
        {
            return known;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(number);
        lock (_opening)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_partitions.TryGetValue(number, out known))
            {
                var path = Path.Combine(_options.Directory, string.Create(CultureInfo.InvariantCulture, $"{FilePrefix}{number}{FileSuffix}"));
                known = new HistoryPartition(number, path, _properties, _options);
                _partitions = _partitions.Add(number, known);
            }

            return known;
        }
    }

    private void ReleaseFiles()
    {
        foreach (var partition in _partitions.Values)
        {
            partition.Dispose();
        }

        _lockFile.Dispose();
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new HistoryStoreException($"{path} is held by another process: two may not share a history folder.", e);
        }
    }
}
