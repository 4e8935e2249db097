using IOC.Telemetry;

namespace IOC.History;

/// <summary>Keeps the newest reading of each series of a scan.</summary>
/// <param name="quality">Which readings count.</param>
/// <param name="maxAgeMs">Oldest reading that still counts, in milliseconds before the moment.</param>
/// <param name="atMs">The moment, Unix milliseconds.</param>
internal sealed class NewestSink(QualityFilter quality, Func<SeriesKey, long> maxAgeMs, long atMs) : IReadingSink
{
    private SeriesKey? _series;
    private HistoryPoint? _newest;

    public List<SeriesReading> Found { get; } = [];

    /// <summary>Answers by a scan of the time in which a reading may lie.</summary>
    public static async Task<IReadOnlyList<SeriesReading>> ReadAsync(
        IHistoryStore store, SeriesSet set, long atMs, Func<SeriesKey, long> maxAgeMs, QualityFilter quality, CancellationToken cancellationToken)
    {
        var series = await store.FindSeriesAsync(set, cancellationToken);
        if (series.Count == 0)
        {
            return [];
        }

        var newest = new NewestSink(quality, maxAgeMs, atMs);
        await store.ScanAsync(set, atMs - series.Max(maxAgeMs), atMs + 1, newest, cancellationToken);
        return newest.Found;
    }

    public bool Begin(SeriesKey series)
    {
        (_series, _newest) = (series, null);
        return true;
    }

    public bool TryAdd(in RunTotals totals)
    {
        Take(totals.LastAtMs, totals.Last, 0);
        return true;
    }

    public void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
    {
        for (var i = samples.Length - 1; i >= 0; i--)
        {
            if (quality == QualityFilter.All || qualities[i] == 0)
            {
                Take(samples[i].AtMs, samples[i].Value, qualities[i]);
                return;
            }
        }
    }

    public void End()
    {
        if (_newest is { } newest && newest.MeasuredAtMs >= atMs - maxAgeMs(_series!))
        {
            Found.Add(new SeriesReading(_series!, newest));
        }
    }

    private void Take(long at, double value, byte number) => _newest = new HistoryPoint(_series!.Sensor, at, value, (Quality)number);
}
