using FsCheck;
using FsCheck.Fluent;
using IOC.Telemetry;

namespace IOC.Detection.Tests.Silence;

/// <summary>A message that arrives at the very moment of the deadline.</summary>
public class SilenceRaceTests
{
    private const long Due = 3 * Fixture.Minute;
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Silence) with { Factor = 3 };

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Received_at_the_deadline_is_in_time_before_or_behind_the_ticks(long early)
    {
        foreach (var place in new[] { 0, 1, 2, 3 })
        {
            foreach (var together in new[] { true, false })
            {
                using var f = new Fixture(Rule);
                f.Read(0, 1);
                List<Action<TelemetryBatch>> log =
                [
                    Tick(Due - 1000), Tick(Due), Tick(Due + 1000),
                ];
                log.Insert(place, b =>
                {
                    b.BeginReadings(f.Sensor, Fixture.Start + Due + early, Fixture.Start + Due + early);
                    b.AddValue(0, Quality.Ok, 1);
                });
                log.Add(Tick(Due + 2000));
                log.Add(Tick(Due + 60_000));
                Feed(f, log, together ? log.Count : 1);
                Assert.Empty(f.Findings);
            }
        }
    }

    [Fact]
    public void Without_it_the_deadline_is_told_at_the_first_tick_after_the_grace()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 1);
        Feed(f, [Tick(Due), Tick(Due + 1999)], 1);
        Assert.Empty(f.Findings);
        Feed(f, [Tick(Due + 2000)], 1);
        var raised = Assert.Single(f.Findings);
        Assert.Equal(Fixture.Start + Due, raised.AtMs);
        Assert.Equal(Fixture.Start + Due + 2000, raised.ReceivedAtMs);
    }

    [Fact]
    public void Without_grace_a_tick_at_the_deadline_itself_is_too_early()
    {
        using var f = new Fixture(new DetectionOptions { SilenceGrace = TimeSpan.Zero }, Rule);
        f.Read(0, 1);
        Feed(f, [Tick(Due)], 1);
        Assert.Empty(f.Findings);
        Feed(f, [Tick(Due + 1)], 1);
        Assert.Single(f.Findings);
    }

    [Fact]
    public void A_clock_that_is_set_back_at_the_deadline_gives_time_anew()
    {
        using var f = new Fixture(Rule);
        f.Read(0, 1);
        Feed(f, [Tick(Due), Tick(Due - 120_000), Tick(Due + 2000), Tick((2 * Due) - 120_000 + 1999)], 1);
        Assert.Empty(f.Findings);
        Feed(f, [Tick((2 * Due) - 120_000 + 2000)], 1);
        Assert.Single(f.Findings);
    }

    /// <summary>Sensors that report in time, messages that stand in the log up to the grace later than they were received, ticks of equal
    /// times and a little out of order, any cut into batches, a restart anywhere.</summary>
    [Fact]
    public void However_the_log_is_cut_and_mixed_the_result_is_the_same_and_who_is_in_time_is_never_told()
    {
        var gen = from events in Gen.Choose(0, 5).ListOf(40)
                  from delays in Gen.Choose(0, 1999).ListOf(40)
                  from jitter in Gen.Choose(0, 900).ListOf(40)
                  from cut in Gen.Choose(1, 9)
                  from stop in Gen.Choose(1, 60)
                  select (Events: events.ToArray(), Delays: delays.ToArray(), Jitter: jitter.ToArray(), Cut: cut, Stop: stop);
        Prop.ForAll(Arb.From(gen), c =>
        {
            var log = MakeLog(c.Events, c.Delays, c.Jitter, out var inTime);
            using var straight = new Fixture(Rule);
            Feed(straight, log, 1, straight);
            using var cut = new Fixture(Rule);
            Feed(cut, log, c.Cut, cut);
            using var restarted = new Fixture(Rule);
            var stop = Math.Min(c.Stop, log.Count);
            Feed(restarted, log[..stop], 1, restarted);
            restarted.Checkpoint();
            var known = restarted.Findings.Count;
            restarted.Restart();
            Feed(restarted, log[stop..], 1, restarted);

            var expected = straight.Findings.Select(f => f.ToString()).ToArray();
            return expected.SequenceEqual(cut.Findings.Select(f => f.ToString()))
                && expected.SequenceEqual(restarted.Findings.Select(f => f.ToString()))
                && known <= expected.Length
                && (!inTime || expected.Length == 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    /// <summary>Intervals of 1, 2, 3 periods (in time; 3 is the deadline itself) or 4 and 5 (too late).</summary>
    private static List<Action<Fixture, TelemetryBatch>> MakeLog(int[] events, int[] delays, int[] jitter, out bool inTime)
    {
        var placed = new List<(long LogAt, int Order, Action<Fixture, TelemetryBatch> Write)>();
        var now = 0L;
        var late = false;
        for (var i = 0; i < events.Length; i++)
        {
            now += events[i] * Fixture.Minute;
            late |= events[i] > 3;
            var at = Fixture.Start + now;
            placed.Add((now + delays[i], i, (f, b) =>
            {
                b.BeginReadings(f.Sensor, at, at);
                b.AddValue(0, Quality.Ok, 1);
            }
            ));
        }

        for (var i = 0; i * 30_000L <= now; i++)
        {
            // Ticks of one log are stamped and appended by one clock: out of order by less than a second.
            var at = Fixture.Start + (i * 30_000L) - (i % 3 == 0 ? jitter[i % jitter.Length] : 0);
            placed.Add((i * 30_000L, -1, (_, b) => b.Add(MessageKind.Tick, null, at, at)));
            placed.Add((i * 30_000L, 1000, (_, b) => b.Add(MessageKind.Tick, null, at, at)));
        }

        inTime = !late;
        return [.. placed.OrderBy(p => p.LogAt).ThenBy(p => p.Order).Select(p => p.Write)];
    }

    private static Action<TelemetryBatch> Tick(long ms) => b => b.Add(MessageKind.Tick, null, Fixture.Start + ms, Fixture.Start + ms);

    private static void Feed(Fixture f, List<Action<Fixture, TelemetryBatch>> log, int perBatch, Fixture self) =>
        Feed(f, [.. log.Select<Action<Fixture, TelemetryBatch>, Action<TelemetryBatch>>(write => b => write(self, b))], perBatch);

    private static void Feed(Fixture f, List<Action<TelemetryBatch>> log, int perBatch)
    {
        foreach (var chunk in log.Chunk(perBatch))
        {
            f.Send(b =>
            {
                foreach (var write in chunk)
                {
                    write(b);
                }
            });
        }
    }
}
