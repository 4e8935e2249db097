using System.Globalization;
using IOC.History.Windows;

namespace IOC.History.Tests.Windows;

/// <summary>Bounds are written as local times with their offset, as a planner reads them.</summary>
public sealed class CalendarWindowsTests
{
    [Fact]
    public void Hours_that_the_clock_repeats_are_windows_of_their_own() => AssertBounds(
        "Europe/Berlin", "PT1H", "2026-10-25T01:00:00+02:00", "2026-10-25T04:00:00+01:00",
        "2026-10-25T01:00:00+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00", "2026-10-25T04:00:00+01:00");

    [Fact]
    public void An_hour_that_the_clock_skips_is_no_window() => AssertBounds(
        "Europe/Berlin", "PT1H", "2026-03-29T01:00:00+01:00", "2026-03-29T04:00:00+02:00",
        "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00");

    [Fact]
    public void Parts_of_a_day_follow_the_wall_clock_in_spring() => AssertBounds(
        "Europe/Berlin", "PT6H", "2026-03-28T18:00:00+01:00", "2026-03-29T12:00:00+02:00",
        "2026-03-28T18:00:00+01:00", "2026-03-29T00:00:00+01:00", "2026-03-29T06:00:00+02:00", "2026-03-29T12:00:00+02:00");

    [Fact]
    public void Parts_of_a_day_follow_the_wall_clock_in_autumn() => AssertBounds(
        "America/New_York", "PT2H", "2026-11-01T00:00:00-04:00", "2026-11-01T04:00:00-05:00",
        "2026-11-01T00:00:00-04:00", "2026-11-01T02:00:00-05:00", "2026-11-01T04:00:00-05:00");

    [Fact]
    public void A_part_of_a_day_that_begins_in_the_skipped_hour_begins_at_the_change() => AssertBounds(
        "America/New_York", "PT2H", "2026-03-08T00:00:00-05:00", "2026-03-08T06:00:00-04:00",
        "2026-03-08T00:00:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-08T04:00:00-04:00", "2026-03-08T06:00:00-04:00");

    [Fact]
    public void Hours_are_those_of_a_zone_with_a_quarter() => AssertBounds(
        "Asia/Kathmandu", "PT1H", "2026-01-05T00:10:00+05:45", "2026-01-05T01:30:00+05:45",
        "2026-01-05T00:00:00+05:45", "2026-01-05T01:00:00+05:45", "2026-01-05T02:00:00+05:45");

    [Fact]
    public void A_change_of_half_an_hour_makes_one_window_longer() => AssertBounds(
        "Australia/Lord_Howe", "PT1H", "2026-10-04T01:00:00+10:30", "2026-10-04T04:00:00+11:00",
        "2026-10-04T01:00:00+10:30", "2026-10-04T03:00:00+11:00", "2026-10-04T04:00:00+11:00");

    [Fact]
    public void A_day_begins_with_its_first_instant_where_midnight_is_skipped() => AssertBounds(
        "America/Sao_Paulo", "P1D", "2018-11-03T10:00:00-03:00", "2018-11-05T10:00:00-02:00",
        "2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00", "2018-11-06T00:00:00-02:00");

    [Fact]
    public void A_day_begins_once_where_midnight_comes_twice() => AssertBounds(
        "America/Havana", "P1D", "2026-10-31T10:00:00-04:00", "2026-11-01T10:00:00-05:00",
        "2026-10-31T00:00:00-04:00", "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00");

    [Fact]
    public void Weeks_begin_on_Monday() => AssertBounds(
        "Asia/Ho_Chi_Minh", "P1W", "2026-01-01T00:00:00+07:00", "2026-01-13T00:00:00+07:00",
        "2025-12-29T00:00:00+07:00", "2026-01-05T00:00:00+07:00", "2026-01-12T00:00:00+07:00", "2026-01-19T00:00:00+07:00");

