using IOC.Alerts;
using IOC.Detection;
using IOC.Grains;
using IOC.Host.Live;
using IOC.Host.Pump;
using IOC.Host.Rules;
using IOC.Host.Settings;
using IOC.Host.State;
using IOC.Registry;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Host.Tests.Rules;

/// <summary>A rule set is taken between two batches, at an offset that is stored first; a crash after it changes no result.</summary>
public sealed class RuleSwitchTests : IDisposable
{
    private const long Start = 1_760_000_000_000;
    private const int Batches = 60;
    private readonly TempDirectory _folder = new();
    private readonly AddressBook _addresses = new();
    private readonly SensorAddress[] _sensors;
    private readonly Catalogue _catalogue;

    public RuleSwitchTests()
    {
        _sensors = [_addresses.GetOrAdd("d", "environment", "a"), _addresses.GetOrAdd("d", "environment", "b")];
        _catalogue = new Catalogue(
            new PropertyCatalogue([new PropertyDefinition("pm25", "ug/m3", new LocalText("bụi", "dust"), 0, 1000, 1, "µg/m³")]), [],
            [.. _sensors.Select(s => new SensorDefinition(s, new LocalText("s", "s"), 106, 21, ["pm25"], TimeSpan.FromMinutes(1), null))],
            []);
    }

    // Low at first, then beyond 50 and beyond 80 by turns; sensor b is silent for a while.
    public static TheoryData<int, int, int> Crashes => new()
    {
        { 10, 20, 20 }, { 10, 20, 21 }, { 10, 20, 45 }, { 0, 20, 60 }, { 20, 20, 33 }, { 25, 20, 40 }, { 10, 33, 34 }, { 5, 48, 50 },
    };

    [Theory]
    [MemberData(nameof(Crashes))]
    public void A_crash_after_a_change_of_rules_ends_in_the_same_alerts_and_acts(int checkpoint, int change, int crash)
    {
        var plain = Run("plain", change, checkpoint: -1, crash: -1);
        var crashed = Run("crashed", change, checkpoint, crash);
        Assert.NotEmpty(plain.Acts);
        Assert.Equal(change != 33, plain.Acts.Any(a => a.Kind == AlertActKind.Withdrawn));
        Assert.Equal(plain.Acts, crashed.Acts);
        Assert.Equal(plain.All, crashed.All);
    }

    [Fact]
    public void The_offset_is_stored_before_the_rules_are_used_and_nothing_changes_when_it_cannot_be()
    {
        using var grains = new SqliteGrainStore(_folder.Combine("failing.db"));
        var alerts = new MemoryAlertStore();
        var state = Make(grains, alerts, 1, Rules(1), [], _ => throw new IOException("the disk is full"));
        state.Process(Batch(1));
        Assert.Throws<IOException>(() => state.TakeRules(2, Rules(2)));
        Assert.Equal(1, state.RuleSet);
        state.Process(Batch(2));
        Assert.Equal(2, state.Offset);
    }

    [Fact]
    public void While_a_batch_is_tried_again_no_rules_are_taken()
    {
        using var grains = new SqliteGrainStore(_folder.Combine("trying.db"));
        var alerts = new MemoryAlertStore();
        var state = Make(grains, alerts, 1, Rules(1), [], _ => { });
        for (var i = 1; i < 16; i++)
        {
            state.Process(Batch(i));
        }

        alerts.Fails = true;
        var failed = Enumerable.Range(16, 20).First(i => !Try(state, i));
        Assert.False(state.TakeRules(2, Rules(2)));
        alerts.Fails = false;
        state.Process(Batch(failed));
        Assert.True(state.TakeRules(2, Rules(2)));
        Assert.Equal(2, state.RuleSet);
    }

