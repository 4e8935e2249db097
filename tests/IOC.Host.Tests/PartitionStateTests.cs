using IOC.Alerts;
using IOC.Detection;
using IOC.Grains;
using IOC.Host.Live;
using IOC.Host.Pump;
using IOC.Host.Settings;
using IOC.Host.State;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Host.Tests;

public sealed class PartitionStateTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly AddressBook _addresses = new();
    private readonly FailingAlertStore _alerts = new();
    private readonly SqliteGrainStore _grains;
    private readonly Catalogue _catalogue;
    private readonly SensorAddress _sensor;

    public PartitionStateTests()
    {
        _grains = new SqliteGrainStore(_folder.Combine("grains.db"));
        _sensor = _addresses.GetOrAdd("d", "environment", "s");
        _catalogue = new Catalogue(
            new PropertyCatalogue([new PropertyDefinition("pm25", "ug/m3", new LocalText("bụi", "dust"), 0, 1000, 1, "µg/m³")]),
            [],
            [new SensorDefinition(_sensor, new LocalText("s", "s"), 106, 21, ["pm25"], TimeSpan.FromMinutes(1), null)],
            [new DetectionRule { Id = "high", Kind = FindingKind.Limit, Name = new LocalText("cao", "high"), Severity = Severity.P2, Property = "pm25", RaiseAbove = 50 }]);
    }

    public void Dispose()
    {
        _grains.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_alert_that_could_not_be_stored_is_not_lost_when_a_checkpoint_and_a_restart_come_between()
    {
        var (state, _) = Start();
        state.Process(Batch(1, 10));
        Assert.Equal(1, state.Checkpoint());

        _alerts.Fails = true;
        Assert.Throws<IOException>(() => state.Process(Batch(2, 100)));
        Assert.Equal(1, state.Checkpoint());
        _alerts.Fails = false;

        // The host ends here; the next one reads batch 2 again.
        var (restarted, live) = Start();
        Assert.Equal(1, restarted.Offset);
        restarted.Process(Batch(2, 100));
        Assert.Equal("high", Assert.Single(live.Collect(new LiveRequest(null, 0)).Alerts).RuleId);
    }

    [Fact]
    public void A_batch_given_again_after_a_failure_opens_its_alert_once()
    {
        var (state, live) = Start();
        state.Process(Batch(1, 10));
        _alerts.Fails = true;
        Assert.Throws<IOException>(() => state.Process(Batch(2, 100)));
        _alerts.Fails = false;
        state.Process(Batch(2, 100));
        state.Process(Batch(2, 100));
        state.Publish();
        var all = live.Collect(new LiveRequest(null, 0));
        Assert.Single(all.Alerts);
        Assert.Equal(100, Assert.Single(all.Sensors).Values["pm25"]);
        Assert.Equal(1, Assert.Single(all.Districts).OpenAlerts.P2);
        Assert.Equal(2, state.Checkpoint());
    }

    private (PartitionState State, LiveView Live) Start()
    {
        var live = new LiveView(new ManualTimeProvider(), new IocOptions());
        var state = new PartitionState(
            0, new DetectionPipeline(0, _catalogue, _addresses, _grains, new DetectionOptions()),
            new AlertBook(0, "n1", _catalogue, _alerts, new AlertOptions()),
            new PartitionGrains(0, _catalogue, _addresses, _grains, new GrainOptions()), _grains, live, new LiveMapping(_catalogue));
        state.Restore(nowMs: 0);
        return (state, live);
    }

    private TelemetryBatch Batch(long offset, double value)
    {
        var batch = new TelemetryBatch();
        batch.Reset(0, offset);
        batch.BeginReadings(_sensor, 1_760_000_000_000 + (offset * 60_000), 1_760_000_000_000 + (offset * 60_000));
        batch.AddValue(0, Quality.Ok, value);
        return batch;
    }

    /// <summary>Alerts in memory; it can be made to fail.</summary>
    private sealed class FailingAlertStore : IAlertStore
    {
        private readonly Dictionary<string, Alert> _all = new(StringComparer.Ordinal);
        private long _watermark;

        public bool Fails { get; set; }

        public AlertBookState Load(int partition, TimeSpan recent = default) => new(_watermark, [.. _all.Values.Where(a => a.IsOpen)]);

        public void Save(int partition, long watermark, IReadOnlyList<Alert> alerts, IReadOnlyList<AlertAct> acts, IReadOnlyList<Hold> holds)
        {
            if (Fails)
            {
                throw new IOException("the disk is full");
            }

            _watermark = watermark;
            foreach (var alert in alerts)
            {
                _all[alert.Id] = alert;
            }
        }

        public AlertPage Query(AlertQuery query) => new([.. _all.Values], null);

        public Alert? Find(string id) => _all.GetValueOrDefault(id);

        public IReadOnlyList<Alert> Members(string id, string? after, int limit) => [];

        public IReadOnlyList<AlertAct> ActsOf(string id) => [];

        public IReadOnlyList<Hold> Holds(HoldKind kind, bool ended, int limit) => [];
    }
}
