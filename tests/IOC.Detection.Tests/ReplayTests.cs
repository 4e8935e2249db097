using IOC.Telemetry;

namespace IOC.Detection.Tests;

/// <summary>Findings are a function of the log: however it is cut, and wherever it is interrupted.</summary>
public class ReplayTests
{
    private static readonly DetectionRule[] Rules =
    [
        Fixture.Rule(FindingKind.Limit, "limit") with { RaiseAbove = 30, Duration = TimeSpan.FromMinutes(3), Hysteresis = 2 },
        Fixture.Rule(FindingKind.Limit, "limit-1") with { RaiseAbove = 80 },
        Fixture.Rule(FindingKind.Spike, "spike") with { Property = null },
        Fixture.Rule(FindingKind.Flatline, "flat") with { Property = null, Duration = TimeSpan.FromMinutes(8) },
        Fixture.Rule(FindingKind.Implausible, "implausible") with { Property = null, Factor = 2 },
        Fixture.Rule(FindingKind.Silence, "silence") with { Factor = 4 },
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void The_cut_into_batches_changes_nothing(int messagesPerBatch)
    {
        var log = Log(seed: 1);
        using var whole = new Fixture(Rules);
        Feed(whole, log, 0, 13);
        using var cut = new Fixture(Rules);
        Feed(cut, log, 0, messagesPerBatch);

        Assert.True(whole.Findings.Count > 100, $"only {whole.Findings.Count} findings");
        Assert.Equal(5, whole.Findings.Select(f => f.Kind).Distinct().Count());
        AssertSame(whole, cut);
    }

    [Fact]
    public void An_interruption_anywhere_changes_nothing()
    {
        var log = Log(seed: 2);
        using var straight = new Fixture(Rules);
        Feed(straight, log, 0, 10);
        for (var stop = 1; stop < log.Count / 10; stop += 23)
        {
            using var f = new Fixture(Rules);
            Feed(f, log[..(stop * 10)], 0, 10);
            f.Checkpoint();
            var known = f.Findings.Count;

            // What follows the checkpoint is lost with the crash and comes again in the replay.
            Feed(f, log[..Math.Min(log.Count, (stop * 10) + 200)], stop * 10, 10);
            f.Findings.RemoveRange(known, f.Findings.Count - known);
            f.Restart();
            Assert.Equal(known, f.Findings.Count);
            Feed(f, log, stop * 10, 10);

            AssertSame(straight, f);
        }
    }

    [Fact]
    public void Sensors_that_come_and_go_from_memory_change_nothing()
    {
        var log = Log(seed: 3);
        using var straight = new Fixture(Rules);
        Feed(straight, log, 0, 10);
        using var f = new Fixture(new DetectionOptions { IdleAfter = TimeSpan.FromSeconds(90), SweepEvery = TimeSpan.FromSeconds(1) }, Rules);
        for (var at = 0; at < log.Count; at++)
        {
            Feed(f, log[..(at + 1)], at, 1);
            f.Checkpoint();
        }

        Assert.True(f.Pipeline.Counters.Evictions > 10);
        Assert.True(f.Pipeline.Counters.Loads > 10);
        AssertSame(straight, f);
    }

    [Fact]
    public void A_batch_at_or_below_the_offset_changes_nothing()
    {
        using var f = new Fixture(Rules);
        f.Read(0, 90);
        Assert.Single(f.Findings);
        f.Offset = 0;
        f.Read(1, 10);
        Assert.Single(f.Findings);
        Assert.Equal(1, f.Pipeline.Offset);
    }

    [Fact]
    public void An_unconfirmed_checkpoint_is_collected_again()
    {
        using var f = new Fixture(Rules);
        f.Read(0, 1);
        var first = new List<(string Key, byte[] State)>();
        var second = new List<(string Key, byte[] State)>();
        f.Pipeline.CollectDirty(first);
        f.Pipeline.CollectDirty(second);
        Assert.Equal(first.Select(x => x.Key), second.Select(x => x.Key));
        Assert.Contains("hiep-hoa/environment/aq-1", second.Select(x => x.Key));

        f.Pipeline.ConfirmSaved();
        second.Clear();
        f.Pipeline.CollectDirty(second);
        Assert.Equal([DetectionPipeline.ClockKey], second.Select(x => x.Key));
    }

    /// <summary>Compares as text: addresses of two address books are different objects.</summary>
    private static void AssertSame(Fixture expected, Fixture actual) =>
        Assert.Equal(expected.Findings.Select(f => f.ToString()), actual.Findings.Select(f => f.ToString()));

    private static void Feed(Fixture f, List<Action<Fixture, TelemetryBatch>> log, int from, int perBatch)
    {
        for (var at = from; at < log.Count; at += perBatch)
        {
            var end = Math.Min(log.Count, at + perBatch);
            f.Send(batch =>
            {
                for (var i = at; i < end; i++)
                {
                    log[i](f, batch);
                }
            });
        }
    }

    private static List<Action<Fixture, TelemetryBatch>> Log(int seed)
    {
        var random = new Random(seed);
        var log = new List<Action<Fixture, TelemetryBatch>>();
        var quietUntil = new int[2];
        var stuck = new double[2];
        for (var minute = 0; minute < 1500; minute++)
        {
            for (var s = 0; s < 2; s++)
            {
                if (random.Next(30) == 0)
                {
                    quietUntil[s] = minute + random.Next(10);
                }

                stuck[s] = random.Next(40) == 0 ? 17 : random.Next(15) == 0 ? 0 : stuck[s];
                if (minute >= quietUntil[s])
                {
                    log.Add(Message(random, s, minute, stuck[s]));
                }
            }

            var now = Fixture.At(minute + 0.5);
            var resumed = random.Next(200) == 0;
            log.Add((_, b) => b.Add(resumed ? MessageKind.Resumed : MessageKind.Tick, null, now, now));
        }

        return log;
    }

    private static Action<Fixture, TelemetryBatch> Message(Random random, int sensor, int minute, double stuck)
    {
        var measured = Fixture.At(random.Next(25) == 0 ? minute - random.Next(30) : minute);
        var received = Fixture.At(minute);
        var wave = 20 + (12 * Math.Sin(minute / 40.0)) + random.NextDouble();
        var value = stuck > 0 ? stuck : random.Next(80) == 0 ? wave + 100 : wave;
        var quality = random.Next(40) == 0 ? (Quality)random.Next(4) : Quality.Ok;
        var second = random.Next(30) < 3 ? -9999 : wave * 2;
        var status = random.Next(50) == 0;
        var online = random.Next(2) == 0;
        return (f, b) =>
        {
            var address = sensor == 0 ? f.Sensor : f.Other;
            if (status)
            {
                b.Add(MessageKind.Status, address, received, received, online);
                return;
            }

            b.BeginReadings(address, measured, received);
            b.AddValue(0, quality, value);
            b.AddValue(1, second < 0 ? Quality.Implausible : Quality.Ok, second);
        };
    }
}
