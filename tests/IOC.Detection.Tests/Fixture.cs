using IOC.Telemetry;

namespace IOC.Detection.Tests;

/// <summary>A small city with a pipeline: turns a few calls into log batches.</summary>
internal sealed class Fixture : IDisposable
{
    public const long Start = 1_700_000_000_000;
    public const long Minute = 60_000;
    private readonly TelemetryBatch _batch = new();
    private readonly DetectionOptions _options;
    private Catalogue _catalogue;

    public Fixture(params DetectionRule[] rules)
        : this(new DetectionOptions(), rules)
    {
    }

    public Fixture(DetectionOptions options, params DetectionRule[] rules)
    {
        _options = options;
        Sensor = Addresses.GetOrAdd("hiep-hoa", "environment", "aq-1");
        Other = Addresses.GetOrAdd("hiep-hoa", "environment", "aq-2");
        _catalogue = new Catalogue(Properties, [], [Define(Sensor), Define(Other)], rules);
        Pipeline = Make();
    }

    public static PropertyCatalogue Properties { get; } = new(
    [
        new PropertyDefinition("pm25", "ug/m3", new LocalText("Bụi PM2.5", "PM2.5"), 0, 1000, 1, "µg/m³"),
        new PropertyDefinition("no2", "ug/m3", new LocalText("NO2", "NO2"), 0, 2000, 1, "µg/m³"),
    ]);

    public AddressBook Addresses { get; } = new();

    public MemoryStore Store { get; } = new();

    public SensorAddress Sensor { get; }

    public SensorAddress Other { get; }

    public DetectionPipeline Pipeline { get; private set; }

    public List<Finding> Findings { get; } = [];

    public long Offset { get; set; }

    public static DetectionRule Rule(FindingKind kind, string id = "rule") => new()
    {
        Id = id,
        Kind = kind,
        Name = new LocalText("Quy tắc", "Rule"),
        Severity = Severity.P2,
        Property = kind == FindingKind.Silence ? null : "pm25",
    };

    public Catalogue With(params DetectionRule[] rules) => _catalogue = _catalogue with { Rules = rules };

    public Catalogue WithSensors(params SensorAddress[] sensors) => _catalogue = _catalogue with { Sensors = [.. sensors.Select(Define)] };

    /// <summary>Begins with another catalogue.</summary>
    public Fixture Use(Catalogue catalogue)
    {
        _catalogue = catalogue;
        Pipeline.Dispose();
        Pipeline = Make();
        return this;
    }

    public Fixture Read(double minutes, double value, Quality quality = Quality.Ok, SensorAddress? sensor = null, int property = 0, double? receivedMinutes = null) =>
        Send(b =>
        {
            b.BeginReadings(sensor ?? Sensor, At(minutes), At(receivedMinutes ?? minutes));
            b.AddValue(property, quality, value);
        });

    public Fixture Series(double fromMinute, params double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Read(fromMinute + i, values[i]);
        }

        return this;
    }

    public Fixture Tick(double minutes, bool resumed = false) =>
        Send(b => b.Add(resumed ? MessageKind.Resumed : MessageKind.Tick, null, At(minutes), At(minutes)));

    public Fixture Status(double minutes, bool online) => Send(b => b.Add(MessageKind.Status, Sensor, At(minutes), At(minutes), online));

    public Fixture Send(Action<TelemetryBatch> fill)
    {
        _batch.Reset(0, ++Offset);
        fill(_batch);
        Pipeline.Process(_batch, Findings);
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

    public Fixture Checkpoint()
    {
        Store.Save(Pipeline);
        return this;
    }

    /// <summary>What a crash leaves: a new pipeline with the state of the last checkpoint.</summary>
    public Fixture Restart()
    {
        Pipeline.Dispose();
        Pipeline = Make();
        Pipeline.Restore(Store.Offset, Findings);
        Offset = Store.Offset;
        return this;
    }

    public static long At(double minutes) => Start + (long)(minutes * Minute);

    public static double MinuteOf(Finding finding) => (finding.AtMs - Start) / (double)Minute;

    /// <summary>"Raised@3 Cleared@7", minutes after the start.</summary>
    public string Story(string? ruleId = null) => string.Join(' ', Findings
        .Where(f => ruleId is null || f.RuleId == ruleId).Select(f => FormattableString.Invariant($"{f.Transition}@{MinuteOf(f)}")));

    public void Dispose() => Pipeline.Dispose();

    private static SensorDefinition Define(SensorAddress address) => new(
        address, new LocalText("Trạm", "Station"), 106, 21, ["pm25", "no2"], TimeSpan.FromMinutes(1), null);

    private DetectionPipeline Make() => new(0, _catalogue, Addresses, Store, _options);
}

/// <summary>A store in memory.</summary>
internal sealed class MemoryStore : ISeriesStateStore
{
    private readonly List<(string, byte[])> _dirty = [];

    public Dictionary<string, byte[]> States { get; } = new(StringComparer.Ordinal);

    public long Offset { get; private set; }

    private bool _failed;

    public int Loads { get; private set; }

    /// <summary>Makes every other load fail, beginning with the next.</summary>
    public bool FailsEveryOtherLoad { get; set; }

    public byte[]? Load(int partition, string key)
    {
        if (FailsEveryOtherLoad && (_failed = !_failed))
        {
            throw new IOException("The store is busy.");
        }

        Loads += key == DetectionPipeline.ClockKey ? 0 : 1;
        return States.GetValueOrDefault(key);
    }

    public IEnumerable<(string Key, byte[] State)> LoadAll(int partition) => States.Select(s => (s.Key, s.Value));

    public void Save(DetectionPipeline pipeline)
    {
        _dirty.Clear();
        pipeline.CollectDirty(_dirty);
        foreach (var (key, state) in _dirty)
        {
            States[key] = state;
        }

        Offset = pipeline.Offset;
        pipeline.ConfirmSaved();
    }
}
