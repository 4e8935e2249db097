using System.Globalization;
using System.Runtime.CompilerServices;

namespace IOC.History.Analysis;

/// <summary>Streams the readings of many series, series after series (in order of sensor and property), for tables, files and
/// charts. Holds a page of one series at a time.</summary>
/// <param name="store">Where the readings are.</param>
public sealed class HistoryReader(IHistoryStore store)
{
    private const int PageReadings = 20_000;

    /// <summary>Streams readings.</summary>
    /// <param name="set">Which series.</param>
    /// <param name="fromMs">First instant, Unix milliseconds.</param>
    /// <param name="toMs">First instant no longer asked for.</param>
    /// <param name="quality">Which readings count.</param>
    /// <param name="after">Go on behind this reading (<see cref="CursorOf"/>); null = from the start.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="HistoryQueryException">The range or the cursor cannot be used.</exception>
    public async IAsyncEnumerable<SeriesReading> StreamAsync(
        SeriesSet set, long fromMs, long toMs, QualityFilter quality, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var cursor = after is null ? null : Cursor.Parse(after);
        foreach (var series in await store.FindSeriesAsync(set, cancellationToken))
        {
            var order = cursor is null ? 1 : Compare(series, cursor);
            if (order < 0)
            {
                continue;
            }

            var from = order == 0 ? Math.Max(fromMs, cursor!.AtMs + 1) : fromMs;
            if (from >= toMs)
            {
                continue;
            }

            var query = new RawQuery(SeriesSelector.ForSensor(series.Sensor, series.Property), from, toMs, quality, PageReadings);
            await foreach (var point in store.StreamRawAsync(query, cancellationToken))
            {
                yield return new SeriesReading(series, point);
            }
        }
    }

    /// <summary>Thins each series out to at most a number of readings.</summary>
    /// <param name="set">Which series.</param>
    /// <param name="fromMs">First instant, Unix milliseconds.</param>
    /// <param name="toMs">First instant no longer asked for.</param>
    /// <param name="quality">Which readings count.</param>
    /// <param name="method">How.</param>
    /// <param name="points">Most readings per series, 4 or more.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async IAsyncEnumerable<SeriesReading> ThinAsync(
        SeriesSet set, long fromMs, long toMs, QualityFilter quality, Downsampling method, int points, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 4);
        SeriesKey? open = null;
        Downsampler? thinned = null;
        await foreach (var reading in StreamAsync(set, fromMs, toMs, quality, null, cancellationToken))
        {
            if (reading.Series != open)
            {
                foreach (var point in thinned?.Finish() ?? [])
                {
                    yield return new SeriesReading(open!, point);
                }

                (open, thinned) = (reading.Series, new Downsampler(method, points, fromMs, toMs));
            }

            thinned!.Add(reading.Point);
        }

        foreach (var point in thinned?.Finish() ?? [])
        {
            yield return new SeriesReading(open!, point);
        }
    }

    /// <summary>The newest reading of each series at a moment.</summary>
    /// <param name="set">Which series.</param>
    /// <param name="atMs">The moment, Unix milliseconds; a reading of just then counts.</param>
    /// <param name="maxAgeMs">Oldest reading that still says something about it, in milliseconds.</param>
    /// <param name="quality">Which readings count.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task<IReadOnlyList<SeriesReading>> AtAsync(
        SeriesSet set, long atMs, Func<SeriesKey, long> maxAgeMs, QualityFilter quality, CancellationToken cancellationToken = default) =>
        store.ReadNewestAsync(set, atMs, maxAgeMs, quality, cancellationToken);

    /// <summary>The cursor to go on behind a reading.</summary>
    public static string CursorOf(in SeriesReading reading) =>
        string.Create(CultureInfo.InvariantCulture, $"{reading.Series.Sensor}~{reading.Series.Property}~{reading.Point.MeasuredAtMs}");

    private static int Compare(SeriesKey series, Cursor cursor)
    {
        var order = string.CompareOrdinal(series.Sensor, cursor.Sensor);
        return order != 0 ? order : string.CompareOrdinal(series.Property, cursor.Property);
    }

    private sealed record Cursor(string Sensor, string Property, long AtMs)
    {
        public static Cursor Parse(string text) =>
            text.Split('~') is [var sensor, var property, var at] && long.TryParse(at, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var atMs)
                ? new Cursor(sensor, property, atMs)
                : throw HistoryQueryException.BadCursor();
    }
}
