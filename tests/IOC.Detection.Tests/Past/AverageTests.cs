using IOC.Telemetry;

namespace IOC.Detection.Tests.Past;

public class AverageTests
{
    private static readonly DetectionRule Rolling = Fixture.Rule(FindingKind.Limit) with
    {
        RaiseAbove = 50,
        Hysteresis = 5,
        Average = new RuleAverage(TimeSpan.FromHours(1), Clock: false),
    };

    private static readonly DetectionRule Daily = Rolling with { Average = new RuleAverage(TimeSpan.FromDays(1), Clock: true) };

    private static readonly DetectionRule Hourly = Rolling with { Average = new RuleAverage(TimeSpan.FromHours(1), Clock: true) };

    [Fact]
    public void A_rolling_mean_is_raised_when_the_mean_crosses_not_when_a_value_does()
    {
        using var f = new Fixture(Rolling);
        Feed(f, 0, 60, 20);
        Feed(f, 60, 120, 80);

        // 20 for an hour, then 80: the mean reaches 50 half an hour later.
        var raised = Assert.Single(f.Findings);
        Assert.InRange(Fixture.MinuteOf(raised), 88, 91);
        Assert.InRange(raised.Value!.Value, 50, 51.5);
        Assert.Equal(50, raised.Limit);
        Assert.Equal(new LocalText($"trung bình 1 giờ {Text(raised.Value!.Value)} µg/m³", $"1 h mean {Text(raised.Value!.Value)} µg/m³"), raised.Reason);

        // Back below 45, which is 35 minutes of 20 later.
        Feed(f, 120, 180, 20);
        Assert.Equal(FindingTransition.Cleared, f.Findings[1].Transition);
        Assert.InRange(Fixture.MinuteOf(f.Findings[1]), 153, 157);
    }

    [Fact]
    public void The_mean_is_the_mean_of_the_last_hour_within_a_stretch()
    {
        var random = new Random(5);
        using var f = new Fixture(Rolling with { RaiseAbove = 30, Hysteresis = 0 });
        var values = new List<double>();
        for (var i = 0; i < 2000; i++)
        {
            values.Add(30 + (10 * Math.Sin(i / 100.0)) + random.NextDouble());
            f.Read(i, values[^1]);
        }

        Assert.True(f.Findings.Count > 4);
        foreach (var finding in f.Findings.Skip(1))
        {
            var at = (int)Math.Round(Fixture.MinuteOf(finding));
            Assert.Equal(values.Skip(at - 59).Take(60).Average(), finding.Value!.Value, 0.5);
        }
    }

    [Fact]
    public void Too_few_readings_make_no_mean()
    {
        using var f = new Fixture(Rolling);
        Feed(f, 0, 44, 80);
        Assert.Empty(f.Findings);
        Feed(f, 44, 46, 80);
        Assert.Single(f.Findings);

        using var gappy = new Fixture(Rolling);
        for (var i = 0; i < 600; i += 2)
        {
            gappy.Read(i, 80);
        }

        Assert.Empty(gappy.Findings);
    }

    [Fact]
    public void A_burst_neither_outweighs_the_rest_nor_makes_up_for_it()
    {
        using var f = new Fixture(Rolling);
        Feed(f, 0, 60, 20);
        for (var i = 0; i < 2000; i++)
        {
            f.Read(60 + (i / 200.0), 100);
        }

        Assert.Empty(f.Findings);
    }

    [Fact]
    public void A_clock_window_is_judged_by_the_first_reading_after_it()
    {
        using var f = new Fixture(Hourly);
        var start = FirstHour();
        Feed(f, start, start + 60, 80);
        Assert.Empty(f.Findings);
        Feed(f, start + 60, start + 61, 20);
        var raised = Assert.Single(f.Findings);
        Assert.Equal(start + 59.99, Fixture.MinuteOf(raised), 3);
        Assert.Equal(80, raised.Value);
        Feed(f, start + 61, start + 121, 20);
        Assert.Equal(["Raised", "Cleared"], f.Findings.Select(x => x.Transition.ToString()));
    }

    [Fact]
    public void Or_by_a_tick_a_period_after_its_end_and_never_again()
    {
        using var f = new Fixture(Hourly);
        var start = FirstHour();
        Feed(f, start, start + 59, 80);
        f.Tick(start + 60).Tick(start + 60.9);
        Assert.Empty(f.Findings);
        f.Tick(start + 61);
        Assert.Equal(start + 59.99, Fixture.MinuteOf(Assert.Single(f.Findings)), 3);

        // Too late for the window that is judged, and none of the next one.
        f.Read(start + 59.5, 0, receivedMinutes: start + 62).Read(start + 63, 80);
        Assert.Single(f.Findings);
    }

