using System.Text;
using IOC.Telemetry;

namespace IOC.Grains;

/// <summary>
/// The sensors and districts of one log partition: takes the log batch by batch and keeps current state. Everything is
/// called from one thread.
/// </summary>
/// <remarks>
/// <para>State follows from the log alone: the clock is the ticks in it. A batch whose offset is at or below
/// <see cref="Offset"/> changes nothing.</para>
/// <para>A sensor's changes reach its district once per tick (or <see cref="Flush"/>), not once per message.</para>
/// <para>Checkpoint: <see cref="CollectDirty"/>, save with <see cref="Offset"/>, then <see cref="ConfirmSaved"/>. Without
/// the confirmation the next collection holds the same grains again, and no grain of it leaves memory.</para>
/// </remarks>
public sealed partial class PartitionGrains
{
    private const int WakeUp = -1;
    private const int ClockBegunAnew = -2;

    private readonly AddressBook _addresses;
    private readonly IGrainStore _store;
    private readonly GrainOptions _options;
    private readonly Func<string, bool> _owns;
    private readonly SensorSlots _slots = new();
    private readonly MailboxHost<SensorGrain, int, SensorKind> _sensors;
    private readonly MailboxHost<DistrictGrain, SensorReport, DistrictKind> _districts;
    private readonly Dictionary<string, int> _districtKeys = new(StringComparer.Ordinal);
    private readonly List<string> _districtNames = [];
    private readonly List<bool> _districtChanged = [];
    private readonly List<int> _unreported = [];
    private readonly List<int> _changed = [];
    private readonly List<int> _dirty = [];
    private readonly List<int> _saving = [];
    private readonly List<int> _due = [];
    private readonly List<SensorAddress> _retired = [];
    private readonly Func<int, bool> _isIdle;
    private Catalogue _catalogue;
    private TelemetryBatch? _batch;
    private PartitionClock _clock = PartitionClock.Start;
    private long _sweptAtMs = SensorGrain.Never;

