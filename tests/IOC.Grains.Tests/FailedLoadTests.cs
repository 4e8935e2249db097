using IOC.Telemetry;

namespace IOC.Grains.Tests;

/// <summary>The store fails while a batch needs a grain that was put away: the host gives the same batch again.</summary>
public class FailedLoadTests
{
    private static readonly GrainOptions PutAwaySoon = new() { IdleAfter = TimeSpan.FromSeconds(30), SweepEvery = TimeSpan.FromSeconds(1) };

    [Fact]
    public void No_sensor_takes_anothers_values()
    {
        var f = new Fixture(PutAwaySoon);
        f.Read(0, 1).Read(0, 2, sensor: f.Other).Read(0, 3, sensor: f.Stranger).Tick(0).Collect().Checkpoint().Tick(2);
        Assert.Equal(0, f.Grains.SensorMailboxes.Active);
        f.Read(2.1, 4, sensor: f.Stranger).Collect();
        f.Store.FailsEveryOtherLoad = true;

        var failures = f.SendUntilTaken(batch =>
        {
            Add(batch, f.Stranger, 3, 30);
            Add(batch, f.Sensor, 3, 10);
            Add(batch, f.Stranger, 4, 31);
            Add(batch, f.Other, 4, 20);
            Add(batch, f.Sensor, 4, 11);
        });
        Assert.Equal(2, failures);
        Assert.Equal((11.0, 20.0, 31.0), (f.View().Values[0].Value, f.View(f.Other).Values[0].Value, f.View(f.Stranger).Values[0].Value));
        Assert.Equal(4 + 5L, f.Grains.SensorMailboxes.Messages);
    }

    [Fact]
    public void A_batch_that_fails_changes_nothing_that_is_seen_or_saved()
    {
        var f = new Fixture(PutAwaySoon);
        f.Read(0, 1, sensor: f.Other).Collect().Checkpoint().Tick(2).Read(2, 1).Checkpoint();
        var before = f.Picture();
        f.Store.FailsEveryOtherLoad = true;
        Assert.Throws<IOException>(() => f.Send(batch =>
        {
            Add(batch, f.Sensor, 3, 10);
            batch.Add(MessageKind.Tick, null, Fixture.At(4), Fixture.At(4));
            Add(batch, f.Other, 4, 20);
        }));
        Assert.Equal(before, f.Picture());
        f.Checkpoint().Restart();
        Assert.Equal(before, f.Picture());
    }

    [Fact]
    public void A_sensor_that_falls_silent_while_put_away_is_not_forgotten()
    {
        var f = new Fixture(PutAwaySoon);
        f.Read(0, 1).Read(0, 2, sensor: f.Other).Collect().Checkpoint().Tick(2);
        Assert.Equal(0, f.Grains.SensorMailboxes.Active);
        f.Store.FailsEveryOtherLoad = true;
        Assert.Equal(2, f.SendUntilTaken(batch => batch.Add(MessageKind.Tick, null, Fixture.At(5), Fixture.At(5))));
        Assert.Equal((SensorPresence.Silent, SensorPresence.Silent), (f.View().Presence, f.View(f.Other).Presence));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Failures_anywhere_end_in_the_state_of_an_undisturbed_run(int seed)
    {
        var (straight, f) = (new Fixture(PutAwaySoon), new Fixture(PutAwaySoon));
        f.Store.FailsEveryOtherLoad = true;
        var failures = 0;
        foreach (var fill in Log(seed))
        {
            straight.Send(batch => fill(straight, batch));
            failures += f.SendUntilTaken(batch => fill(f, batch));
            Assert.Equal(straight.Picture(), f.Picture());
            straight.Checkpoint();
            f.Checkpoint();
        }

        Assert.True(failures > 100, $"{failures} failures");
    }

    private static List<Action<Fixture, TelemetryBatch>> Log(int seed)
    {
        var random = new Random(seed);
        var log = new List<Action<Fixture, TelemetryBatch>>();
        var at = 0.0;
        for (var i = 0; i < 600; i++)
        {
            var messages = new List<Action<Fixture, TelemetryBatch>>();
            for (var left = random.Next(1, 8); left > 0; left--)
            {
                // Now and then the clock jumps, ahead or back.
                at += random.Next(60) == 0 ? random.Next(-200, 200) : random.NextDouble();
                messages.Add(Message(random, at));
            }

            log.Add((f, batch) => messages.ForEach(add => add(f, batch)));
        }

        return log;
    }

    private static Action<Fixture, TelemetryBatch> Message(Random random, double at)
    {
        var (kind, who, value) = (random.Next(10), random.Next(6), random.Next(1000));
        var now = Fixture.At(at);
        SensorAddress Who(Fixture f) => who < 3 ? f.Sensor : who < 5 ? f.Other : f.Stranger;
        return kind switch
        {
            < 4 => (f, b) => b.Add(value < 20 ? MessageKind.Resumed : MessageKind.Tick, null, now, now),
            4 => (f, b) => b.Add(MessageKind.Status, Who(f), now, now, online: value < 500),
            5 => (f, b) => Add(b, Who(f), at - 20, value, at),
            _ => (f, b) => Add(b, Who(f), at, value, at),
        };
    }

    private static void Add(TelemetryBatch batch, SensorAddress sensor, double minutes, double value, double? receivedMinutes = null)
    {
        batch.BeginReadings(sensor, Fixture.At(minutes), Fixture.At(receivedMinutes ?? minutes));
        batch.AddValue(0, Quality.Ok, value);
    }
}
