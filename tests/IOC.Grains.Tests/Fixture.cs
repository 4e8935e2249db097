using IOC.Telemetry;

namespace IOC.Grains.Tests;

/// <summary>A small city's grains: turns a few calls into log batches.</summary>
internal sealed class Fixture
{
    public const long Start = 1_700_000_000_000;
    private readonly TelemetryBatch _batch = new();
    private readonly GrainOptions _options;
    private readonly TimeProvider? _clock;

    public Fixture(GrainOptions? options = null, TimeProvider? clock = null, IGrainStore? store = null)
    {
        _options = options ?? new GrainOptions();
        _clock = clock;
        Store = store as MemoryStore ?? new MemoryStore();
        Sensor = Addresses.GetOrAdd("hiep-hoa", "environment", "aq-1");
        Other = Addresses.GetOrAdd("hiep-hoa", "environment", "aq-2");
        Stranger = Addresses.GetOrAdd("hiep-hoa", "water", "stranger");
        Catalogue = new Catalogue(Properties,
        [
            new Area("hiep-hoa", null, AreaLevel.District, new LocalText("Hiệp Hòa", "Hiep Hoa"), 106, 21, null, null, null, false),
        ], [Define(Sensor), Define(Other)], []);
        Grains = Make();
        Grains.Restore();
    }

    public static PropertyCatalogue Properties { get; } = new(
    [
        new PropertyDefinition("pm25", "ug/m3", new LocalText("Bụi PM2.5", "PM2.5"), 0, 1000, 1, "µg/m³"),
        new PropertyDefinition("no2", "ug/m3", new LocalText("NO2", "NO2"), 0, 2000, 1, "µg/m³"),
    ]);

    public AddressBook Addresses { get; } = new();

    public MemoryStore Store { get; }

    public Catalogue Catalogue { get; set; }

    public SensorAddress Sensor { get; }

    public SensorAddress Other { get; }

    public SensorAddress Stranger { get; }

    public PartitionGrains Grains { get; private set; }

    public long Offset { get; set; }

    public List<SensorView> Sensors { get; } = [];

    public List<DistrictView> Districts { get; } = [];

    public List<SensorAddress> Retired { get; } = [];

    public static long At(double minutes) => Start + (long)(minutes * 60_000);

    public static SensorDefinition Define(SensorAddress address) => new(
        address, new LocalText("Trạm", "Station"), 106, 21, ["pm25", "no2"], TimeSpan.FromMinutes(1), null);

    public Fixture Read(double minutes, double value, Quality quality = Quality.Ok, SensorAddress? sensor = null, int property = 0, double? receivedMinutes = null) =>
        Send(b =>
        {
            b.BeginReadings(sensor ?? Sensor, At(minutes), At(receivedMinutes ?? minutes));
            b.AddValue(property, quality, value);
        });

    public Fixture Status(double minutes, bool online) => Send(b => b.Add(MessageKind.Status, Sensor, At(minutes), At(minutes), online));

    public Fixture Tick(double minutes, bool resumed = false) =>
        Send(b => b.Add(resumed ? MessageKind.Resumed : MessageKind.Tick, null, At(minutes), At(minutes)));

    public Fixture Send(Action<TelemetryBatch> fill)
    {
        _batch.Reset(0, ++Offset);
        fill(_batch);
        Grains.Process(_batch);
        return this;
    }

    /// <summary>Sends a batch again and again until it is taken, as the host does. Returns how often it was not.</summary>
    public int SendUntilTaken(Action<TelemetryBatch> fill)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                Send(fill);
                return failures;
            }
            catch (IOException)
            {
                Offset--;
            }
        }
    }

    /// <summary>Collects changes into the lists, emptied first.</summary>
    public Fixture Collect()
    {
        Sensors.Clear();
        Districts.Clear();
        Retired.Clear();
        Grains.CollectChanges(Sensors, Districts, Retired);
        return this;
    }

    /// <summary>The sensor's view, among all.</summary>
    public SensorView View(SensorAddress? sensor = null)
    {
        Grains.MarkAllChanged();
        Collect();
        return Sensors.Single(v => ReferenceEquals(v.Address, sensor ?? Sensor));
    }

    /// <summary>The district's view.</summary>
    public DistrictView District()
    {
        Grains.MarkAllChanged();
        Collect();
        return Districts.Single(d => d.District == "hiep-hoa");
    }

    public Fixture Checkpoint()
    {
        var dirty = new List<GrainSnapshot>();
        Grains.CollectDirty(dirty);
        Store.Save(0, Grains.Offset, dirty);
        Grains.ConfirmSaved();
        return this;
    }

    public Fixture Restart()
    {
        Grains = Make();
        Grains.Restore();
        Offset = Grains.Offset;
        return this;
    }

    /// <summary>Everything that can be seen, as text.</summary>
    public string Picture()
    {
        Grains.MarkAllChanged();
        Collect();
        return string.Join('\n', Sensors
            .OrderBy(s => s.Address.Path, StringComparer.Ordinal)
            .Select(s => $"{s.Address} {s.Registered} {s.Presence} {s.Quality} {s.MeasuredAtMs} {s.ReceivedAtMs} {string.Join(',', s.Values)}")
            .Concat(Districts.Select(d => $"{d.District} {d.Sensors} {d.OpenAlerts} {string.Join(',', d.Aggregates.Select(a => a with { Mean = Math.Round(a.Mean, 9) }))}")));
    }

    private PartitionGrains Make() => new(0, Catalogue, Addresses, Store, _options, clock: _clock);
}

/// <summary>A store in memory.</summary>
internal sealed class MemoryStore : IGrainStore
{
    private readonly Dictionary<(string Kind, string Key), byte[]> _states = [];
    private long _offset;

    private bool _failed;

    public int Loads { get; private set; }

    /// <summary>Makes every other load of a sensor fail, beginning with the next.</summary>
    public bool FailsEveryOtherLoad { get; set; }

    public byte[]? Load(int partition, string kind, string key)
    {
        if (FailsEveryOtherLoad && kind == GrainKinds.Sensor && (_failed = !_failed))
        {
            throw new IOException("The store is busy.");
        }

        Loads += kind == GrainKinds.Sensor ? 1 : 0;
        return _states.GetValueOrDefault((kind, key));
    }

    public IEnumerable<GrainSnapshot> LoadAll(int partition, string kind) =>
        _states.Where(s => s.Key.Kind == kind).Select(s => new GrainSnapshot(s.Key.Kind, s.Key.Key, s.Value));

    public long LoadOffset(int partition) => _offset;

    public void Save(int partition, long offset, IReadOnlyList<GrainSnapshot> dirty)
    {
        foreach (var snapshot in dirty)
        {
            _states[(snapshot.Kind, snapshot.Key)] = snapshot.State;
        }

        _offset = offset;
    }

    public byte[] this[string kind, string key]
    {
        get => _states[(kind, key)];
        set => _states[(kind, key)] = value;
    }
}
