using IOC.Telemetry;

namespace IOC.Detection.Tests.Past;

public class ScheduleTests
{
    /// <summary>The fixture's start is 2023-11-15 05:13:20 in the city: minutes from there to midnight at its beginning.</summary>
    private const double Midnight = -((5 * 60) + 13 + (20 / 60.0));

    private static readonly DetectionRule Noon = Rule(At(11), At(13)) with { Hysteresis = 2 };

    [Fact]
    public void A_lamp_on_at_noon_is_told_and_cleared_when_it_goes_out()
    {
        using var f = new Fixture(Noon);
        Feed(f, Hour(9), Hour(11.99), 60);
        Assert.DoesNotContain(f.Findings, x => Fixture.MinuteOf(x) < Hour(11));
        var raised = Assert.Single(f.Findings);
        Assert.InRange(Fixture.MinuteOf(raised), Hour(10.99), Hour(11) + 1);
        Assert.Equal(50, raised.Limit);
        Assert.Equal("60 µg/m³ at 11:00, when it should be below 50 µg/m³", raised.Reason!.En);
        Feed(f, Hour(12), Hour(12) + 1, 49);
        Assert.Single(f.Findings);
        Feed(f, Hour(12) + 1, Hour(12) + 2, 48);
        Assert.Equal(["Raised", "Cleared"], f.Findings.Select(x => x.Transition.ToString()));
    }

    [Fact]
    public void It_clears_with_the_first_value_after_the_stretch()
    {
        using var f = new Fixture(Noon);
        Feed(f, Hour(10), Hour(14), 60);
        Assert.Equal(["Raised", "Cleared"], f.Findings.Select(x => x.Transition.ToString()));
        Assert.InRange(Fixture.MinuteOf(f.Findings[1]), Hour(12.99), Hour(13) + 1);
    }

    [Fact]
    public void Or_by_a_tick_when_no_value_comes()
    {
        using var f = new Fixture(Noon);
        Feed(f, Hour(10), Hour(12), 60);
        f.Tick(Hour(13)).Tick(Hour(13) + 0.9);
        Assert.Single(f.Findings);
        f.Tick(Hour(13) + 1).Checkpoint().Restart();
        Assert.Equal(Hour(13), Fixture.MinuteOf(f.Findings[1]), 3);

        // What was measured in the stretch and comes behind the tick says nothing more.
        f.Read(Hour(13) - 0.5, 60, receivedMinutes: Hour(13) + 2).Read(Hour(13) + 2, 60);
        Assert.Equal(2, f.Findings.Count);
    }

    [Fact]
    public void The_duration_begins_in_the_stretch()
    {
        using var f = new Fixture(Noon with { Duration = TimeSpan.FromMinutes(30) });
        Feed(f, Hour(8), Hour(11.4), 60);
        Assert.Empty(f.Findings);
        Feed(f, Hour(11.4), Hour(12), 60);
        Assert.InRange(Fixture.MinuteOf(Assert.Single(f.Findings)), Hour(11.49), Hour(11.5) + 1);
    }

    [Fact]
    public void Days_of_the_week_and_windows_over_midnight()
    {
        // 2023-11-15 is a Wednesday.
        using var f = new Fixture(Rule([DayOfWeek.Wednesday], At(22), At(2)));
        Feed(f, Hour(6), Hour(24 * 7), 60);
        Assert.Equal(["Raised", "Cleared"], f.Findings.Select(x => x.Transition.ToString()));
        Assert.InRange(Fixture.MinuteOf(f.Findings[0]), Hour(21.99), Hour(22) + 1);
        Assert.InRange(Fixture.MinuteOf(f.Findings[1]), Hour(25.99), Hour(26) + 1);
    }

    [Fact]
    public void By_the_sun_at_the_sensor_lamps_dark_at_night()
    {
        var night = Rule(Sun(ScheduleOrigin.Sunset, 30), Sun(ScheduleOrigin.Sunrise, -30)) with { RaiseAbove = null, RaiseBelow = 20 };
        using var f = new Fixture(night);
        Feed(f, Hour(8), Hour(32), 5);
        Assert.Equal(["Raised", "Cleared"], f.Findings.Select(x => x.Transition.ToString()));

        // At 21° N, 106° E on 15 November the sun sets at about 17:15 and rises at about 06:07.
        Assert.InRange(Fixture.MinuteOf(f.Findings[0]), Hour(17.7), Hour(17.85));
        Assert.InRange(Fixture.MinuteOf(f.Findings[1]), Hour(29.55), Hour(29.7));
        Assert.Contains("when it should be above 20", f.Findings[0].Reason!.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_place_there_is_no_sun()
    {
        using var f = new Fixture(Rule(Sun(ScheduleOrigin.Sunrise, 0), Sun(ScheduleOrigin.Sunset, 0)));
        var stranger = f.Addresses.GetOrAdd("hiep-hoa", "environment", "stranger");
        for (var at = Hour(8); at < Hour(12); at++)
        {
            f.Read(at, 60, sensor: stranger);
        }

        Assert.Empty(f.Findings);
        Feed(f, Hour(12), Hour(13), 60);
        Assert.Single(f.Findings);
    }

    [Fact]
    public void A_window_on_the_night_when_the_clock_changes()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var calendar = new ScheduleCalendar(new CityZone(zone));
        var schedule = new RuleSchedule([new ScheduleWindow([], At(22), At(4))]);
        foreach (var (day, hours) in new[] { (29, 5), (28, 6) })
        {
            var evening = new DateTimeOffset(2025, 3, day, 23, 0, 0, TimeSpan.FromHours(1)).ToUnixTimeMilliseconds();
            var stretch = calendar.StretchAt(schedule, evening, place: null);
            Assert.True(stretch.Covered);
            Assert.Equal(hours * 3_600_000, stretch.ToMs - stretch.FromMs);
        }
    }

    [Fact]
    public void Windows_that_touch_are_one_stretch_and_one_that_never_ends_is_raised_once()
    {
        using var f = new Fixture(Rule(At(0), At(12)) with { Schedule = new RuleSchedule([new ScheduleWindow([], At(0), At(12)), new ScheduleWindow([], At(12), At(24))]) });
        for (var at = Hour(6); at < Hour(24 * 12); at += 2)
        {
            f.Read(at, 60).Tick(at + 1);
        }

        Assert.Single(f.Findings);
    }

    internal static DetectionRule Rule(ScheduleTime from, ScheduleTime to) => Rule([], from, to);

    internal static ScheduleTime At(double hour) => new(ScheduleOrigin.Midnight, TimeSpan.FromHours(hour));

    internal static double Hour(double hour) => Midnight + (hour * 60);

    private static DetectionRule Rule(DayOfWeek[] days, ScheduleTime from, ScheduleTime to) => Fixture.Rule(FindingKind.Schedule) with
    {
        RaiseAbove = 50,
        Schedule = new RuleSchedule([new ScheduleWindow(days, from, to)]),
    };

    private static ScheduleTime Sun(ScheduleOrigin origin, double minutes) => new(origin, TimeSpan.FromMinutes(minutes));

    private static void Feed(Fixture f, double from, double to, double value)
    {
        for (var at = from; at < to; at++)
        {
            f.Read(at, value);
        }
    }
}
