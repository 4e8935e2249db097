using System.Text.Json;
using IOC.FirmwareSim.Faults;
using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Tests;

public class FaultScheduleTests
{
    private const long Start = 1_767_580_000_000;
    private const long Day = 86_400_000;

    private static readonly City City = Cities.Generated();

    private static List<Fault> Plan(City city, double rate, long span, bool ownLinks = true) =>
        new FaultSchedule(city, new ReportTimes(Start, 1), rate, ownLinks).PlanUntil(Start + span);

    private static List<string> Text(IEnumerable<Fault> faults) =>
        [.. faults.Select(f => $"{f.Number} {f.Kind} {f.Sensor.Sensor.Id} {f.PropertyCode} {f.StartMs} {f.EndMs} {f.Size} {f.Form} {f.Event}")];

    [Fact]
    public void The_same_seed_plans_the_same_faults_whatever_the_steps()
    {
        var whole = Plan(City, 5, Day / 4);
        var schedule = new FaultSchedule(Cities.Generated(), new ReportTimes(Start, 1), 5, ownLinks: true);
        var steps = Enumerable.Range(1, 6 * 60).SelectMany(minute => schedule.PlanUntil(Start + (minute * 60_000L))).ToList();
        Assert.NotEmpty(whole);
        Assert.Equal(Text(whole), Text(steps));
        Assert.NotEqual(Text(whole), Text(Plan(Cities.Generated(seed: 8), 5, Day / 4)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Faults_come_at_the_rate_asked_for(double rate)
    {
        var planned = Plan(City, rate, Day);
        var happenings = planned.Count(f => f.Event is null) + planned.Where(f => f.Event is not null).Select(f => f.Event).Distinct().Count();
        Assert.InRange(happenings, (0.97 * rate * 500) - 2, (1.01 * rate * 500) + 2);
    }

    [Fact]
    public void No_rate_no_faults() => Assert.Empty(Plan(City, 0, Day));

    [Fact]
    public void Every_kind_comes_and_each_fits_its_sensor()
    {
        var planned = Plan(City, 5, Day);
        Assert.Equal(Enum.GetValues<FaultKind>().Order(), planned.Select(f => f.Kind).Distinct().Order());
        Assert.All(planned, f => Assert.Equal(FaultShapes.ConcernsOneProperty(f.Kind) || FaultShapes.IsEvent(f.Kind), f.Property is not null));
        Assert.All(planned.Where(f => f.Kind == FaultKind.Stuck), f => Assert.True(f.PropertyCode is not ("rain" or "dim" or "energy")));
        Assert.All(planned.Where(f => f.Kind == FaultKind.PollutionEpisode), f => Assert.Equal("pm25", f.PropertyCode));
    }

    [Fact]
    public void Cabinets_burn_by_day_and_are_dark_at_night_for_long_enough_to_be_seen()
    {
        var lamps = Plan(City, 5, 2 * Day).Where(f => FaultShapes.IsOfLamp(f.Kind)).ToList();
        Assert.Contains(lamps, f => f.Kind == FaultKind.LampByDay);
        Assert.Contains(lamps, f => f.Kind == FaultKind.LampDark);
        var values = new double[5];
        foreach (var fault in lamps)
        {
            foreach (var at in (long[])[fault.StartMs + 60_000, fault.StartMs + (100 * 60_000)])
            {
                var byDay = fault.Kind == FaultKind.LampByDay;
                fault.Sensor.Measure(at, values, FaultShapes.Burning(fault.Kind));
                Assert.Equal(byDay, StreetLights.SunElevation(new LocalClock(at)) > 0);
                Assert.Equal(byDay, values[fault.Property!.Value] > 1000);
                Assert.Equal(byDay, values[fault.Sensor.Specs.Select(s => s.Code).ToList().IndexOf("dim")] == 0);
            }
        }
    }

    [Fact]
    public void Faults_of_a_sensor_never_overlap_and_lie_on_its_reports()
    {
        var planned = Plan(City, 5, Day);
        var times = new ReportTimes(Start, 1);
        foreach (var own in planned.GroupBy(f => f.Sensor))
        {
            Assert.All(own.Zip(own.Skip(1)), pair => Assert.True(pair.First.EndMs < pair.Second.StartMs));
            Assert.All(own, f => Assert.Equal(f.StartMs, times.TimeOf(f.Sensor, times.FirstAtOrAfter(f.Sensor, f.StartMs))));
            Assert.All(own, f => Assert.Equal(f.EndMs, times.TimeOf(f.Sensor, times.FirstAtOrAfter(f.Sensor, f.StartMs) + f.Reports - 1)));
        }
    }

    [Fact]
    public void An_operator_has_something_to_see_within_three_minutes_and_no_flood()
    {
        var planned = Plan(City, 5, 180_000);
        var begun = planned.Where(f => f.StartMs < Start + 180_000).ToList();
        Assert.InRange(begun.Count(f => f.Event is null), 3, 7);
        Assert.True(begun.Select(f => f.Event).OfType<int>().Distinct().Count() <= 1);
        Assert.Contains(planned, f => f.Kind == FaultKind.Sentinel && f.StartMs < Start + 90_000);
        Assert.All(planned, f => Assert.True(f.StartMs >= Start + 20_000));
    }

    [Fact]
    public void What_needs_a_history_waits_for_one()
    {
        var early = Plan(City, 60, Day / 24).Where(f => f.StartMs < Start + 300_000).ToList();
        Assert.True(early.Count > 20);
        Assert.DoesNotContain(early, f => f.Kind is FaultKind.Spike or FaultKind.LevelShift or FaultKind.Drift or FaultKind.NoiseBurst);
    }

    [Fact]
    public void Only_a_connection_of_its_own_can_break()
    {
        Assert.DoesNotContain(Plan(City, 5, Day, ownLinks: false), f => f.Kind == FaultKind.Offline);
        Assert.Contains(Plan(City, 5, Day), f => f.Kind == FaultKind.Offline);
    }

    [Fact]
    public void An_episode_is_seen_by_several_neighbours_the_nearest_most()
    {
        var episodes = Plan(City, 5, Day).Where(f => f.Kind == FaultKind.PollutionEpisode).ToList();
        var episode = episodes.Where(f => f.Event == episodes[0].Event).ToList();
        Assert.InRange(episode.Count, 3, 8);
        Assert.True(episode.Max(f => f.Size) > episode.Min(f => f.Size));
        Assert.All(
            episode.SelectMany(a => episode.Select(b => Math.Sqrt(Math.Pow(a.Sensor.X - b.Sensor.X, 2) + Math.Pow(a.Sensor.Y - b.Sensor.Y, 2)))),
            km => Assert.True(km < 8.1));
        Assert.All(episode.Zip(episode.Skip(1)), pair => Assert.InRange(Math.Abs(pair.First.StartMs - pair.Second.StartMs), 0, 130_000));
    }

    [Fact]
    public void In_a_jam_vehicles_creep_fill_the_lanes_and_fewer_pass()
    {
        var jam = Plan(City, 5, Day).First(f => f.Kind == FaultKind.Congestion);
        var at = (jam.StartMs + jam.EndMs) / 2;
        var free = jam.Sensor.Measured(at);
        double Jammed(string code) => FaultShapes.Apply(jam, free[code], PropertySpec.Find(code)!, at, stuckAt: 0);
        Assert.InRange(Jammed("speed"), 2, 9);
        Assert.InRange(Jammed("occupancy"), 85, 96);
        Assert.True(Jammed("flow") < 0.5 * free["flow"]);
        Assert.Equal(free["flow"], FaultShapes.Apply(jam, free["flow"], PropertySpec.Find("flow")!, jam.EndMs, stuckAt: 0));
    }

    [Fact]
    public void Every_sensor_reports_within_fifteen_seconds_and_then_at_its_period()
    {
        var times = new ReportTimes(Start, 1);
        foreach (var sensor in City.Sensors)
        {
            Assert.InRange(times.TimeOf(sensor, 0), Start, Start + 15_000);
            var gaps = Enumerable.Range(1, 20).Select(k => (times.TimeOf(sensor, k + 1) - times.TimeOf(sensor, k)) / times.PeriodMs(sensor)).ToList();
            Assert.All(gaps, g => Assert.InRange(g, 0.79, 1.21));
            Assert.InRange(gaps.Average(), 0.98, 1.02);
            Assert.True(times.TimeOf(sensor, 1) - times.TimeOf(sensor, 0) > 0.2 * times.PeriodMs(sensor));
        }
    }

    [Fact]
    public void The_truth_has_a_line_for_the_run_for_each_fault_and_for_the_end()
    {
        var planned = Plan(City, 5, Day / 8);
        var text = new StringWriter();
        using (var truth = new FaultTruth(text))
        {
            truth.RunStarts(Start, 7, 500, 5, 1);
            planned.ForEach(truth.Begins);
            truth.RunEnds(Start + Day);
        }

        var lines = text.ToString().TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(planned.Count + 2, lines.Count);
        Assert.Equal("run-start", lines[0].GetProperty("record").GetString());
        Assert.Equal("run-end", lines[^1].GetProperty("record").GetString());
        foreach (var (fault, line) in planned.Zip(lines.Skip(1)))
        {
            Assert.Equal(fault.Sensor.Sensor.Id, line.GetProperty("sensor").GetString());
            Assert.Equal(fault.StartMs, line.GetProperty("start").GetDateTimeOffset().ToUnixTimeMilliseconds());
            Assert.Equal(fault.EndMs, line.GetProperty("end").GetDateTimeOffset().ToUnixTimeMilliseconds());
            Assert.Equal(fault.PropertyCode, line.GetProperty("property").GetString());
            Assert.Equal(fault.Kind == FaultKind.Sentinel, line.GetProperty("parameters").TryGetProperty("value", out _));
        }
    }
}