    /// <summary>Makes the grains of a partition. <see cref="Restore"/> must be called before the first batch.</summary>
    /// <param name="partition">Log partition.</param>
    /// <param name="catalogue">What is registered. Its sensors' addresses come from <paramref name="addresses"/>.</param>
    /// <param name="addresses">The process's address book.</param>
    /// <param name="store">Where state is kept.</param>
    /// <param name="options">Settings.</param>
    /// <param name="ownsDistrict">Tells whether a district's slug belongs to this partition; null = all do. Registered
    /// sensors of other districts are left out.</param>
    /// <param name="clock">Measures how long turns take, for the counter only; null = not measured.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public PartitionGrains(
        int partition, Catalogue catalogue, AddressBook addresses, IGrainStore store, GrainOptions options,
        Func<string, bool>? ownsDistrict = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Partition = partition;
        _catalogue = catalogue;
        _addresses = addresses;
        _store = store;
        _options = options;
        _owns = ownsDistrict ?? (static _ => true);
        _isIdle = IsIdle;
        _sensors = new MailboxHost<SensorGrain, int, SensorKind>(new SensorKind(this), options, clock);
        _districts = new MailboxHost<DistrictGrain, SensorReport, DistrictKind>(default, options, clock);
        Register();
    }

    /// <summary>Log partition.</summary>
    public int Partition { get; }

    /// <summary>Offset of the last batch taken; 0 before the first.</summary>
    public long Offset { get; private set; }

    /// <summary>Number of sensors known, registered or not.</summary>
    public int SensorCount => _slots.Count - RetiredCount;

    /// <summary>Counters of the sensor grains' mailboxes.</summary>
    public MailboxCounters SensorMailboxes => _sensors.Counters;

    /// <summary>Counters of the district grains' mailboxes.</summary>
    public MailboxCounters DistrictMailboxes => _districts.Counters;

    private int RetiredCount { get; set; }

    /// <summary>Takes the stored state. Afterwards <see cref="Offset"/> is the offset to replay after.</summary>
    /// <exception cref="InvalidDataException">Stored bytes are of an unknown version or cut short.</exception>
    public void Restore()
    {
        Offset = _store.LoadOffset(Partition);
        if (_store.Load(Partition, GrainKinds.Clock, GrainKinds.ClockKey) is { } clock)
        {
            _clock = PartitionClock.Decode(clock);
        }

        foreach (var stored in _store.LoadAll(Partition, GrainKinds.Sensor))
        {
            var slot = SlotOf(_addresses.GetOrAdd(Encoding.UTF8.GetBytes(stored.Key)));
            var grain = SensorGrainCodec.Decode(stored.State, _catalogue.Properties);
            _sensors.Put(slot, grain);
            Keep(ref _slots[slot], grain);
            SetDeadline(slot);
            Report(slot);
        }

        // Registrations may have changed since the state was stored.
        Register();
        Flush();
    }

    /// <summary>Takes one batch of the log. When the store fails, nothing has changed and the same batch can be given
    /// again.</summary>
    public void Process(TelemetryBatch batch)
    {
        if (batch.Offset <= Offset)
        {
            return;
        }

        BringAll(batch);
        _batch = batch;
        var messages = batch.Messages;
        for (var i = 0; i < messages.Length; i++)
        {
            ref readonly var message = ref messages[i];
            if (message.Sensor is { } sensor)
            {
                var slot = SlotOf(sensor);
                if (!_slots[slot].Retired)
                {
                    _sensors.Post(slot, i);
                }
            }
            else
            {
                _sensors.Run();
                Tick(message.MeasuredAtMs, message.Kind == MessageKind.Resumed);
            }
        }

        _sensors.Run();
        _batch = null;
        Offset = batch.Offset;
        Sweep();
    }

    /// <summary>Brings the districts up to date with their sensors.</summary>
    public void Flush()
    {
        foreach (var slot in _unreported)
        {
            ref var entry = ref _slots[slot];
            entry.Unreported = false;
            if (!entry.Retired)
            {
                _districts.Post(entry.District, new SensorReport(entry.Row, _sensors.Get(slot), entry.SilentMs));
                _districtChanged[entry.District] = true;
            }
        }

        _unreported.Clear();
        _districts.Run();
    }

    /// <summary>Takes a district's number of open alerts.</summary>
    public void SetOpenAlerts(string district, int p1, int p2, int p3, int p4)
    {
        var key = DistrictOf(district);
        if (_districts.Get(key).SetOpenAlerts(new OpenAlerts(p1, p2, p3, p4)))
        {
            _districtChanged[key] = true;
        }
    }

    /// <summary>Adds views of what changed since the last call.</summary>
    /// <param name="sensors">Takes the sensors' views.</param>
    /// <param name="districts">Takes the districts' views.</param>
    /// <param name="retired">Takes sensors that are no longer part of the partition (moved to another district, or
    /// deleted before they ever reported).</param>
    public void CollectChanges(List<SensorView> sensors, List<DistrictView> districts, List<SensorAddress>? retired = null)
    {
        Flush();
        foreach (var slot in _changed)
        {
            ref var entry = ref _slots[slot];
            entry.Changed = false;
            if (!entry.Retired)
            {
                sensors.Add(ViewOf(slot));
            }
        }

        _changed.Clear();
        for (var key = 0; key < _districtNames.Count; key++)
        {
            if (_districtChanged[key])
            {
                _districtChanged[key] = false;
                districts.Add(_districts.Get(key).View(_districtNames[key], _catalogue.Properties.Count));
            }
        }

        retired?.AddRange(_retired);
        _retired.Clear();
    }

    /// <summary>Adds the state of every grain that changed since the last confirmed checkpoint, for one that holds the
    /// state as after <see cref="Offset"/>.</summary>
    public void CollectDirty(List<GrainSnapshot> snapshots)
    {
        Flush();
        _saving.AddRange(_dirty);
        _dirty.Clear();
        foreach (var slot in _saving)
        {
            ref var entry = ref _slots[slot];
            entry.Dirty = false;
            entry.Saving = true;
            snapshots.Add(new GrainSnapshot(
                GrainKinds.Sensor, entry.Address.Path, SensorGrainCodec.Encode(_sensors.Get(slot), _catalogue.Properties)));
        }

        snapshots.Add(new GrainSnapshot(GrainKinds.Clock, GrainKinds.ClockKey, _clock.Encode()));
    }

    /// <summary>Says that what was collected last is stored.</summary>
    public void ConfirmSaved()
    {
        foreach (var slot in _saving)
        {
            ref var entry = ref _slots[slot];
            entry.Saving = false;
            if (entry.Dirty)
            {
                _dirty.Add(slot);
            }
        }

        _saving.Clear();
    }

    private void Tick(long tickMs, bool resumed)
    {
        var anew = _clock.BeginsAnew(tickMs, resumed);
        _clock = _clock.Next(tickMs, resumed);
        if (anew)
        {
            BeginAnew();
        }

        _slots.TakeDue(_clock.NowMs, _due);
        foreach (var slot in _due)
        {
            _sensors.Post(slot, WakeUp);
        }

        _due.Clear();
        _sensors.Run();
        Flush();
    }

    /// <summary>Gives every sensor its time anew, and none a receipt in the future.</summary>
    private void BeginAnew()
    {
        _sweptAtMs = SensorGrain.Never;
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            SetDeadline(slot);
            if (!_slots[slot].Retired && _slots[slot].ReceivedAtMs > _clock.NowMs)
            {
                _sensors.Post(slot, ClockBegunAnew);
            }
        }

        _sensors.Run();
    }

    private SensorView ViewOf(int slot)
    {
        // A grain that was put away is not brought back to be looked at: its district has the same values.
        ref var entry = ref _slots[slot];
        var values = _sensors.Find(slot) is { } grain ? grain.Values : _districts.Get(entry.District).ValuesOf(entry.Row);
        return new SensorView
        {
            Address = entry.Address,
            Definition = entry.Definition,
            Presence = entry.Presence,
            Quality = SensorGrain.Worst(values),
            MeasuredAtMs = entry.MeasuredAtMs == SensorGrain.Never ? null : entry.MeasuredAtMs,
            ReceivedAtMs = entry.ReceivedAtMs == SensorGrain.Never ? null : entry.ReceivedAtMs,
            Values = values.ToArray(),
        };
    }

    private void Apply(int slot, SensorEffects effects)
    {
        if (effects == SensorEffects.None)
        {
            return;
        }

        ref var entry = ref _slots[slot];
        if (!entry.Dirty)
        {
            entry.Dirty = true;
            if (!entry.Saving)
            {
                _dirty.Add(slot);
            }
        }

        if ((effects & SensorEffects.View) == SensorEffects.View)
        {
            Report(slot);
        }
    }

    private void Report(int slot)
    {
        ref var entry = ref _slots[slot];
        if (!entry.Unreported)
        {
            entry.Unreported = true;
            _unreported.Add(slot);
        }

        Show(ref entry, slot);
    }

    private void Show(ref SensorSlot entry, int slot)
    {
        if (!entry.Changed)
        {
            entry.Changed = true;
            _changed.Add(slot);
        }
    }

    private void SetDeadline(int slot)
    {
        ref var entry = ref _slots[slot];
        _slots.SetDeadline(slot, SensorGrain.Deadline(
            entry.Presence, entry.MeasuredAtMs, entry.ReceivedAtMs, _clock.ResumedAtMs, entry.StaleMs, entry.SilentMs));
    }

    private static void Keep(ref SensorSlot entry, SensorGrain grain)
    {
        entry.Presence = grain.Presence;
        entry.MeasuredAtMs = grain.MeasuredAtMs;
        entry.ReceivedAtMs = grain.ReceivedAtMs;
    }
}