    [Fact]
    public void Months_have_their_true_length() => AssertBounds(
        "Asia/Ho_Chi_Minh", "P1M", "2024-01-31T23:59:00+07:00", "2024-04-01T00:00:00+07:00",
        "2024-01-01T00:00:00+07:00", "2024-02-01T00:00:00+07:00", "2024-03-01T00:00:00+07:00", "2024-04-01T00:00:00+07:00");

    [Fact]
    public void Quarters_begin_in_January() => AssertBounds(
        "UTC", "P3M", "2026-02-15T00:00:00Z", "2026-07-02T00:00:00Z",
        "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z");

    [Fact]
    public void Times_that_do_not_divide_a_day_are_counted_from_1970() => AssertBounds(
        "UTC", "PT36H", "1970-01-02T00:00:00Z", "1970-01-05T00:00:00Z",
        "1970-01-01T00:00:00Z", "1970-01-02T12:00:00Z", "1970-01-04T00:00:00Z", "1970-01-05T12:00:00Z");

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Asia/Ho_Chi_Minh")]
    [InlineData("Asia/Gaza")]
    [InlineData("Pacific/Apia")]
    public void Where_a_window_begins_does_not_depend_on_the_range(string zone)
    {
        var random = new Random(11);
        var (begin, end) = (Ms("2010-06-01T00:00:00Z"), Ms("2019-06-01T00:00:00Z"));
        foreach (var window in new[] { "PT30M", "PT45M", "PT1H", "PT2H", "PT8H", "PT24H", "PT7H", "P1D", "P3D", "P1W", "P1M", "P5M", "P1Y" })
        {
            var all = CalendarWindows.Build(begin, end, window, zone, int.MaxValue);
            for (var i = 0; i < all.Count; i++)
            {
                Assert.True(all.StartMs(i) < all.EndMs(i));
            }

            for (var round = 0; round < 60; round++)
            {
                var from = random.NextInt64(begin, end - 86_400_000);
                var part = CalendarWindows.Build(from, random.NextInt64(from + 1, from + 86_400_000), window, zone, int.MaxValue);
                var first = all.IndexOf(from);
                for (var i = 0; i < part.Count; i++)
                {
                    Assert.Equal((all.StartMs(first + i), all.EndMs(first + i)), (part.StartMs(i), part.EndMs(i)));
                }

                Assert.True(part.StartMs(0) <= from && from < part.EndMs(0));
            }
        }
    }

    [Fact]
    public void The_number_of_windows_is_bounded()
    {
        var day = Ms("2026-01-05T00:00:00Z");
        Assert.Equal(24, CalendarWindows.Build(day, day + 86_400_000, "PT1H", "UTC", 24).Count);
        Assert.Equal(24, CalendarWindows.Build(day, day + 86_400_000, "PT6M", "UTC", 240).Count / 10);
        var error = Assert.Throws<HistoryQueryException>(() => CalendarWindows.Build(day, day + 86_400_001, "PT1H", "UTC", 24));
        Assert.Equal(HistoryQueryError.TooManyWindows, error.Error);
        Assert.Contains("1 days", error.Detail.En, StringComparison.Ordinal);
        Assert.Equal(12, CalendarWindows.Build(day, day + 86_400_000, "PT2H", "UTC", 12).Count);
    }

    private static void AssertBounds(string zone, string window, string from, string to, params string[] bounds)
    {
        var windows = CalendarWindows.Build(Ms(from), Ms(to), window, zone, 1000);
        var expected = bounds.Select(Ms).ToList();
        Assert.Equal(expected[..^1], Enumerable.Range(0, windows.Count).Select(windows.StartMs));
        Assert.Equal(expected[1..], Enumerable.Range(0, windows.Count).Select(windows.EndMs));
        for (var i = 0; i < windows.Count; i++)
        {
            Assert.Equal(i, windows.IndexOf(windows.StartMs(i)));
            Assert.Equal(i, windows.IndexOf(windows.EndMs(i) - 1));
        }
    }

    private static long Ms(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
