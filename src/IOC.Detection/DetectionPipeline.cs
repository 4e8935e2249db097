using System.Reactive.Linq;
using System.Reactive.Subjects;
using System.Text;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>Counters of a pipeline.</summary>
/// <param name="Values">Values seen.</param>
/// <param name="Findings">Findings made.</param>
/// <param name="Sensors">Sensors known.</param>
/// <param name="Loads">Times that a sensor's state was loaded on its next message.</param>
/// <param name="Evictions">Times that an idle sensor's state left memory.</param>
public readonly record struct DetectionCounters(long Values, long Findings, int Sensors, long Loads, long Evictions);

/// <summary>
/// The detectors of one log partition: takes the log batch by batch and tells what became abnormal or normal again.
/// Everything is called from one thread.
/// </summary>
/// <remarks>
/// <para>Findings follow from the log alone, in an order that follows from the log alone: by message, value, sensor and
/// rule, however the log is cut into batches. A rule without a property raises and clears for each property by itself:
/// its alert ends when all of them are clear. Time is measured-at (silence: received-at), moved by the log's ticks; no
/// timer runs, so no scheduler is needed.</para>
/// <para>One Rx stream per property that has rules, of columns of values, one of presence (who was heard, ticks), and one of
/// messages whose values are compared with each other.</para>
/// <para>Checkpoint: <see cref="CollectDirty"/>, save with <see cref="Offset"/>, then <see cref="ConfirmSaved"/>.</para>
/// </remarks>
public sealed partial class DetectionPipeline : IDisposable
{
    /// <summary>Key under which the partition's clock is stored; never a sensor's path, which has slashes.</summary>
    public const string ClockKey = "clock";

    private readonly AddressBook _addresses;
    private readonly ISeriesStateStore _store;
    private readonly DetectionOptions _options;
    private readonly SensorSlots _slots = new();
    private readonly SensorCodec _codec = new();
    private readonly PartitionClock _clock = new();
    private readonly SilenceDetector _silence;
    private readonly StreamSetting _setting;
    private readonly Subject<PresenceColumn> _presence = new();
    private readonly PresenceColumn _presenceColumn = new();
    private readonly IDisposable _presenceSubscription;
    private readonly List<PlacedFinding> _placed = [];
    private readonly List<int> _dirty = [];
    private readonly List<int> _saving = [];
    private readonly List<Orphan> _orphans = [];
    private PropertyStream?[] _streams = [];
    private RulePlan _plan;
    private long _sweptAtMs = Series.Never;
    private long _values;
    private long _found;
    private long _loads;
    private long _evictions;