    [Fact]
    public void A_checkpoint_while_withdrawals_cannot_be_stored_does_not_skip_them()
    {
        using var grains = new SqliteGrainStore(_folder.Combine("half.db"));
        var alerts = new MemoryAlertStore();
        var activations = new List<RuleActivation>();
        var state = Make(grains, alerts, 1, Rules(1), [], activations.Add);
        for (var i = 1; i <= 30; i++)
        {
            state.Process(Batch(i));
        }

        state.Checkpoint();
        alerts.Fails = true;
        Assert.Throws<IOException>(() => state.TakeRules(2, Rules(2)));
        Assert.Throws<IOException>(() => state.Process(Batch(31)));
        Assert.Equal(30, state.Checkpoint());
        alerts.Fails = false;

        // The host ends here; the next one finds the activation.
        var restarted = Make(grains, alerts, 1, Rules(1), [new PendingRules(2, activations[0].Offset, Rules(2))], activations.Add);
        restarted.Process(Batch(31));
        Assert.Equal(2, restarted.RuleSet);
        Assert.Contains(alerts.Acts, a => a.Kind == AlertActKind.Withdrawn);
    }

    public void Dispose() => _folder.Dispose();

    private bool Try(PartitionState state, int offset)
    {
        try
        {
            state.Process(Batch(offset));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private MemoryAlertStore Run(string name, int change, int checkpoint, int crash)
    {
        using var grains = new SqliteGrainStore(_folder.Combine($"{name}.db"));
        var alerts = new MemoryAlertStore();
        var activations = new List<RuleActivation>();
        var state = Make(grains, alerts, 1, Rules(1), [], activations.Add);
        state.Checkpoint();
        for (var i = 1; i <= Batches; i++)
        {
            state.Process(Batch(i));
            if (i == change)
            {
                Assert.True(state.TakeRules(2, Rules(2)));
            }

            if (i == change + 15)
            {
                Assert.True(state.TakeRules(3, Rules(3)));
            }

            if (i == checkpoint)
            {
                state.Checkpoint();
            }

            if (i == crash)
            {
                var stored = PartitionRules.Read(grains.Load(0, PartitionRules.StateKind, PartitionRules.StateKey));
                state = Make(
                    grains, alerts, stored, Rules(stored), [.. activations.Where(a => a.Set > stored).Select(a => new PendingRules(a.Set, a.Offset, Rules(a.Set)))], activations.Add);
                for (var again = (int)state.Offset + 1; again <= i; again++)
                {
                    state.Process(Batch(again));
                }
            }
        }

        return alerts;
    }

    private PartitionState Make(
        SqliteGrainStore grains, MemoryAlertStore alerts, int set, Catalogue catalogue, List<PendingRules> pending, Action<RuleActivation> store)
    {
        var state = new PartitionState(
            0, new DetectionPipeline(0, catalogue, _addresses, grains, new DetectionOptions()),
            new AlertBook(0, "n1", catalogue, alerts, new AlertOptions()),
            new PartitionGrains(0, catalogue, _addresses, grains, new GrainOptions()), grains, new LiveView(new ManualTimeProvider(), new IocOptions()), new LiveMapping(catalogue))
        {
            Rules = new PartitionRules(0, set, catalogue, pending, store),
        };
        state.Restore(nowMs: 0);
        return state;
    }

    // Set 1: two limits and silence; 2: the lower limit is gone; 3: it is back.
    private Catalogue Rules(int set) => _catalogue with
    {
        Rules =
        [
            .. set == 2 ? Array.Empty<DetectionRule>() : [Limit("low", 50)],
            Limit("high", 80),
            new DetectionRule { Id = "silent", Kind = FindingKind.Silence, Name = new LocalText("im", "silent"), Severity = Severity.P3, Factor = 3 },
        ],
    };

    private static DetectionRule Limit(string id, double above) => new()
    {
        Id = id,
        Kind = FindingKind.Limit,
        Name = new LocalText(id, id),
        Severity = Severity.P2,
        Property = "pm25",
        RaiseAbove = above,
        Hysteresis = 5,
        Duration = TimeSpan.FromMinutes(2),
    };

    private TelemetryBatch Batch(int offset)
    {
        var at = Start + (offset * 60_000L);
        var batch = new TelemetryBatch();
        batch.Reset(0, offset);
        for (var i = 0; i < _sensors.Length; i++)
        {
            if (i == 1 && offset is > 22 and < 30)
            {
                continue;
            }

            batch.BeginReadings(_sensors[i], at, at);
            batch.AddValue(0, Quality.Ok, (((offset + (3 * i)) / 8) % 4) switch { 0 => 20, 1 => 60, 2 => 95, _ => 60 });
        }

        batch.Add(MessageKind.Tick, null, at + 30_000, at + 30_000);
        return batch;
    }
}
