using IOC.Alerts.Notification;

namespace IOC.Alerts.Tests.Notification;

public sealed class ShiftCalendarTests
{
    private static readonly DayOfWeek[] Weekdays = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];
    private static readonly DayOfWeek[] EveryDay = Enum.GetValues<DayOfWeek>();

    [Theory]
    [InlineData("2026-01-05T21:59:59", false)]
    [InlineData("2026-01-05T22:00:00", true)]
    [InlineData("2026-01-06T05:59:59", true)]
    [InlineData("2026-01-06T06:00:00", false)]
    [InlineData("2026-01-10T02:00:00", true)]
    [InlineData("2026-01-11T02:00:00", false)]
    [InlineData("2026-01-12T02:00:00", false)]
    public void A_span_over_midnight_belongs_to_the_day_on_which_it_begins(string local, bool inside) =>
        Assert.Equal(inside, new ShiftCalendar("c", [new WeeklyWindow(Weekdays, Span(22, 6))], []).Contains(At(local), NotificationFixture.Zone));

    [Fact]
    public void Equal_ends_are_a_whole_day()
    {
        var calendar = new ShiftCalendar("c", [new WeeklyWindow([DayOfWeek.Sunday], Span(0, 0))], []);
        Assert.False(calendar.Contains(At("2026-01-03T23:59:59"), NotificationFixture.Zone));
        Assert.True(calendar.Contains(At("2026-01-04T00:00:00"), NotificationFixture.Zone));
        Assert.True(calendar.Contains(At("2026-01-04T23:59:59"), NotificationFixture.Zone));
        Assert.False(calendar.Contains(At("2026-01-05T00:00:00"), NotificationFixture.Zone));
    }

    [Fact]
    public void An_exception_takes_the_place_of_its_days_and_the_last_one_counts()
    {
        var tet = new CalendarException(new DateOnly(2026, 2, 16), new DateOnly(2026, 2, 20), [], "Tết");
        var special = new CalendarException(new DateOnly(2026, 2, 17), new DateOnly(2026, 2, 17), [Span(8, 12)]);
        var calendar = new ShiftCalendar("c", [new WeeklyWindow(EveryDay, Span(7, 17))], [tet, special]);
        Assert.False(calendar.Contains(At("2026-02-16T10:00:00"), NotificationFixture.Zone));
        Assert.True(calendar.Contains(At("2026-02-17T10:00:00"), NotificationFixture.Zone));
        Assert.False(calendar.Contains(At("2026-02-17T13:00:00"), NotificationFixture.Zone));
        Assert.True(calendar.Contains(At("2026-02-21T10:00:00"), NotificationFixture.Zone));
        Assert.Equal(At("2026-02-17T08:00:00"), calendar.NextChange(At("2026-02-15T18:00:00"), NotificationFixture.Zone));
    }

    [Theory]
    [InlineData("2026-01-05T10:00:00", "2026-01-05T22:00:00")]
    [InlineData("2026-01-05T23:00:00", "2026-01-06T06:00:00")]
    [InlineData("2026-01-10T03:00:00", "2026-01-10T06:00:00")]
    [InlineData("2026-01-10T06:00:00", "2026-01-12T22:00:00")]
    public void The_next_change_is_known(string local, string change) =>
        Assert.Equal(At(change), new ShiftCalendar("c", [new WeeklyWindow(Weekdays, Span(22, 6))], []).NextChange(At(local), NotificationFixture.Zone));

    [Fact]
    public void Spans_that_touch_are_one()
    {
        var calendar = new ShiftCalendar("c", [new WeeklyWindow(EveryDay, Span(6, 14)), new WeeklyWindow(EveryDay, Span(14, 22)), new WeeklyWindow(EveryDay, Span(13, 15))], []);
        Assert.Equal(At("2026-01-05T22:00:00"), calendar.NextChange(At("2026-01-05T07:00:00"), NotificationFixture.Zone));
    }

    [Fact]
    public void What_never_changes_has_no_next_change()
    {
        Assert.Null(new ShiftCalendar("c", [], []).NextChange(At("2026-01-05T07:00:00"), NotificationFixture.Zone));
        Assert.Null(new ShiftCalendar("c", [new WeeklyWindow(EveryDay, Span(0, 0))], []).NextChange(At("2026-01-05T07:00:00"), NotificationFixture.Zone));
    }

    /// <summary>Against going through the year minute by minute, in a zone with summer time.</summary>
    [Fact]
    public void The_next_change_is_the_first_minute_that_is_otherwise()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var calendar = new ShiftCalendar(
            "c", [new WeeklyWindow(Weekdays, Span(22, 2)), new WeeklyWindow([DayOfWeek.Sunday], new DaySpan(new TimeOnly(2, 30), new TimeOnly(3, 15)))],
            [new CalendarException(new DateOnly(2026, 3, 31), new DateOnly(2026, 3, 31), [])]);
        var start = new DateTimeOffset(2026, 3, 27, 0, 0, 0, TimeSpan.Zero);
        for (var hour = 0; hour < 24 * 6; hour++)
        {
            var at = start.AddHours(hour);
            var expected = at.AddMinutes(1);
            while (calendar.Contains(expected, zone) == calendar.Contains(at, zone))
            {
                expected = expected.AddMinutes(1);
            }

            Assert.Equal(expected, calendar.NextChange(at, zone));
        }
    }

    private static DaySpan Span(int from, int to) => new(new TimeOnly(from, 0), new TimeOnly(to, 0));

    private static DateTimeOffset At(string local) => new DateTimeOffset(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(7)).ToUniversalTime();
}
