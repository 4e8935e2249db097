using IOC.Telemetry;

namespace IOC.History;

/// <summary>
/// A store of all readings ever accepted. It is a reader of the log: batches come in offset order, one thread per
/// partition, several partitions at once. (sensor, property, measured-at) is one reading: a redelivery changes nothing,
/// another value for the same instant replaces the earlier one (the later log position wins).
/// </summary>
/// <remarks>All times are Unix milliseconds, UTC. Queries may run on any thread while appends go on and see everything
/// that was appended before they began.</remarks>
public interface IHistoryStore : IAsyncDisposable
{
    /// <summary>Log offset up to which everything of a partition is in the store durably; 0 = nothing yet.</summary>
    /// <param name="partition">Log partition, from 0.</param>
    long LoadCheckpoint(int partition);

    /// <summary>Takes a batch in. It is durable only after the next <see cref="CheckpointAsync"/>. A batch whose offset is
    /// not beyond the last one taken is ignored.</summary>
    /// <exception cref="HistoryStoreException">The store could not be read; the same batch may be appended again.</exception>
    void Append(TelemetryBatch batch);

    /// <summary>Makes everything appended so far to a partition durable, in one transaction.</summary>
    /// <returns>The offset that a restart resumes from; the log may be cut up to it.</returns>
    /// <exception cref="HistoryStoreException">The store could not be written; nothing is lost, try again.</exception>
    Task<long> CheckpointAsync(int partition, CancellationToken cancellationToken = default);

    /// <summary>Takes readings that did not come through the log, such as a file of years. Durable on return; giving the same again changes
    /// nothing, another value for an instant replaces the earlier one.</summary>
    /// <param name="partition">Log partition of the sensors' districts.</param>
    /// <param name="readings">The readings; quickest series by series in order of time.</param>
    /// <param name="cancellationToken">Ends the work; what is durable then is not said, so give them again.</param>
    /// <exception cref="HistoryStoreException">The store could not be written; give them again.</exception>
    Task ImportAsync(int partition, IReadOnlyList<ImportedReading> readings, CancellationToken cancellationToken = default);

    /// <summary>Reads single readings in order of time (then of sensor), a page at a time.</summary>
    /// <exception cref="HistoryQueryException">The question cannot be answered as asked.</exception>
    Task<RawPage> ReadRawAsync(RawQuery query, CancellationToken cancellationToken = default);

    /// <summary>Reads aggregates per calendar window in order of time; windows without a reading are left out.</summary>
    /// <exception cref="HistoryQueryException">The question cannot be answered as asked.</exception>
    Task<IReadOnlyList<WindowAggregate>> ReadWindowsAsync(WindowQuery query, CancellationToken cancellationToken = default);

    /// <summary>Lists which sensors have readings of which properties, in order of sensor and property.</summary>
    Task<IReadOnlyList<SeriesInfo>> ListSeriesAsync(SeriesFilter filter, CancellationToken cancellationToken = default);

    /// <summary>Names the series of a set that have readings, in order of sensor and property.</summary>
    Task<IReadOnlyList<SeriesKey>> FindSeriesAsync(SeriesSet set, CancellationToken cancellationToken = default);

    /// <summary>Goes through the readings of many series, one series after another (in order of sensor and property), each in
    /// order of time, each instant once, whatever the quality.</summary>
    /// <param name="set">Which series.</param>
    /// <param name="fromMs">First instant, Unix milliseconds.</param>
    /// <param name="toMs">First instant no longer asked for, Unix milliseconds.</param>
    /// <param name="sink">Takes them; called on one thread of the pool.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    /// <exception cref="HistoryStoreException">The store could not be read.</exception>
    Task ScanAsync(SeriesSet set, long fromMs, long toMs, IReadingSink sink, CancellationToken cancellationToken = default);

    /// <summary>Reads the newest reading of each series at a moment, in order of sensor and property; series without one are left out.</summary>
    /// <param name="set">Which series.</param>
    /// <param name="atMs">The moment, Unix milliseconds; a reading of just then counts.</param>
    /// <param name="maxAgeMs">By series, the oldest reading that still says something about the moment, in milliseconds before it.</param>
    /// <param name="quality">Which readings count.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="HistoryStoreException">The store could not be read.</exception>
    Task<IReadOnlyList<SeriesReading>> ReadNewestAsync(
        SeriesSet set, long atMs, Func<SeriesKey, long> maxAgeMs, QualityFilter quality, CancellationToken cancellationToken = default);

    /// <summary>Removes readings for good, of all qualities. What is sent again afterwards is taken in again.</summary>
    /// <param name="set">Which series.</param>
    /// <param name="fromMs">First instant to go, Unix milliseconds.</param>
    /// <param name="toMs">First instant that stays, Unix milliseconds.</param>
    /// <param name="cancellationToken">Ends the work between two steps; what was removed stays so.</param>
    /// <returns>Readings removed, as counted by <see cref="HistoryFigures.Readings"/>.</returns>
    /// <exception cref="HistoryQueryException">The range is empty.</exception>
    /// <exception cref="HistoryStoreException">The store could not be written. What was removed so far stays so; try again.</exception>
    Task<long> DeleteAsync(SeriesSet set, long fromMs, long toMs, CancellationToken cancellationToken = default);

    /// <summary>Does what keeps a store of years small and quick: removes what is older than is to be kept, and tidies up. In steps between
    /// which everything else goes on; it may be ended at any time and begun again.</summary>
    /// <param name="keepFromMs">By property code, the instant from which readings are to be kept, Unix milliseconds; some that are a
    /// little older may stay. Properties that are not named are kept for ever.</param>
    /// <param name="cancellationToken">Ends the work between two steps.</param>
    /// <exception cref="HistoryStoreException">The store could not be read or written; try again.</exception>
    Task<MaintenanceFigures> MaintainAsync(IReadOnlyDictionary<string, long> keepFromMs, CancellationToken cancellationToken = default);

    /// <summary>Figures for the status page.</summary>
    HistoryFigures ReadFigures();
}