    /// <summary>Makes the pipeline of a partition. <see cref="Restore"/> must be called before the first batch.</summary>
    /// <param name="partition">Log partition.</param>
    /// <param name="catalogue">Rules, properties and registrations. Its sensors' addresses come from
    /// <paramref name="addresses"/>.</param>
    /// <param name="addresses">The process's address book.</param>
    /// <param name="store">Where state is kept.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public DetectionPipeline(int partition, Catalogue catalogue, AddressBook addresses, ISeriesStateStore store, DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Partition = partition;
        _addresses = addresses;
        _store = store;
        _options = options;
        _silence = new SilenceDetector(_slots, _clock, options, MarkDirty);
        var zone = new CityZone(TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone));
        _setting = new StreamSetting(options, _clock, new PastSetting(zone, PlaceOf, MarkDirty));
        _presenceSubscription = _presence.Select(_silence.Detect).Subscribe(buffer => buffer.CopyTo(_placed));
        _given = catalogue;
        var present = InForce();
        _plan = new RulePlan(present);
        Build(present);
        _districts = MakeDistricts(present);
    }

    /// <summary>Log partition.</summary>
    public int Partition { get; }

    /// <summary>Offset of the last batch taken; 0 before the first.</summary>
    public long Offset { get; private set; }

    /// <summary>Counters since the start.</summary>
    public DetectionCounters Counters => new(_values, _found, _slots.Count, _loads, _evictions);

    /// <summary>Takes the stored state. A sensor's series are loaded when it next reports, unless something is open.</summary>
    /// <param name="offset">Log offset whose state it is.</param>
    /// <param name="findings">Takes a Cleared for what had been raised by rules that are gone since.</param>
    /// <exception cref="InvalidDataException">Stored bytes are of an unknown version or cut short.</exception>
    public void Restore(long offset, List<Finding> findings)
    {
        Offset = offset;
        if (_store.Load(Partition, ClockKey) is { } clock)
        {
            DecodeClock(clock, _lostGateways);
        }

        Replan();
        _districts.NowMs = _clock.NowMs;
        var districts = new List<(string Key, byte[] State)>();
        foreach (var (key, state) in _store.LoadAll(Partition))
        {
            if (key == ClockKey)
            {
                continue;
            }

            if (key[0] == District.KeyMark)
            {
                districts.Add((key, state));
                continue;
            }

            var slot = SlotOf(_addresses.GetOrAdd(Encoding.UTF8.GetBytes(key)));
            ref var sensor = ref _slots[slot];
            sensor.Stored = true;
            if (SensorCodec.DecodeHeader(state, ref sensor, _orphans))
            {
                _orphans.Clear();
                Attach(slot, SensorCodec.Decode(state, ref sensor, _plan, PeriodOf(in sensor), _orphans));
            }

            ReportOrphans(slot, findings);
            _silence.Arm(slot);
        }

        LoadDistricts(districts, findings, isChanged: false);
        ClearMoved(findings);
        ReportLostGateways(findings);
        RefreshDistricts();
    }

    /// <summary>Takes one batch of the log. One at or below <see cref="Offset"/> changes nothing. When the store fails,
    /// nothing has changed, no finding was given, and the same batch can be given again.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="findings">Takes what was found.</param>
    public void Process(TelemetryBatch batch, List<Finding> findings)
    {
        if (batch.Offset <= Offset)
        {
            return;
        }

        // Distribution loads what is needed, before any detector sees a value. A try that failed left its part behind.
        EmptyColumns();
        _clock.BeginBatch();
        Distribute(batch);
        _presence.OnNext(_presenceColumn);
        _presenceColumn.Clear();
        foreach (var stream in _streams)
        {
            if (stream is { HasWork: true })
            {
                stream.Run();
            }
        }

        RunStations(batch);
        RunDistricts(batch);
        Offset = batch.Offset;
        _values += batch.ValueCount;
        Deliver(findings);
        PassValidity(findings);
        Sweep();
    }

    /// <summary>Adds the state of every sensor that changed since the last confirmed checkpoint, for one that holds the
    /// state as after <see cref="Offset"/>.</summary>
    public void CollectDirty(List<(string Key, byte[] State)> states)
    {
        _saving.AddRange(_dirty);
        _dirty.Clear();
        foreach (var slot in _saving)
        {
            var series = SeriesOf(slot);
            ref var sensor = ref _slots[slot];
            sensor.Dirty = false;
            sensor.Saving = true;
            states.Add((sensor.Address.Path, _codec.Encode(in sensor, series)));
        }

        _districts.CollectDirty(states);
        states.Add((ClockKey, EncodeClock()));
    }

    /// <summary>Says that what was collected last is stored.</summary>
    public void ConfirmSaved()
    {
        foreach (var slot in _saving)
        {
            ref var sensor = ref _slots[slot];
            sensor.Saving = false;
            sensor.Stored = true;
            if (sensor.Dirty)
            {
                _dirty.Add(slot);
            }
        }

        _saving.Clear();
        _districts.ConfirmSaved();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _presenceSubscription.Dispose();
        _presence.Dispose();
        _stationSubscription?.Dispose();
        _stations.Dispose();
        foreach (var stream in _streams)
        {
            stream?.Dispose();
        }
    }

    private void EmptyColumns()
    {
        _presenceColumn.Clear();
        _stationColumn.Clear();
        foreach (var stream in _streams)
        {
            stream?.Column.Clear();
        }
    }

    private void Distribute(TelemetryBatch batch)
    {
        var messages = batch.Messages;
        for (var i = 0; i < messages.Length; i++)
        {
            ref readonly var message = ref messages[i];
            if (message.Sensor is not { } address)
            {
                _presenceColumn.Add(new PresenceEntry(message.Kind, -1, message.MeasuredAtMs, i));
                continue;
            }

            var slot = SlotOf(address);
            if (message.Kind == MessageKind.Readings || message.Online)
            {
                _presenceColumn.Add(new PresenceEntry(message.Kind, slot, message.ReceivedAtMs, i));
            }

            if (_slots[slot].WholeRules is not null && message.Kind == MessageKind.Readings)
            {
                DistributeWhole(slot, i, in message);
            }

            if (message.ValueCount > 0)
            {
                DistributeValues(slot, i, in message, batch.ValuesOf(in message));
            }
        }
    }

    private void DistributeValues(int slot, int index, in TelemetryMessage message, ReadOnlySpan<TelemetryValue> values)
    {
        var sensor = _slots[slot].Series ?? SeriesOf(slot);
        if (_plan.HasDisagreement)
        {
            DistributeStation(slot, sensor, index);
        }

        sensor.Priming?.Record(in message, values);

        for (var i = 0; i < values.Length; i++)
        {
            ref readonly var value = ref values[i];
            if (!sensor.TryFind(value.Property, i, out var series))
            {
                series = Add(slot, sensor, value.Property);
            }

            if (series is null)
            {
                continue;
            }

            if (series.Silences.Length > 0)
            {
                _presenceColumn.Add(new PresenceEntry(message.Kind, slot, message.ReceivedAtMs, index, series));
            }

            ref var entry = ref _streams[value.Property]!.Column.Add();
            entry.Series = series;
            entry.MeasuredAtMs = message.MeasuredAtMs;
            entry.ReceivedAtMs = message.ReceivedAtMs;
            entry.Value = value.Value;
            entry.Message = index;
            entry.Index = message.FirstValue + i;
            entry.Quality = value.Quality;
            entry.AfterGap = false;
        }
    }

    private Series? Add(int slot, SensorSeries sensor, int property)
    {
        ref var entry = ref _slots[slot];
        var rules = _plan.For(entry.Address, property);
        var series = rules is null ? null : new Series(entry.Address, PeriodOf(in entry), rules);
        sensor.Add(property, series);
        if (series is not null)
        {
            Attach(slot, property, series);
        }

        return series;
    }

    /// <summary>A reading of a sensor as such, whatever it measures: what tells how many are missing.</summary>
    private void DistributeWhole(int slot, int index, in TelemetryMessage message)
    {
        var sensor = _slots[slot].Series ?? SeriesOf(slot);
        if (!sensor.TryFind(_plan.WholeSensor, sensor.Count - 1, out var series))
        {
            series = Add(slot, sensor, _plan.WholeSensor);
        }

        ref var entry = ref _streams[_plan.WholeSensor]!.Column.Add();
        entry = new ValueEntry
        {
            Series = series!,
            MeasuredAtMs = message.MeasuredAtMs,
            ReceivedAtMs = message.ReceivedAtMs,
            Message = index,
            Index = -1,
        };
    }

    private void Deliver(List<Finding> findings)
    {
        if (_placed.Count == 0)
        {
            return;
        }

        _placed.Sort(PlacedFinding.Compare);
        foreach (var placed in _placed)
        {
            findings.Add(placed.Finding);
        }

        _found += _placed.Count;
        _placed.Clear();
    }
}
