using System.Text.Json;
using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Faults;
using IOC.FirmwareSim.Fleet;
using IOC.FirmwareSim.World;
using IOC.Testing;

namespace IOC.FirmwareSim.Tests;

public class FleetTests
{
    [Fact]
    public async Task A_fleet_says_online_reports_and_says_offline()
    {
        var run = new Run(Cities.Generated(20), new FleetOptions { FaultRate = 0, Duration = TimeSpan.FromMinutes(3) });
        await run.ToTheEndAsync();
        var byTopic = run.Broker.Messages.ToLookup(m => m.Topic, StringComparer.Ordinal);
        foreach (var sensor in run.City.Sensors.Select(s => s.Sensor))
        {
            Assert.Equal([("online", true), ("offline", true)], byTopic[sensor.StatusTopic].Select(m => (m.Payload, m.Retain)));
            Assert.InRange(byTopic[sensor.TelemetryTopic].Count(), (int)(150 / sensor.Period.TotalSeconds), (int)(200 / sensor.Period.TotalSeconds) + 2);
            Assert.Equal(sensor.StatusTopic, run.Broker.Identities[$"fw-{sensor.Id}"].WillTopic);
        }

        Assert.Equal(run.Broker.Messages.Count, run.Statistics.Acknowledged);
        Assert.Equal(20, run.Broker.Events.Count(e => e.StartsWith("close", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Two_runs_from_one_seed_send_the_same_readings()
    {
        var options = new FleetOptions { FaultRate = 50, Duration = TimeSpan.FromMinutes(5) };
        var runs = new[] { new Run(Cities.Generated(30), options), new Run(Cities.Generated(30), options) };
        foreach (var run in runs)
        {
            await run.ToTheEndAsync();
        }

        var readings = runs.Select(r => r.Broker.Messages.Where(m => !m.Retain).Select(m => $"{m.Topic} {m.Payload}").Order(StringComparer.Ordinal).ToList()).ToList();
        Assert.True(readings[0].Count > 100);
        Assert.Equal(readings[0], readings[1]);
    }

    [Fact]
    public async Task Sensors_behind_a_gateway_share_its_connection_and_have_no_will()
    {
        var run = new Run(Cities.Generated(20), new FleetOptions { FaultRate = 0, Connections = 3, Duration = TimeSpan.FromSeconds(20) });
        await run.ToTheEndAsync();
        Assert.Equal(3, run.Broker.Identities.Count);
        Assert.All(run.Broker.Identities.Values, i => Assert.Null(i.WillTopic));
        Assert.Equal(20, run.Broker.Messages.Count(m => m.Payload == "online"));
    }

    [Fact]
    public async Task The_truth_tells_of_the_outages_that_the_broker_saw()
    {
        var truth = new StringWriter();
        var run = new Run(Cities.Generated(40), new FleetOptions { FaultRate = 60, Duration = TimeSpan.FromMinutes(40) }, truth);
        await run.ToTheEndAsync();
        var lines = truth.ToString().TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var outages = lines.Where(l => l.TryGetProperty("kind", out var kind) && kind.GetString() == "offline").Select(l => l.GetProperty("sensor").GetString()).ToList();
        Assert.NotEmpty(outages);
        Assert.Equal(
            outages.Order(StringComparer.Ordinal),
            run.Broker.Events.Where(e => e.StartsWith("drop", StringComparison.Ordinal)).Select(e => e["drop fw-".Length..]).Order(StringComparer.Ordinal));
        Assert.Equal("run-end", lines[^1].GetProperty("record").GetString());
        Assert.Equal(run.Statistics.FaultsSoFar, lines.Count - 2);
        var starts = lines.Skip(1).SkipLast(1).Select(l => l.GetProperty("start").GetDateTimeOffset()).ToList();
        Assert.Equal(starts.Order(), starts);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(1)]
    public async Task Lamps_obey_directly_and_through_a_gateway_and_report_at_once(int connections)
    {
        var run = new Run(Cities.Of(Cities.Lamp("lamp-1"), Cities.Lamp("lamp-2"), Cities.Air()), new FleetOptions { FaultRate = 0, Connections = connections, Duration = TimeSpan.FromSeconds(20) });
        const string topic = "ioc/v1/bac-giang/lighting/lamp-2/cmd";
        var delivered = 0;
        await run.ToTheEndAsync(() =>
        {
            if (run.Statistics.Connected > 0 && delivered++ == 0)
            {
                run.Broker.Deliver(topic, """{"id":"n1-a","name":"dim","args":{"level":37},"issued":1,"expires":9999999999999}""");
            }
        });
        Assert.Equal(2, run.Broker.ListenedTopics.Count());
        var messages = run.Broker.Messages.ToList();
        var answers = messages.Where(m => m.Topic == topic + "/ack").Select(m => m.Payload).ToList();
        Assert.Equal(["""{"id":"n1-a","status":"accepted"}""", """{"id":"n1-a","status":"done"}"""], answers);
        var after = messages.SkipWhile(m => !m.Payload.Contains("done", StringComparison.Ordinal)).Skip(1).First(m => m.Topic.EndsWith("lamp-2/telemetry", StringComparison.Ordinal));
        Assert.Contains("\"dim\":37", after.Payload, StringComparison.Ordinal);
        Assert.DoesNotContain(messages, m => m.Topic.EndsWith("lamp-1/telemetry", StringComparison.Ordinal) && m.Payload.Contains("\"dim\":37", StringComparison.Ordinal));
        Assert.Equal(1, run.Statistics.Commands);
    }

    [Fact]
    public void A_fast_clock_catches_up_with_the_real_time_and_keeps_it()
    {
        var time = new ManualTimeProvider();
        var clock = new SimulatedClock(time, 60, TimeSpan.FromHours(1));
        Assert.Equal(time.NowMs - 3_600_000, clock.NowMs);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(clock.StartMs + (30 * 60_000), clock.NowMs);
        Assert.Equal(TimeSpan.FromSeconds(1), clock.Until(clock.NowMs + 60_000));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(time.NowMs, clock.NowMs);
        Assert.Equal(TimeSpan.FromSeconds(60), clock.Until(clock.NowMs + 60_000));
    }

    [Fact]
    public void A_smaller_fleet_is_spread_over_the_catalogue_and_a_larger_one_gets_new_ids()
    {
        var catalogue = new CatalogueGenerator(7, Outlines.None).Generate(100);
        var generator = new CatalogueGenerator(7, Outlines.None);
        var few = FleetSelection.Take(catalogue, 10, generator);
        Assert.Equal(10, few.Distinct().Count());
        Assert.True(few.Select(s => s.District).Distinct().Count() > 4);
        var many = FleetSelection.Take(catalogue, 250, generator);
        Assert.Equal(250, many.Select(s => s.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(many.Skip(100), s => Assert.Contains(s.Id, s.TelemetryTopic, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_gateway_without_a_broker_keeps_the_newest_and_counts_what_it_throws_away()
    {
        var (broker, statistics) = (new FakeBroker { Unreachable = true }, new FleetStatistics());
        await using var gateway = new Gateway(broker, "g", [Cities.Air()], statistics, new ManualTimeProvider());
        for (var i = 0; i < 2_500; i++)
        {
            gateway.Publish("t", [(byte)i]);
        }

        Assert.Equal(500, statistics.Overflowed);
    }

    /// <summary>A fleet on a fake broker and a clock of its own.</summary>
    private sealed class Run(City city, FleetOptions options, TextWriter? truth = null)
    {
        public City City => city;

        public FakeBroker Broker { get; } = new();

        public FleetStatistics Statistics { get; } = new();

        public async Task ToTheEndAsync(Action? atEachStep = null)
        {
            var time = new SteppedTime();
            using var recorder = truth is null ? null : new FaultTruth(truth);
            await using var fleet = new FleetRunner(city, options, Broker, time, recorder, Statistics);
            var running = fleet.RunAsync(CancellationToken.None);
            await time.RunAsync(running, TimeSpan.FromMilliseconds(500), () =>
            {
                atEachStep?.Invoke();
                return fleet.Backlog == 0 && !fleet.IsEnding;
            });
            await running;
        }
    }
}
