using IOC.Telemetry;

namespace IOC.History.Analysis;

/// <summary>Moments at equal distances.</summary>
/// <param name="FirstMs">The first, Unix milliseconds.</param>
/// <param name="StepMs">From one to the next, milliseconds, 1 or more.</param>
/// <param name="Count">How many, 1 or more.</param>
public readonly record struct Moments(long FirstMs, long StepMs, int Count)
{
    /// <summary>The last one, Unix milliseconds.</summary>
    public long LastMs => this[Count - 1];

    /// <summary>A moment by its number, from 0.</summary>
    public long this[int number] => FirstMs + (number * StepMs);
}

/// <summary>A series' newest reading at each of some moments. The columns are valid during the call that they come with.</summary>
/// <param name="Key">Which series.</param>
/// <param name="Values">By moment; NaN where nothing is known any more.</param>
/// <param name="MeasuredAtMs">By moment, when that was measured; <see cref="long.MinValue"/> where nothing is known.</param>
/// <param name="Qualities">By moment, its quality.</param>
public readonly record struct SeriesMoments(
    SeriesKey Key, ReadOnlyMemory<double> Values, ReadOnlyMemory<long> MeasuredAtMs, ReadOnlyMemory<Quality> Qualities);

/// <summary>Reads what was known of many series at some moments, in one pass over their readings.</summary>
/// <param name="store">Where the readings are.</param>
public sealed class MomentScan(IHistoryStore store)
{
    /// <summary>Reads series after series, in order of sensor and property.</summary>
    /// <param name="set">Which series.</param>
    /// <param name="moments">The moments; a reading of just then counts.</param>
    /// <param name="lookBackMs">How far before the first moment to begin reading, milliseconds.</param>
    /// <param name="maxAgeMs">By series, how old a reading may be to say anything about a moment; null leaves the series out.</param>
    /// <param name="take">Takes each series that has a reading then.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task ReadAsync(
        SeriesSet set, Moments moments, long lookBackMs, Func<SeriesKey, long?> maxAgeMs, Action<SeriesMoments> take, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(moments.Count, 1, nameof(moments));
        ArgumentOutOfRangeException.ThrowIfLessThan(moments.StepMs, 1, nameof(moments));
        ArgumentOutOfRangeException.ThrowIfNegative(lookBackMs);
        return store.ScanAsync(set, moments.FirstMs - lookBackMs, moments.LastMs + 1, new Sink(moments, maxAgeMs, take), cancellationToken);
    }

    private sealed class Sink(Moments moments, Func<SeriesKey, long?> maxAgeMs, Action<SeriesMoments> take) : IReadingSink
    {
        private readonly double[] _values = new double[moments.Count];
        private readonly long[] _times = new long[moments.Count];
        private readonly Quality[] _qualities = new Quality[moments.Count];
        private SeriesKey? _series;
        private long _maxAgeMs;
        private int _next;
        private bool _any;
        private Sample _newest;
        private Quality _newestQuality;

        public bool Begin(SeriesKey series)
        {
            if (maxAgeMs(series) is not { } age)
            {
                return false;
            }

            (_series, _maxAgeMs, _next, _any, _newest) = (series, age, 0, false, new Sample(long.MinValue, double.NaN));
            return true;
        }

        // Of a run that ends before the next moment only the last reading matters: its block need not be unpacked.
        public bool TryAdd(in RunTotals totals)
        {
            if (_next >= moments.Count)
            {
                return true;
            }

            if (totals.LastAtMs > moments[_next])
            {
                return false;
            }

            (_newest, _newestQuality) = (new Sample(totals.LastAtMs, totals.Last), Quality.Ok);
            return true;
        }

        public void Add(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
        {
            for (var i = 0; i < samples.Length && _next < moments.Count; i++)
            {
                while (_next < moments.Count && moments[_next] < samples[i].AtMs)
                {
                    Settle();
                }

                (_newest, _newestQuality) = (samples[i], (Quality)qualities[i]);
            }
        }

        public void End()
        {
            while (_next < moments.Count)
            {
                Settle();
            }

            if (_any)
            {
                take(new SeriesMoments(_series!, _values, _times, _qualities));
            }
        }

        /// <summary>The next moment is passed: what was newest is what was known then.</summary>
        private void Settle()
        {
            var known = _newest.AtMs != long.MinValue && moments[_next] - _newest.AtMs <= _maxAgeMs;
            _values[_next] = known ? _newest.Value : double.NaN;
            _times[_next] = known ? _newest.AtMs : long.MinValue;
            _qualities[_next] = known ? _newestQuality : Quality.Ok;
            _any |= known;
            _next++;
        }
    }
}
