using IOC.Telemetry;

namespace IOC.Detection.Tests;

/// <summary>The store fails while a batch needs a sensor's state: the host gives the same batch again.</summary>
public class FailedLoadTests
{
    private static readonly DetectionOptions LeaveSoon = new() { IdleAfter = TimeSpan.FromSeconds(90), SweepEvery = TimeSpan.FromSeconds(1) };

    [Fact]
    public void What_was_found_before_the_failure_is_found_once()
    {
        using var f = new Fixture(
            LeaveSoon,
            Fixture.Rule(FindingKind.Silence, "silence") with { Factor = 3 },
            Fixture.Rule(FindingKind.Limit, "limit") with { RaiseAbove = 50 });
        f.Read(0, 1).Read(0, 1, sensor: f.Other).Checkpoint().Tick(2);
        Assert.Equal(2, f.Pipeline.Counters.Evictions);
        f.Store.FailsEveryOtherLoad = true;

        var failures = f.SendUntilTaken(batch =>
        {
            Add(batch, f.Sensor, 2.5, 90);
            batch.Add(MessageKind.Tick, null, Fixture.At(6), Fixture.At(6));
            Add(batch, f.Other, 7, 1);
        });
        Assert.Equal(2, failures);
        Assert.Equal(
            ["Raised limit aq-1", "Raised silence aq-1", "Raised silence aq-2", "Cleared silence aq-2"],
            f.Findings.Select(x => $"{x.Transition} {x.RuleId} {x.Subject.Id}"));
        Assert.Equal(2 + 2, f.Pipeline.Counters.Values);
    }

    [Fact]
    public void Failures_anywhere_give_the_findings_and_the_state_of_an_undisturbed_run()
    {
        DetectionRule[] rules =
        [
            Fixture.Rule(FindingKind.Silence, "silence") with { Factor = 2 },
            Fixture.Rule(FindingKind.Limit, "limit") with { RaiseAbove = 80, Hysteresis = 20, Duration = TimeSpan.FromMinutes(1) },
            Fixture.Rule(FindingKind.Spike, "spike"),
            Fixture.Rule(FindingKind.Flatline, "flat") with { Duration = TimeSpan.FromMinutes(4), MinimumChange = 5 },
        ];
        using var straight = new Fixture(LeaveSoon, rules);
        using var f = new Fixture(LeaveSoon, rules);
        f.Store.FailsEveryOtherLoad = true;
        var failures = 0;
        foreach (var fill in Log())
        {
            straight.Send(batch => fill(straight, batch));
            failures += f.SendUntilTaken(batch => fill(f, batch));
            straight.Checkpoint();
            SaveUntilDone(f);
        }

        Assert.True(failures > 50, $"{failures} failures");
        Assert.True(straight.Findings.Count > 100, $"{straight.Findings.Count} findings");
        Assert.Equal(straight.Findings.Select(x => x.ToString()), f.Findings.Select(x => x.ToString()));
        Assert.Equal(straight.Store.States.OrderBy(s => s.Key, StringComparer.Ordinal), f.Store.States.OrderBy(s => s.Key, StringComparer.Ordinal));
    }

    private static void SaveUntilDone(Fixture f)
    {
        while (true)
        {
            try
            {
                f.Checkpoint();
                return;
            }
            catch (IOException)
            {
                // A sensor that fell silent while it was out of memory is loaded to be saved.
            }
        }
    }

    private static List<Action<Fixture, TelemetryBatch>> Log()
    {
        var random = new Random(4);
        var log = new List<Action<Fixture, TelemetryBatch>>();
        var at = 0.0;
        for (var i = 0; i < 800; i++)
        {
            var messages = new List<Action<Fixture, TelemetryBatch>>();
            for (var left = random.Next(2, 9); left > 0; left--)
            {
                at += random.NextDouble();
                var (now, who, value) = (at, random.Next(3), random.Next(100));
                messages.Add(random.Next(3) == 0
                    ? (_, b) => b.Add(MessageKind.Tick, null, Fixture.At(now), Fixture.At(now))
                    : (f, b) => Add(b, who == 0 ? f.Sensor : who == 1 ? f.Other : f.Addresses.GetOrAdd("hiep-hoa", "environment", "stranger"), now, value));
            }

            log.Add((f, batch) => messages.ForEach(add => add(f, batch)));
        }

        return log;
    }

    private static void Add(TelemetryBatch batch, SensorAddress sensor, double minutes, double value)
    {
        batch.BeginReadings(sensor, Fixture.At(minutes), Fixture.At(minutes));
        batch.AddValue(0, Quality.Ok, value);
    }
}
