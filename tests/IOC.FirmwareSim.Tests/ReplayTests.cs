using IOC.FirmwareSim.Cli;
using IOC.FirmwareSim.Publishing;
using IOC.FirmwareSim.Replay;
using IOC.Testing;

namespace IOC.FirmwareSim.Tests;

public sealed class ReplayTests : IDisposable
{
    private const string Air = """
        timestamp,pm25_ugm3,temp_c,wind_dir
        2013-03-01 00:00:00,9.50,-0.5,NNW
        2013-03-01 01:00:00,,1.10,N
        2013-03-01 02:00:00,,NA,N
        2013-03-01 03:00:00,0.000123456789012345678,1e1,N

        """;

    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_row_becomes_a_message_with_exactly_the_digits_of_the_file()
    {
        var replay = await RunAsync(Air, ["pm25_ugm3=hn/environment/dongsi:pm25", "temp_c=hn/environment/dongsi:temp"], new ReplayOptions { Speed = null });
        Assert.Equal(
            [
                """{"ts":1362096000000,"v":{"pm25":9.50,"temp":-0.5}}""",
                """{"ts":1362099600000,"v":{"temp":1.10}}""",
                """{"ts":1362106800000,"v":{"pm25":0.000123456789012345678,"temp":1e1}}""",
            ],
            replay.Broker.Messages.Select(m => m.Payload));
        Assert.All(replay.Broker.Messages, m => Assert.Equal(("ioc/v1/hn/environment/dongsi/telemetry", false), (m.Topic, m.Retain)));
        Assert.Equal(ReplayEnd.Finished, replay.End);
        var s = replay.Statistics;
        Assert.Equal((4L, 3L, 5L, 2L, 1L, 3L), (s.Rows, s.Messages, s.Values, s.Missing, s.NotNumbers, s.Acknowledged));
        Assert.Equal(new NotANumber(4, "temp_c", "NA"), Assert.Single(s.Examples));
        var told = string.Join('\n', replay.Summary);
        Assert.Contains("'NA'", told, StringComparison.Ordinal);
        Assert.Contains("wind_dir", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_is_said_to_mean_missing_is_not_reported()
    {
        var replay = await RunAsync(Air, ["temp_c=hn/environment/dongsi:temp"], new ReplayOptions { Speed = null, Missing = ["NA"] });
        Assert.Equal((0L, 1L), (replay.Statistics.NotNumbers, replay.Statistics.Missing));
    }

    [Fact]
    public async Task Only_rows_of_the_range_are_sent_its_end_excluded()
    {
        var options = new ReplayOptions { Speed = null, FromMs = 1362099600000, ToMs = 1362106800000 };
        var replay = await RunAsync(Air, ["temp_c=hn/environment/dongsi:temp"], options);
        Assert.Equal(2, replay.Statistics.Rows);
        Assert.StartsWith("{\"ts\":1362099600000", Assert.Single(replay.Broker.Messages).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wide_file_is_mapped_by_a_template_to_a_sensor_per_column()
    {
        const string Wide = "timestamp,773869,767541,note\n2012-03-01 00:00:00,64.375,67.6,x\n";
        var replay = await RunAsync(Wide, ["773869=downtown/traffic/special:speed:2"], new ReplayOptions { Speed = null }, "7*=downtown/traffic/loop-{column}:speed:1.609344");
        Assert.Equal(
            [
                ("ioc/v1/downtown/traffic/loop-767541/telemetry", """{"ts":1330560000000,"v":{"speed":108.7916544}}"""),
                ("ioc/v1/downtown/traffic/special/telemetry", """{"ts":1330560000000,"v":{"speed":128.75}}"""),
            ],
            replay.Broker.Messages.Select(m => (m.Topic, m.Payload)).Order());
    }

    [Fact]
    public async Task A_broker_that_acknowledges_late_is_waited_for()
    {
        var broker = new FakeBroker { HoldAcknowledgements = true };
        var running = RunAsync(Air, ["temp_c=hn/environment/dongsi:temp"], new ReplayOptions { Speed = null, InFlight = 10 }, broker: broker, time: TimeProvider.System);
        await Eventually.HoldsAsync(() => broker.Held == 3, "all three messages to be sent");
        Assert.False(running.IsCompleted);
        broker.AcknowledgeHeld();
        var replay = await running;
        Assert.Equal((ReplayEnd.Finished, 3L, 0L), (replay.End, replay.Statistics.Acknowledged, replay.Statistics.Outstanding));
    }

    [Fact]
    public async Task No_more_is_in_flight_than_allowed()
    {
        var broker = new FakeBroker { HoldAcknowledgements = true };
        var running = RunAsync(Air, ["temp_c=hn/environment/dongsi:temp"], new ReplayOptions { Speed = null, InFlight = 2 }, broker: broker, time: TimeProvider.System);
        await Eventually.HoldsAsync(() => broker.Held == 2, "the window to be full");
        Assert.Equal(2, broker.Messages.Count);
        broker.AcknowledgeHeld();
        await Eventually.HoldsAsync(() => broker.Held == 1, "the last message to be sent");
        broker.AcknowledgeHeld();
        Assert.Equal(3, (await running).Statistics.Acknowledged);
    }

    [Fact]
    public async Task Refused_and_lost_messages_are_counted()
    {
        var broker = new FakeBroker { Outcome = n => n == 1 ? PublishOutcome.Refused : n == 2 ? PublishOutcome.Lost : PublishOutcome.Acknowledged };
        var replay = await RunAsync(Air, ["temp_c=hn/environment/dongsi:temp"], new ReplayOptions { Speed = null }, broker: broker);
        Assert.Equal((1L, 1L, 1L), (replay.Statistics.Acknowledged, replay.Statistics.Refused, replay.Statistics.Lost));
    }

    [Fact]
    public async Task A_broker_that_goes_quiet_is_given_up_after_a_while()
    {
        var broker = new FakeBroker { HoldAcknowledgements = true };
        var replay = await RunAsync(Air, ["temp_c=hn/environment/dongsi:temp"], new ReplayOptions { Speed = null }, broker: broker);
        Assert.Equal((ReplayEnd.Stalled, 3L), (replay.End, replay.Statistics.Outstanding));
    }

    [Fact]
    public async Task A_broker_that_is_not_there_ends_the_replay()
    {
        var replay = await RunAsync(Air, ["temp_c=hn/environment/dongsi:temp"], new ReplayOptions(), broker: new FakeBroker { Unreachable = true });
        Assert.Equal((ReplayEnd.NoConnection, 0L), (replay.End, replay.Statistics.Messages));
    }

    [Fact]
    public async Task Rows_are_sent_at_the_pace_asked_for()
    {
        var replay = await RunAsync(Air, ["temp_c=hn/environment/dongsi:temp"], new ReplayOptions { Speed = 360 });

        // Three hours 360 times faster, on a clock that moves by half seconds.
        Assert.InRange(replay.Took.TotalSeconds, 30, 30.5);
    }

    [Theory]
    [InlineData(360.0, 30_000)]
    [InlineData(null, 0)]
    public async Task Shifted_times_end_at_the_moment_of_sending(double? speed, long lasts)
    {
        var replay = await RunAsync(Air, ["temp_c=hn/environment/dongsi:temp"], new ReplayOptions { Speed = speed, ShiftToNow = true });
        var stamps = replay.Broker.Messages.Select(m => long.Parse(m.Payload[6..19], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(replay.BeganMs + lasts, stamps[^1]);
        Assert.Equal(10_800_000, stamps[^1] - stamps[0]);
    }

    [Fact]
    public async Task Rows_without_a_readable_time_are_counted_and_told()
    {
        var replay = await RunAsync("timestamp,a\nyesterday,1\n2020-01-01 00:00:00,2\n", ["a=d/x/s:p"], new ReplayOptions { Speed = null });
        Assert.Equal((1L, 2L, 1L), (replay.Statistics.BadTimes, replay.Statistics.FirstBadTime, replay.Statistics.Messages));
        Assert.Contains(replay.Summary, l => l.Contains("timestamp", StringComparison.Ordinal) && l.Contains("line 2", StringComparison.Ordinal));
    }

    [SharedDataFact]
    public async Task A_real_file_keeps_its_text_byte_for_byte()
    {
        var path = Path.Combine(Repository.SharedData, "replay", "air_beijing", "dongsi.csv");
        var replay = await RunFileAsync(path, ["pm25_ugm3=hn/environment/dongsi:pm25", "temp_c=hn/environment/dongsi:temp"], new ReplayOptions { Speed = null }, "none=a/b/c:d", new FakeBroker(), new SteppedTime(), "Asia/Shanghai");
        var expected = File.ReadLines(path).Skip(1).Select(l => l.Split(',')).Where(f => f[1].Length + f[7].Length > 0).Select(f =>
            string.Join(',', new[] { f[1].Length > 0 ? $"\"pm25\":{f[1]}" : "", f[7].Length > 0 ? $"\"temp\":{f[7]}" : "" }.Where(p => p.Length > 0))).ToList();
        Assert.Equal(expected, replay.Broker.Messages.Select(m => m.Payload[(m.Payload.IndexOf("\"v\":{", StringComparison.Ordinal) + 5)..^2]));
        Assert.Equal(26304, replay.Statistics.Rows);
        Assert.StartsWith("{\"ts\":1362067200000,", replay.Broker.Messages.First().Payload, StringComparison.Ordinal);
    }

    private Task<Result> RunAsync(
        string csv, string[] columns, ReplayOptions options, string template = "none=a/b/c:d", FakeBroker? broker = null, TimeProvider? time = null)
    {
        var path = _folder.Combine("file.csv");
        File.WriteAllText(path, csv);
        return RunFileAsync(path, columns, options, template, broker ?? new FakeBroker(), time ?? new SteppedTime(), "UTC");
    }

    private static async Task<Result> RunFileAsync(
        string path, string[] columns, ReplayOptions options, string template, FakeBroker broker, TimeProvider time, string zone)
    {
        var file = ReplayFile.Open(path);
        var map = ColumnMap.Bind(file.Header, columns.Select(ColumnTarget.Parse), [ColumnTarget.ParseTemplate(template)]);
        var (times, statistics) = (new LocalTimes(LocalTimes.Zone(zone)), new ReplayStatistics());
        var extent = file.Survey(new LocalTimes(LocalTimes.Zone(zone)), options.FromMs, options.ToMs);
        var runner = new ReplayRunner(file, map, times, extent, options, broker, time, statistics);
        var began = time.GetUtcNow();
        var running = runner.RunAsync(CancellationToken.None);
        if (time is SteppedTime stepped)
        {
            // While rows are paced, both the pace and the watch for a stall must be waiting before the clock may move.
            await stepped.RunAsync(running, TimeSpan.FromMilliseconds(500), () => stepped.Armed >= (options.Speed is null || broker.Unreachable ? 1 : 2));
        }

        var end = await running;
        var took = time.GetUtcNow() - began;
        return new Result(broker, statistics, end, took, began.ToUnixTimeMilliseconds(), [.. ReplaySummary.Lines(statistics, end, times, map, took)]);
    }

    private sealed record Result(FakeBroker Broker, ReplayStatistics Statistics, ReplayEnd End, TimeSpan Took, long BeganMs, IReadOnlyList<string> Summary);
}
