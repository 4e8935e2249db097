using IOC.Telemetry;
using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests;

/// <content>Long random sessions against the simple model.</content>
public abstract partial class HistoryStoreContract
{
    /// <summary>Sessions of late, repeated, replaced and disordered readings with checkpoints, stops and crashes.</summary>
    [StoreTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_random_life_ends_with_exactly_what_was_sent(int seed)
    {
        var random = new Random(seed);
        var expected = new ExpectedHistory();
        var sensors = Enumerable.Range(0, 5).Select(i => _book.GetOrAdd(i < 3 ? "viet-yen" : "luc-ngan", "environment", $"s-{i}")).ToArray();
        var clock = new long[sensors.Length];
        for (var step = 0; step < 250; step++)
        {
            var batch = new TestReading[random.Next(1, 25)];
            for (var i = 0; i < batch.Length; i++)
            {
                var s = random.Next(sensors.Length);
                batch[i] = RandomReading(random, sensors[s], ref clock[s]);
                expected.Add(batch[i]);
            }

            _log.Append(Store, batch);
            await DisturbAsync(random.Next(60));
            await MaintainAsync(random, expected, clock);
            if (step % 25 == 24)
            {
                await AssertEqualAsync(random, expected);
            }
        }
    }

    private static TestReading RandomReading(Random random, SensorAddress sensor, ref long clock)
    {
        var at = random.Next(40) switch
        {
            0 => random.NextInt64(-100_000, clock + 1),
            < 4 => clock - random.Next(20),
            < 6 => clock - 100 - random.Next(3),
            _ => clock += random.Next(1, 4),
        };
        var value = random.Next(10) == 0 ? random.NextDouble() * 1e6 : Math.Round((random.NextDouble() * 200) - 100, random.Next(3));
        var quality = random.Next(30) == 0 ? (Quality)random.Next(1, 4) : Quality.Ok;
        return new TestReading(sensor, random.Next(2), T0 + (at * Second), value + 0.0, quality);
    }

    private async Task DisturbAsync(int what)
    {
        switch (what)
        {
            case 0:
                await _harness.CloseAsync();
                await _harness.OpenAsync();
                _log.Replay(Store, Store.LoadCheckpoint(0));
                break;
            case < 4:
                await _harness.CrashAsync();
                await _harness.OpenAsync();
                _log.Replay(Store, Math.Max(0, Store.LoadCheckpoint(0) - 3));
                break;
            case < 15:
                Assert.Equal(_log.Head, await Store.CheckpointAsync(0));
                break;
            default:
                break;
        }
    }

    private async Task MaintainAsync(Random random, ExpectedHistory expected, long[] clock)
    {
        switch (random.Next(30))
        {
            case 0:
                await Store.MaintainAsync(new Dictionary<string, long>());
                break;
            case 1:
                var from = T0 + (random.NextInt64(-2000, clock[0] + 1) * Second);
                var to = random.Next(4) == 0 ? long.MaxValue : from + (random.Next(1, 300) * Second);
                var property = random.Next(2) == 0 ? "pm25" : "temperature";
                var sensor = random.Next(3) == 0 ? null : "s-" + random.Next(5);
                await Store.DeleteAsync(new SeriesSet(sensor is null ? [] : [sensor], [], [], [property]), from, to);
                expected.Delete(sensor, property, from, to);
                break;
            default:
                break;
        }
    }

    private async Task AssertNewestAsync(Random random, ExpectedHistory expected)
    {
        foreach (var quality in new[] { QualityFilter.Ok, QualityFilter.All })
        {
            var at = random.Next(3) == 0 ? T0 + (400_000 * Second) : T0 + (random.Next(-500, 2000) * Second);
            var maxAge = random.Next(2) == 0 ? 1_000_000 * Second : 200 * Second;
            var wanted = new List<(string, string, HistoryPoint)>();
            foreach (var sensor in Enumerable.Range(0, 5).Select(i => "s-" + i))
            {
                foreach (var property in new[] { "pm25", "temperature" })
                {
                    wanted.AddRange(expected.Raw(SeriesSelector.ForSensor(sensor, property), at - maxAge, at + 1, quality).TakeLast(1).Select(p => (sensor, property, p)));
                }
            }

            var found = await Store.ReadNewestAsync(SeriesSet.All, at, _ => maxAge, quality);
            Assert.Equal(wanted, found.Select(r => (r.Series.Sensor, r.Series.Property, r.Point)));
        }
    }

    private async Task AssertEqualAsync(Random random, ExpectedHistory expected)
    {
        await AssertNewestAsync(random, expected);
        Assert.Equal(expected.Series(), await Store.ListSeriesAsync(new SeriesFilter()));
        foreach (var selector in new[]
        {
            SeriesSelector.ForSensor("s-0", "pm25"), SeriesSelector.ForSensor("s-4", "temperature"),
            SeriesSelector.ForDistrict("viet-yen", "pm25"), SeriesSelector.ForDistrict("luc-ngan", "temperature"),
        })
        {
            foreach (var quality in new[] { QualityFilter.Ok, QualityFilter.All })
            {
                var wide = random.Next(3) == 0;
                var from = wide ? T0 - (200_000 * Second) : T0 + (random.Next(-1000, 1000) * Second);
                var to = wide ? T0 + (200_000 * Second) : from + (random.Next(1, 2000) * Second);
                var wanted = expected.Raw(selector, from, to, quality);
                Assert.Equal(wanted, await HistoryAssert.AllAsync(Store, new RawQuery(selector, from, to, quality, random.Next(5, 500))));
                var length = random.Next(2) == 0 ? (Ms: 3_600_000L, Text: "PT1H") : (Ms: 60_000L, Text: "PT1M");
                HistoryAssert.Same(
                    ExpectedHistory.Aggregate(wanted, at => (at / length.Ms * length.Ms, (at / length.Ms * length.Ms) + length.Ms)),
                    await Store.ReadWindowsAsync(new WindowQuery(selector, from, to, length.Text, "UTC", quality)));
            }
        }
    }
}
