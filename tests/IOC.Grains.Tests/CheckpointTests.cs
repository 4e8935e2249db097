using IOC.Telemetry;

namespace IOC.Grains.Tests;

public class CheckpointTests
{
    /// <summary>Written by version 1. Must be read for ever.</summary>
    private const string Version1 = "01036052E6CF8B0100006052E6CF8B010000020004706D3235000068E5CF8B0100000000000000002940036E6F32026052E6CF8B0100000000000000804440";

    [Fact]
    public void The_format_is_the_one_of_version_1() =>
        Assert.Equal(Version1, Convert.ToHexString(Golden().Store[GrainKinds.Sensor, "hiep-hoa/environment/aq-1"]));

    [Fact]
    public void Version_1_still_loads()
    {
        var f = Golden();
        var before = f.Picture();
        f.Store[GrainKinds.Sensor, "hiep-hoa/environment/aq-1"] = Convert.FromHexString(Version1);
        Assert.Equal(before, f.Restart().Picture());
        Assert.Contains("Stale Fault", before, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_cut_short_or_of_another_version_are_refused()
    {
        var good = Convert.FromHexString(Version1);
        foreach (var bad in new[] { [], good[..10], good[..^1], [9, .. good[1..]] })
        {
            var f = Golden();
            f.Store[GrainKinds.Sensor, "hiep-hoa/environment/aq-1"] = bad;
            Assert.Throws<InvalidDataException>(() => f.Restart());
        }
    }

    [Fact]
    public void An_interruption_anywhere_changes_nothing()
    {
        var log = Log(5);
        var straight = new Fixture();
        log.ForEach(send => send(straight));
        var expected = straight.Picture();
        for (var stop = 1; stop < log.Count; stop += 37)
        {
            var f = new Fixture();
            log.Take(stop).ToList().ForEach(send => send(f));
            f.Checkpoint();
            log.Skip(stop).Take(50).ToList().ForEach(send => send(f));
            f.Restart();
            Assert.Equal(stop, f.Grains.Offset);
            log.Skip(stop).ToList().ForEach(send => send(f));
            Assert.Equal(expected, f.Picture());
        }
    }

    [Fact]
    public void Grains_that_come_and_go_from_memory_change_nothing()
    {
        var log = Log(6);
        var straight = new Fixture();
        var f = new Fixture(new GrainOptions { IdleAfter = TimeSpan.FromSeconds(30), SweepEvery = TimeSpan.FromSeconds(1) });
        foreach (var send in log)
        {
            send(straight);
            send(f);
            f.Collect().Checkpoint();
            Assert.Equal(straight.Picture(), f.Picture());
        }

        Assert.True(f.Grains.SensorMailboxes.PutAway > 100, $"{f.Grains.SensorMailboxes}");
        Assert.True(f.Store.Loads > 100);
    }

    [Fact]
    public void A_grain_that_is_put_away_still_goes_stale_and_silent()
    {
        var f = new Fixture(new GrainOptions { IdleAfter = TimeSpan.FromMinutes(1), SweepEvery = TimeSpan.FromSeconds(1) });
        f.Read(0, 5).Collect().Checkpoint().Tick(2);
        Assert.Equal(0, f.Grains.SensorMailboxes.Active);

        f.Tick(3).Collect();
        Assert.Equal(SensorPresence.Stale, Assert.Single(f.Sensors).Presence);
        f.Checkpoint().Tick(4);
        Assert.Equal(0, f.Grains.SensorMailboxes.Active);
        f.Tick(5).Collect();
        Assert.Equal((SensorPresence.Silent, 5.0), (f.Sensors[0].Presence, f.Sensors[0].Values[0].Value));
    }

    [Fact]
    public void A_batch_at_or_below_the_offset_changes_nothing()
    {
        var f = new Fixture().Read(0, 1).Read(1, 2);
        var before = f.Picture();
        f.Offset = 0;
        f.Read(5, 9).Read(6, 9);
        Assert.Equal((before, 2L), (f.Picture(), f.Grains.Offset));
    }

    [Fact]
    public void Only_changed_grains_are_saved_and_unconfirmed_ones_again()
    {
        var f = new Fixture().Read(0, 1).Checkpoint();
        f.Read(1, 1, sensor: f.Other);
        Assert.Equal(["hiep-hoa/environment/aq-2"], Dirty(f));
        f.Read(2, 1, sensor: f.Other).Read(2, 1);
        Assert.Equal(["hiep-hoa/environment/aq-1", "hiep-hoa/environment/aq-2"], Dirty(f));
        f.Read(3, 1);
        f.Grains.ConfirmSaved();
        Assert.Equal(["hiep-hoa/environment/aq-1"], Dirty(f));
        f.Grains.ConfirmSaved();
        Assert.Empty(Dirty(f));
    }

    private static List<string> Dirty(Fixture f)
    {
        var dirty = new List<GrainSnapshot>();
        f.Grains.CollectDirty(dirty);
        return [.. dirty.Where(d => d.Kind == GrainKinds.Sensor).Select(d => d.Key).Order(StringComparer.Ordinal)];
    }

    private static Fixture Golden() => new Fixture().Read(0, 12.5).Read(1, 41, Quality.Fault, property: 1).Tick(4.5).Checkpoint();

    private static List<Action<Fixture>> Log(int seed)
    {
        var random = new Random(seed);
        var log = new List<Action<Fixture>>();
        for (var minute = 0.0; minute < 400; minute += 0.5)
        {
            var at = minute;
            var (kind, value, who) = (random.Next(12), random.NextDouble() * 100, random.Next(3));
            SensorAddress Who(Fixture f) => who == 0 ? f.Sensor : who == 1 ? f.Other : f.Stranger;
            log.Add(kind switch
            {
                0 => f => f.Status(at, online: value > 50),
                1 => f => f.Read(at - 20, value, sensor: Who(f), receivedMinutes: at),
                2 => f => f.Read(at, value, (Quality)((int)value % 4), Who(f), (int)value % 2),
                3 => f => f.Tick(at, resumed: value > 80),
                < 7 => f => f.Tick(at),
                _ => f => f.Read(at, value, sensor: Who(f)),
            });
        }

        return log;
    }
}
