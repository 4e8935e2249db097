using IOC.Telemetry;

namespace IOC.Grains;

/// <summary>
/// A district's current state: a row per sensor with its newest values. Pure like <see cref="SensorGrain"/>. Counts and
/// aggregates are computed from the rows when asked for, so they cannot drift.
/// </summary>
/// <remarks>
/// An aggregate is about now. What a sensor said before it went silent or offline does not count, nor a property that it
/// has not told for as long, though it tells others (<see cref="KeepsMs"/>). A stale sensor still sends: buffered data, or by
/// a wrong clock. Its values count, and the aggregate says how old they are. Nothing is measured against the clock but
/// presence, so a replay of old data gives aggregates too.
/// </remarks>
public sealed class DistrictGrain
{
    /// <summary>For how long, at least, a property counts that its sensor does not tell any more while it tells others, ms: some are told every hour only.</summary>
    public const long KeepsAtLeastMs = 3_600_000;

    private readonly List<string> _domains = [];
    private Row[] _rows = new Row[16];
    private int _count;
    private Sum[] _sums = [];

    /// <summary>Alerts that are not closed.</summary>
    public OpenAlerts OpenAlerts { get; private set; }

    /// <summary>Adds a sensor and returns its row. It is unknown until it reports.</summary>
    public int AddSensor(string domain)
    {
        if (_count == _rows.Length)
        {
            Array.Resize(ref _rows, _count * 2);
        }

        var index = _domains.IndexOf(domain);
        if (index < 0)
        {
            index = _domains.Count;
            _domains.Add(domain);
        }

        _rows[_count] = new Row { Domain = index, Used = true, Values = [] };
        return _count++;
    }

    /// <summary>Takes a sensor out; its row is not used again.</summary>
    public void RemoveSensor(int row) => _rows[row] = new Row { Values = [] };

    /// <summary>Age, against its sensor's newest measurement, up to which a property's value counts, ms.</summary>
    /// <param name="silentMs">Time without receipt from which on the sensor is silent, ms.</param>
    public static long KeepsMs(long silentMs) => Math.Max(silentMs, KeepsAtLeastMs);

    /// <summary>Takes a sensor's state into its row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="sensor">The sensor.</param>
    /// <param name="silentMs">Time without receipt from which on it is silent, ms.</param>
    public void Report(int row, SensorGrain sensor, long silentMs)
    {
        ref var into = ref _rows[row];
        if (!into.Used)
        {
            return;
        }

        var values = sensor.Values;
        if (into.Values.Length < values.Length)
        {
            into.Values = new SensorValue[values.Length];
        }

        values.CopyTo(into.Values);
        into.Count = values.Length;
        into.Presence = sensor.Presence;
        into.CountsFromMs = sensor.MeasuredAtMs == SensorGrain.Never ? SensorGrain.Never : sensor.MeasuredAtMs - KeepsMs(silentMs);
    }

    /// <summary>Takes the number of open alerts. Returns true when it changed.</summary>
    public bool SetOpenAlerts(OpenAlerts open)
    {
        var changed = OpenAlerts != open;
        OpenAlerts = open;
        return changed;
    }

    /// <summary>A sensor's newest values as last reported to the district.</summary>
    public ReadOnlySpan<SensorValue> ValuesOf(int row) => _rows[row].Values.AsSpan(0, _rows[row].Count);

    /// <summary>Computes counts and aggregates.</summary>
    /// <param name="district">District slug.</param>
    /// <param name="propertyCount">Number of properties in the catalogue.</param>
    public DistrictView View(string district, int propertyCount)
    {
        Span<int> presence = stackalloc int[5];
        presence.Clear();
        SumUp(propertyCount, presence, out var total);
        return new DistrictView
        {
            District = district,
            Sensors = new PresenceCounts(
                total, presence[(int)SensorPresence.Online], presence[(int)SensorPresence.Offline],
                presence[(int)SensorPresence.Stale], presence[(int)SensorPresence.Silent], presence[(int)SensorPresence.Unknown]),
            Aggregates = Aggregates(propertyCount),
            OpenAlerts = OpenAlerts,
        };
    }

    internal void Renumber(ReadOnlySpan<int> map)
    {
        foreach (ref var row in _rows.AsSpan(0, _count))
        {
            row.Count = SensorGrain.Renumber(row.Values, row.Count, map);
        }
    }

    private void SumUp(int propertyCount, Span<int> presence, out int total)
    {
        total = 0;
        var size = _domains.Count * propertyCount;
        if (_sums.Length < size)
        {
            _sums = new Sum[size];
        }

        Array.Clear(_sums);
        foreach (ref var row in _rows.AsSpan(0, _count))
        {
            if (!row.Used)
            {
                continue;
            }

            total++;
            presence[(int)row.Presence]++;
            if (row.Presence is not (SensorPresence.Online or SensorPresence.Stale))
            {
                continue;
            }

            var sums = _sums.AsSpan(row.Domain * propertyCount, propertyCount);
            foreach (ref readonly var value in row.Values.AsSpan(0, row.Count))
            {
                if (value.Quality == Quality.Ok && value.MeasuredAtMs >= row.CountsFromMs)
                {
                    sums[value.Property].Add(in value);
                }
            }
        }
    }

    private List<DistrictAggregate> Aggregates(int propertyCount)
    {
        var aggregates = new List<DistrictAggregate>();
        foreach (var domain in _domains.Order(StringComparer.Ordinal))
        {
            var from = _domains.IndexOf(domain) * propertyCount;
            for (var property = 0; property < propertyCount; property++)
            {
                ref readonly var sum = ref _sums[from + property];
                if (sum.Count > 0)
                {
                    aggregates.Add(new DistrictAggregate(
                        domain, property, sum.Count, sum.Total / sum.Count, sum.Min, sum.Max, sum.Oldest, sum.Newest));
                }
            }
        }

        return aggregates;
    }

    private struct Row
    {
        public SensorValue[] Values;
        public int Count;
        public int Domain;
        public SensorPresence Presence;
        public long CountsFromMs;
        public bool Used;
    }

    private struct Sum
    {
        public int Count;
        public double Total;
        public double Min;
        public double Max;
        public long Oldest;
        public long Newest;

        public void Add(in SensorValue value)
        {
            var first = Count++ == 0;
            Total += value.Value;
            Min = first ? value.Value : Math.Min(Min, value.Value);
            Max = first ? value.Value : Math.Max(Max, value.Value);
            Oldest = first ? value.MeasuredAtMs : Math.Min(Oldest, value.MeasuredAtMs);
            Newest = first ? value.MeasuredAtMs : Math.Max(Newest, value.MeasuredAtMs);
        }
    }
}