    [Fact]
    public void A_window_with_too_few_readings_waits_for_late_ones()
    {
        using var f = new Fixture(Hourly);
        var start = FirstHour();
        Feed(f, start, start + 20, 80);
        Feed(f, start + 50, start + 60, 80);
        f.Tick(start + 61).Tick(start + 70);
        Assert.Empty(f.Findings);
        for (var i = 20; i < 50; i++)
        {
            f.Read(start + i, 90, receivedMinutes: start + 75).Read(start + i, 90, receivedMinutes: start + 75);
        }

        f.Tick(start + 75.5);
        Assert.Empty(f.Findings);
        f.Tick(start + 76);
        Assert.Equal(85, Assert.Single(f.Findings).Value);
    }

    [Fact]
    public void A_day_is_the_citys_day()
    {
        using var f = new Fixture(Daily);

        // Start is 2023-11-14 22:13:20 UTC, 05:13:20 in the city; midnight is 18:46:40 later.
        Feed(f, 0, (24 * 60) + 20, 80);
        Assert.Equal((18 * 60) + 46.667, Fixture.MinuteOf(Assert.Single(f.Findings)), 3);
        Assert.Equal("24 h mean 80 µg/m³", f.Findings[0].Reason!.En);
    }

    [Fact]
    public void The_limit_is_the_one_in_force_when_it_was_measured()
    {
        var change = new DateTimeOffset(2023, 11, 16, 0, 0, 0, TimeSpan.FromHours(7));
        var rule = Daily with
        {
            Hysteresis = 0,
            Periods = [new LimitPeriod(null, change, 50, null, null), new LimitPeriod(change, null, 45, null, null)],
        };
        using var f = new Fixture(rule);
        Feed(f, 0, 3 * 24 * 60, 47);
        var raised = Assert.Single(f.Findings);
        Assert.Equal(45, raised.Limit);
        Assert.Equal(change.AddDays(1).ToUnixTimeMilliseconds(), raised.AtMs);

        using var plain = new Fixture(rule with { Average = null });
        Feed(plain, 0, 3 * 24 * 60, 47);
        Assert.InRange(Assert.Single(plain.Findings).AtMs, change.ToUnixTimeMilliseconds(), change.AddMinutes(1).ToUnixTimeMilliseconds());
        Assert.Equal(45, plain.Findings[0].Limit);

        using var past = new Fixture(rule with { Average = null, Periods = [new LimitPeriod(null, change, 40, null, null)] });
        Feed(past, 0, 3 * 24 * 60, 47);
        Assert.Equal(["Raised", "Cleared"], past.Findings.Select(x => x.Transition.ToString()));
        Assert.InRange(past.Findings[1].AtMs, change.ToUnixTimeMilliseconds(), change.AddMinutes(1).ToUnixTimeMilliseconds());
    }

    [Theory]
    [InlineData(3, 29, 24)]
    [InlineData(3, 30, 23)]
    [InlineData(10, 26, 25)]
    public void Days_of_a_zone_that_changes_its_clock_have_their_length(int month, int day, int hours)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var midnight = new DateTime(2025, month, day, 0, 0, 0, DateTimeKind.Unspecified);
        var at = new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUnixTimeMilliseconds();
        foreach (var hour in Enumerable.Range(0, hours))
        {
            var (from, to) = new CityZone(zone).WindowOf(at + (hour * 3_600_000L) + 1, 86_400_000);
            Assert.Equal(at, from);
            Assert.Equal(at + (hours * 3_600_000L), to);
        }
    }

    [Fact]
    public void Hours_and_weeks_follow_the_clock_too()
    {
        var zone = new CityZone(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        var jump = DateTimeOffset.Parse("2025-03-30T01:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        Assert.Equal((jump - 3_600_000, jump), zone.WindowOf(jump - 1, 3_600_000));
        Assert.Equal((jump, jump + 3_600_000), zone.WindowOf(jump, 3_600_000));

        // Put back at 03:00: the hour from 02:00 comes twice and is one window.
        var back = DateTimeOffset.Parse("2025-10-26T01:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        Assert.Equal((back - 3_600_000, back + 3_600_000), zone.WindowOf(back + 5, 3_600_000));

        var (from, _) = zone.WindowOf(jump, 7 * 86_400_000L);
        Assert.Equal(DayOfWeek.Monday, DateTimeOffset.FromUnixTimeMilliseconds(zone.ToLocal(from)).DayOfWeek);
    }

    private static void Feed(Fixture f, double from, double to, double value)
    {
        for (var at = from; at < to; at++)
        {
            f.Read(at, value);
        }
    }

    /// <summary>Minutes from the start to just after the first whole hour.</summary>
    private static double FirstHour() => 60.01 - (Fixture.Start % 3_600_000 / 60_000.0);

    private static string Text(double value) => Math.Round(value, 1).ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
}
