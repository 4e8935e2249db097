using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// One sensor whose learned state is new, while it learns from history: takes the readings of its properties, then learns them in order
/// of time, beside the pipeline and without holding it up. What the pipeline processes meanwhile is recorded and learned after it.
/// </summary>
/// <remarks>Used by one thread at a time, except for what the pipeline does with it.</remarks>
public sealed class SensorPriming
{
    private const int MessagesPerBatch = 512;
    private const int MaxRecordedValues = 65_536;
    private readonly DetectionPipeline _shadow;
    private readonly PropertyCatalogue _properties;
    private readonly int _most;
    private readonly Dictionary<string, long> _untilMs;
    private readonly long _otherUntilMs;
    private readonly List<PropertyHistory> _histories = [];
    private readonly TelemetryBatch _batch = new();
    private readonly TelemetryBatch _recorded = new();

    internal SensorPriming(
        SensorAddress address, TimeSpan period, SensorSeries series, DetectionPipeline shadow, PropertyCatalogue properties, int most, long otherUntilMs)
    {
        Address = address;
        Period = period;
        Series = series;
        _shadow = shadow;
        _properties = properties;
        _most = most;
        _otherUntilMs = otherUntilMs;
        _untilMs = [];
        foreach (var (property, one) in series.Entries)
        {
            if (one is not null && one.NewestMs != Detection.Series.Never)
            {
                _untilMs[properties[property].Code] = one.NewestMs;
            }
        }

        UntilMs = _untilMs.Count == 0 ? otherUntilMs : Math.Max(otherUntilMs, _untilMs.Values.Max());
    }

    /// <summary>The sensor.</summary>
    public SensorAddress Address { get; }

    /// <summary>Registered or default time between its reports.</summary>
    public TimeSpan Period { get; }

    /// <summary>Readings measured later than this are not wanted; Unix milliseconds.</summary>
    public long UntilMs { get; }

    /// <summary>Readings taken from history.</summary>
    public long Readings { get; private set; }

    internal SensorSeries Series { get; }

    internal bool TooMuchRecorded { get; private set; }

    internal TelemetryBatch Recorded => _recorded;

    /// <summary>Begins the readings of a property. False when they are of no use: it is not in the catalogue.</summary>
    public bool Begin(string property)
    {
        if (!_properties.TryGetIndex(property, out var index))
        {
            return false;
        }

        _histories.Add(new PropertyHistory(index, _untilMs.GetValueOrDefault(property, _otherUntilMs), _most));
        return true;
    }

    /// <summary>Takes a reading of the property begun last, in order of time. Of very many, the newest are kept.</summary>
    public void Add(long measuredAtMs, double value, Quality quality) => _histories[^1].Add(measuredAtMs, value, quality);

    /// <summary>Learns what was taken. Runs beside the pipeline.</summary>
    /// <param name="cancellationToken">Ends it early; the priming is of no use then.</param>
    public void Learn(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        _histories.RemoveAll(h => h.Left == 0);
        Readings = _histories.Sum(h => (long)h.Left);
        _batch.Reset(0, _shadow.Offset + 1);
        while (_histories.Count > 0)
        {
            var at = _histories.Min(h => h.NextAtMs);
            _batch.BeginReadings(Address, at, at);
            foreach (var history in _histories)
            {
                if (history.NextAtMs == at)
                {
                    history.Take(_batch);
                }
            }

            _histories.RemoveAll(h => h.Left == 0);
            if (_batch.MessageCount >= MessagesPerBatch || _histories.Count == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _shadow.Process(_batch, findings);
                findings.Clear();
                _batch.Reset(0, _shadow.Offset + 1);
            }
        }
    }

    /// <summary>Notes what the pipeline processes.</summary>
    internal void Record(in TelemetryMessage message, ReadOnlySpan<TelemetryValue> values)
    {
        if (_recorded.ValueCount + values.Length > MaxRecordedValues)
        {
            TooMuchRecorded = true;
            return;
        }

        _recorded.BeginReadings(Address, message.MeasuredAtMs, message.ReceivedAtMs);
        foreach (ref readonly var value in values)
        {
            _recorded.AddValue(value.Property, value.Quality, value.Value);
        }
    }

    /// <summary>What was learned of the sensor, with what was recorded since.</summary>
    internal SensorSeries Finish()
    {
        var all = new TelemetryBatch();
        all.Reset(0, _shadow.Offset + 1);
        foreach (ref readonly var message in _recorded.Messages)
        {
            all.BeginReadings(Address, message.MeasuredAtMs, message.ReceivedAtMs);
            foreach (ref readonly var value in _recorded.ValuesOf(in message))
            {
                all.AddValue(value.Property, value.Quality, value.Value);
            }
        }

        _shadow.Process(all, []);
        return _shadow.Learned(Address);
    }

    /// <summary>The readings of one property, the newest of them.</summary>
    private sealed class PropertyHistory(int property, long untilMs, int most)
    {
        private readonly List<(long AtMs, double Value, Quality Quality)> _readings = [];
        private int _next;

        public int Left => _readings.Count - _next;

        public long NextAtMs => _readings[_next].AtMs;

        public void Add(long atMs, double value, Quality quality)
        {
            if (atMs > untilMs)
            {
                return;
            }

            _readings.Add((atMs, value, quality));
            if (_readings.Count - _next > most && ++_next == most)
            {
                _readings.RemoveRange(0, _next);
                _next = 0;
            }
        }

        public void Take(TelemetryBatch batch)
        {
            var (_, value, quality) = _readings[_next++];
            batch.AddValue(property, quality, value);
        }
    }
}
