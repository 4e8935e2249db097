using IOC.Telemetry;

namespace IOC.Detection.Tests.Districts;

/// <summary>A district of stations "s0", "s1", ... a hundredth of a degree (1.1 km) apart from south to north, one report a minute, with a
/// pipeline. Times are minutes after the start.</summary>
internal sealed class TestDistrict : IDisposable
{
    public const int Pm25 = 0;
    public const int Power = 1;
    public const int Dim = 2;
    private readonly TelemetryBatch _batch = new();
    private readonly DetectionOptions _options = new();
    private Catalogue _catalogue;

    public TestDistrict(int sensors, params DetectionRule[] rules)
    {
        Sensors = [.. Enumerable.Range(0, sensors).Select(i => Addresses.GetOrAdd("hiep-hoa", "environment", $"s{i}"))];
        _catalogue = new Catalogue(Properties, [], [.. Sensors.Select(Define)], rules);
        Pipeline = Make();
    }

    public static PropertyCatalogue Properties { get; } = new(
    [
        new PropertyDefinition("pm25", "ug/m3", new LocalText("Bụi PM2.5", "PM2.5"), 0, 1000, 1, "µg/m³"),
        new PropertyDefinition("power", "W", new LocalText("Công suất", "Power"), 0, 5000, 0, "W"),
        new PropertyDefinition("dim", "%", new LocalText("Mức sáng", "Level"), 0, 100, 0, "%"),
    ]);

    public AddressBook Addresses { get; } = new();

    public SensorAddress[] Sensors { get; }

    public MemoryStore Store { get; } = new();

    public DetectionPipeline Pipeline { get; private set; }

    public List<Finding> Findings { get; } = [];

    public long Offset { get; set; }

    public static DetectionRule Rule(FindingKind kind, string id, string? property = "pm25") => new()
    {
        Id = id,
        Kind = kind,
        Name = new LocalText($"Quy tắc {id}", $"Rule {id}"),
        Severity = Severity.P3,
        Property = property,
    };

    /// <summary>Every station reports a value, and a tick follows.</summary>
    public TestDistrict All(double minute, params double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Read(minute, i, values[i]);
        }

        return Tick(minute);
    }

    public TestDistrict Read(double minute, int sensor, double value, int property = Pm25, Quality quality = Quality.Ok, double? received = null) =>
        Send(b =>
        {
            b.BeginReadings(Sensors[sensor], Fixture.At(minute), Fixture.At(received ?? minute));
            b.AddValue(property, quality, value);
        });

    public TestDistrict Tick(double minute, bool resumed = false) =>
        Send(b => b.Add(resumed ? MessageKind.Resumed : MessageKind.Tick, null, Fixture.At(minute), Fixture.At(minute)));

    public TestDistrict Send(Action<TelemetryBatch> fill)
    {
        _batch.Reset(0, ++Offset);
        fill(_batch);
        Pipeline.Process(_batch, Findings);
        return this;
    }

    public TestDistrict Checkpoint()
    {
        Store.Save(Pipeline);
        return this;
    }

    public TestDistrict Restart()
    {
        Pipeline.Dispose();
        Pipeline = Make();
        Pipeline.Restore(Store.Offset, Findings);
        Offset = Store.Offset;
        return this;
    }

    /// <summary>Other rules, and, when given, only the first so many stations are registered.</summary>
    public TestDistrict Replace(int? registered = null, params DetectionRule[] rules)
    {
        With(rules);
        _catalogue = _catalogue with { Sensors = [.. Sensors.Take(registered ?? Sensors.Length).Select(Define)] };
        Pipeline.ReplaceCatalogue(_catalogue, Findings);
        return this;
    }

    public TestDistrict With(params DetectionRule[] rules)
    {
        _catalogue = _catalogue with { Rules = rules };
        return this;
    }

    /// <summary>"Raised s3@5 Cleared s3@9" of one rule.</summary>
    public string Story(string ruleId) => string.Join(' ', Findings
        .Where(f => f.RuleId == ruleId).Select(f => FormattableString.Invariant($"{f.Transition} {f.Subject.Id}@{Fixture.MinuteOf(f)}")));

    public void Dispose() => Pipeline.Dispose();

    private SensorDefinition Define(SensorAddress address) => new(
        address, new LocalText($"Trạm {address.Sensor}", $"Station {address.Sensor}"), 106, 21 + (Array.IndexOf(Sensors, address) * 0.01),
        ["pm25", "power", "dim"], TimeSpan.FromMinutes(1), null);

    private DetectionPipeline Make() => new(0, _catalogue, Addresses, Store, _options);
}
